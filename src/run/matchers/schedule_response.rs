//! `schedule-response`: what a busy time request or an iSchedule POST came to for one recipient.

use super::ical::{self, NoData};
use super::instant::{Period, joined};
use super::recipient::{Recipient, Recipients};
use super::{Finding, Scope, Subject, answer, show};
use crate::ical::Component;
use crate::scenario::{Presence, ScheduleResponseMatcher};

pub(super) fn evaluate(matcher: &ScheduleResponseMatcher, subject: &Subject, scope: &Scope) -> Finding {
    let wanted = match Wanted::new(matcher, scope) {
        Ok(wanted) => wanted,
        Err(finding) => return finding,
    };
    let expected = wanted.describe(matcher);
    let root = match answer::xml(subject) {
        Ok(root) => root,
        Err(why) => return Finding::unreadable(expected, why),
    };
    let recipients = match Recipients::read(&root) {
        Ok(recipients) => recipients,
        Err(why) if is_negative(matcher) => return Finding::blocked(expected, why),
        Err(why) => return Finding::absent(expected, why),
    };
    let of_it = recipients.of(&wanted.recipient);
    if let Some(count) = &matcher.count
        && of_it.len() != **count as usize
    {
        let finding = if of_it.is_empty() {
            Finding::absent
        } else {
            |e, a| Finding::of(false, e, a)
        };
        return finding(
            expected,
            format!(
                "{} (of {})",
                count_of(of_it.len()),
                count_of(recipients.all.len())
            ),
        );
    }
    if of_it.is_empty() {
        if matcher.count.is_some() {
            return Finding::of(true, expected, recipients.none(&wanted.recipient));
        }
        let finding = if is_negative(matcher) {
            Finding::blocked
        } else {
            Finding::absent
        };
        return finding(expected, recipients.none(&wanted.recipient));
    }
    let told: Vec<String> = of_it.iter().map(|response| describe(response)).collect();
    let told = show::join(&told, "and");
    for response in &of_it {
        if !matcher.request_status.is_empty() {
            let Some(status) = &response.request_status else {
                return Finding::absent(expected, told);
            };
            if !matcher
                .request_status
                .iter()
                .any(|code| begins_with_code(status, code))
            {
                return Finding::of(false, expected, told);
            }
        }
        match (matcher.calendar_data.as_deref(), &response.calendar_data) {
            (Some(Presence::Present), None) => return Finding::absent(expected, told),
            (Some(Presence::Absent), Some(_)) => return Finding::of(false, expected, told),
            _ => {}
        }
    }
    if wanted.busy.is_empty() && wanted.free.is_empty() {
        return Finding::of(true, expected, told);
    }
    match Busy::read(&of_it) {
        Ok(busy) => busy.judge(&wanted, expected),
        Err(NoData::Unreadable(why)) => Finding::unreadable(expected, why),
        Err(NoData::Missing(why)) if wanted.busy.is_empty() => Finding::blocked(expected, why),
        Err(NoData::Missing(why)) => Finding::absent(expected, why),
    }
}

/// The matcher with its texts filled.
struct Wanted {
    recipient: String,
    busy: Vec<Period>,
    free: Vec<Period>,
}

impl Wanted {
    fn new(matcher: &ScheduleResponseMatcher, scope: &Scope) -> Result<Wanted, Finding> {
        let fill = |text: &str| scope.fill(text).map_err(|error| Finding::unfilled(&error));
        let period = |text: &str| {
            let text = fill(text)?;
            Period::parse(&text)
                .ok_or_else(|| Finding::blocked("", format!("{} is no period in UTC", show::value(&text))))
        };
        Ok(Wanted {
            recipient: fill(&matcher.recipient)?,
            busy: matcher
                .busy
                .iter()
                .map(|text| period(text))
                .collect::<Result<_, _>>()?,
            free: matcher
                .free
                .iter()
                .map(|text| period(text))
                .collect::<Result<_, _>>()?,
        })
    }

    fn describe(&self, matcher: &ScheduleResponseMatcher) -> String {
        let mut wishes = Vec::new();
        if !matcher.request_status.is_empty() {
            let codes: Vec<String> = matcher
                .request_status
                .iter()
                .map(|code| format!("`{}…`", code.value))
                .collect();
            wishes.push(format!("request-status {}", show::join(&codes, "or")));
        }
        match matcher.calendar_data.as_deref() {
            Some(Presence::Present) => wishes.push("calendar-data".to_string()),
            Some(Presence::Absent) => wishes.push("no calendar-data".to_string()),
            None => {}
        }
        wishes.extend(
            self.busy
                .iter()
                .map(|period| format!("{} busy throughout", shown(*period))),
        );
        wishes.extend(
            self.free
                .iter()
                .map(|period| format!("nothing of {} busy", shown(*period))),
        );
        let recipient = show::value(&self.recipient);
        let mut expected = match &matcher.count {
            Some(count) => format!("{} for {recipient}", count_of(**count as usize)),
            None => format!("a response for {recipient}"),
        };
        if !wishes.is_empty() {
            expected = format!("{expected} with {}", show::join(&wishes, "and"));
        }
        expected
    }
}

