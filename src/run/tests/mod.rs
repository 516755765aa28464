//! Whole runs against a small server, judged by their logs.

mod reference;
mod server;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex};

use camino::Utf8Path;
use rstest::rstest;
use tokio::sync::watch;

use self::server::{Delivery, Manners, Store, serve};
use super::*;
use crate::corpus::Corpus;
use crate::event::testing::Shared;
use crate::event::{Direction, Event, Interruption, LogWriter, RunLog, Verdict, read_log_from};
use crate::ical::Document;
use crate::itip::Mode;
use crate::target::Target;

/// One scenario, as text; the answer deadline of the target in seconds.
struct Trial {
    scenario: &'static str,
    manners: Manners,
    delivery: &'static str,
    stub: bool,
    options: Options,
}

impl Trial {
    fn of(scenario: &'static str) -> Trial {
        Trial {
            scenario,
            manners: Manners::default(),
            delivery: "5.0",
            stub: false,
            options: Options::default(),
        }
    }

    async fn run(self) -> Outcome {
        let (server, store) = serve(self.manners).await;
        let mut target = format!(
            "url = \"{}\"\nstub = {}\ncapabilities = [\"calendar-auto-schedule\", \"mkcalendar\"]\n\
             [deadlines]\ndelivery = {}\nexchange = 1\nheader = 0.2\n",
            server.uri(),
            self.stub,
            self.delivery
        );
        for name in ["anna", "bert", "cleo"] {
            target += &format!(
                "[[users]]\nname = \"{name}\"\npassword = \"secret of {name}\"\naddresses = [\"mailto:{name}@example.com\"]\n\
                 principal = \"/{name}/\"\nhome = \"/{name}/\"\ninbox = \"/{name}/in/\"\noutbox = \"/{name}/out/\"\n\
                 default-calendar = \"/{name}/work/\"\n"
            );
        }
        let job = Job {
            target: Target::read(Utf8Path::new("target.toml"), &target).unwrap(),
            corpus: corpus(self.scenario),
            selection: Vec::new(),
            options: self.options,
        };
        let file = Shared::default();
        let (_stop, stopping) = watch::channel(None);
        conduct(job, Arc::new(LogWriter::new(file.clone())), stopping)
            .await
            .unwrap();
        Outcome {
            log: read_log_from(file.bytes().as_slice(), "log").unwrap(),
            store,
        }
    }
}

fn corpus(scenario: &str) -> &'static Corpus {
    let directory = tempfile::tempdir().unwrap();
    let theme = directory.path().join("scenarios/caldav-sched-10/test");
    std::fs::create_dir_all(&theme).unwrap();
    std::fs::write(theme.join("trial.yaml"), scenario).unwrap();
    let corpus = Corpus::from_directory(&directory.path().join(Path::new("scenarios"))).unwrap();
    for file in corpus.scenarios() {
        assert!(file.scenario().is_ok(), "{:#?}", file.scenario());
    }
    Box::leak(Box::new(corpus))
}

struct Outcome {
    log: RunLog,
    store: Arc<Mutex<Store>>,
}

impl Outcome {
    /// Verdict by `step.requirement`, with what was said.
    fn verdicts(&self) -> BTreeMap<String, (Verdict, String)> {
        let mut verdicts = BTreeMap::new();
        for record in &self.log.records {
            if let Event::Check(check) = &record.event {
                let id = check.id.split_once('#').unwrap().1.to_string();
                let said = format!(
                    "{} / {} / {}",
                    check.expected,
                    check.actual,
                    check.notes.join("; ")
                );
                verdicts.insert(id, (check.verdict, said));
            }
        }
        verdicts
    }

    #[track_caller]
    fn expect(&self, expected: &[(&str, Verdict)]) {
        let verdicts = self.verdicts();
        let found: Vec<(&str, Verdict)> = verdicts
            .iter()
            .map(|(id, (verdict, _))| (id.as_str(), *verdict))
            .collect();
        assert_eq!(found, expected, "{verdicts:#?}\n{:?}", self.finished());
    }

    fn finished(&self) -> (Verdict, Option<String>) {
        let finished = self
            .log
            .records
            .iter()
            .rev()
            .find_map(|record| match &record.event {
                Event::ScenarioFinished(finished) => Some((finished.verdict, finished.reason.clone())),
                _ => None,
            });
        finished.expect("a scenario that finished")
    }

