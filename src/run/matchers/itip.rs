//! `itip`: messages and calendar objects by the rules of RFC 5545, RFC 5546 and CalDAV.

use super::ical::{self, NoData, Source};
use super::{Finding, Judgement, Scope, Subject};
use crate::event::Verdict;
use crate::itip::{self, Mode, Options, Report, Rule, Thread};
use crate::scenario::{ItipMatcher, Lint};

/// What one rule says of the data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::run) struct Ruling {
    pub rule: Rule,
    pub finding: Finding,
    /// The reading by which it is a warning at most.
    pub reading: Option<&'static str>,
}

/// The requirement that is judged in any case, and stands for the others where the data never came.
pub(in crate::run) fn anchor(lint: Lint) -> &'static str {
    match lint {
        Lint::Message | Lint::FreeBusyReply => "rfc5546-3-2",
        Lint::Stored => "rfc4791-4.1-1",
    }
}

/// All rules together: whether none is broken so that it fails or warns.
pub(super) fn evaluate(matcher: &ItipMatcher, subject: &Subject, scope: &Scope) -> Finding {
    let report = match report(matcher, subject, scope) {
        Ok(report) => report,
        Err(finding) => return finding,
    };
    let expected = "every rule of RFC 5545 and RFC 5546 that applies is kept";
    let worst = report.findings.iter().min_by_key(|finding| finding.verdict);
    match worst.filter(|finding| finding.verdict < Verdict::Pass) {
        Some(broken) => Finding::of(
            false,
            expected,
            format!("{}: {}", broken.requirement, told(broken)),
        ),
        None => Finding::of(
            true,
            expected,
            format!("{} rules are kept", report.applied.iter().count()),
        ),
    }
}

/// What each rule that applies says; or why none can say anything.
pub(in crate::run) fn rulings(
    matcher: &ItipMatcher,
    subject: &Subject,
    scope: &Scope,
) -> Result<Vec<Ruling>, Finding> {
    let report = report(matcher, subject, scope)?;
    Ok(report.applied.iter().map(|rule| ruling(rule, &report)).collect())
}

fn ruling(rule: Rule, report: &Report) -> Ruling {
    let mut broken: Vec<&itip::Finding> = report.of(rule.id()).collect();
    // Without a reading it is worse than with one.
    broken.sort_by_key(|finding| finding.reading.is_some());
    let expected = rule.cited().text.clone();
    let Some(first) = broken.first() else {
        return Ruling {
            rule,
            finding: Finding::of(true, expected, "kept"),
            reading: None,
        };
    };
    let more = match broken.len() - 1 {
        0 => String::new(),
        more => format!(" (and {more} more of the kind)"),
    };
    let judgement = Judgement::Broken { absent: first.absent };
    Ruling {
        rule,
        finding: Finding::new(judgement, expected, told(first) + &more),
        reading: first.reading,
    }
}

fn told(finding: &itip::Finding) -> String {
    format!(
        "{} (line {}, column {})",
        finding.message, finding.line, finding.column
    )
}

fn report(matcher: &ItipMatcher, subject: &Subject, scope: &Scope) -> Result<Report, Finding> {
    let what = "iCalendar data to judge";
    let source = Source::new(&matcher.of_recipient, &matcher.of_resource, scope)
        .map_err(|error| Finding::unfilled(&error))?;
    let document = source.document(subject).map_err(|why| match why {
        NoData::Unreadable(why) => Finding::unreadable(what, why),
        NoData::Missing(why) => Finding::blocked(what, why),
    })?;
    let from_xml = !matches!(source, Source::Body);
    let options = Options {
        mode: match matcher.lint.value {
            Lint::Message => Mode::Message,
            Lint::Stored => Mode::Stored,
            Lint::FreeBusyReply => Mode::FreeBusyReply,
        },
        from_xml,
        content_type: None,
    };
    let mut report = itip::lint_document(&document, options);
    if !matcher.after.is_empty() {
        let mut thread = Thread::default();
        for name in &matcher.after {
            let earlier = scope
                .captured(name)
                .ok_or_else(|| Finding::blocked(what, format!("nothing was captured as `{}`", name.value)))?;
            let earlier = ical::read(earlier.as_bytes()).map_err(|why| match why {
                NoData::Unreadable(why) | NoData::Missing(why) => {
                    Finding::blocked(what, format!("`{}` is no iCalendar data: {why}", name.value))
                }
            })?;
            thread.next(&earlier);
        }
        report.merge(thread.next(&document));
    }
    Ok(report)
}
