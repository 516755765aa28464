//! `cargo test` against a target: each scenario is a test of its own.

use std::process::ExitCode;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use tokio::runtime::Runtime;
use tokio::sync::watch;

use super::CliError;
use super::target::TargetArgs;
use crate::corpus::Corpus;
use crate::event::{Memory, RunLog, Verdict, roll_up};
use crate::reference::Server;
use crate::report::{ConsoleOptions, Styles, console};
use crate::run::{Options, Session};
use crate::scenario::{Picks, select};
use crate::target::Target;

/// The target file or URL to test; the reference server if it is not set.
pub const TARGET: &str = "CALCONFORM_TARGET";
/// `user:password,user:password`, for a URL.
pub const USERS: &str = "CALCONFORM_USERS";

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
/// It takes the arguments of any test target (`--list`, `--exact`, `--skip`, a filter) and two variables of the environment:
/// [`TARGET`] and [`USERS`]. Which scenarios do not apply to the target is decided before the first test: these are
/// ignored. A scenario in which something failed, could not be found out or was blocked fails; warnings do not.
pub fn conformance() -> ExitCode {
    let arguments = Arguments::from_args();
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
    corpus: &'static Corpus,
}

/// The target that the environment names.
fn given() -> TargetArgs {
    let set = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    TargetArgs {
        target: set(TARGET),
        users: set(USERS)
            .map(|users| users.split(',').map(|user| user.trim().to_owned()).collect())
            .unwrap_or_default(),
    }
}

/// The tests, and the server that they need.
fn trials(arguments: &Arguments, given: &TargetArgs) -> Result<(Vec<Trial>, Option<Server>), CliError> {
    let (target, server) = given.open()?;
    let (shared, picks) = Shared::open(target, arguments)?;
    Ok((shared.trials(&picks), server))
}

impl Shared {
    /// Looks at the target, and picks what the arguments ask for.
    fn open(target: Target, arguments: &Arguments) -> Result<(Arc<Self>, Picks<'static>), CliError> {
        let corpus = Corpus::embedded();
        let mut picks = select(&[], corpus.scenarios(), corpus.register())?;
        // A test runner starts a process for each test.
        if let (true, Some(wanted)) = (arguments.exact, &arguments.filter) {
            picks.scenarios.retain(|pick| pick.id == *wanted);
            picks.broken.retain(|file| file.id == *wanted);
        }
        let session = runtime()?.block_on(Session::look_at(target))?;
        Ok((Arc::new(Shared { session, corpus }), picks))
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
        let run = self.session.conduct(
            self.corpus,
            vec![id.to_owned()],
            Options::default(),
            log,
            stopping,
        );
        runtime()?.block_on(run)?;
        let log = RunLog {
            records: memory.take(),
            cut_in_line: None,
        };
        let rolled = roll_up(&log.records);
        let bad = |verdict| {
            matches!(
                verdict,
                Some(Verdict::Fail | Verdict::Error | Verdict::Blocked) | None
            )
        };
        let checks = rolled.checks.iter().map(|check| check.verdict);
        let scenarios = rolled.scenarios.iter().map(|scenario| scenario.verdict);
        if !checks.chain(scenarios).any(bad) && rolled.interrupted.is_none() {
            return Ok(());
        }
        let options = ConsoleOptions {
            verbose: false,
            styles: Styles::plain(),
            width: WIDTH,
        };
        Err(Failed::from(console(&log, options)))
    }
}

fn runtime() -> std::io::Result<Runtime> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
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
        let (shared, picks) = Shared::open(target, arguments).expect("a target that can be tested");
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
        let said = |policy| {
            let (target, _server) = at(policy);
            let (shared, _) = Shared::open(target, &exact(MOVE)).expect("a target that can be tested");
            let failed = shared.test(MOVE).err()?;
            failed.message().map(str::to_owned)
        };
        assert_eq!(said(Policy::default()), None);
        let card = said(Policy::default().deviating(Deviation::NoScheduleTagOnMove)).expect("a failure");
        assert!(
            card.contains("caldav-sched-10-8-8") && card.contains("curl"),
            "{card}"
        );
    }
}
