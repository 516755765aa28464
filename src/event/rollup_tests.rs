use rstest::rstest;

use super::Verdict::{Blocked, Error, Fail, Info, NotApplicable, Pass, Warn};
use super::testing::Log;
use super::*;

#[rstest]
#[case(&[Pass, Pass], Pass)]
#[case(&[Pass, Info], Pass)]
#[case(&[Info, NotApplicable], Info)]
#[case(&[Pass, NotApplicable], Pass)]
#[case(&[Pass, Blocked], Blocked)]
#[case(&[Blocked, Error], Error)]
#[case(&[Error, Warn], Warn)]
#[case(&[Warn, Fail, Pass], Fail)]
#[case(&[NotApplicable], NotApplicable)]
fn a_requirement_is_as_bad_as_its_worst_check(#[case] verdicts: &[Verdict], #[case] expected: Verdict) {
    let mut log = Log::new();
    for (number, &verdict) in verdicts.iter().enumerate() {
        let scenario = format!("s{number}");
        log = log
            .planned(&scenario, &["r-1"])
            .started(&scenario, 1)
            .check(&scenario, "r-1", 1, verdict);
        log = log.finished(&scenario, 1, verdict);
    }
    let log = log.end();
    let rolled = roll_up(&log.0);
    assert_eq!(rolled.requirements.len(), 1);
    assert_eq!(rolled.requirements[0].verdict, Some(expected));
    assert_eq!(rolled.scenario_tally().total(), verdicts.len());
}

#[rstest]
#[case::pass(&[Pass], Ending::Expected)]
#[case::warnings_are_allowed(&[Pass, Warn, Info, NotApplicable], Ending::Expected)]
#[case::only_a_choice(&[Info], Ending::Expected)]
#[case::fail(&[Pass, Fail], Ending::Unexpected)]
#[case::error(&[Pass, Error], Ending::Unexpected)]
#[case::blocked(&[Pass, Blocked], Ending::Expected)]
#[case::all_blocked(&[Blocked, Blocked], Ending::NothingJudged)]
#[case::all_errors(&[Error, Blocked], Ending::NothingJudged)]
#[case::all_not_applicable(&[NotApplicable], Ending::NothingJudged)]
#[case::no_checks(&[], Ending::NothingJudged)]
fn the_ending_of_a_complete_run(#[case] verdicts: &[Verdict], #[case] expected: Ending) {
    assert_eq!(ending(&roll_up(&Log::of_verdicts(verdicts).0)), expected);
}

#[rstest]
#[case::nothing_selected(Log::new().end(), Ending::NothingJudged)]
#[case::set_up_failed(
    Log::new().planned("s", &["r-1"]).started("s", 1).finished("s", 1, Error)
        .planned("t", &["r-1"]).started("t", 1).check("t", "r-1", 1, Pass).finished("t", 1, Pass).end(),
    Ending::Unexpected
)]
#[case::never_reached(
    Log::new().planned("s", &["r-1"]).exchange(Some(FailureKind::Unreachable)).end(),
    Ending::TargetLost
)]
#[case::reached_once(
    Log::new().planned("s", &["r-1"]).started("s", 1).exchange(None).exchange(Some(FailureKind::Unreachable))
        .check("s", "r-1", 1, Pass).finished("s", 1, Pass).end(),
    Ending::Expected
)]
#[case::broke_off(
    Log::new().planned("s", &["r-1"]).started("s", 1).check("s", "r-1", 1, Fail)
        .interrupted(Interruption::TargetLost).end(),
    Ending::TargetLost
)]
#[case::stopped(
    Log::new().planned("s", &["r-1"]).started("s", 1).check("s", "r-1", 1, Pass).finished("s", 1, Pass)
        .interrupted(Interruption::Stopped).end(),
    Ending::Unexpected
)]
#[case::cut_off(
    Log::new().planned("s", &["r-1"]).started("s", 1).check("s", "r-1", 1, Pass).finished("s", 1, Pass),
    Ending::Unexpected
)]
fn the_ending_of_other_runs(#[case] log: Log, #[case] expected: Ending) {
    assert_eq!(ending(&roll_up(&log.0)), expected);
}

