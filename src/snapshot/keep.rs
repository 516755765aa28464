//! Snapshots on disk, as insta keeps them: `.snap` is what somebody has accepted, `.snap.new` what waits for a review.

use std::fs;
use std::io;

use camino::{Utf8Path, Utf8PathBuf};
use similar::{ChangeTag, TextDiff};

use super::place::{stem, tree};
use super::story::{Snapshot, Taken};

/// What is done with an answer that is not as it was accepted: the values of `INSTA_UPDATE`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Update {
    /// It waits for a review (`auto`, `new`). In continuous integration too: the directory was asked for.
    #[default]
    Pending,
    /// It is accepted (`always`, `force`).
    Accept,
    /// It is accepted where there is none yet, else it waits for a review (`unseen`).
    AcceptUnseen,
    /// It is only told (`no`).
    Nothing,
}

impl std::str::FromStr for Update {
    type Err = String;

    fn from_str(text: &str) -> Result<Update, String> {
        match text {
            "" | "auto" | "new" => Ok(Update::Pending),
            "always" | "1" | "force" => Ok(Update::Accept),
            "unseen" => Ok(Update::AcceptUnseen),
            "no" => Ok(Update::Nothing),
            _ => Err(format!(
                "INSTA_UPDATE is `{text}`: expected auto, new, always, unseen, force or no"
            )),
        }
    }
}

/// A directory of snapshots.
#[derive(Debug, Clone)]
pub struct Store {
    directory: Utf8PathBuf,
    update: Update,
}

/// Why a directory cannot have snapshots.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error(
        "snapshots in {directory}: {package} is a package that cargo has unpacked; name a directory of your own"
    )]
    Installed {
        directory: Utf8PathBuf,
        package: Utf8PathBuf,
    },
    #[error("cannot {action} {path}: {source}")]
    File {
        action: &'static str,
        path: Utf8PathBuf,
        source: io::Error,
    },
}

/// What the snapshots of a run have to tell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct News {
    /// So many are as they were.
    pub same: usize,
    /// Those that are not, by scenario.
    pub items: Vec<Item>,
}

/// One snapshot that is not as it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Item {
    pub scenario: String,
    pub kind: Kind,
    /// The accepted file, or where it would be.
    pub path: Utf8PathBuf,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kind {
    /// There was none.
    New,
    Differs(Difference),
    /// The scenario does not apply to the target any more, for this reason.
    LeftOut(String),
    /// What was accepted cannot be read, for this reason.
    Unreadable(String),
}

/// Two texts, line by line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    pub added: usize,
    pub removed: usize,
    /// As a unified diff without its head.
    pub text: String,
}

impl News {
    /// Whether everything is as it was.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }
}

/// So that cargo-insta finds its way: it looks for pending snapshots in the packages that cargo knows.
const MANIFEST: &str = "\
# `cargo insta review --workspace-root` looks for a package, so here is one. There is nothing in it to build.
[package]
name = \"snapshots\"
version = \"0.0.0\"
edition = \"2024\"
publish = false

[lib]
path = \"none\"

[workspace]
";

impl Store {
    /// A directory for snapshots, which is made when there is something to put into it; what is not absolute is below
    /// the current directory.
    ///
    /// # Errors
    /// When it lies in a package that cargo has unpacked: that is shared by all who use it, and nobody's to change.
    pub fn open(directory: &Utf8Path, update: Update) -> Result<Store, StoreError> {
        let failed = |source| StoreError::File {
            action: "find",
            path: directory.to_owned(),
            source,
        };
        let directory = camino::absolute_utf8(directory).map_err(failed)?;
        let package = directory
            .ancestors()
            .find(|ancestor| ancestor.join(".cargo-ok").exists());
        if let Some(package) = package {
            return Err(StoreError::Installed {
                package: package.to_owned(),
                directory,
            });
        }
        Ok(Store { directory, update })
    }

    /// The directory, absolute.
    pub fn directory(&self) -> &Utf8Path {
        &self.directory
    }

