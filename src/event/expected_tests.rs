use rstest::rstest;

use super::super::Verdict::{Blocked, Error, Fail, Info, NotApplicable, Pass, Warn};
use super::super::testing::Log;
use super::super::{Ending, Event, Linted, RuleSet, Shard, ending, roll_up};
use super::*;

#[rstest]
#[case("a/b#c.d", "a/b#c.d", true)]
#[case("a/b#c.d", "a/b#c.de", false)]
#[case("a/*#c.d", "a/b/e#c.d", true)]
#[case("*", "", true)]
#[case("a*", "a", true)]
#[case("a*b*c", "a-b-b-c", true)]
#[case("a*b*c", "a-c-b", false)]
#[case("ab*ba", "aba", false)]
#[case("a/b[x]#*", "a/b[x]#c.d", true)]
#[case("a/b[*]#*", "a/b#c.d", false)]
#[case("a/b#c.?", "a/b#c.d", false)]
fn a_star_is_anything(#[case] pattern: &str, #[case] text: &str, #[case] matched: bool) {
    assert_eq!(matches(pattern, text), matched);
}

/// Scenario `s/a` with a check of `r-1` and one of `r-2` in its step `a`.
fn log(first: Verdict, second: Verdict) -> Log {
    Log::new()
        .planned("s/a", &["r-1", "r-2"])
        .started("s/a", 1)
        .check("s/a", "r-1", 1, first)
        .check("s/a", "r-2", 1, second)
        .finished("s/a", 1, first.min(second))
        .end()
}

/// With `check verdict verdict…` expected, and what the header is otherwise.
fn expecting(mut log: Log, entries: &[&str], change: impl FnOnce(&mut RunStarted)) -> Log {
    let entries = entries.iter().zip(1..).map(|(entry, line)| {
        let mut words = entry.split(' ');
        let check = words.next().unwrap_or_default().to_owned();
        let (days, words): (Vec<_>, Vec<_>) = words.partition(|word| word.starts_with('2'));
        let word = |word: &str| Verdict::ALL.into_iter().find(|verdict| verdict.word() == word);
        Expectation {
            line,
            check,
            verdicts: words.into_iter().filter_map(word).collect(),
            reason: "r".into(),
            link: None,
            expires: days.first().map(ToString::to_string),
        }
    });
    if let Event::RunStarted(header) = &mut log.0[0].event {
        header.expectations = Some(Expectations {
            file: "expect.yaml".into(),
            entries: entries.collect(),
        });
        change(header);
    }
    log
}

/// The titles of the news, and the ending.
fn outcome(log: &Log) -> (String, Ending) {
    let rolled = roll_up(&log.0);
    let news: Vec<_> = rolled
        .news
        .iter()
        .map(|news| format!("{} {}", news.title(), news.entry.line))
        .collect();
    (news.join(", "), ending(&rolled))
}

#[rstest]
#[case::met(Fail, &["s/a#a.r-1 fail"], "", Ending::Expected)]
#[case::nothing_expected(Fail, &[], "", Ending::Unexpected)]
#[case::another_check(Fail, &["s/a#a.r-2 fail"], "unexpected pass 1", Ending::Unexpected)]
#[case::another_verdict(Error, &["s/a#a.r-1 fail"], "", Ending::Unexpected)]
#[case::one_of_several(Error, &["s/a#a.r-1 fail error"], "", Ending::Expected)]
#[case::by_requirement(Fail, &["r-1 fail"], "", Ending::Expected)]
#[case::by_pattern(Fail, &["s/*#a.r-1 fail"], "", Ending::Expected)]
#[case::some_of_a_pattern_pass(Fail, &["s/a#* fail"], "", Ending::Expected)]
#[case::none_of_a_pattern(Pass, &["s/a#* fail"], "unused expectation 1", Ending::Unexpected)]
#[case::passes(Pass, &["s/a#a.r-1 fail"], "unexpected pass 1", Ending::Unexpected)]
#[case::may_pass(Pass, &["s/a#a.r-1 fail pass"], "", Ending::Expected)]
#[case::info_is_a_pass(Info, &["s/a#a.r-1 warn"], "unexpected pass 1", Ending::Unexpected)]
#[case::warns_only(Warn, &["s/a#a.r-1 fail"], "unexpected warn 1", Ending::Unexpected)]
#[case::blocked_is_not_evaluated(Blocked, &["s/a#a.r-1 fail"], "", Ending::Expected)]
#[case::not_applicable(NotApplicable, &["s/a#a.r-1 fail", "r-1 fail"], "", Ending::Expected)]
#[case::a_renamed_check(Pass, &["s/a#b.r-1 fail"], "unused expectation 1", Ending::Unexpected)]
#[case::a_check_of_a_step_that_passes(Pass, &["s/a#a.r-7 fail"], "unused expectation 1", Ending::Unexpected)]
#[case::a_rule_that_applies_now_and_then(Pass, &["s/a#a.r-7 fail pass"], "", Ending::Expected)]
#[case::a_check_of_a_step_that_fails(Fail, &["s/a#a.r-1 fail", "s/a#a.r-7 fail"], "", Ending::Expected)]
#[case::a_renamed_check_perhaps(Blocked, &["s/a#b.r-1 fail"], "", Ending::Expected)]
#[case::a_scenario_that_is_gone(Pass, &["s/b#a.r-1 fail"], "unused expectation 1", Ending::Unexpected)]
#[case::an_unknown_requirement(Pass, &["r-9 fail"], "unused expectation 1", Ending::Unexpected)]
#[case::not_expired_on_the_day(Fail, &["s/a#a.r-1 fail 2026-11-02"], "", Ending::Expected)]
#[case::expired(Fail, &["s/a#a.r-1 fail 2026-11-01"], "expired expectation 1", Ending::Unexpected)]
#[case::expired_and_mended(Pass, &["s/a#a.r-1 fail 2026-11-01"], "expired expectation 1", Ending::Unexpected)]
fn what_came_of_it(
    #[case] first: Verdict,
    #[case] entries: &[&str],
    #[case] news: &str,
    #[case] expected: Ending,
) {
    let log = expecting(log(first, Pass), entries, |_| {});
    assert_eq!(outcome(&log), (news.to_owned(), expected));
}