    fn residue(&self) -> Vec<String> {
        let residues = self.log.records.iter().filter_map(|record| match &record.event {
            Event::Residue(residue) => Some(residue.urls.clone()),
            _ => None,
        });
        residues.flatten().collect()
    }
}

const INVITE: &str = r#"
title: An invitation arrives
needs: [calendar-auto-schedule]
users: [organizer, attendee]
steps:
  - id: create
    as: organizer
    request: PUT {organizer.calendar}{uid}.ics
    body: invitation.ics
  - id: delivered
    as: attendee
    await: {inbox: {uid: "{uid}", method: REQUEST}}
    cites: [caldav-sched-10-5.2.1.1-1]
    capture: {message: {body: whole}}
    checks:
      - ical: {at: VEVENT/UID, equals: "{uid}"}
        cites: [caldav-sched-10-6-1]
  - id: later
    as: organizer
    request: GET {organizer.calendar}{uid}.ics
    checks:
      - relation: {to: message, uid: same}
        cites: [caldav-sched-10-5.2.5-3]
      - header: {name: ETag, is: strong-etag}
        cites: [caldav-sched-10-8-7]
"#;

#[rstest]
#[case(Delivery::AtOnce)]
#[case(Delivery::AfterLooks(4))]
#[tokio::test]
async fn an_await_waits_until_it_is_there(#[case] delivery: Delivery) {
    let mut trial = Trial::of(INVITE);
    trial.manners.delivery = delivery;
    let outcome = trial.run().await;
    outcome.expect(&[
        ("delivered.caldav-sched-10-5.2.1.1-1", Verdict::Pass),
        ("delivered.caldav-sched-10-6-1", Verdict::Pass),
        ("later.caldav-sched-10-5.2.5-3", Verdict::Pass),
        ("later.caldav-sched-10-8-7", Verdict::Pass),
    ]);
    assert!(outcome.log.is_complete());
    assert_eq!(outcome.store.lock().unwrap().paths(), [] as [&str; 0], "clean-up");
}

#[tokio::test]
async fn an_await_that_ends_is_the_verdict_of_what_it_cites_and_blocks_only_what_needs_it() {
    let mut trial = Trial::of(INVITE);
    trial.manners.delivery = Delivery::Never;
    trial.delivery = "0.1";
    let outcome = trial.run().await;
    outcome.expect(&[
        ("delivered.caldav-sched-10-5.2.1.1-1", Verdict::Fail),
        ("delivered.caldav-sched-10-6-1", Verdict::Blocked),
        ("later.caldav-sched-10-5.2.5-3", Verdict::Blocked),
        ("later.caldav-sched-10-8-7", Verdict::Pass),
    ]);
    let said = &outcome.verdicts()["delivered.caldav-sched-10-5.2.1.1-1"].1;
    assert!(
        said.contains("nothing with this UID") && said.contains("deadline 0.1 s"),
        "{said}"
    );
}

#[tokio::test]
async fn a_set_up_step_that_fails_is_an_error_and_blocks_the_rest() {
    let mut trial = Trial::of(INVITE);
    trial.manners.put = Some(507);
    let outcome = trial.run().await;
    assert!(
        outcome
            .verdicts()
            .values()
            .all(|(verdict, _)| *verdict == Verdict::Blocked)
    );
    let (verdict, reason) = outcome.finished();
    assert_eq!(verdict, Verdict::Error);
    assert_eq!(reason.as_deref(), Some("step create was answered with 507"));
}

#[tokio::test]
async fn a_transport_failure_is_an_error() {
    let mut trial = Trial::of(INVITE);
    trial.manners.get_after_ms = 400;
    trial.delivery = "0.1";
    let outcome = trial.run().await;
    assert_eq!(
        outcome.verdicts()["delivered.caldav-sched-10-5.2.1.1-1"].0,
        Verdict::Error
    );
    assert_eq!(outcome.verdicts()["later.caldav-sched-10-8-7"].0, Verdict::Error);
}

#[tokio::test]
async fn a_stub_is_judged_in_spite_of_everything() {
    let mut trial = Trial::of(INVITE);
    trial.manners.put = Some(200);
    trial.manners.delivery = Delivery::Never;
    trial.delivery = "0.05";
    trial.stub = true;
    let outcome = trial.run().await;
    let verdicts = outcome.verdicts();
    assert_eq!(verdicts["delivered.caldav-sched-10-5.2.1.1-1"].0, Verdict::Fail);
    assert_eq!(
        verdicts["later.caldav-sched-10-8-7"].0,
        Verdict::Fail,
        "{verdicts:#?}"
    );
}

