//! One run, kept in memory.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;

use crate::corpus::Corpus;
use crate::event::{Memory, Record, RollUp, roll_up};
use crate::reference::{Config, Policy, Server, User};
use crate::run::{Job, Observer, Options, RunError, conduct};
use crate::target::{Target, TargetError};

/// The records of a run.
#[derive(Debug)]
pub struct Trial {
    pub records: Vec<Record>,
}

impl Trial {
    /// What checks, requirements and scenarios came to.
    pub fn rolled(&self) -> RollUp<'_> {
        roll_up(&self.records)
    }
}

/// Why a trial could not be made.
#[derive(Debug, thiserror::Error)]
pub enum TrialError {
    #[error("cannot start the server: {0}")]
    Server(#[from] io::Error),
    #[error(transparent)]
    Target(#[from] TargetError),
    #[error(transparent)]
    Run(#[from] RunError),
}

/// So many users that scenarios need not wait for each other.
const USERS: usize = 40;
const JOBS: usize = 12;
/// Long enough for asynchronous delivery on a busy machine; every delivery that a deviation suppresses costs it.
const DELIVERY: Duration = Duration::from_millis(2500);

/// A running reference server as a target of its own suite.
///
/// # Errors
/// None that a server of ours gives cause for: its URL is one.
pub fn as_target(server: &Server) -> Result<Target, TargetError> {
    let mut target = Target::at(&server.base_url)?;
    target.name = "reference server".into();
    target.product_version = Some(env!("CARGO_PKG_VERSION").into());
    target.expendable = true;
    target.ischedule = target.base.join(".well-known/ischedule").ok();
    target.peers.clone_from(&server.peers);
    for user in &server.users {
        target = target.with_user(&user.name, &user.password);
    }
    Ok(target)
}

/// A reference server with these switches, and it as a target with many users and short deadlines.
pub(super) fn reference(policy: Policy) -> Result<(Server, Target), TrialError> {
    let config = Config {
        policy,
        users: User::numbered(USERS),
        ..Config::default()
    };
    let server = Server::start(config)?;
    let mut target = as_target(&server)?;
    target.delivery = DELIVERY;
    Ok((server, target))
}

/// Runs what is selected of a corpus (everything, if nothing is) against a target.
///
/// # Errors
/// When nothing could be run at all.
pub async fn trial(
    target: Target,
    corpus: &'static Corpus,
    selection: Vec<String>,
    observer: Option<Arc<dyn Observer>>,
) -> Result<Trial, TrialError> {
    let (log, memory) = Memory::log();
    let options = Options {
        jobs: JOBS,
        keep: false,
        observer,
        ..Options::default()
    };
    let job = Job {
        target,
        corpus,
        selection,
        options,
    };
    // The sender has to live: a run whose stop switch is gone cannot be stopped, which is what is wanted here.
    let (_stop, stopping) = watch::channel(None);
    conduct(job, log, stopping).await?;
    Ok(Trial {
        records: memory.take(),
    })
}
