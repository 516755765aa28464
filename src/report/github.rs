//! Annotations of a GitHub workflow: one for each cause, where the scenario states the check.

use super::cards::{Cause, cards};
use super::text::one_line;
use crate::event::{NewsKind, RunLog, Verdict, roll_up};

/// One workflow command (GitHub Actions, "Workflow commands"): error, warning or notice by the verdict. `place` is further
/// properties as the command spells them (`line=3,col=7`), `file` may be empty.
pub fn annotation(verdict: Verdict, file: &str, place: &str, title: &str, message: &str) -> String {
    let command = match verdict {
        Verdict::Fail | Verdict::Error => "error",
        Verdict::Warn => "warning",
        _ => "notice",
    };
    let data = |text: &str| text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    let property = |text: &str| data(text).replace(':', "%3A").replace(',', "%2C");
    let mut properties = Vec::new();
    if !file.is_empty() {
        properties.push(format!("file={}", property(file)));
    }
    if !place.is_empty() {
        properties.push(place.to_owned());
    }
    properties.push(format!("title={}", property(title)));
    format!("::{command} {}::{}", properties.join(","), data(message))
}

const MESSAGE: usize = 1000;

/// A line for each fail, warn and error of a run that was not expected; what has the same cause stands in one. Then what of
/// the expectations is news, at its place in their file.
pub fn github(log: &RunLog) -> String {
    let rolled = roll_up(&log.records);
    let mut text = String::new();
    for card in cards(&rolled).iter().filter(|card| !card.expected) {
        let line = match &card.cause {
            Cause::Checks(places) => {
                let Some(first) = places.first() else { continue };
                let check = first.worst();
                let planned = rolled.scenario(check.scenario).and_then(|state| state.planned);
                let file = planned.map_or("", |planned| planned.file.as_str());
                let place = check
                    .planned
                    .map_or_else(String::new, |planned| format!("line={}", planned.line));
                let mut lines = Vec::new();
                if let Some(cited) = rolled.cited(check.requirement) {
                    lines.push(format!("{}: {}", cited.level, one_line(&cited.text, MESSAGE)));
                }
                let (expected, actual) = (&first.result.expected, &first.result.actual);
                let fields = [("expected", expected), ("actual", actual)];
                let told = fields.into_iter().filter(|(_, said)| !said.is_empty());
                lines.extend(told.map(|(label, said)| format!("{label}: {}", one_line(said, MESSAGE))));
                let notes = first.result.notes.iter();
                lines.extend(notes.map(|note| format!("note: {}", one_line(note, MESSAGE))));
                if places.len() > 1 {
                    lines.push(format!("the same in {} more checks", places.len() - 1));
                }
                let title = format!("{} {}", card.verdict.word(), one_line(check.requirement, 100));
                annotation(
                    card.verdict,
                    &one_line(file, MESSAGE),
                    &place,
                    &title,
                    &lines.join("\n"),
                )
            }
            Cause::Scenarios { reason, scenarios } => {
                let Some(first) = scenarios.first() else { continue };
                let file = first.planned.map_or("", |planned| planned.file.as_str());
                let title = format!("{} {}", card.verdict.word(), one_line(first.id, 200));
                annotation(
                    card.verdict,
                    &one_line(file, MESSAGE),
                    "",
                    &title,
                    &one_line(reason, MESSAGE),
                )
            }
        };
        text += &line;
        text.push('\n');
    }
    let file = rolled
        .expectations
        .map_or("", |expectations| expectations.file.as_str());
    for news in &rolled.news {
        let grave = match news.kind {
            NewsKind::Better { .. } => Verdict::Fail,
            NewsKind::Unused { .. } | NewsKind::Expired => Verdict::Warn,
        };
        let message = format!(
            "{}\nreason: {}",
            one_line(&news.text(), MESSAGE),
            one_line(&news.entry.reason, MESSAGE)
        );
        let place = format!("line={}", news.entry.line);
        text += &annotation(grave, &one_line(file, MESSAGE), &place, news.title(), &message);
        text.push('\n');
    }
    text
}