const UNFILLED: &str = r#"
title: An outcome that needs a value that never came
needs: [calendar-auto-schedule]
users: [organizer, attendee]
steps:
  - id: create
    as: organizer
    request: PUT {organizer.calendar}{uid}.ics
    body: invitation.ics
    capture: {tag: {header: No-Such-Header}}
  - id: read
    as: organizer
    request: GET {organizer.calendar}{uid}.ics
    outcomes:
      cites: [caldav-sched-10-8-9]
      any-of:
        - name: kept
          matches:
            - header: {name: Etag, equals: "{tag}"}
"#;

#[tokio::test]
async fn an_outcome_that_cannot_be_asked_blocks_and_does_not_fail() {
    let outcome = Trial::of(UNFILLED).run().await;
    outcome.expect(&[("read.caldav-sched-10-8-9", Verdict::Blocked)]);
}

const CHECKS: &str = r#"
title: What an answer outside 2xx says
needs: [calendar-auto-schedule]
users: [organizer, attendee]
steps:
  - id: create
    as: organizer
    request: PUT {organizer.calendar}{uid}.ics
    body: invitation.ics
    checks:
      - status: [2xx]
        cites: [caldav-sched-10-5.2.3.1-2]
      - header: {name: Schedule-Tag, is: opaque-tag}
        cites: [caldav-sched-10-8-7]
      - ical: {at: VEVENT/UID, equals: "{uid}"}
        cites: [caldav-sched-10-6-1]
      - precondition: {any-of: [C:valid-organizer]}
        cites: [caldav-sched-10-7.2.6-1]
  - id: after
    as: organizer
    request: GET {organizer.calendar}{uid}.ics
    checks:
      - status: [2xx]
        cites: [caldav-sched-10-5.2.3.1-2]
"#;

#[rstest]
#[case(None, [Verdict::Pass, Verdict::Fail, Verdict::Error, Verdict::Blocked, Verdict::Pass])]
#[case(Some(403), [Verdict::Fail, Verdict::Blocked, Verdict::Blocked, Verdict::Fail, Verdict::Blocked])]
#[case(Some(500), [Verdict::Fail, Verdict::Blocked, Verdict::Blocked, Verdict::Blocked, Verdict::Blocked])]
#[tokio::test]
async fn what_depends_on_a_success_is_blocked(#[case] put: Option<u16>, #[case] expected: [Verdict; 5]) {
    let mut trial = Trial::of(CHECKS);
    trial.manners.put = put;
    let outcome = trial.run().await;
    let [status, header, body, precondition, after] = expected;
    outcome.expect(&[
        ("after.caldav-sched-10-5.2.3.1-2", after),
        ("create.caldav-sched-10-5.2.3.1-2", status),
        ("create.caldav-sched-10-6-1", body),
        ("create.caldav-sched-10-7.2.6-1", precondition),
        ("create.caldav-sched-10-8-7", header),
    ]);
    assert!(
        outcome.finished().1.is_none(),
        "the status check says it: no error of the set-up"
    );
}

const NEVER: &str = r#"
title: Nothing else arrives
needs: [calendar-auto-schedule]
users: [organizer, attendee]
rows:
  - {name: quiet, other: "mailto:nobody@example.invalid"}
  - {name: loud, other: "{attendee.address}"}
steps:
  - id: create
    as: organizer
    request: PUT {organizer.calendar}{uid}.ics
    body: |
      BEGIN:VCALENDAR
      VERSION:2.0
      PRODID:-//test//EN
      BEGIN:VEVENT
      UID:{uid}
      DTSTAMP:{now-utc}
      DTSTART:{20270601T100000Z}
      ORGANIZER:{organizer.address}
      ATTENDEE:{organizer.address}
      ATTENDEE:{row.other}
      END:VEVENT
      END:VCALENDAR
  - id: quiet
    as: attendee
    never: {inbox: {uid: "{uid}"}, sentinel: organizer}
    cites: [caldav-sched-10-5.2.1.1-2]
"#;

