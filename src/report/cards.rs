//! What went wrong, one card for each cause.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use crate::event::{CheckResult, CheckState, RollUp, ScenarioState, Verdict, by_id};

/// One cause: what the requirement wants, what was found, and where else the same was found.
pub(super) struct Card<'a> {
    pub(super) verdict: Verdict,
    /// Somebody has said of all of it that it would come.
    pub(super) expected: bool,
    pub(super) cause: Cause<'a>,
}

pub(super) enum Cause<'a> {
    /// Checks that say the same. The first place is shown in full.
    Checks(Vec<Place<'a>>),
    /// Scenarios that came to nothing, although none of their checks says so, for the same reason.
    Scenarios {
        reason: &'a str,
        scenarios: Vec<ScenarioState<'a>>,
    },
}

/// One matcher at one time: the checks that it decided, one for each requirement it cites.
pub(super) struct Place<'a> {
    pub(super) checks: Vec<CheckState<'a>>,
    pub(super) result: &'a CheckResult,
}

impl<'a> Place<'a> {
    /// The worst of its checks, the first of these by id.
    pub(super) fn worst(&self) -> &CheckState<'a> {
        let worst = self
            .checks
            .iter()
            .min_by(|a, b| a.verdict.cmp(&b.verdict).then(by_id(a.id, b.id)));
        worst.expect("a place is made from a check")
    }
}

/// The cards of a run: fails first, then errors, then warnings; each by id. What was expected comes last.
pub(super) fn cards<'a>(rolled: &RollUp<'a>) -> Vec<Card<'a>> {
    let mut cards: Vec<Card<'a>> = Vec::new();
    for places in causes(places(rolled)) {
        let verdict = places
            .iter()
            .filter_map(|place| place.worst().verdict)
            .min()
            .unwrap_or(Verdict::Error);
        let checks = || places.iter().flat_map(|place| &place.checks);
        cards.push(Card {
            verdict,
            expected: checks().all(|check| check.expected.is_some()),
            cause: Cause::Checks(places),
        });
    }
    cards.extend(scenario_errors(rolled));
    cards.sort_by(|a, b| {
        let rank = |card: &Card<'_>| (card.expected, rank(card.verdict));
        rank(a).cmp(&rank(b)).then_with(|| by_place(a, b))
    });
    cards
}

fn places<'a>(rolled: &RollUp<'a>) -> Vec<Place<'a>> {
    let mut places: Vec<Place<'a>> = Vec::new();
    let mut known: BTreeMap<(bool, &str, Option<u64>, &str, &str), usize> = BTreeMap::new();
    for check in &rolled.checks {
        let Some(Verdict::Fail | Verdict::Warn | Verdict::Error) = check.verdict else {
            continue;
        };
        let Some(result) = check.decisive() else { continue };
        let key = (
            check.expected.is_some(),
            check.scenario,
            result.exchange,
            result.expected.as_str(),
            result.actual.as_str(),
        );
        let told = !(result.expected.is_empty() && result.actual.is_empty());
        match known.get(&key) {
            Some(&place) if told => places[place].checks.push(check.clone()),
            _ => {
                known.insert(key, places.len());
                places.push(Place {
                    checks: vec![check.clone()],
                    result,
                });
            }
        }
    }
    places
}

fn causes(places: Vec<Place<'_>>) -> Vec<Vec<Place<'_>>> {
    let mut causes: BTreeMap<(bool, Vec<&str>, String, String), Vec<Place<'_>>> = BTreeMap::new();
    for place in places {
        let mut requirements: Vec<_> = place.checks.iter().map(|check| check.requirement).collect();
        requirements.sort_unstable();
        let expected = place.checks.iter().any(|check| check.expected.is_some());
        let key = (
            expected,
            requirements,
            without_names(&place.result.expected),
            without_names(&place.result.actual),
        );
        causes.entry(key).or_default().push(place);
    }
    causes.into_values().collect()
}

/// Scenarios that are errors (a set-up failed) while all their checks are only blocked.
fn scenario_errors<'a>(rolled: &RollUp<'a>) -> Vec<Card<'a>> {
    let mut cards: BTreeMap<(bool, Verdict, String), Card<'a>> = BTreeMap::new();
    for scenario in rolled.scenarios.iter().filter(|scenario| scenario.alone) {
        let Some(verdict @ (Verdict::Fail | Verdict::Warn | Verdict::Error)) = scenario.verdict else {
            continue;
        };
        let reason = scenario.reason.unwrap_or_default();
        let expected = scenario.expected.is_some();
        let card = cards
            .entry((expected, verdict, without_names(reason)))
            .or_insert_with(|| Card {
                verdict,
                expected,
                cause: Cause::Scenarios {
                    reason,
                    scenarios: Vec::new(),
                },
            });
        if let Cause::Scenarios { scenarios, .. } = &mut card.cause {
            scenarios.push(scenario.clone());
        }
    }
    cards.into_values().collect()
}

/// Leaves out what differs between two runs into the same wall: UIDs, URLs, addresses, dates.
fn without_names(text: &str) -> String {
    let part = |character: char| character.is_alphanumeric() || "-_.@/:%".contains(character);
    let mut bare = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let end = rest
            .find(|character| part(character) != part(first))
            .unwrap_or(rest.len());
        let (token, after) = rest.split_at(end);
        let named = token.len() >= 6 && token.contains(|character: char| character.is_ascii_digit());
        bare.push_str(if part(first) && named { "#" } else { token });
        rest = after;
    }
    bare
}

fn rank(verdict: Verdict) -> u8 {
    match verdict {
        Verdict::Fail => 0,
        Verdict::Error => 1,
        _ => 2,
    }
}

fn by_place(a: &Card<'_>, b: &Card<'_>) -> Ordering {
    fn place<'a>(card: &'a Card<'_>) -> (&'a str, &'a str) {
        match &card.cause {
            Cause::Checks(places) => places
                .first()
                .map_or(("", ""), |place| (place.worst().requirement, place.worst().id)),
            Cause::Scenarios { scenarios, .. } => ("", scenarios.first().map_or("", |scenario| scenario.id)),
        }
    }
    let ((left, left_check), (right, right_check)) = (place(a), place(b));
    by_id(left, right).then_with(|| by_id(left_check, right_check))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("403", "500", false)]
    #[case("SCHEDULE-STATUS=5.1", "SCHEDULE-STATUS=3.7", false)]
    #[case("no object with UID 7a3f-cc01-9", "no object with UID 99ab-dd34-1", true)]
    #[case("at /cal/user01/x.ics, status 404", "at /cal/user03/y.ics, status 404", true)]
    #[case("at /cal/user01/x.ics, status 404", "at /cal/user01/x.ics, status 403", false)]
    #[case("mailto:user01@example.invalid", "mailto:user02@example.invalid", true)]
    fn the_same_cause(#[case] a: &str, #[case] b: &str, #[case] same: bool) {
        assert_eq!(without_names(a) == without_names(b), same);
    }
}
