//! From a target and a selection to a whole log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::plan::Plan;
use super::run::{Options, Stop, run};
use crate::client::{Client, Recorder, Redactor};
use crate::corpus::Corpus;
use crate::event::{Event, Interruption, LogWriter, RunFinished, RunStarted, SCHEMA_VERSION};
use crate::scenario::{SelectionError, select};
use crate::target::{DiscoveryError, Leases, Target, discover};

/// What is to be run.
pub struct Job {
    pub target: Target,
    pub corpus: &'static Corpus,
    /// SELECTION arguments; everything if there are none.
    pub selection: Vec<String>,
    pub options: Options,
}

/// Why a run could not be done.
#[derive(Debug, thiserror::Error)]
pub enum RunError {
    #[error(transparent)]
    Selection(#[from] SelectionError),
    /// The target file asks for something that cannot be done.
    #[error("{0}")]
    Configuration(String),
    #[error(transparent)]
    Discovery(#[from] DiscoveryError),
}

/// How long a reset command may take.
const RESET: Duration = Duration::from_secs(120);

/// Does a whole run: reset, discovery, plan, scenarios, clean-up. The log has its beginning and its end in any case, except
/// when nothing could be selected.
///
/// # Errors
/// When nothing can be run. Whatever the scenarios came to is no error: it stands in the log.
pub async fn conduct(
    job: Job,
    log: Arc<LogWriter>,
    stop: watch::Receiver<Option<Stop>>,
) -> Result<(), RunError> {
    let Job {
        target,
        corpus,
        selection,
        options,
    } = job;
    let picks = select(&selection, corpus.scenarios(), corpus.register())?;
    let started = Instant::now();
    let redactor = Redactor::new(target.users.iter().filter_map(|user| user.credentials.as_ref()));
    let recorder = Arc::new(Recorder::new(log, redactor));
    let specification = target
        .profile
        .map_or("caldav-sched-10", crate::target::Profile::specification);
    recorder.write(
        None,
        Event::RunStarted(RunStarted {
            schema: SCHEMA_VERSION,
            version: env!("CARGO_PKG_VERSION").to_string(),
            started: jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            target: target.name.clone(),
            base_url: target.base.to_string(),
            specification: specification.to_string(),
            selection,
            seed: options.seed,
            jobs: options.jobs,
            repeat: options.repeat,
        }),
    );
    let outcome = async {
        reset(&target).await?;
        let client =
            Client::new(target.client_config(), recorder.clone()).map_err(RunError::Configuration)?;
        let client = Arc::new(client);
        let discovered = discover(&client, &target).await?;
        discovered.record(&recorder);
        let plan = Plan::new(corpus, &picks, &discovered, target.profile);
        plan.record(&recorder);
        let names = target.users.iter().map(|user| user.name.as_str());
        let leases = Leases::new(&target.base, names).map_err(|(path, error)| {
            RunError::Configuration(format!(
                "cannot lock calendar users with {}: {error}",
                path.display()
            ))
        })?;
        Ok(run(client, target, discovered, &plan, leases, options, stop).await)
    }
    .await;
    let (stopped, result) = match outcome {
        Ok(stopped) => (stopped, Ok(())),
        Err(error) => {
            let cause = match &error {
                RunError::Discovery(DiscoveryError::Unreachable { .. }) => Interruption::TargetLost,
                _ => Interruption::Stopped,
            };
            (
                Some(Stop {
                    reason: error.to_string(),
                    cause,
                }),
                Err(error),
            )
        }
    };
    if let Some(Stop { reason, cause }) = stopped {
        recorder.write(None, Event::Interrupted { reason, cause });
    }
    let wall_ms = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    recorder.write(
        None,
        Event::RunFinished(RunFinished {
            exchanges: recorder.exchanges(),
            wall_ms,
        }),
    );
    result
}

async fn reset(target: &Target) -> Result<(), RunError> {
    let Some([program, arguments @ ..]) = target.reset.as_deref() else {
        return Ok(());
    };
    let failed = |why: String| RunError::Configuration(format!("the reset command {program} {why}"));
    let run = tokio::process::Command::new(program)
        .args(arguments)
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .kill_on_drop(true)
        .status();
    match tokio::time::timeout(RESET, run).await {
        Err(_) => Err(failed(format!("did not end within {} s", RESET.as_secs()))),
        Ok(Err(error)) => Err(failed(format!("cannot be run: {error}"))),
        Ok(Ok(status)) if !status.success() => Err(failed(format!("ended with {status}"))),
        Ok(Ok(_)) => Ok(()),
    }
}
