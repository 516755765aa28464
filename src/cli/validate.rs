//! `calconform validate`: are scenario files right?

use std::io::Write;
use std::path::{Path, PathBuf};

use camino::Utf8PathBuf;

use super::diagnostics::render_problems;
use super::{CliError, Exit, Term};
use crate::corpus::Corpus;
use crate::scenario::ScenarioFile;
use crate::spec::Specification;

/// Check scenario files: keys, requirements, users, places, bodies
///
/// Requirements and bodies are looked up in the directory `scenarios` that a file lies in (and in `fixtures/` beside it),
/// else among the built-in ones. Ends with 2 if a file is broken.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform validate                       everything in ./scenarios, or what is built in
  calconform validate my-scenarios/
  calconform validate scenarios/caldav-sched-10/organizer/create.yaml")]
pub struct Args {
    /// Files, or directories to look for *.yaml in
    #[arg(value_name = "FILE or DIR")]
    paths: Vec<Utf8PathBuf>,
}

/// Writes what is wrong to standard output, and how many files are right.
///
/// # Errors
/// When a path does not exist or there is nothing to check.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let files = files(&args.paths)?;
    if files.is_empty() {
        return Err(CliError::NothingJudged(
            "no scenario files there: expected *.yaml".to_owned(),
        ));
    }
    let mut out = term.out();
    let mut broken = 0;
    for file in &files {
        if file.scenario().is_err() {
            broken += 1;
            writeln!(out, "{}", render_problems(file, term.styles(), term.width()))?;
        }
    }
    let all = match files.len() {
        1 => "1 scenario file".to_owned(),
        all => format!("{all} scenario files"),
    };
    match broken {
        0 => writeln!(out, "{all}: all right")?,
        _ => writeln!(out, "{all}: {broken} broken")?,
    }
    out.flush()?;
    Ok(if broken == 0 { Exit::Expected } else { Exit::Usage })
}

fn files(paths: &[Utf8PathBuf]) -> Result<Vec<ScenarioFile>, CliError> {
    if paths.is_empty() {
        let here = Path::new("scenarios");
        return Ok(match here.is_dir() {
            true => Corpus::from_directory(here)?.scenarios().to_vec(),
            false => Corpus::embedded().scenarios().to_vec(),
        });
    }
    let mut found = Vec::new();
    for path in paths {
        let given = path.as_std_path();
        let full = given.canonicalize().map_err(|source| CliError::File {
            action: "read",
            path: path.to_string(),
            source,
        })?;
        let root = root(&full);
        if full.is_dir() {
            let corpus = Corpus::from_directory(&root)?;
            let below = |file: &&ScenarioFile| Path::new(&file.path).starts_with(&full);
            found.extend(corpus.scenarios().iter().filter(below).cloned().map(|mut file| {
                file.path = shown(&file.path, &full, given);
                file
            }));
        } else {
            let corpus = Corpus::surroundings_of_directory(&root)?;
            let id = full.strip_prefix(&root).unwrap_or(&full).with_extension("");
            let id = id.to_string_lossy().into_owned();
            found.push(crate::corpus::scenario_file(
                &full,
                id,
                path.to_string(),
                corpus.surroundings(),
            ));
        }
    }
    Ok(found)
}

/// The directory of scenarios that a file or directory belongs to: it has a register, or `fixtures/` beside it.
fn root(full: &Path) -> PathBuf {
    let is_root = |directory: &&Path| {
        let has_register = |specification: &Specification| {
            directory
                .join(specification.as_str())
                .join("requirements.yaml")
                .is_file()
        };
        let has_fixtures = directory
            .parent()
            .is_some_and(|parent| parent.join("fixtures").is_dir());
        Specification::ALL.iter().any(has_register) || has_fixtures
    };
    let own = if full.is_dir() {
        full
    } else {
        full.parent().unwrap_or(full)
    };
    own.ancestors().find(is_root).unwrap_or(own).to_path_buf()
}

/// The path of a file below `full` as the user would write it, who wrote `given` for `full`.
fn shown(path: &str, full: &Path, given: &Path) -> String {
    match Path::new(path).strip_prefix(full) {
        Ok(rest) => given.join(rest).display().to_string(),
        Err(_) => path.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn files_are_judged_where_they_belong() {
        let directory = tempfile::tempdir().expect("a directory");
        let root = Utf8PathBuf::from_path_buf(directory.path().join("scenarios")).expect("a path in UTF-8");
        fs::create_dir_all(root.join("theme")).expect("directories");
        fs::create_dir_all(directory.path().join("fixtures/ical")).expect("directories");
        fs::write(directory.path().join("fixtures/ical/own.ics"), "BEGIN:VCALENDAR").expect("a file");
        let text = "title: T\nusers: [organizer]\nsteps:\n  - {id: a, as: organizer, request: \"GET {organizer.inbox}\", body: own.ics}\n";
        fs::write(root.join("theme/good.yaml"), text).expect("a file");
        fs::write(root.join("bad.yaml"), "title: T\n").expect("a file");

        let found = |paths: &[Utf8PathBuf]| -> Vec<(String, bool)> {
            let files = files(paths).expect("they can be read");
            files
                .iter()
                .map(|file| (file.path.clone(), file.scenario().is_ok()))
                .collect()
        };
        let good = (root.join("theme/good.yaml").to_string(), true);
        let bad = (root.join("bad.yaml").to_string(), false);
        assert_eq!(
            found(&[root.join("theme/good.yaml")]),
            std::slice::from_ref(&good)
        );
        assert_eq!(found(&[root.join("theme")]), std::slice::from_ref(&good));
        assert_eq!(found(std::slice::from_ref(&root)), [bad, good]);
        assert!(files(&[root.join("none.yaml")]).is_err());
    }
}