#[test]
fn what_an_interrupted_run_did_not_come_to() {
    let log = Log::new()
        .planned("begun", &["r-1", "r-2"])
        .planned("never", &["r-2", "r-3"])
        .planned_unless("other", &["r-4"], Some("not advertised: vtodo"))
        .started("begun", 1)
        .check("begun", "r-1", 1, Pass)
        .interrupted(Interruption::Stopped);
    let rolled = roll_up(&log.0);
    let verdicts: Vec<_> = rolled
        .checks
        .iter()
        .map(|check| (check.id, check.verdict))
        .collect();
    assert_eq!(
        verdicts,
        [
            ("begun#a.r-1", Some(Pass)),
            ("begun#a.r-2", Some(Blocked)),
            ("never#a.r-2", None),
            ("never#a.r-3", None),
            ("other#a.r-4", Some(NotApplicable)),
        ]
    );
    assert_eq!(rolled.checks[1].reason, Some("the run stopped before this check"));
    assert_eq!(rolled.checks[4].reason, Some("not advertised: vtodo"));
    let scenarios: Vec<_> = rolled.scenarios.iter().map(|scenario| scenario.verdict).collect();
    assert_eq!(scenarios, [Some(Blocked), None, Some(NotApplicable)]);
    assert_eq!(
        rolled.requirements[1].verdict,
        Some(Blocked),
        "blocked once, untested once"
    );
    assert_eq!(rolled.requirements[2].verdict, None);
}

#[rstest]
#[case(&[Pass, Pass], Pass, false)]
#[case(&[Pass, Fail], Fail, true)]
#[case(&[Blocked, Pass, Pass], Blocked, true)]
fn rounds_that_differ_are_unstable(
    #[case] rounds: &[Verdict],
    #[case] worst: Verdict,
    #[case] unstable: bool,
) {
    let mut log = Log::new().planned("s", &["r-1"]);
    for (round, &verdict) in (1..).zip(rounds) {
        log = log
            .started("s", round)
            .check("s", "r-1", round, verdict)
            .finished("s", round, verdict);
    }
    let log = log.end();
    let rolled = roll_up(&log.0);
    let check = &rolled.checks[0];
    assert_eq!((check.verdict, check.unstable), (Some(worst), unstable));
    assert_eq!(check.decisive().map(|result| result.verdict), Some(worst));
    assert_eq!(
        (rolled.requirements[0].unstable, rolled.scenarios[0].unstable),
        (unstable, unstable)
    );
}

#[test]
fn a_result_that_nobody_planned_still_counts() {
    let log = Log::new()
        .planned("s", &[])
        .started("s", 1)
        .check("s", "r-9", 1, Fail)
        .finished("s", 1, Fail)
        .end();
    let rolled = roll_up(&log.0);
    assert_eq!(rolled.checks[0].verdict, Some(Fail));
    assert_eq!(rolled.checks[0].scenario, "s");
    assert_eq!(rolled.requirements[0].verdict, Some(Fail));
}

#[test]
fn requirements_are_counted_against_the_register() {
    let requirement = |id: &str| {
        Event::Requirement(CitedRequirement {
            id: id.into(),
            specification: "spec".into(),
            section: "1".into(),
            title: String::new(),
            level: Level::Must,
            text: String::new(),
            rfc6638: None,
            implied: false,
            confirmed: false,
            contested: Vec::new(),
            readings: Vec::new(),
        })
    };
    let levels = [("MUST".to_owned(), 7), ("MAY".to_owned(), 2)].into();
    let totals = RegisterTotals {
        specifications: [("spec".to_owned(), levels)].into(),
    };
    let log = Log::new()
        .with(None, Event::Register(totals))
        .with(None, requirement("r-1"))
        .with(None, requirement("r-2"))
        .planned("s", &["r-1", "r-2"])
        .started("s", 1)
        .check("s", "r-1", 1, Warn)
        .check("s", "r-2", 1, Blocked)
        .finished("s", 1, Warn)
        .end();
    let rolled = roll_up(&log.0);
    let state = &rolled.specifications["spec"];
    assert_eq!((state.touched, state.testable), (1, 9));
    assert_eq!((state.tally.of(Warn), state.tally.of(Blocked)), (1, 1));
}
