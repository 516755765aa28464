//! Parts that belong together, and parts that do not.

use rstest::rstest;

use super::testing::{Log, run_started};
use super::*;

fn part(index: u32, of: u32) -> Log {
    headed(|started| started.shard = Some(Shard { index, of }))
}

fn headed(change: impl FnOnce(&mut RunStarted)) -> Log {
    let mut started = run_started();
    change(&mut started);
    Log::default().with(None, Event::RunStarted(started))
}

fn named(logs: Vec<Log>) -> Vec<(String, RunLog)> {
    let named = |(at, log): (usize, Log)| {
        let log = RunLog {
            records: log.0,
            cut_in_line: None,
        };
        (format!("log-{}", at + 1), log)
    };
    logs.into_iter().enumerate().map(named).collect()
}

fn error(logs: Vec<Log>) -> String {
    merge(named(logs))
        .expect_err("logs that do not belong together")
        .to_string()
}

#[rstest]
#[case::version(|s: &mut RunStarted| s.version = "9.9".into(), "the version of calconform is 9.9 there and 0.1.0 here")]
#[case::target(|s: &mut RunStarted| s.target = "other".into(), "the target is other there and example here")]
#[case::specification(
    |s: &mut RunStarted| s.specification = "caldav-sched-03".into(),
    "the specification is caldav-sched-03 there and caldav-sched-10 here"
)]
#[case::selection(
    |s: &mut RunStarted| s.selection = vec!["a".into(), "b".into()],
    "the selection is a b there and  here"
)]
#[case::repeat(|s: &mut RunStarted| s.repeat = 2, "the number of repeats is 2 there and 1 here")]
#[case::count(
    |s: &mut RunStarted| s.shard = Some(Shard { index: 2, of: 3 }),
    "the number of parts is 3 there and 2 here"
)]
fn parts_of_other_runs_are_named(#[case] change: fn(&mut RunStarted), #[case] what: &str) {
    let other = headed(|started| {
        started.shard = Some(Shard { index: 2, of: 2 });
        change(started);
    });
    let message = error(vec![part(1, 2), other]);
    assert_eq!(message, format!("log-2 is not of the same run as log-1: {what}"));
}

#[rstest]
#[case::whole(vec![part(1, 2), headed(|_| {})], "log-2 is a whole run, not a part of one")]
#[case::headless(vec![part(1, 2), Log::default().end()], "log-2 has no beginning")]
#[case::twice(vec![part(1, 2), part(2, 2), part(1, 2)], "log-3 and log-1 are both part 1/2")]
#[case::one_missing(vec![part(3, 3), part(1, 3)], "a part is missing: 2/3")]
#[case::two_missing(vec![part(2, 4), part(3, 4)], "parts are missing: 1/4, 4/4")]
fn parts_that_make_no_whole(#[case] logs: Vec<Log>, #[case] message: &str) {
    let said = error(logs);
    assert!(said.starts_with(message), "{said}");
}

#[test]
fn a_single_log_is_what_it_is() {
    let logs = named(vec![part(2, 3).end()]);
    let expected = logs[0].1.clone();
    assert_eq!(merge(logs), Ok(expected));
}

/// A part in which one scenario makes an exchange with a body and judges it.
fn told(index: u32, scenario: &str, exchanges: u64) -> Log {
    let body = Body {
        id: "b1".into(),
        text: scenario.into(),
        base64: false,
        length: 1,
        cut: false,
    };
    let exchange = |id| {
        Box::new(Exchange {
            id,
            step: "a".into(),
            purpose: Purpose::Step,
            user: None,
            request: RequestSent {
                method: "PUT".into(),
                url: "/".into(),
                headers: Vec::new(),
                body: Some("b1".into()),
            },
            response: None,
            failure: None,
            micros: 1,
        })
    };
    let check = CheckResult {
        part_of: None,
        id: format!("{scenario}#a.r"),
        requirement: "r".into(),
        verdict: Verdict::Pass,
        expected: String::new(),
        actual: String::new(),
        notes: Vec::new(),
        exchange: Some(exchanges),
        round: 1,
    };
    let mut log = part(index, 2)
        .planned(scenario, &["r"])
        .started(scenario, 1)
        .with(Some(scenario), Event::Body(body));
    for id in 1..=exchanges {
        log = log.with(Some(scenario), Event::Exchange(exchange(id)));
    }
    log.with(Some(scenario), Event::Check(Box::new(check)))
        .finished(scenario, 1, Verdict::Pass)
        .with(
            None,
            Event::RunFinished(RunFinished {
                exchanges,
                wall_ms: 10 * u64::from(index),
            }),
        )
}

#[test]
fn the_whole_has_everything_once_whatever_the_order_of_the_parts() {
    let whole = merge(named(vec![told(2, "two", 3), told(1, "one", 2)])).expect("a whole");
    assert_eq!(
        merge(named(vec![told(1, "one", 2), told(2, "two", 3)])).as_ref(),
        Ok(&whole)
    );
    assert!(whole.is_complete());
    assert_eq!(whole.header().map(|header| header.shard), Some(None));
    let seqs: Vec<u64> = whole.records.iter().map(|record| record.seq).collect();
    assert_eq!(seqs, (0..whole.records.len() as u64).collect::<Vec<_>>());

    let (mut exchanges, mut bodies, mut shown, mut ends) = (vec![], vec![], vec![], vec![]);
    for record in &whole.records {
        match &record.event {
            Event::Exchange(exchange) => exchanges.push((exchange.id, exchange.request.body.clone())),
            Event::Body(body) => bodies.push((body.id.clone(), body.text.clone())),
            Event::Check(check) => shown.push(check.exchange),
            Event::RunFinished(end) => ends.push((end.exchanges, end.wall_ms)),
            _ => {}
        }
    }
    let own = |text: &str| Some(text.to_owned());
    let first = [(1, own("1.b1")), (2, own("1.b1"))];
    let second = [(3, own("2.b1")), (4, own("2.b1")), (5, own("2.b1"))];
    assert_eq!(exchanges, [&first[..], &second[..]].concat());
    assert_eq!(
        bodies,
        [("1.b1".into(), "one".into()), ("2.b1".into(), "two".into())]
    );
    assert_eq!(shown, [Some(2), Some(5)]);
    assert_eq!(ends, [(5, 20)]);
    let rolled = roll_up(&whole.records);
    assert!(
        rolled.checks.len() == 2
            && rolled
                .checks
                .iter()
                .all(|check| check.verdict == Some(Verdict::Pass))
    );
}

#[test]
fn a_part_that_was_cut_off_leaves_the_whole_open() {
    let whole = merge(named(vec![told(1, "one", 1), part(2, 2)])).expect("a whole");
    assert!(!whole.is_complete());
}
