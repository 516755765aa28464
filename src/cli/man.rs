//! `calconform man`: manual pages, made from what `--help` says.

use std::io::{self, Write};

use camino::Utf8PathBuf;
use clap::{Command, CommandFactory};
use clap_mangen::Man;
use clap_mangen::roff::{Roff, roman};

use super::{Cli, CliError, Exit, Term};

/// Print a manual page, or write all of them
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  calconform man | man -l -                         read calconform(1)
  calconform man run | man -l -                     read calconform-run(1)
  calconform man --out ~/.local/share/man/man1      install all of them")]
pub struct Args {
    /// The page of this subcommand
    #[arg(value_name = "SUBCOMMAND", conflicts_with = "out")]
    subcommand: Option<String>,

    /// Directory for all pages, made if need be
    #[arg(long, value_name = "DIR")]
    out: Option<Utf8PathBuf>,
}

/// Writes one page to standard output, or all to a directory.
///
/// # Errors
/// When there is no such subcommand, or when a page cannot be written.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let mut root = Cli::command().disable_help_subcommand(true);
    root.build();
    if let Some(directory) = &args.out {
        let failed = |action, path: &Utf8PathBuf| {
            let path = path.to_string();
            move |source| CliError::File { action, path, source }
        };
        std::fs::create_dir_all(directory).map_err(failed("make", directory))?;
        for command in std::iter::once(&root).chain(root.get_subcommands()) {
            let file = directory.join(Man::new(command.clone()).get_filename());
            std::fs::write(&file, page(command)?).map_err(failed("write", &file))?;
        }
        return Ok(Exit::Expected);
    }
    let command = match &args.subcommand {
        None => &root,
        Some(name) => root.find_subcommand(name).ok_or_else(|| {
            CliError::Usage(format!("there is no subcommand {name}: see `calconform --help`"))
        })?,
    };
    let mut out = term.out();
    out.write_all(&page(command)?)?;
    out.flush()?;
    Ok(Exit::Expected)
}

/// The page in roff. What follows the options in `--help` has sections of its own, with its lines as they are.
fn page(command: &Command) -> io::Result<Vec<u8>> {
    let mut page = Vec::new();
    let man = Man::new(command.clone()).source(concat!("calconform ", env!("CARGO_PKG_VERSION")));
    man.render_title(&mut page)?;
    man.render_name_section(&mut page)?;
    man.render_synopsis_section(&mut page)?;
    man.render_description_section(&mut page)?;
    man.render_options_section(&mut page)?;
    if command.has_subcommands() {
        man.render_subcommands_section(&mut page)?;
    }
    let after = command
        .get_after_help()
        .map(ToString::to_string)
        .unwrap_or_default();
    for block in after.split("\n\n") {
        let Some((heading, text)) = block.split_once(':') else {
            continue;
        };
        let mut roff = Roff::new();
        roff.control("SH", [heading.to_uppercase().as_str()]);
        roff.control("nf", []);
        for line in text.trim_start_matches(['\n', ' ']).lines() {
            roff.text([roman(line.strip_prefix("  ").unwrap_or(line))]);
        }
        roff.control("fi", []);
        roff.to_writer(&mut page)?;
    }
    Ok(page)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn examples_keep_their_lines() {
        let mut root = Cli::command();
        root.build();
        let run = root.find_subcommand("run").expect("a subcommand");
        let page = String::from_utf8(page(run).expect("a page")).expect("text");
        assert!(page.contains(".TH calconform-run 1  \"calconform "), "{page}");
        let (_, examples) = page.split_once(".SH EXAMPLES\n.nf\n").expect("a section");
        let (examples, _) = examples.split_once(".fi\n").expect("its end");
        assert!(
            examples.lines().any(|line| line.starts_with("calconform run ")),
            "{examples}"
        );
        assert!(page.contains(".SH \"EXIT CODES\"\n.nf\n0  as expected"), "{page}");
    }
}
