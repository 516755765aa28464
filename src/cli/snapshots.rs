//! `--snapshots`: what came back, compared with what somebody has accepted.

use std::fmt::Write;

use camino::{Utf8Path, Utf8PathBuf};

use super::{CliError, Exit};
use crate::event::RunLog;
use crate::report::visible;
use crate::snapshot::{Item, Kind, News, Store, StoreError, take};

/// What insta calls it, for everybody who uses it.
const UPDATE: &str = "INSTA_UPDATE";
/// Lines of news, and of each difference.
const LISTED: usize = 20;

/// Answers kept to be compared with the next run's
#[derive(Debug, Clone, Default, clap::Args)]
pub struct SnapshotArgs {
    /// Compare the final answer of each step with the snapshots in DIR; what is new or differs waits there for
    /// `cargo insta review`, and is news, not a verdict. INSTA_UPDATE=no writes nothing, INSTA_UPDATE=always accepts all
    #[arg(long, value_name = "DIR")]
    pub snapshots: Option<Utf8PathBuf>,

    /// End with 1 when an answer is not as its snapshot
    #[arg(long, requires = "snapshots")]
    pub strict_snapshots: bool,
}

impl SnapshotArgs {
    /// The directory; without one nothing is compared.
    ///
    /// # Errors
    /// When it cannot have snapshots.
    pub fn open(&self) -> Result<Snapshots, CliError> {
        let Some(directory) = &self.snapshots else {
            return Ok(Snapshots(None));
        };
        let update = std::env::var(UPDATE).unwrap_or_default();
        let update = update.parse().map_err(CliError::Usage)?;
        Ok(Snapshots(Some(Kept {
            given: directory.clone(),
            store: Store::open(directory, update)?,
            strict: self.strict_snapshots,
        })))
    }
}

/// A directory of snapshots, if there is one.
#[derive(Debug, Clone, Default)]
pub struct Snapshots(Option<Kept>);

#[derive(Debug, Clone)]
struct Kept {
    given: Utf8PathBuf,
    store: Store,
    strict: bool,
}

impl Snapshots {
    /// Compares a run, and keeps what is not the same.
    ///
    /// # Errors
    /// When something cannot be written.
    pub fn compare(&self, log: &RunLog) -> Result<News, CliError> {
        let Some(kept) = &self.0 else {
            return Ok(News::default());
        };
        let target = log.header().map_or("", |header| header.target.as_str());
        Ok(kept.store.compare(target, &take(&log.records))?)
    }

    /// What a run ends with that would end with `exit`.
    pub fn exit(&self, exit: Exit, news: &News) -> Exit {
        match exit {
            Exit::Expected if self.is_broken_by(news) => Exit::Unexpected,
            exit => exit,
        }
    }

    /// Whether this is more than news.
    pub fn is_broken_by(&self, news: &News) -> bool {
        self.0.as_ref().is_some_and(|kept| kept.strict) && !news.is_empty()
    }

    /// The news a line each, for one scenario among many.
    pub fn tell_briefly(&self, news: &News) -> String {
        news.items
            .iter()
            .map(|item| format!("snapshot {}\n", line(item)))
            .collect()
    }

    /// The news in words, with the differences themselves if `verbose`.
    pub fn tell(&self, news: &News, verbose: bool) -> String {
        let Some(Kept { given, .. }) = &self.0 else {
            return String::new();
        };
        let mut text = format!("snapshots in {given}: {}\n", totals(news));
        if news.is_empty() {
            return text;
        }
        // Of a first run nobody wants a list.
        let all_new = news.items.iter().all(|item| item.kind == Kind::New);
        let listed = if all_new { 0 } else { LISTED };
        for item in news.items.iter().take(listed) {
            let _ = writeln!(text, "  {}", line(item));
            if let (true, Kind::Differs(difference)) = (verbose, &item.kind) {
                text += &excerpt(&difference.text);
            }
        }
        if listed > 0 && news.items.len() > listed {
            let _ = writeln!(text, "  … and {} more", news.items.len() - listed);
        }
        let _ = writeln!(
            text,
            "  to review: cargo insta review --workspace-root {}",
            shell_word(given)
        );
        text
    }
}

fn totals(news: &News) -> String {
    let count = |is: fn(&Kind) -> bool| news.items.iter().filter(|item| is(&item.kind)).count();
    let counts = [
        (news.same, "as before"),
        (count(|kind| *kind == Kind::New), "new"),
        (count(|kind| matches!(kind, Kind::Differs(_))), "with differences"),
        (count(|kind| matches!(kind, Kind::LeftOut(_))), "left out"),
        (count(|kind| matches!(kind, Kind::Unreadable(_))), "unreadable"),
    ];
    let counts: Vec<_> = counts
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, word)| format!("{count} {word}"))
        .collect();
    match counts.is_empty() {
        true => "nothing to compare".to_owned(),
        false => counts.join(", "),
    }
}

fn line(item: &Item) -> String {
    let scenario = visible(&item.scenario);
    match &item.kind {
        Kind::New => format!("new         {scenario}"),
        Kind::Differs(difference) => {
            format!(
                "differs     {scenario}  +{} -{}",
                difference.added, difference.removed
            )
        }
        Kind::LeftOut(why) => format!("left out    {scenario}: {}", visible(why)),
        Kind::Unreadable(why) => format!("unreadable  {}: {}", item.path, visible(why)),
    }
}

