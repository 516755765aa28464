//! From a target and a selection to a whole log.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::watch;

use super::plan::Plan;
use super::run::{Options, Stop, run};
use crate::client::{Client, Recorder};
use crate::corpus::Corpus;
use crate::event::{Event, Interruption, LogWriter, Memory, RunFinished, RunStarted, SCHEMA_VERSION};
use crate::scenario::{Picks, SelectionError, select};
use crate::target::{Discovered, DiscoveryError, Leases, Target, discover};

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

/// A target that has been looked at, for one run after another.
pub struct Session {
    pub target: Target,
    pub discovered: Discovered,
    leases: Leases,
    /// Discovery got something.
    accepting: bool,
}

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
    let mut picks = select(&selection, corpus.scenarios(), corpus.register())?;
    if let Some(shard) = options.shard {
        picks.scenarios.retain(|pick| shard.has(&pick.file.id));
        picks.broken.retain(|file| shard.has(&file.id));
    }
    let framed = Framed::begin(&target, selection, &options, log);
    let outcome = async {
        let client = framed.client(&target)?;
        let session = Session::open(target, &client).await?;
        let plan = session.plan(corpus, &picks);
        Ok(session.play(client, &plan, options, stop).await)
    }
    .await;
    framed.end(outcome)
}

impl Session {
    /// Resets the target if it wants that, and looks at it.
    ///
    /// # Errors
    /// When it cannot be reached or not be understood.
    pub async fn open(target: Target, client: &Arc<Client>) -> Result<Session, RunError> {
        reset(&target).await?;
        let discovered = discover(client, &target).await?;
        let names = target.users.iter().map(|user| user.name.as_str());
        let leases = Leases::new(&target.base, names).map_err(|(path, error)| {
            RunError::Configuration(format!(
                "cannot lock calendar users with {}: {error}",
                path.display()
            ))
        })?;
        Ok(Session {
            accepting: client.recorder().has_accepted(),
            target,
            discovered,
            leases,
        })
    }

    /// As [`Session::open`], without a log of what was asked.
    ///
    /// # Errors
    /// As [`Session::open`].
    pub async fn look_at(target: Target) -> Result<Session, RunError> {
        let (log, _) = Memory::log();
        let client = Framed::begin(&target, Vec::new(), &Options::default(), log).client(&target)?;
        Session::open(target, &client).await
    }

    /// What of this is to be run on this target.
    pub fn plan(&self, corpus: &'static Corpus, picks: &Picks<'static>) -> Plan {
        Plan::new(corpus, picks, &self.discovered, self.target.profile)
    }

    /// A run of its own with what was found before.
    ///
    /// # Errors
    /// As [`conduct`].
    pub async fn conduct(
        &self,
        corpus: &'static Corpus,
        selection: Vec<String>,
        options: Options,
        log: Arc<LogWriter>,
        stop: watch::Receiver<Option<Stop>>,
    ) -> Result<(), RunError> {
        let picks = select(&selection, corpus.scenarios(), corpus.register())?;
        let framed = Framed::begin(&self.target, selection, &options, log);
        let outcome = match framed.client(&self.target) {
            Ok(client) => Ok(self.play(client, &self.plan(corpus, &picks), options, stop).await),
            Err(error) => Err(error),
        };
        framed.end(outcome)
    }

    async fn play(
        &self,
        client: Arc<Client>,
        plan: &Plan,
        options: Options,
        stop: watch::Receiver<Option<Stop>>,
    ) -> Option<Stop> {
        if self.accepting {
            client.recorder().accepted_before();
        }
        self.discovered.record(client.recorder());
        plan.record(client.recorder());
        let (target, discovered) = (self.target.clone(), self.discovered.clone());
        run(
            client,
            target,
            discovered,
            plan,
            self.leases.clone(),
            options,
            stop,
        )
        .await
    }
}

/// A log between its beginning and its end.
struct Framed {
    recorder: Arc<Recorder>,
    started: Instant,
}

impl Framed {
    fn begin(target: &Target, selection: Vec<String>, options: &Options, log: Arc<LogWriter>) -> Framed {
        let started = Instant::now();
        let recorder = Arc::new(Recorder::new(log, target.redactor()));
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
                product: target.product.clone(),
                product_version: target.product_version.clone(),
                base_url: target.base.to_string(),
                specification: specification.to_string(),
                selection,
                seed: options.seed,
                jobs: options.jobs,
                repeat: options.repeat,
                shard: options.shard,
                expectations: options.expectations.clone(),
                keep: options.keep,
            }),
        );
        Framed { recorder, started }
    }

    fn client(&self, target: &Target) -> Result<Arc<Client>, RunError> {
        let client = Client::new(target.client_config(), self.recorder.clone());
        client.map(Arc::new).map_err(RunError::Configuration)
    }

    fn end(self, outcome: Result<Option<Stop>, RunError>) -> Result<(), RunError> {
        let (stopped, result) = match outcome {
            Ok(stopped) => (stopped, Ok(())),
            Err(error) => {
                let cause = match &error {
                    RunError::Discovery(DiscoveryError::Unreachable { .. }) => Interruption::TargetLost,
                    _ => Interruption::Stopped,
                };
                let reason = error.to_string();
                (Some(Stop { reason, cause }), Err(error))
            }
        };
        if let Some(Stop { reason, cause }) = stopped {
            self.recorder.write(None, Event::Interrupted { reason, cause });
        }
        let wall_ms = u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.recorder.write(
            None,
            Event::RunFinished(RunFinished {
                exchanges: self.recorder.exchanges(),
                wall_ms,
            }),
        );
        result
    }
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
