//! `cargo test` against a target: each scenario is a test of its own.

use std::panic::AssertUnwindSafe;
use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::expectations::ExpectArgs;
use super::snapshots::Snapshots;
use super::target::TargetArgs;
use super::{CliError, Color, SnapshotArgs, Term, panic};
use crate::corpus::Corpus;
use crate::event::{CheckState, Expectations, Memory, RollUp, RunLog, ScenarioState, Verdict, roll_up};
use crate::reference::Server;
use crate::report::{ConsoleOptions, Styles, console};
use crate::run::{Options, Session};
use crate::scenario::{Picks, select};
use crate::target::Target;

/// The target file or URL to test; the reference server if it is not set.
pub const TARGET: &str = "CALCONFORM_TARGET";
/// A directory of snapshots: what is not as it was accepted is told on standard error.
pub const SNAPSHOTS: &str = "CALCONFORM_SNAPSHOTS";
/// Set to `1`, such news fails the test.
pub const STRICT_SNAPSHOTS: &str = "CALCONFORM_STRICT_SNAPSHOTS";
/// `user:password,user:password`, for a URL.
pub const USERS: &str = "CALCONFORM_USERS";

/// The file of expected verdicts; `expect.yaml` beside the target file if it is not set.
pub const EXPECT: &str = "CALCONFORM_EXPECT";

/// Columns of a failure.
const WIDTH: usize = 100;

/// The whole of a test target with `harness = false`:
///
/// ```no_run
/// fn main() -> std::process::ExitCode {
///     calconform::conformance()
/// }
/// ```
///
/// It takes the arguments of any test target (`--list`, `--exact`, `--skip`, a filter) and variables of the environment:
/// [`TARGET`], [`USERS`], [`EXPECT`], [`SNAPSHOTS`] and [`STRICT_SNAPSHOTS`]. Which scenarios do not apply to the target is decided before the first test: these
/// are ignored. A scenario fails in which something failed, could not be found out or was blocked, unless that is expected
/// or follows from what is; and one in which something passed that was expected to fail. Warnings do not matter.
pub fn conformance() -> ExitCode {
    let arguments = Arguments::from_args();
    panic::tell_without_secrets();
    match trials(&arguments, &given()) {
        Ok((trials, server)) => {
            let conclusion = libtest_mimic::run(&arguments, trials);
            drop(server);
            conclusion.exit_code()
        }
        Err(error) => {
            eprintln!("calconform: {error}");
            error.exit().into()
        }
    }
}

/// What the tests share.
struct Shared {
    session: Session,
    expectations: Option<Expectations>,
    snapshots: Snapshots,
    corpus: &'static Corpus,
}

/// What the environment names.
struct Given {
    target: TargetArgs,
    expect: ExpectArgs,
    snapshots: SnapshotArgs,
}

/// The target that the environment names, what is expected of it, and its snapshots.
fn given() -> Given {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let target = TargetArgs {
        target: set(TARGET),
        users: set(USERS)
            .map(|users| users.split(',').map(|user| user.trim().to_owned()).collect())
            .unwrap_or_default(),
    };
    let expect = ExpectArgs {
        expect: set(EXPECT).map(Into::into),
        no_expect: false,
    };
    let snapshots = SnapshotArgs {
        snapshots: set(SNAPSHOTS).map(Into::into),
        strict_snapshots: set(STRICT_SNAPSHOTS).is_some_and(|value| value != "0"),
    };
    Given {
        target,
        expect,
        snapshots,
    }
}

/// The tests, and the server that they need.
fn trials(arguments: &Arguments, given: &Given) -> Result<(Vec<Trial>, Option<Server>), CliError> {
    let snapshots = given.snapshots.open()?;
    let (target, server) = given.target.open()?;
    let expectations = given.expect.read(&target, &Term::new(Color::Auto))?;
    let (shared, picks) = Shared::open(target, expectations, snapshots, arguments)?;
    Ok((shared.trials(&picks), server))
}

