//! What is to be judged: files, what lies in directories, standard input.

use std::fs::{self, File};
use std::io::{self, Read};

use camino::{Utf8Path, Utf8PathBuf};

/// Octets of a file; a larger one is not read.
const LARGEST: u64 = 256 << 20;

/// File names of iCalendar text.
const EXTENSIONS: [&str; 4] = ["ics", "ical", "icalendar", "ifb"];

/// A text and what it is called in output.
pub(super) struct Input {
    pub name: String,
    pub text: Vec<u8>,
}

/// The texts at these paths, each read when it is its turn; or why there is none, as a sentence.
pub(super) fn inputs(paths: &[Utf8PathBuf]) -> impl Iterator<Item = Result<Input, String>> {
    paths.iter().flat_map(|path| {
        let files = if path == "-" {
            Ok(vec![path.clone()])
        } else {
            files(path)
        };
        let files = match files {
            Ok(files) => files.into_iter().map(Ok).collect(),
            Err(problem) => vec![Err(problem)],
        };
        files.into_iter().map(|file| file.and_then(|file| input(&file)))
    })
}

fn input(file: &Utf8Path) -> Result<Input, String> {
    let (name, read) = if file == "-" {
        ("<stdin>", limited(io::stdin().lock()))
    } else {
        (file.as_str(), File::open(file).and_then(limited))
    };
    read.map(|text| Input::new(name, text))
        .map_err(|error| format!("cannot read {name}: {error}"))
}

fn limited(source: impl Read) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    source.take(LARGEST + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::other(format!("more than {} MiB", LARGEST >> 20)));
    }
    Ok(text)
}

/// The file itself, or the files below a directory by name.
fn files(path: &Utf8Path) -> Result<Vec<Utf8PathBuf>, String> {
    if !path.is_dir() {
        return Ok(vec![path.to_owned()]);
    }
    let mut found = Vec::new();
    below(path, &mut found).map_err(|error| format!("cannot read {path}: {error}"))?;
    if found.is_empty() {
        return Err(format!("no iCalendar files in {path}: expected *.ics"));
    }
    found.sort();
    Ok(found)
}

fn below(directory: &Utf8Path, found: &mut Vec<Utf8PathBuf>) -> io::Result<()> {
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let path = Utf8PathBuf::try_from(entry.path()).map_err(|error| error.into_io_error())?;
        // Not through links: they may lead in a circle.
        if entry.file_type()?.is_dir() {
            below(&path, found)?;
        } else if path
            .extension()
            .is_some_and(|own| EXTENSIONS.iter().any(|known| known.eq_ignore_ascii_case(own)))
        {
            found.push(path);
        }
    }
    Ok(())
}
