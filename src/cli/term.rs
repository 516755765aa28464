//! Where commands write to: colour, width, and readers that went away.

use std::ffi::OsString;
use std::io::{self, IsTerminal, Write};

use clap::ValueEnum;

use crate::report::Styles;

/// When to use colour; `Auto`: on a terminal, unless NO_COLOR is set or TERM is dumb.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

/// Standard output and standard error of the process, and what they can show.
///
/// Commands write through [`Term::out`] and [`Term::err`] rather than with `println!`, which panics when the
/// reader has gone (`calconform list | head`).
#[derive(Debug, Clone, Copy)]
pub struct Term {
    color: Color,
}

const WIDTHS: std::ops::RangeInclusive<usize> = 40..=120;
const WIDTH_WITHOUT_TERMINAL: usize = 100;

impl Term {
    pub fn new(color: Color) -> Term {
        Term { color }
    }

    /// Standard output.
    pub fn out(&self) -> Quiet<io::Stdout> {
        Quiet {
            sink: io::stdout(),
            gone: false,
        }
    }

    /// Standard error.
    pub fn err(&self) -> Quiet<io::Stderr> {
        Quiet {
            sink: io::stderr(),
            gone: false,
        }
    }

    /// Styles for standard output.
    pub fn styles(&self) -> Styles {
        self.styles_of(&io::stdout())
    }

    /// Styles for standard error.
    pub fn err_styles(&self) -> Styles {
        self.styles_of(&io::stderr())
    }

    /// Columns of standard output, 40 to 120; 100 where it is no terminal.
    pub fn width(&self) -> usize {
        let columns = terminal_size::terminal_size_of(io::stdout())
            .map_or(WIDTH_WITHOUT_TERMINAL, |(columns, _)| usize::from(columns.0));
        columns.clamp(*WIDTHS.start(), *WIDTHS.end())
    }

    /// Whether a person sees standard error as it is written: progress bars make sense.
    pub fn is_interactive(&self) -> bool {
        io::stderr().is_terminal() && !is_dumb(std::env::var_os("TERM"))
    }

    fn styles_of(&self, stream: &impl IsTerminal) -> Styles {
        let environment = |name| std::env::var_os(name);
        if wants_color(
            self.color,
            stream.is_terminal(),
            environment("NO_COLOR"),
            environment("TERM"),
        ) {
            Styles::colored()
        } else {
            Styles::plain()
        }
    }
}

fn wants_color(color: Color, terminal: bool, no_color: Option<OsString>, term: Option<OsString>) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => terminal && no_color.is_none_or(|value| value.is_empty()) && !is_dumb(term),
    }
}

fn is_dumb(term: Option<OsString>) -> bool {
    term.is_some_and(|term| term == "dumb")
}

/// A stream whose reader may go away: from then on everything is written to nobody, without an error, so that
/// the command still comes to its own exit code.
#[derive(Debug)]
pub struct Quiet<W> {
    sink: W,
    gone: bool,
}

impl<W: Write> Quiet<W> {
    fn forgive<T>(&mut self, outcome: io::Result<T>, instead: T) -> io::Result<T> {
        match outcome {
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                self.gone = true;
                Ok(instead)
            }
            other => other,
        }
    }
}

impl<W: Write> Write for Quiet<W> {
    fn write(&mut self, octets: &[u8]) -> io::Result<usize> {
        if self.gone {
            return Ok(octets.len());
        }
        let outcome = self.sink.write(octets);
        self.forgive(outcome, octets.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.gone {
            return Ok(());
        }
        let outcome = self.sink.flush();
        self.forgive(outcome, ())
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case(Color::Auto, true, None, Some("xterm"), true)]
    #[case(Color::Auto, true, Some(""), None, true)]
    #[case(Color::Auto, true, Some("1"), Some("xterm"), false)]
    #[case(Color::Auto, true, None, Some("dumb"), false)]
    #[case(Color::Auto, false, None, Some("xterm"), false)]
    #[case(Color::Always, false, Some("1"), Some("dumb"), true)]
    #[case(Color::Never, true, None, Some("xterm"), false)]
    fn wanted(
        #[case] color: Color,
        #[case] terminal: bool,
        #[case] no_color: Option<&str>,
        #[case] term: Option<&str>,
        #[case] expected: bool,
    ) {
        assert_eq!(
            wants_color(color, terminal, no_color.map(Into::into), term.map(Into::into)),
            expected
        );
    }

    #[test]
    fn a_reader_that_went_away_is_no_error() {
        struct Gone;
        impl Write for Gone {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
        }
        let mut quiet = Quiet {
            sink: Gone,
            gone: false,
        };
        assert!(writeln!(quiet, "nobody reads this").is_ok());
        assert!(quiet.gone && quiet.flush().is_ok());
    }
}