    /// Compares what a run has seen of a target with what was accepted, and keeps what is not the same.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn compare(&self, target: &str, taken: &Taken) -> Result<News, StoreError> {
        let tree = tree(&self.directory, target);
        let mut news = News::default();
        for snapshot in &taken.snapshots {
            let stem = stem(&tree, &snapshot.scenario);
            match self.compare_one(&stem, snapshot)? {
                None => news.same += 1,
                Some(kind) => news.items.push(Item {
                    scenario: snapshot.scenario.clone(),
                    kind,
                    path: with(&stem, "snap"),
                }),
            }
        }
        for (scenario, why) in &taken.left_out {
            let path = with(&stem(&tree, scenario), "snap");
            if path.exists() {
                news.items.push(Item {
                    scenario: scenario.clone(),
                    kind: Kind::LeftOut(why.clone()),
                    path,
                });
            }
        }
        Ok(news)
    }

    fn compare_one(&self, stem: &Utf8Path, snapshot: &Snapshot) -> Result<Option<Kind>, StoreError> {
        let (accepted, pending) = (with(stem, "snap"), with(stem, "snap.new"));
        let kind = match accepted_text(&accepted) {
            Ok(None) => Kind::New,
            Ok(Some(before)) => match difference(&before, &snapshot.text) {
                None => {
                    // What waited for a review is over.
                    let _ = fs::remove_file(&pending);
                    return Ok(None);
                }
                Some(difference) => Kind::Differs(difference),
            },
            Err(why) => Kind::Unreadable(why),
        };
        match (self.update, &kind) {
            (Update::Nothing, _) => {}
            (Update::Accept, _) | (Update::AcceptUnseen, Kind::New) => {
                self.write(&accepted, snapshot)?;
                let _ = fs::remove_file(&pending);
            }
            (Update::Pending | Update::AcceptUnseen, _) => self.write(&pending, snapshot)?,
        }
        Ok(Some(kind))
    }

    fn write(&self, path: &Utf8Path, snapshot: &Snapshot) -> Result<(), StoreError> {
        let failed = |action, path: &Utf8Path| {
            let path = path.to_owned();
            move |source| StoreError::File { action, path, source }
        };
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(failed("make", parent))?;
        }
        let manifest = self.directory.join("Cargo.toml");
        if !manifest.exists() {
            fs::write(&manifest, MANIFEST).map_err(failed("write", &manifest))?;
        }
        fs::write(path, file(snapshot)).map_err(failed("write", path))
    }
}

fn with(stem: &Utf8Path, extension: &str) -> Utf8PathBuf {
    Utf8PathBuf::from(format!("{stem}.{extension}"))
}

/// The text of an accepted snapshot as insta reads it, if there is one.
fn accepted_text(path: &Utf8Path) -> Result<Option<String>, String> {
    if !path.exists() {
        return Ok(None);
    }
    let snapshot = insta::Snapshot::from_file(path.as_std_path()).map_err(|error| error.to_string())?;
    let text = snapshot.as_text().map(ToString::to_string);
    text.map(Some).ok_or_else(|| "it is no text".to_owned())
}

/// A snapshot file: metadata in YAML, of which JSON strings are a part, and the text.
fn file(snapshot: &Snapshot) -> String {
    let quoted = |text: &str| serde_json::Value::from(text).to_string();
    format!(
        "---\nsource: {}\ndescription: {}\n---\n{}",
        quoted(&snapshot.source),
        quoted(&snapshot.title),
        snapshot.text
    )
}