#[rstest]
#[case(Delivery::AtOnce, Verdict::Pass, Verdict::Fail)]
#[case(Delivery::AfterLooks(3), Verdict::Pass, Verdict::Fail)]
#[case(Delivery::Never, Verdict::Blocked, Verdict::Blocked)]
#[tokio::test]
async fn never_is_sure_only_when_the_sentinel_is_there(
    #[case] delivery: Delivery,
    #[case] quiet: Verdict,
    #[case] loud: Verdict,
) {
    let mut trial = Trial::of(NEVER);
    trial.manners.delivery = delivery;
    trial.delivery = if delivery == Delivery::Never { "0.1" } else { "5.0" };
    trial.options.jobs = 1;
    let outcome = trial.run().await;
    let verdict = |row: &str| {
        outcome.log.records.iter().find_map(|record| match &record.event {
            Event::Check(check) if check.id.contains(&format!("[{row}]#")) => Some(check.verdict),
            _ => None,
        })
    };
    assert_eq!(verdict("quiet"), Some(quiet));
    assert_eq!(verdict("loud"), Some(loud));
    assert_eq!(
        outcome.store.lock().unwrap().paths(),
        [] as [&str; 0],
        "the sentinel has gone, too"
    );
}

/// What broke the quiet once is not held against the next step, and `until` says which messages count.
#[tokio::test]
async fn never_counts_a_message_once_and_only_where_its_conditions_hold() {
    let more = r#"
  - id: then
    as: attendee
    never: {inbox: {uid: "{uid}"}, sentinel: organizer}
    cites: [caldav-sched-10-5.2.1.1-2]
"#;
    let other = NEVER.replace(
        r#"never: {inbox: {uid: "{uid}"}"#,
        r#"never: {inbox: {uid: "{uid}", until: [{ical: {at: VEVENT/LOCATION, is: present}}]}"#,
    );
    for (scenario, expected) in [
        (format!("{NEVER}{more}"), [Verdict::Fail, Verdict::Pass]),
        (format!("{other}{more}"), [Verdict::Pass, Verdict::Fail]),
    ] {
        let scenario: &'static str = scenario.leak();
        let outcome = Trial::of(scenario).run().await;
        let verdicts: Vec<Verdict> = outcome
            .log
            .records
            .iter()
            .filter_map(|record| match &record.event {
                Event::Check(check) if check.id.contains("[loud]#") => Some(check.verdict),
                _ => None,
            })
            .collect();
        assert_eq!(verdicts, expected, "{scenario}");
        let told = outcome.log.records.iter().filter(
            |record| matches!(&record.event, Event::Message(message) if message.direction == Direction::Received),
        );
        assert_eq!(told.count(), 1, "what broke the quiet is part of the story");
    }
}

