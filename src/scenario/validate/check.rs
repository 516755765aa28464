//! Checks and their matchers.

use super::Validation;
use crate::scenario::parse::MATCHERS;
use crate::scenario::problem::either;
use crate::scenario::{
    At, Check, Expectation, IcalMatcher, IcalPath, RelationMatcher, ScheduleResponseMatcher, XmlPath,
};

impl<'a> Validation<'a> {
    /// A check of a step: it cites, and has one matcher.
    pub(super) fn check(&mut self, check: &'a Check, own: (&str, &[&str])) {
        self.cites(&check.cites, "a check", check.place());
        self.warn_by(check.warn_by.as_ref());
        self.when(check.when.as_ref(), Some(own));
        self.matcher(check);
    }

    /// A check inside `until` or `matches`: it judges nothing and cites nothing.
    pub(super) fn condition(&mut self, check: &'a Check) {
        if let Some(cite) = check.cites.first() {
            let help = "conditions of `until` and `matches` judge nothing: the step cites";
            self.report(cite, "a condition that cites", Some(help));
        }
        if let Some(when) = &check.when {
            self.report(when, "a condition with a `when`", None::<&str>);
        }
        self.matcher(check);
    }

    fn matcher(&mut self, check: &'a Check) {
        let matchers = check.matchers();
        match matchers.as_slice() {
            [_] => {}
            [] => {
                let (line, column) = check.place();
                let help = format!("expected one of {}", either(&MATCHERS));
                self.report_at(line, column, None, "a check without a matcher", Some(help));
            }
            [first, rest @ ..] => {
                for (name, line, column) in rest {
                    let message = format!("a second matcher `{name}` beside `{}`", first.0);
                    self.report_at(*line, *column, None, message, Some("write one check for each"));
                }
            }
        }
        if let Some(status) = &check.status
            && status.is_empty()
        {
            self.report(status, "no status is listed", Some("such as [201, 204] or [2xx]"));
        }
        if let Some(header) = &check.header {
            if !is_token(&header.name) {
                self.report(
                    &header.name,
                    format!("`{}` is no name of a header", header.name.value),
                    None::<&str>,
                );
            }
            self.expectation(header, header.expectation());
        }
        if let Some(xml) = &check.xml {
            self.xml_path(&xml.at);
            self.expectation(xml, xml.expectation());
        }
        if let Some(prop) = &check.prop {
            self.xml_path(&prop.name);
            self.optional(prop.of_resource.as_ref());
            self.expectation(prop, prop.expectation());
        }
        if let Some(precondition) = &check.precondition {
            if precondition.any_of.is_empty() {
                self.report(
                    precondition,
                    "no element is listed",
                    Some("such as any-of: [C:valid-organizer]"),
                );
            }
            for name in &precondition.any_of {
                self.xml_path(name);
            }
        }
        if let Some(ical) = &check.ical {
            self.ical(ical);
        }
        if let Some(response) = &check.schedule_response {
            self.schedule_response(response);
        }
        if let Some(relation) = &check.relation {
            self.relation(relation);
        }
    }

    fn ical(&mut self, ical: &'a At<IcalMatcher>) {
        self.ical_path(&ical.at);
        self.optional(ical.of_recipient.as_ref());
        self.optional(ical.of_resource.as_ref());
        if let (Some(_), Some(resource)) = (&ical.of_recipient, &ical.of_resource) {
            self.report(
                resource,
                "`of-resource` beside `of-recipient`",
                Some("the data is in one of them"),
            );
        }
        self.expectation(ical, ical.expectation());
    }

    fn schedule_response(&mut self, response: &'a At<ScheduleResponseMatcher>) {
        self.text(&response.recipient);
        for period in response.busy.iter().chain(&response.free) {
            self.text(period);
            if period.split_once('/').is_none() {
                let help = "expected begin and end: `{20260601T090000Z}/{20260601T100000Z}`";
                self.report(period, format!("`{}` is no period", period.value), Some(help));
            }
        }
        let says = !response.request_status.is_empty()
            || response.calendar_data.is_some()
            || response.count.is_some()
            || !response.busy.is_empty()
            || !response.free.is_empty();
        if !says {
            let help = "expected request-status, calendar-data, count, busy or free";
            self.report(
                response,
                "a `schedule-response` that says nothing of the response",
                Some(help),
            );
        }
    }

    /// The name of a body that an earlier step captured.
    fn whole_body(&mut self, name: &'a At<String>) {
        match self.captured.get(name.as_str()) {
            Some(true) => {}
            Some(false) => {
                let help = "capture it with `{body: whole}`";
                self.report(name, format!("`{}` is no whole body", name.value), Some(help));
            }
            None => {
                let bodies = self
                    .captured
                    .iter()
                    .filter(|(_, whole)| **whole)
                    .map(|(name, _)| *name);
                let help = crate::scenario::problem::suggest(name, bodies);
                self.report(
                    name,
                    format!("no earlier step captures `{}`", name.value),
                    Some(help),
                );
            }
        }
    }

    fn relation(&mut self, relation: &'a At<RelationMatcher>) {
        self.whole_body(&relation.to);
        if relation.dtstamp.is_none()
            && relation.sequence.is_none()
            && relation.uid.is_none()
            && relation.body.is_none()
        {
            let help = "expected dtstamp, sequence, uid or body";
            self.report(relation, "a `relation` that relates nothing", Some(help));
        }
    }

    fn expectation<T>(&mut self, at: &At<T>, expectation: Expectation<'_>) {
        for text in [
            expectation.equals,
            expectation.not,
            expectation.contains,
            expectation.starts_with,
        ] {
            self.optional(text);
        }
        if let Some(list) = expectation.one_of {
            for text in &list.value {
                self.text_in(list, text);
            }
            if list.is_empty() {
                self.report(list, "no text is listed", None::<&str>);
            }
        }
        let said = [
            expectation.is.is_some(),
            expectation.equals.is_some(),
            expectation.one_of.is_some(),
            expectation.not.is_some(),
            expectation.contains.is_some(),
            expectation.starts_with.is_some(),
            expectation.at_most.is_some(),
            expectation.count.is_some(),
        ];
        let message = match said.into_iter().filter(|said| *said).count() {
            1 => return,
            0 => "nothing is said of the value",
            _ => "too much is said of the value",
        };
        self.report(
            at,
            message,
            Some("expected one of is, equals, one-of, not, contains, starts-with, at-most or count"),
        );
    }

    pub(super) fn ical_path(&mut self, at: &At<String>) {
        self.text(at);
        if let Err(why) = IcalPath::parse(at) {
            self.bad_path(at, at, "iCalendar", why);
        }
    }

    fn xml_path(&mut self, at: &At<String>) {
        if let Err(why) = XmlPath::parse(at) {
            self.bad_path(at, at, "XML", why);
        }
    }

    pub(super) fn bad_path<T>(&mut self, at: &At<T>, path: &str, data: &str, why: String) {
        let filled = match path.contains("{row.") {
            true => "; places are filled in selectors only, in square brackets",
            false => "",
        };
        self.report(
            at,
            format!("this is no path into {data} data"),
            Some(why + filled),
        );
    }
}

/// A name of a header (RFC 9110 section 5.6.2).
fn is_token(text: &str) -> bool {
    !text.is_empty()
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
}