/// What has changed; white space around the whole does not count, as with insta.
fn difference(before: &str, after: &str) -> Option<Difference> {
    let (before, after) = (before.trim(), after.trim());
    if before == after {
        return None;
    }
    let diff = TextDiff::from_lines(before, after);
    let count = |tag| {
        diff.iter_all_changes()
            .filter(|change| change.tag() == tag)
            .count()
    };
    Some(Difference {
        added: count(ChangeTag::Insert),
        removed: count(ChangeTag::Delete),
        text: diff
            .unified_diff()
            .context_radius(2)
            .missing_newline_hint(false)
            .to_string(),
    })
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn snapshot(text: &str) -> Snapshot {
        Snapshot {
            scenario: "a/b[c]".to_owned(),
            source: "scenarios/a/b.yaml".to_owned(),
            title: "A \"title\": \\ # é\n---".to_owned(),
            text: text.to_owned(),
        }
    }

    fn taken(text: &str) -> Taken {
        Taken {
            snapshots: vec![snapshot(text)],
            left_out: Vec::new(),
        }
    }

    fn directory(temporary: &tempfile::TempDir) -> Utf8PathBuf {
        Utf8Path::from_path(temporary.path())
            .expect("UTF-8")
            .join("snapshots")
    }

    /// What is accepted after a first and a second text, and what waits.
    #[rstest]
    #[case(Update::Pending, None, Some("2"))]
    #[case(Update::Accept, Some("2"), None)]
    #[case(Update::AcceptUnseen, Some("1"), Some("2"))]
    #[case(Update::Nothing, None, None)]
    fn what_insta_update_asks_for(
        #[case] update: Update,
        #[case] accepted: Option<&str>,
        #[case] pending: Option<&str>,
    ) {
        let temporary = tempfile::tempdir().expect("a directory");
        let store = Store::open(&directory(&temporary), update).expect("a store");
        for text in ["# s\n---\n1\n", "# s\n---\n2\n"] {
            let news = store.compare("t", &taken(text)).expect("compared");
            assert_eq!((news.same, news.items.len()), (0, 1));
        }
        let read = |extension: &str| {
            let path = directory(&temporary).join(format!("t/a/b@c.{extension}"));
            let text = accepted_text(&path).expect("insta reads it")?;
            Some(text.trim().trim_start_matches("# s\n---\n").to_owned())
        };
        assert_eq!(read("snap").as_deref(), accepted);
        assert_eq!(read("snap.new").as_deref(), pending);
    }

    #[test]
    fn insta_reads_what_is_written() {
        let temporary = tempfile::tempdir().expect("a directory");
        let store = Store::open(&directory(&temporary), Update::Accept).expect("a store");
        store.compare("t", &taken("# s\n1\n")).expect("written");
        let path = directory(&temporary).join("t/a/b@c.snap");
        let read = insta::Snapshot::from_file(path.as_std_path()).expect("a snapshot");
        assert_eq!(read.metadata().source(), Some("scenarios/a/b.yaml"));
        assert_eq!(read.metadata().description(), Some("A \"title\": \\ # é\n---"));
        assert_eq!(store.compare("t", &taken("# s\n1\n")).expect("compared").same, 1);
    }

    #[test]
    fn news_of_what_is_gone_or_damaged() {
        let temporary = tempfile::tempdir().expect("a directory");
        let store = Store::open(&directory(&temporary), Update::Accept).expect("a store");
        let left_out = Taken {
            snapshots: Vec::new(),
            left_out: vec![("a/b[c]".to_owned(), "not advertised".to_owned())],
        };
        assert!(store.compare("t", &left_out).expect("compared").is_empty());
        store.compare("t", &taken("1\n")).expect("written");
        let news = store.compare("t", &left_out).expect("compared");
        assert_eq!(news.items[0].kind, Kind::LeftOut("not advertised".to_owned()));

        let store = Store::open(&directory(&temporary), Update::Nothing).expect("a store");
        fs::write(
            directory(&temporary).join("t/a/b@c.snap"),
            b"---\nsource: [\n---\n\xff",
        )
        .expect("written");
        let news = store.compare("t", &taken("1\n")).expect("compared");
        assert!(matches!(news.items[0].kind, Kind::Unreadable(_)), "{news:?}");
    }

    #[test]
    fn nothing_is_written_into_an_unpacked_package() {
        let temporary = tempfile::tempdir().expect("a directory");
        fs::write(temporary.path().join(".cargo-ok"), "ok").expect("written");
        let refused = Store::open(&directory(&temporary), Update::Accept);
        assert!(matches!(refused, Err(StoreError::Installed { .. })));
    }
}
