//! `calconform discover`: what a server has, and a target file for it.

mod file;

use std::fs::OpenOptions;
use std::io::Write;
use std::sync::Arc;

use camino::{Utf8Path, Utf8PathBuf};
use url::Url;

use self::file::{PasswordKey, password_variables, target_file};
use super::target::{GivenUser, PASSWORD, quoted};
use super::{CliError, Exit, Term};
use crate::client::{Client, Recorder, Redactor};
use crate::event::{LogWriter, Verdict};
use crate::report::{Styles, visible};
use crate::target::{CalendarUser, Discovered, DiscoveryError, Target, discover};

/// Find out what a server has (principals, homes, Inboxes, addresses, capabilities) and write a target file for it
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The server's URL; its root, or that of its CalDAV service
    #[arg(value_name = "URL")]
    url: String,

    /// A calendar user; two at least, with four or five no scenario is left out. Without a password CALCONFORM_PASSWORD is it
    #[arg(long = "user", value_name = "NAME[:PASSWORD]", required = true)]
    users: Vec<String>,

    /// The target file to write
    #[arg(long, short, value_name = "FILE", default_value = "target.toml")]
    out: Utf8PathBuf,

    /// Replace the file if it is there
    #[arg(long)]
    force: bool,

    /// Write the passwords of --user into the file, which then nobody else can read; else it names environment variables
    #[arg(long)]
    with_passwords: bool,

    /// Another origin that belongs to the server; may be given several times
    #[arg(long = "trust", value_name = "URL")]
    trusted: Vec<Url>,

    /// A certificate in PEM to trust instead of the system's; may be given several times
    #[arg(long, value_name = "FILE")]
    ca: Vec<Utf8PathBuf>,
}

const EXAMPLES: &str = "\
Examples:
  calconform discover http://127.0.0.1:8101/ --user user01:user01 --user user02:user02 --with-passwords
  calconform discover https://calendar.example.com/ --user ann --user bob -o example.toml
                                                    the password is in CALCONFORM_PASSWORD
  calconform discover https://example.com/ --user ann --user bob --trust https://dav.example.com

It makes a calendar and removes it again, to see whether it can; nothing else is changed.
Exit codes: 0 the file is written, 1 it is, but users lack a home, 2 usage, 3 the server could not be reached.";

/// Asks, prints, writes.
///
/// # Errors
/// Wrong arguments, a file that is there already, a server that cannot be reached or knows nothing of the users.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    if args.out.exists() && !args.force {
        let message = format!(
            "{} is there already: --force replaces it, -o names another file",
            args.out
        );
        return Err(CliError::Usage(message));
    }
    let mut target = Target::at(&args.url)?;
    target.trusted = args.trusted.iter().map(Url::origin).collect();
    for file in &args.ca {
        let octets = std::fs::read(file).map_err(|source| CliError::File {
            action: "read",
            path: file.to_string(),
            source,
        })?;
        target.roots.push(octets);
    }
    let mut users = Vec::new();
    for user in &args.users {
        let user = GivenUser::read(user)?;
        if target.users.iter().any(|known| known.name == user.name) {
            return Err(CliError::Usage(format!("--user {} is there twice", user.name)));
        }
        target = target.with_user(user.name, &user.password);
        users.push(user);
    }
    let discovered = look(&target)?;
    let unknown = |user: &CalendarUser| user.principal.is_none() && user.home.is_none();
    if let Some(user) = discovered
        .users
        .iter()
        .find(|_| discovered.users.iter().all(|user| unknown(user)))
    {
        let why = user.problems.join("; ");
        let next =
            "is this the URL of a CalDAV server? Its root, a context path, or a principal's URL will do";
        let message = format!("nothing was found of {}: {}; {next}", user.name, visible(&why));
        return Err(CliError::Usage(message));
    }
    show(&discovered, term)?;
    let passwords = passwords(&users, args.with_passwords);
    let mut text = target_file(&target, &discovered, &passwords);
    if !args.ca.is_empty() {
        let absolute = |file: &Utf8PathBuf| camino::absolute_utf8(file).unwrap_or_else(|_| file.clone());
        let files: Vec<String> = args
            .ca
            .iter()
            .map(|file| format!("{:?}", absolute(file).as_str()))
            .collect();
        text = text.replacen("\nurl = ", &format!("\nca = [{}]\nurl = ", files.join(", ")), 1);
    }
    write(&args.out, &text, args.with_passwords).map_err(|source| CliError::File {
        action: "write",
        path: args.out.to_string(),
        source,
    })?;
    next(args, &users, &passwords, term)?;
    match discovered.users.iter().all(|user| user.home.is_some()) {
        true => Ok(Exit::Expected),
        false => Ok(Exit::Unexpected),
    }
}