fn excerpt(diff: &str) -> String {
    let shown = visible(diff);
    let mut lines = shown.lines().map(|line| format!("    {line}\n"));
    let mut text: String = lines.by_ref().take(2 * LISTED).collect();
    if lines.next().is_some() {
        text += "    …\n";
    }
    text
}

fn shell_word(path: &Utf8Path) -> String {
    let is_plain = |c: char| {
        c.is_ascii_alphanumeric() || matches!(c, '/' | '.' | '_' | '-' | ':' | '@' | '%' | '+' | '=')
    };
    match path.as_str().chars().all(is_plain) {
        true => path.to_string(),
        false => format!("'{}'", path.as_str().replace('\'', "'\\''")),
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        CliError::Usage(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rstest::rstest;
    use tokio::sync::watch;

    use super::*;
    use crate::corpus::Corpus;
    use crate::event::Memory;
    use crate::proof::as_target;
    use crate::reference::{Config, Deviation, Policy, Server, User, Variant};
    use crate::run::{Job, Options, conduct};
    use crate::snapshot::Update;

    const SELECTION: &str = "caldav-sched-10/methods";

    /// A run of some scenarios against a reference server of its own.
    fn run(policy: Policy, jobs: usize, seed: u64) -> RunLog {
        let config = Config {
            policy,
            users: User::numbered(6),
            ..Config::default()
        };
        let server = Server::start(config).expect("a server");
        let mut target = as_target(&server).expect("a target");
        target.delivery = Duration::from_secs(20);
        let job = Job {
            target,
            corpus: Corpus::embedded(),
            selection: vec![SELECTION.to_owned()],
            options: Options {
                jobs,
                seed,
                ..Options::default()
            },
        };
        let (log, memory) = Memory::log();
        let (_stop, stopping) = watch::channel(None);
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        runtime.block_on(conduct(job, log, stopping)).expect("a run");
        RunLog {
            records: memory.take(),
            cut_in_line: None,
        }
    }

    fn kept(directory: &tempfile::TempDir, update: Update, strict: bool) -> Snapshots {
        let directory = Utf8Path::from_path(directory.path()).expect("UTF-8");
        Snapshots(Some(Kept {
            given: directory.to_owned(),
            store: Store::open(directory, update).expect("a store"),
            strict,
        }))
    }

    fn pending(directory: &tempfile::TempDir) -> usize {
        fn count(directory: &std::path::Path) -> usize {
            let entries = std::fs::read_dir(directory).expect("a directory").flatten();
            entries
                .map(|entry| match entry.path() {
                    path if path.is_dir() => count(&path),
                    path => usize::from(path.extension().is_some_and(|extension| extension == "new")),
                })
                .sum()
        }
        count(directory.path())
    }

    #[rstest]
    #[case::the_reference_server(Policy::default())]
    #[case::late_delivery(Policy::default().with(Variant::AsynchronousDelivery))]
    fn a_second_run_with_other_users_is_no_news(#[case] policy: Policy) {
        let directory = tempfile::tempdir().expect("a directory");
        let first = kept(&directory, Update::Accept, true)
            .compare(&run(policy.clone(), 1, 0))
            .expect("written");
        assert!(first.same == 0 && first.items.len() > 5, "{first:?}");
        let kept = kept(&directory, Update::Pending, true);
        let second = kept.compare(&run(policy, 6, 7)).expect("compared");
        assert!(second.is_empty(), "{}", kept.tell(&second, true));
        assert_eq!(second.same, first.items.len());
        assert_eq!(pending(&directory), 0);
    }

    #[test]
    fn a_deviation_is_news_until_it_is_gone() {
        let directory = tempfile::tempdir().expect("a directory");
        let (good, bad) = (
            run(Policy::default(), 4, 0),
            run(Policy::default().deviating(Deviation::NoScheduleTagOnMove), 4, 0),
        );
        kept(&directory, Update::Accept, false)
            .compare(&good)
            .expect("written");

        let told_only = kept(&directory, Update::Nothing, false);
        let news = told_only.compare(&bad).expect("compared");
        assert_eq!(pending(&directory), 0);
        assert_eq!(told_only.exit(Exit::Expected, &news), Exit::Expected);

        let strict = kept(&directory, Update::Pending, true);
        let news = strict.compare(&bad).expect("compared");
        assert!(!news.is_empty() && news.same > 0, "{news:?}");
        assert_eq!(pending(&directory), news.items.len());
        assert_eq!(strict.exit(Exit::Expected, &news), Exit::Unexpected);
        assert_eq!(strict.exit(Exit::Unreachable, &news), Exit::Unreachable);
        let told = strict.tell(&news, true);
        for part in [
            "differs     caldav-sched-10/methods/move",
            "-schedule-tag:",
            "cargo insta review",
        ] {
            assert!(told.contains(part), "{told}");
        }

        let news = strict.compare(&good).expect("compared");
        assert!(news.is_empty());
        assert_eq!(pending(&directory), 0, "what waited is over");
        assert_eq!(strict.exit(Exit::Expected, &news), Exit::Expected);
    }

    #[test]
    fn without_a_directory_nothing_is_told() {
        let none = SnapshotArgs::default().open().expect("none");
        let news = none.compare(&run(Policy::default(), 4, 0)).expect("nothing");
        assert_eq!(
            (none.tell(&news, true), none.exit(Exit::Expected, &news)),
            (String::new(), Exit::Expected)
        );
    }
}
