//! Where passwords come from.

use std::process::{Command, Stdio};

/// How a target file tells a password or token.
#[derive(Debug)]
pub(super) enum Source {
    Plain(String),
    /// Name of an environment variable.
    Environment(String),
    /// A program and its arguments; the first line that it writes.
    Command(Vec<String>),
}

impl Source {
    /// The secret, or in words why there is none. The words do not contain it.
    pub(super) fn read(self) -> Result<String, String> {
        match self {
            Source::Plain(secret) => Ok(secret),
            Source::Environment(name) => {
                std::env::var(&name).map_err(|_| format!("the environment has no readable variable {name}"))
            }
            Source::Command(words) => run(&words),
        }
    }
}

fn run(words: &[String]) -> Result<String, String> {
    let [program, arguments @ ..] = words else {
        return Err("the command is empty".into());
    };
    let output = Command::new(program)
        .args(arguments)
        .stdin(Stdio::inherit())
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("cannot run {program}: {error}"))?;
    if !output.status.success() {
        return Err(format!("{program} ended with {}", output.status));
    }
    let text = String::from_utf8(output.stdout).map_err(|_| format!("{program} wrote no UTF-8"))?;
    match text.lines().next() {
        Some(line) if !line.is_empty() => Ok(line.to_string()),
        _ => Err(format!("{program} wrote nothing")),
    }
}