fn look(target: &Target) -> Result<Discovered, CliError> {
    let redactor = Redactor::new(target.users.iter().filter_map(|user| user.credentials.as_ref()));
    let recorder = Recorder::new(Arc::new(LogWriter::new(std::io::sink())), redactor);
    let client = Client::new(target.client_config(), Arc::new(recorder)).map_err(CliError::Usage)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    let found = runtime.block_on(discover(&Arc::new(client), target));
    found.map_err(|error| match error {
        DiscoveryError::Unreachable { .. } => {
            CliError::Unreachable(format!("{error}: does the server run there?"))
        }
        DiscoveryError::Origin(text) => CliError::Usage(format!("{text}: --trust ORIGIN does that")),
        DiscoveryError::Unauthorized { .. } => CliError::Usage(error.to_string()),
    })
}

fn passwords(users: &[GivenUser<'_>], plain: bool) -> Vec<PasswordKey> {
    let variables = password_variables(PASSWORD, users.iter().map(|user| user.name));
    users
        .iter()
        .zip(variables)
        .map(|(user, variable)| match (user.is_plain, plain) {
            (true, true) => PasswordKey::Plain(user.password.clone()),
            (true, false) => PasswordKey::Environment(variable),
            (false, _) => PasswordKey::Environment(PASSWORD.to_owned()),
        })
        .collect()
}

fn show(discovered: &Discovered, term: &Term) -> Result<(), CliError> {
    let styles = term.styles();
    let (bold, dim, place) = (styles.bold(), styles.dim(), styles.place());
    let warn = styles.verdict(Verdict::Warn);
    let mut out = term.out();
    for user in &discovered.users {
        writeln!(out, "{bold}{}{bold:#}", visible(&user.name))?;
        let line = |url: &Option<Url>| url.as_ref().map(|url| visible(url.as_str()).into_owned());
        for (what, found) in [
            ("principal", line(&user.principal)),
            ("home", line(&user.home)),
            ("Inbox", line(&user.inbox)),
            ("Outbox", line(&user.outbox)),
            ("default calendar", line(&user.default_calendar)),
        ] {
            match found {
                Some(found) => writeln!(out, "  {what:<17} {place}{found}{place:#}")?,
                None => writeln!(out, "  {what:<17} {dim}not found{dim:#}")?,
            }
        }
        let addresses = user.addresses.iter().map(|address| one_line(address));
        let addresses: Vec<String> = addresses.collect();
        writeln!(out, "  {:<17} {}", "addresses", addresses.join("  "))?;
        writeln!(out, "  {:<17} {}", "calendars", user.calendars.len())?;
        for problem in &user.problems {
            writeln!(out, "  {warn}{:<17}{warn:#} {}", "note", one_line(problem))?;
        }
    }
    capabilities(discovered, styles, term.width(), &mut out)?;
    Ok(out.flush()?)
}

fn capabilities(
    discovered: &Discovered,
    styles: Styles,
    width: usize,
    out: &mut impl Write,
) -> std::io::Result<()> {
    let (bold, dim) = (styles.bold(), styles.dim());
    writeln!(out, "{bold}capabilities{bold:#}")?;
    for (capability, found) in discovered.capabilities.iter() {
        let (style, word) = match found.advertised {
            true => (styles.verdict(Verdict::Pass), "yes"),
            false => (dim, "no"),
        };
        // The file has all of it.
        let evidence: String = one_line(&found.evidence)
            .chars()
            .take(width.saturating_sub(29))
            .collect();
        writeln!(
            out,
            "  {style}{word:<3}{style:#} {:<22} {dim}{evidence}{dim:#}",
            capability.word()
        )?;
    }
    Ok(())
}

/// What a server said.
fn one_line(text: &str) -> String {
    visible(text).replace(['\n', '\t'], " ")
}

fn write(path: &Utf8Path, text: &str, is_secret: bool) -> std::io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    if is_secret {
        use std::os::unix::fs::OpenOptionsExt;
        // An older file keeps its mode.
        if path.exists() {
            std::fs::remove_file(path)?;
        }
        options.mode(0o600);
    }
    options.open(path)?.write_all(text.as_bytes())
}

fn next(
    args: &Args,
    users: &[GivenUser<'_>],
    passwords: &[PasswordKey],
    term: &Term,
) -> Result<(), CliError> {
    let mut out = term.out();
    writeln!(out, "\nwritten: {}", args.out)?;
    if args.with_passwords && users.iter().any(|user| user.is_plain) {
        writeln!(out, "It has passwords in it: keep it to yourself.")?;
    }
    if users.len() < 2 {
        writeln!(
            out,
            "CalDAV scheduling takes two users at least: add [[users]] to it."
        )?;
    }
    writeln!(out, "next:")?;
    for (user, password) in users.iter().zip(passwords) {
        if let (true, PasswordKey::Environment(variable)) = (user.is_plain, password) {
            writeln!(out, "  export {variable}=…")?;
        }
    }
    writeln!(out, "  calconform run --target {}", quoted(args.out.as_str()))?;
    Ok(out.flush()?)
}
