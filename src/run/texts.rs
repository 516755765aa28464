//! Every text of a scenario that has places to fill.

use crate::scenario::{
    At, Await, Check, Expectation, InboxQuery, Outcomes, Role, Row, Scenario, Step, Template,
};

/// Calls `see` with each template of a scenario in one of its rows, bodies from files included (as `body` gives their
/// texts by name).
pub(super) fn each<'a>(
    scenario: &'a Scenario,
    row: Option<&'a Row>,
    body: impl Fn(&str) -> Option<&'a str>,
    mut see: impl FnMut(&'a str),
) {
    row.into_iter()
        .flat_map(|row| row.0.values())
        .for_each(|text| see(&text.value));
    for step in &scenario.steps {
        of_step(step, &body, &mut see);
    }
}

/// The roles in whose name a step itself sends something: who acts, and who sends a sentinel.
pub(super) fn sentinels(scenario: &Scenario) -> impl Iterator<Item = Role> {
    scenario
        .steps
        .iter()
        .filter_map(|step| step.never.as_ref())
        .map(|never| never.sentinel.value)
}

fn of_step<'a>(step: &'a Step, body: &impl Fn(&str) -> Option<&'a str>, see: &mut impl FnMut(&'a str)) {
    let mut at = |text: &'a At<Template>| see(&text.value);
    step.request.iter().for_each(&mut at);
    step.headers.values().for_each(&mut at);
    step.with.values().for_each(&mut at);
    for edit in &step.edit {
        at(&edit.at);
        [&edit.set, &edit.add, &edit.instance, &edit.longer_than]
            .into_iter()
            .flatten()
            .for_each(&mut at);
    }
    if let Some(text) = &step.body {
        see(body(text).unwrap_or(text));
    }
    match &step.wait {
        Some(Await::Inbox(query)) => of_inbox(query, see),
        Some(Await::Calendar(query) | Await::Removed(query)) => {
            see(&query.uid);
            query.until.iter().for_each(|check| of_check(check, see));
        }
        Some(Await::Resource(query)) => {
            see(&query.url);
            query.until.iter().for_each(|check| of_check(check, see));
        }
        None => {}
    }
    if let Some(never) = &step.never {
        of_inbox(&never.inbox, see);
    }
    if let Some(Outcomes { any_of, .. }) = &step.outcomes {
        any_of
            .iter()
            .flat_map(|outcome| &outcome.matches)
            .for_each(|check| of_check(check, see));
    }
    step.checks.iter().for_each(|check| of_check(check, see));
}

fn of_inbox<'a>(query: &'a InboxQuery, see: &mut impl FnMut(&'a str)) {
    see(&query.uid);
    [&query.method, &query.attendee]
        .into_iter()
        .flatten()
        .for_each(|text| see(&text.value));
    query.until.iter().for_each(|check| of_check(check, see));
}

fn of_check<'a>(check: &'a Check, see: &mut impl FnMut(&'a str)) {
    if let Some(header) = &check.header {
        of_expectation(&header.expectation(), see);
    }
    if let Some(xml) = &check.xml {
        see(&xml.at);
        of_expectation(&xml.expectation(), see);
    }
    if let Some(prop) = &check.prop {
        prop.of_resource.iter().for_each(|text| see(&text.value));
        of_expectation(&prop.expectation(), see);
    }
    if let Some(ical) = &check.ical {
        see(&ical.at);
        [&ical.of_recipient, &ical.of_resource]
            .into_iter()
            .flatten()
            .for_each(|text| see(&text.value));
        of_expectation(&ical.expectation(), see);
    }
    if let Some(response) = &check.schedule_response {
        see(&response.recipient);
        response
            .busy
            .iter()
            .chain(&response.free)
            .for_each(|text| see(&text.value));
    }
}

fn of_expectation<'a>(expectation: &Expectation<'a>, see: &mut impl FnMut(&'a str)) {
    let single = [
        expectation.equals,
        expectation.not,
        expectation.contains,
        expectation.starts_with,
    ];
    single.into_iter().flatten().for_each(|text| see(&text.value));
    expectation
        .one_of
        .into_iter()
        .flat_map(|texts| &texts.value)
        .for_each(|text| see(text));
}