/// The Inbox may be filled before the calendar is: only then a GET is repeated.
#[rstest]
#[case::after_a_message(
    r#"await: {inbox: {uid: "{uid}"}}"#,
    [Verdict::Pass, Verdict::Pass]
)]
#[case::after_nothing("request: PROPFIND {attendee.inbox}", [Verdict::Fail, Verdict::Pass])]
#[tokio::test]
async fn a_get_that_follows_a_message_is_repeated(#[case] step: &str, #[case] expected: [Verdict; 2]) {
    let (create, _) = NEVER.split_once("  - id: quiet").unwrap();
    let scenario = format!(
        "{create}  - id: look\n    as: attendee\n    {step}\n    {}
  - id: first
    as: attendee
    request: GET {{organizer.calendar}}{{uid}}.ics
    checks: [{{status: [200], cites: [caldav-sched-10-5.2.1.1-2]}}]
  - id: second
    as: attendee
    request: GET {{organizer.calendar}}{{uid}}.ics
    checks: [{{status: [200], cites: [caldav-sched-10-5.2.1.1-2]}}]
",
        match step.starts_with("await") {
            true => "cites: [caldav-sched-10-5.2.1.1-1]",
            false => "checks: [{status: [207], cites: [caldav-sched-10-5.2.1.1-1]}]",
        }
    );
    let mut trial = Trial::of(scenario.leak());
    trial.manners.hidden_for = if expected[0] == Verdict::Fail { 1 } else { 3 };
    let outcome = trial.run().await;
    let verdicts = outcome
        .log
        .records
        .iter()
        .filter_map(|record| match &record.event {
            Event::Check(check) if check.id.contains("[loud]#") && !check.id.contains("#look") => {
                Some(check.verdict)
            }
            _ => None,
        });
    assert_eq!(verdicts.collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn clean_up_is_quiet_orderly_and_touches_nothing_else() {
    let mut trial = Trial::of(INVITE);
    trial.options.repeat = 2;
    let outcome = trial.run().await;
    let store = outcome.store.lock().unwrap();
    let deletes: Vec<(&str, Option<&str>)> = store
        .requests
        .iter()
        .filter(|(method, ..)| method == "DELETE")
        .map(|(_, path, reply)| (path.as_str(), reply.as_deref()))
        .take(4)
        .collect();
    let position = |part: &str| deletes.iter().position(|(path, _)| path.contains(part)).unwrap();
    assert!(
        position("/work/") < position("-organizer/calconform"),
        "{deletes:?}"
    );
    assert!(
        position("-organizer/calconform") < position("/in/"),
        "{deletes:?}"
    );
    assert!(deletes[3].0.ends_with("-organizer/"), "{deletes:?}");
    assert_eq!(deletes[position("/work/")].1, Some("F"));
    assert_eq!(deletes[position("-organizer/calconform")].1, None);
    assert!(outcome.residue().is_empty());
}

#[tokio::test]
async fn what_cannot_be_removed_is_told() {
    let mut trial = Trial::of(INVITE);
    trial.manners.delete = Some(403);
    let outcome = trial.run().await;
    let residue = outcome.residue();
    assert!(
        residue.iter().any(|url| url.ends_with("-organizer/")),
        "{residue:?}"
    );
    assert!(residue.iter().any(|url| url.contains("/in/")), "{residue:?}");
}

#[tokio::test]
async fn keep_leaves_everything() {
    let mut trial = Trial::of(INVITE);
    trial.options.keep = true;
    let outcome = trial.run().await;
    let store = outcome.store.lock().unwrap();
    assert!(store.requests.iter().all(|(method, ..)| method != "DELETE"));
    assert_eq!(store.resources.len(), 4);
}

#[tokio::test]
async fn secrets_are_not_in_the_log() {
    let outcome = Trial::of(INVITE).run().await;
    let log = serde_json::to_string(&outcome.log.records).unwrap();
    assert!(!log.contains("secret of") && !log.contains("YW5uYTpz"), "{log}");
    assert!(log.contains("Basic [secret removed]"));
}

const ALL_USERS: &str = r#"
title: Needs more users than there are
needs: [calendar-auto-schedule]
users: [organizer, attendee, attendee2, attendee3]
steps:
  - id: look
    as: organizer
    request: GET {organizer.calendar}
    checks:
      - status: [2xx]
        cites: [caldav-sched-10-5.2.3.1-2]
"#;

#[tokio::test]
async fn what_does_not_apply_is_planned_with_its_reason() {
    let outcome = Trial::of(ALL_USERS).run().await;
    let reason = outcome.log.records.iter().find_map(|record| match &record.event {
        Event::ScenarioPlanned(planned) => planned.not_applicable.clone(),
        _ => None,
    });
    assert_eq!(
        reason.as_deref(),
        Some("needs 4 calendar users, the target has 3")
    );
    assert!(outcome.verdicts().is_empty());
}

/// Sees what the runner evaluates.
#[derive(Default)]
struct Watching(Mutex<Vec<String>>);

impl Observer for Watching {
    fn evaluated(&self, seen: &Evaluated<'_>) {
        let again = matchers::evaluate(seen.check, seen.subject, seen.scope);
        assert_eq!(again, *seen.finding, "evaluation is pure");
        self.0
            .lock()
            .unwrap()
            .push(format!("{}#{}", seen.scenario, seen.step));
    }

    fn linted(&self, id: &str, mode: Mode, _document: &Document) {
        self.0.lock().unwrap().push(format!("{id} {mode:?}"));
    }
}

#[tokio::test]
async fn an_observer_sees_every_check() {
    let watching = Arc::new(Watching::default());
    let mut trial = Trial::of(INVITE);
    trial.options.observer = Some(watching.clone());
    trial.run().await;
    let seen = watching.0.lock().unwrap();
    let of = |step: &str| {
        seen.iter()
            .filter(|id| **id == format!("caldav-sched-10/test/trial#{step}"))
            .count()
    };
    assert_eq!((of("create"), of("delivered"), of("later")), (0, 1, 2));
}

#[tokio::test]
async fn a_stopped_run_cleans_up_and_closes_its_log() {
    let mut trial = Trial::of(INVITE);
    trial.manners.delivery = Delivery::Never;
    trial.delivery = "60.0";
    let (stop, stopping) = watch::channel(None);
    /// Stops the run when the first object has been stored.
    struct Stopping(watch::Sender<Option<Stop>>);
    impl crate::event::Progress for Stopping {
        fn record(&self, record: &crate::event::Record) {
            if matches!(&record.event, Event::Message(_)) {
                let cause = Interruption::Stopped;
                self.0.send_replace(Some(Stop {
                    reason: "enough".into(),
                    cause,
                }));
            }
        }
    }
    let (server, store) = serve(trial.manners).await;
    let mut target = Target::at(&server.uri()).unwrap();
    target.delivery = std::time::Duration::from_secs(60);
    target.capabilities = Some(vec![
        crate::scenario::Capability::CalendarAutoSchedule,
        crate::scenario::Capability::Mkcalendar,
    ]);
    for name in ["anna", "bert"] {
        target = target.with_user(name, name);
        let place = |part: &str| Some(target.base.join(&format!("/{name}/{part}")).unwrap());
        let (principal, inbox, outbox, work) = (place(""), place("in/"), place("out/"), place("work/"));
        let user = target.users.last_mut().unwrap();
        user.addresses = vec![format!("mailto:{name}@example.com")];
        user.home.clone_from(&principal);
        (user.principal, user.inbox, user.outbox, user.default_calendar) = (principal, inbox, outbox, work);
    }
    let job = Job {
        target,
        corpus: corpus(INVITE),
        selection: Vec::new(),
        options: Options::default(),
    };
    let file = Shared::default();
    let log = LogWriter::new(file.clone()).watched_by(Arc::new(Stopping(stop)));
    conduct(job, Arc::new(log), stopping).await.unwrap();
    let log = read_log_from(file.bytes().as_slice(), "log").unwrap();
    assert!(log.is_complete());
    let interrupted = |record: &&crate::event::Record| matches!(&record.event, Event::Interrupted { reason, .. } if reason == "enough");
    assert!(log.records.iter().any(|record| interrupted(&record)));
    assert_eq!(store.lock().unwrap().paths(), [] as [&str; 0]);
}

/// What the lint says of the step `delivered`: how many it judged, what is kept, and the ids of what is broken.
fn linted(outcome: &Outcome) -> Vec<(usize, Vec<String>, Vec<String>)> {
    let rolled = crate::event::roll_up(&outcome.log.records);
    let of_step = rolled
        .linted
        .iter()
        .filter(|linted| linted.id.ends_with("#delivered.lint"));
    let owned = |ids: &std::collections::BTreeSet<&str>| ids.iter().map(|id| (*id).to_owned()).collect();
    of_step
        .map(|linted| (linted.count, owned(&linted.kept), owned(&linted.broken)))
        .collect()
}

#[tokio::test]
async fn what_a_step_finds_is_linted_without_being_asked_for() {
    let outcome = Trial::of(INVITE).run().await;
    let found = linted(&outcome);
    let [(1, kept, broken)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(
        kept.len() > 20 && kept.contains(&"rfc5546-3-2".to_owned()),
        "{kept:?}"
    );
    assert_eq!(*broken, [""; 0]);
    let rolled = crate::event::roll_up(&outcome.log.records);
    let method = rolled
        .requirements
        .iter()
        .find(|state| state.id == "rfc5546-3-2")
        .unwrap();
    assert_eq!(
        (method.verdict, method.cited.is_some()),
        (Some(Verdict::Pass), true)
    );
    // What is kept makes no checks: they are those of the file.
    assert!(rolled.checks.iter().all(|check| !check.is_lint()));
}

#[tokio::test]
async fn nothing_is_linted_where_nothing_comes() {
    let mut trial = Trial::of(INVITE);
    trial.manners.delivery = Delivery::Never;
    trial.delivery = "0.1";
    assert_eq!(linted(&trial.run().await), []);
}

/// The client writes an invitation in which a line is another one.
fn with_line(line: &str, other: &str) -> &'static str {
    let body = include_str!("../../../fixtures/ical/invitation.ics").replace("\r\n", "\n");
    assert!(body.contains(line));
    let body = body.replace(line, other).replace('\n', "\n      ");
    let odd = INVITE.replace(
        "body: invitation.ics",
        &format!("body: |\n      {}", body.trim_end()),
    );
    assert_ne!(odd, INVITE);
    odd.leak()
}

#[rstest]
#[case::value("SEQUENCE:0", "SEQUENCE:none")]
#[case::missing("SUMMARY:Lunch\n", "")]
#[tokio::test]
async fn what_the_client_broke_is_not_the_servers(#[case] line: &str, #[case] other: &str) {
    let found = linted(&Trial::of(with_line(line, other)).run().await);
    let [(1, kept, broken)] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert!(kept.len() > 20);
    assert_eq!(*broken, [""; 0]);
}