#[rstest]
#[case::selected(|header: &mut RunStarted| header.selection = vec!["s/a".into()])]
#[case::a_part(|header: &mut RunStarted| header.shard = Some(Shard { index: 1, of: 2 }))]
fn what_was_not_run_is_not_unused(#[case] change: fn(&mut RunStarted)) {
    let entries = [
        "s/b#a.r-1 fail",
        "r-9 fail",
        "r-1 fail",
        "s/b#a.r-3 fail 2026-11-01",
        "s/b error",
    ];
    let log = expecting(log(Pass, Pass), &entries, change);
    assert_eq!(outcome(&log), (String::new(), Ending::Expected));
    let log = expecting(log_of_passes(), &["s/a#a.r-1 fail"], change);
    assert_eq!(outcome(&log).0, "unexpected pass 1");
}

fn log_of_passes() -> Log {
    log(Pass, Pass)
}

#[test]
fn a_run_that_was_cut_off_calls_nothing_unused() {
    let mut log = expecting(log(Pass, Pass), &["r-9 fail", "s/b#a.r-1 fail"], |_| {});
    log.0.pop();
    assert_eq!(outcome(&log).0, "");
}

#[test]
fn the_entry_for_one_check_goes_first() {
    let log = expecting(log(Fail, Fail), &["r-* fail", "s/a#a.r-2 fail"], |_| {});
    let rolled = roll_up(&log.0);
    let lines: Vec<_> = rolled
        .checks
        .iter()
        .map(|check| check.expected.map(|entry| entry.line))
        .collect();
    assert_eq!(lines, [Some(1), Some(2)]);
}

#[test]
fn a_requirement_is_expected_to_be_broken_where_all_its_checks_are() {
    let two = |second| {
        Log::new()
            .planned("s/a", &["r-1"])
            .planned("s/b", &["r-1"])
            .started("s/a", 1)
            .check("s/a", "r-1", 1, Fail)
            .finished("s/a", 1, Fail)
            .started("s/b", 1)
            .check("s/b", "r-1", 1, second)
            .finished("s/b", 1, second)
            .end()
    };
    let expected = |log: Log| roll_up(&log.0).requirements[0].expected;
    assert!(expected(expecting(two(Fail), &["r-1 fail"], |_| {})));
    assert!(expected(expecting(two(Warn), &["s/a#a.r-1 fail"], |_| {})));
    assert!(!expected(expecting(two(Fail), &["s/a#a.r-1 fail"], |_| {})));
    assert!(!expected(expecting(two(Error), &["s/a#a.r-1 fail"], |_| {})));
    assert!(!expected(two(Fail)));
}

#[rstest]
#[case::met(Error, &["s/a error", "s/b#* fail pass"], "", Ending::Expected)]
#[case::a_check_is_not_the_scenario(Error, &["s/a#a.r-1 error"], "", Ending::Unexpected)]
#[case::by_pattern(Error, &["s/* error"], "", Ending::Expected)]
#[case::works_now(Pass, &["s/a error"], "unused expectation 1", Ending::Unexpected)]
fn a_scenario_may_fail_by_itself(
    #[case] finished: Verdict,
    #[case] entries: &[&str],
    #[case] news: &str,
    #[case] expected: Ending,
) {
    let log = Log::new()
        .planned("s/a", &["r-1"])
        .planned("s/b", &["r-2"])
        .started("s/a", 1);
    let log = match finished {
        Pass => log.check("s/a", "r-1", 1, Pass),
        _ => log,
    };
    let log = log
        .finished("s/a", 1, finished)
        .started("s/b", 1)
        .check("s/b", "r-2", 1, Pass)
        .finished("s/b", 1, Pass)
        .end();
    let log = expecting(log, entries, |_| {});
    assert_eq!(outcome(&log), (news.to_owned(), expected));
}

#[test]
fn what_the_lint_finds_kept_is_an_unexpected_pass() {
    let rules = RuleSet {
        id: "rules-1".into(),
        requirements: vec!["r-8".into()],
    };
    let linted = Linted {
        id: "s/a#a.lint".into(),
        count: 1,
        kept: "rules-1".into(),
        broken: Vec::new(),
        exchange: 1,
        part_of: None,
        round: 1,
    };
    let log = log(Pass, Pass)
        .with(None, Event::Rules(rules))
        .with(Some("s/a"), Event::Linted(Box::new(linted)));
    let log = expecting(log, &["s/a#a.r-8 fail", "s/a#a.r-9~2 fail"], |_| {});
    assert_eq!(outcome(&log).0, "unexpected pass 1, unused expectation 2");
}
