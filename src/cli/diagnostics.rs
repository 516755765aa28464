//! Problems of scenarios and other YAML files as a person wants to see them: the line, a caret, and what was expected.

use miette::{GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteDiagnostic, NamedSource, Report};

use crate::report::Styles;
use crate::scenario::{Problem, ScenarioFile};

/// The problems of a broken scenario with the lines they are in; nothing for one that is not broken.
pub fn render_problems(file: &ScenarioFile, styles: Styles, width: usize) -> String {
    render(&file.path, &file.source, file.problems(), styles, width)
}

/// Problems of a YAML file with the lines they are in.
pub(super) fn render(path: &str, source: &str, problems: &[Problem], styles: Styles, width: usize) -> String {
    let theme = if styles.is_colored() {
        GraphicalTheme::unicode()
    } else {
        GraphicalTheme::unicode_nocolor()
    };
    let handler = GraphicalReportHandler::new_themed(theme)
        .with_width(width)
        .with_links(false)
        .with_break_words(false)
        .with_word_splitter(textwrap::WordSplitter::NoHyphenation);
    let source = visible(source);
    let mut shown = String::new();
    for problem in problems {
        let mut diagnostic = MietteDiagnostic::new(visible(&problem.message));
        diagnostic.help = problem.help.as_deref().map(visible);
        if !source.is_empty() {
            let (start, length) = span(&source, problem);
            diagnostic.labels = Some(vec![LabeledSpan::new(None, start, length)]);
        }
        let report = Report::new(diagnostic)
            .with_source_code(NamedSource::new(path, source.clone()).with_language("yaml"));
        // A String takes everything.
        let _ = handler.render_report(&mut shown, report.as_ref());
    }
    shown
}

/// Octets from the beginning of the source, and how many.
fn span(source: &str, problem: &Problem) -> (usize, usize) {
    let mut start = 0;
    for (index, line) in source.split_inclusive('\n').enumerate() {
        if index + 1 == problem.line as usize {
            let octets = |count: u32| {
                line.chars()
                    .take(count as usize)
                    .map(char::len_utf8)
                    .sum::<usize>()
            };
            let from = octets(problem.column.saturating_sub(1)).min(line.trim_end().len());
            let to = octets(problem.column.saturating_sub(1) + problem.length).min(line.trim_end().len());
            return (start + from, to.saturating_sub(from));
        }
        start += line.len();
    }
    (source.trim_end().len(), 0)
}

/// One character for each, and none that a terminal would act on.
fn visible(text: &str) -> String {
    let picture = |character: char| match character {
        '\n' | '\t' => character,
        '\0'..='\u{1f}' => char::from_u32(0x2400 + u32::from(character)).unwrap_or('?'),
        _ if character.is_control() => '\u{fffd}',
        _ => character,
    };
    text.replace("\r\n", "\n").chars().map(picture).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::scenario::Surroundings;
    use crate::spec::Register;

    #[test]
    fn problems_are_shown_in_their_lines() {
        let around = Surroundings {
            register: Register::embedded(),
            bodies: &BTreeMap::new(),
        };
        let source = "title: Ünïcode
users: [organizer]
steps:
  - id: create
    as: attendee
    request: PUT {organizer.calendar}{uid}.ics {oragnizer.inbox}
    body: no-such.ics
    checks:
      - status: [201]
        cites: [caldav-sched-10-5.2.1-7]
";
        let file = ScenarioFile::read("mine/x".into(), "mine/x.yaml".into(), source.into(), around);
        insta::assert_snapshot!(render_problems(&file, Styles::plain(), 100));
    }

    #[test]
    fn nothing_reaches_the_terminal_as_it_is() {
        assert_eq!(visible("a\u{1b}[31m\u{9b}2J\r\nb\tc"), "a␛[31m\u{fffd}2J\nb\tc");
    }
}
