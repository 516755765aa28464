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
