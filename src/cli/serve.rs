//! `calconform serve`: the reference server by itself, for clients and for other suites.

use std::io::Write;

use super::{CliError, Exit, Term};
use crate::reference::{Config, Deviation, Policy, Server, User, Variant};

/// Run the reference server until Ctrl-C
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// TCP port on the loopback interface; 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = 0)]
    port: u16,

    /// How many users there are: user01, user02 and so on, each with its name as password
    #[arg(long, value_name = "N", default_value_t = 5, value_parser = clap::value_parser!(u16).range(1..=99))]
    users: u16,

    /// A named violation; may be given several times
    #[arg(long = "deviate", value_name = "NAME")]
    deviations: Vec<Deviation>,

    /// A lawful choice; may be given several times
    #[arg(long = "variant", value_name = "NAME")]
    variants: Vec<Variant>,

    /// Show the variants and deviations, and end
    #[arg(long)]
    switches: bool,
}

const EXAMPLES: &str = "\
Examples:
  calconform serve                                  on a free port, which is printed
  calconform serve --port 8008 --users 2
  calconform serve --variant asynchronous-delivery --variant connection-close
  calconform serve --deviate schedule-reply-ignored
  calconform serve --switches                       what can be varied, and what can be broken
  curl -u user01:user01 -X PROPFIND -H 'Depth: 1' http://127.0.0.1:8008/caldav/calendars/user01/";

/// Serves until it is interrupted.
///
/// # Errors
/// When the port cannot be had.
pub fn main(args: &Args, term: &Term) -> Result<Exit, CliError> {
    let mut out = term.out();
    if args.switches {
        writeln!(out, "Variants (--variant): lawful choices")?;
        for variant in Variant::ALL {
            writeln!(out, "  {:<34} {}", variant.name(), variant.describe())?;
        }
        writeln!(out, "\nDeviations (--deviate): named violations")?;
        for deviation in Deviation::ALL {
            writeln!(out, "  {:<34} {}", deviation.name(), deviation.describe())?;
            writeln!(out, "  {:<34} breaks {}", "", deviation.breaks().join(", "))?;
        }
        return Ok(out.flush().map(|()| Exit::Expected)?);
    }
    let mut policy = Policy::default();
    for variant in &args.variants {
        policy = policy.with(*variant);
    }
    for deviation in &args.deviations {
        policy = policy.deviating(*deviation);
    }
    let config = Config {
        port: args.port,
        users: User::numbered(args.users.into()),
        policy,
        ..Config::default()
    };
    let server = Server::start(config)
        .map_err(|error| CliError::Usage(format!("cannot serve on port {}: {error}", args.port)))?;
    writeln!(out, "{}", server.base_url)?;
    for user in &server.users {
        writeln!(
            out,
            "  {} (password: the name)  {}",
            user.name,
            user.addresses.join(" ")
        )?;
    }
    writeln!(
        out,
        "  iSchedule: {}.well-known/ischedule, without signature from {}",
        server.base_url,
        server.peers.join(" ")
    )?;
    writeln!(out, "Ctrl-C ends it.")?;
    out.flush()?;
    wait_for_interrupt()?;
    Ok(Exit::Expected)
}

fn wait_for_interrupt() -> std::io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?;
    runtime.block_on(tokio::signal::ctrl_c())
}