impl Shared {
    /// Looks at the target, and picks what the arguments ask for.
    fn open(
        target: Target,
        expectations: Option<Expectations>,
        snapshots: Snapshots,
        arguments: &Arguments,
    ) -> Result<(Arc<Self>, Picks<'static>), CliError> {
        let corpus = Corpus::embedded();
        let mut picks = select(&[], corpus.scenarios(), corpus.register())?;
        // A test runner starts a process for each test.
        if let (true, Some(wanted)) = (arguments.exact, &arguments.filter) {
            picks.scenarios.retain(|pick| pick.id == *wanted);
            picks.broken.retain(|file| file.id == *wanted);
        }
        let session = runtime()?.block_on(Session::look_at(target))?;
        let shared = Shared {
            session,
            expectations,
            snapshots,
            corpus,
        };
        Ok((Arc::new(shared), picks))
    }

    fn trials(self: &Arc<Self>, picks: &Picks<'static>) -> Vec<Trial> {
        let plan = self.session.plan(self.corpus, picks);
        let planned = plan.scenarios.iter().map(|planned| {
            let (shared, id) = (self.clone(), planned.id.clone());
            let lacking = planned.not_applicable.clone();
            let is_ignored = lacking.is_some();
            let test = move || match lacking {
                Some(why) => Err(Failed::from(format!("n/a: {why}"))),
                None => shared.test(&id),
            };
            Trial::test(planned.id.clone(), test).with_ignored_flag(is_ignored)
        });
        let broken = picks.broken.iter().map(|file| {
            let problems: Vec<String> = file
                .problems()
                .iter()
                .map(|problem| {
                    format!(
                        "{}:{}:{}: {}",
                        file.path, problem.line, problem.column, problem.message
                    )
                })
                .collect();
            Trial::test(file.id.clone(), move || Err(Failed::from(problems.join("\n"))))
        });
        planned.chain(broken).collect()
    }

    /// Runs one scenario; what is wrong is said as on the console.
    fn test(&self, id: &str) -> Result<(), Failed> {
        let (log, memory) = Memory::log();
        let (_stop, stopping) = watch::channel(None);
        let options = Options {
            expectations: self.expectations.clone(),
            ..Options::default()
        };
        let run = self
            .session
            .conduct(self.corpus, vec![id.to_owned()], options, log, stopping);
        let runtime = runtime()?;
        // The test library would repeat what the panic said.
        std::panic::catch_unwind(AssertUnwindSafe(|| runtime.block_on(run)))
            .map_err(|_| Failed::from("a bug of calconform: see above"))??;
        let log = RunLog {
            records: memory.take(),
            cut_in_line: None,
        };
        let rolled = roll_up(&log.records);
        let news = self.snapshots.compare(&log)?;
        if is_as_expected(&rolled) {
            if self.snapshots.is_broken_by(&news) {
                return Err(Failed::from(self.snapshots.tell(&news, true)));
            }
            eprint!("{}", self.snapshots.tell_briefly(&news));
            return Ok(());
        }
        let options = ConsoleOptions {
            verbose: false,
            styles: Styles::plain(),
            width: WIDTH,
        };
        let told = self.snapshots.tell_briefly(&news);
        Err(Failed::from(console(&log, options) + &told))
    }
}