/// Does it ask only for what must not be there? That tells nothing where the response is missing.
pub(super) fn is_negative(matcher: &ScheduleResponseMatcher) -> bool {
    let wants_none = matcher.count.as_ref().is_some_and(|count| **count == 0);
    let wants_less = !matcher.free.is_empty() || matcher.calendar_data.as_deref() == Some(&Presence::Absent);
    let wants_more = !matcher.request_status.is_empty()
        || !matcher.busy.is_empty()
        || matcher.count.is_some()
        || matcher.calendar_data.as_deref() == Some(&Presence::Present);
    wants_none || wants_less && !wants_more
}

fn count_of(count: usize) -> String {
    match count {
        0 => "no response".to_string(),
        1 => "1 response".to_string(),
        count => format!("{count} responses"),
    }
}

fn describe(response: &Recipient) -> String {
    let status = match &response.request_status {
        Some(status) => format!("request-status {}", show::value(status)),
        None => "no request-status".to_string(),
    };
    let data = if response.calendar_data.is_some() {
        "calendar-data"
    } else {
        "no calendar-data"
    };
    format!("{status} and {data} (line {})", response.element.line)
}

/// `3.7` begins `3.7;Invalid` and `3.7.1`, not `3.70`; `2.` begins all of class 2.
fn begins_with_code(status: &str, code: &str) -> bool {
    let Some(rest) = status.strip_prefix(code.trim()) else {
        return false;
    };
    code.ends_with('.') || !rest.starts_with(|c: char| c.is_ascii_digit())
}

/// The busy time that the calendar-data of a recipient tells.
struct Busy {
    /// Joined.
    periods: Vec<Period>,
    /// What the VFREEBUSY components cover by their DTSTART and DTEND, where they say so.
    covered: Option<Vec<Period>>,
}

impl Busy {
    fn read(responses: &[&Recipient]) -> Result<Busy, NoData> {
        let (mut periods, mut covered, mut any) = (Vec::new(), Some(Vec::new()), false);
        for data in responses
            .iter()
            .filter_map(|response| response.calendar_data.as_deref())
        {
            let document = ical::read(data.as_bytes())?;
            let calendar = document.calendar().into_iter();
            for component in calendar.flat_map(|calendar| calendar.components_named("VFREEBUSY")) {
                any = true;
                periods.extend(busy_periods(component)?);
                let range = ical::utc_of(component, "DTSTART").zip(ical::utc_of(component, "DTEND"));
                match (range, &mut covered) {
                    (Some((begin, end)), Some(covered)) => covered.push(Period { begin, end }),
                    _ => covered = None,
                }
            }
        }
        if !any {
            return Err(NoData::Missing("no VFREEBUSY in calendar-data".to_string()));
        }
        Ok(Busy {
            periods: joined(periods),
            covered: covered.map(joined),
        })
    }

    fn judge(&self, wanted: &Wanted, expected: String) -> Finding {
        let told: Vec<String> = self.periods.iter().map(|period| shown(*period)).collect();
        let told = if told.is_empty() {
            "no busy time".to_string()
        } else {
            format!("busy: {}", show::join(&told, "and"))
        };
        let within = |all: &[Period], period: &Period| {
            all.iter()
                .any(|whole| whole.begin <= period.begin && period.end <= whole.end)
        };
        if !wanted.busy.iter().all(|period| within(&self.periods, period)) {
            return Finding::of(false, expected, told);
        }
        let overlaps = |a: &Period, b: &Period| a.begin < b.end && b.begin < a.end;
        if wanted
            .free
            .iter()
            .any(|period| self.periods.iter().any(|busy| overlaps(busy, period)))
        {
            return Finding::of(false, expected, told);
        }
        if let Some(covered) = &self.covered
            && !wanted.free.iter().all(|period| within(covered, period))
        {
            let covered: Vec<String> = covered.iter().map(|period| shown(*period)).collect();
            return Finding::blocked(
                expected,
                format!("the VFREEBUSY covers only {}", show::join(&covered, "and")),
            );
        }
        Finding::of(true, expected, told)
    }
}

fn busy_periods(component: &Component) -> Result<Vec<Period>, NoData> {
    let mut periods = Vec::new();
    for property in component.properties().filter(|property| property.is("FREEBUSY")) {
        if property
            .param("FBTYPE")
            .is_some_and(|kind| kind.eq_ignore_ascii_case("FREE"))
        {
            continue;
        }
        for text in property.value.split(',') {
            periods.push(Period::parse(text).ok_or_else(|| {
                NoData::Unreadable(format!(
                    "line {}: FREEBUSY {} is no period in UTC",
                    property.line(),
                    show::value(text)
                ))
            })?);
        }
    }
    Ok(periods)
}

fn shown(period: Period) -> String {
    let text = |instant: jiff::Timestamp| instant.strftime("%Y%m%dT%H%M%SZ").to_string();
    format!("{}/{}", text(period.begin), text(period.end))
}
