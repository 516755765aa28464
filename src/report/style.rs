//! Colours, by what they mean.

use anstyle::{AnsiColor, Style};

use crate::event::Verdict;

/// What text on a terminal looks like; all of it plain where colour is not wanted. Write
/// `{style}text{style:#}`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Styles {
    colored: bool,
}

impl Styles {
    pub const fn plain() -> Styles {
        Styles { colored: false }
    }

    pub fn colored() -> Styles {
        Styles { colored: true }
    }

    pub fn is_colored(self) -> bool {
        self.colored
    }

    /// What a verdict looks like.
    pub fn verdict(self, verdict: Verdict) -> Style {
        match verdict {
            Verdict::Fail => self.color(AnsiColor::Red).bold(),
            Verdict::Error => self.color(AnsiColor::Magenta).bold(),
            Verdict::Warn => self.color(AnsiColor::Yellow),
            Verdict::Pass => self.color(AnsiColor::Green),
            Verdict::Info => self.color(AnsiColor::Cyan),
            Verdict::Blocked | Verdict::NotApplicable => return self.dim(),
        }
        .when(self.colored)
    }

    /// Names that head something.
    pub fn bold(self) -> Style {
        Style::new().bold().when(self.colored)
    }

    /// What is there for completeness.
    pub fn dim(self) -> Style {
        Style::new().dimmed().when(self.colored)
    }

    /// Places: files, URLs, ids.
    pub fn place(self) -> Style {
        self.color(AnsiColor::Blue).when(self.colored)
    }

    fn color(self, color: AnsiColor) -> Style {
        Style::new().fg_color(Some(color.into()))
    }
}

trait When {
    fn when(self, colored: bool) -> Style;
}

impl When for Style {
    fn when(self, colored: bool) -> Style {
        if colored { self } else { Style::new() }
    }
}