/// Whether a scenario came to what it should. Where something failed as it was expected to, others may be blocked by it.
fn is_as_expected(rolled: &RollUp<'_>) -> bool {
    let foreseen = rolled.checks.iter().any(|check| check.expected.is_some())
        || rolled
            .scenarios
            .iter()
            .any(|scenario| scenario.expected.is_some());
    let open = |verdict| match verdict {
        Some(Verdict::Blocked) => !foreseen,
        None => true,
        Some(_) => false,
    };
    let checks = rolled.checks.iter().map(|check| check.verdict);
    let mut verdicts = checks.chain(rolled.scenarios.iter().map(|scenario| scenario.verdict));
    !verdicts.any(open)
        && !rolled.checks.iter().any(CheckState::is_unexpected)
        && !rolled.scenarios.iter().any(ScenarioState::is_unexpected)
        && rolled.news.is_empty()
        && rolled.interrupted.is_none()
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::event::Expectation;
    use crate::reference::{Config, Deviation, Policy, User, Variant};

    const MOVE: &str = "caldav-sched-10/methods/move";

    fn exact(name: &str) -> Arguments {
        Arguments {
            exact: true,
            filter: Some(name.to_owned()),
            ..Arguments::default()
        }
    }

    fn at(policy: Policy) -> (Target, Server) {
        let config = Config {
            policy,
            users: User::numbered(5),
            ..Config::default()
        };
        let server = Server::start(config).expect("a server");
        let users = server.users.iter();
        let given = TargetArgs {
            target: Some(server.base_url.clone()),
            users: users
                .map(|user| format!("{}:{}", user.name, user.password))
                .collect(),
        };
        let (target, _) = given.open().expect("a target");
        (target, server)
    }

    fn against(policy: Policy, arguments: &Arguments) -> (Vec<Trial>, Server) {
        let (target, server) = at(policy);
        let (shared, picks) =
            Shared::open(target, None, Snapshots::default(), arguments).expect("a target that can be tested");
        (shared.trials(&picks), server)
    }

    #[test]
    fn each_row_is_a_test_and_what_does_not_apply_is_ignored() {
        let (trials, _server) = against(
            Policy::default().with(Variant::NoMkcalendar),
            &Arguments::default(),
        );
        let names: BTreeSet<&str> = trials.iter().map(Trial::name).collect();
        assert_eq!(names.len(), trials.len());
        assert!(names.contains("caldav-sched-10/organizer/create[client]"));
        let ignored = |name| {
            trials
                .iter()
                .any(|trial| trial.name() == name && trial.has_ignored_flag())
        };
        assert!(ignored(MOVE));
        assert!(!ignored("caldav-sched-10/organizer/create[client]"));
    }

    #[test]
    fn an_exact_name_makes_one_test() {
        let (trials, _server) = against(Policy::default(), &exact(MOVE));
        assert_eq!(trials.iter().map(Trial::name).collect::<Vec<_>>(), [MOVE]);
        let (trials, _server) = against(Policy::default(), &exact("caldav-sched-10/methods"));
        assert!(trials.is_empty());
    }

    #[test]
    fn a_scenario_passes_or_says_what_is_wrong() {
        let said = |policy, expected: &[&str]| {
            let (target, _server) = at(policy);
            let entries = expected.iter().map(|check| Expectation {
                line: 1,
                check: (*check).to_owned(),
                verdicts: vec![Verdict::Fail],
                reason: "known".to_owned(),
                link: None,
                expires: None,
            });
            let expectations = Expectations {
                file: "expect.yaml".to_owned(),
                entries: entries.collect(),
            };
            let shared = Shared::open(target, Some(expectations), Snapshots::default(), &exact(MOVE));
            let (shared, _) = shared.expect("a target that can be tested");
            let failed = shared.test(MOVE).err()?;
            failed.message().map(str::to_owned)
        };
        let broken = || Policy::default().deviating(Deviation::NoScheduleTagOnMove);
        assert_eq!(said(Policy::default(), &[]), None);
        assert_eq!(said(broken(), &["caldav-sched-10-8-8"]), None);
        // Another scenario may need what this one does not.
        assert_eq!(said(Policy::default(), &["caldav-sched-10-8-8"]), None);
        let passed = said(
            Policy::default(),
            &["caldav-sched-10/methods/move#move.caldav-sched-10-8-8"],
        );
        let passed = passed.expect("it is news that it passes");
        assert!(passed.contains("unexpected pass"), "{passed}");
        let card = said(broken(), &[]).expect("a failure");
        assert!(
            card.contains("caldav-sched-10-8-8") && card.contains("curl"),
            "{card}"
        );
    }
}
