//! The arguments that name a target, for every subcommand that talks to one.

use std::time::Duration;

use camino::Utf8Path;

use super::CliError;
use crate::proof::as_target;
use crate::reference::{Config, Server};
use crate::target::{Target, TargetError};

/// The server to test
#[derive(Debug, Clone, Default, clap::Args)]
pub struct TargetArgs {
    /// A target file (target.toml), or the server's URL; the built-in reference server if absent
    #[arg(long, value_name = "FILE|URL")]
    pub target: Option<String>,

    /// A calendar user of the server at URL; two at least. Without a password CALCONFORM_PASSWORD is it
    #[arg(long = "user", value_name = "NAME[:PASSWORD]")]
    pub users: Vec<String>,
}

const PASSWORD: &str = "CALCONFORM_PASSWORD";
/// How long an `await` waits for the reference server.
const REFERENCE_DELIVERY: Duration = Duration::from_secs(5);

impl TargetArgs {
    /// The target; without one, the reference server on a free port, which stops when it is dropped.
    ///
    /// # Errors
    /// As [`TargetArgs::read`]; or the server cannot be started.
    pub fn open(&self) -> Result<(Target, Option<Server>), CliError> {
        if let Some(target) = self.read()? {
            return Ok((target, None));
        }
        let server = Server::start(Config::default())
            .map_err(|error| CliError::Usage(format!("cannot start the reference server: {error}")))?;
        let mut target = as_target(&server)?;
        target.delivery = REFERENCE_DELIVERY;
        Ok((target, Some(server)))
    }

    /// The target, or `None` for the built-in reference server.
    ///
    /// # Errors
    /// With the place in the file, or what is wrong with the arguments. Passwords are not repeated.
    pub fn read(&self) -> Result<Option<Target>, CliError> {
        let is_url = |text: &str| text.starts_with("http://") || text.starts_with("https://");
        let Some(given) = &self.target else {
            return match self.users.is_empty() {
                true => Ok(None),
                false => Err(CliError::Usage("--user needs --target URL".into())),
            };
        };
        if !is_url(given) {
            if !self.users.is_empty() {
                return Err(CliError::Usage(
                    "--user goes with a URL; a target file has its users in it".into(),
                ));
            }
            return Ok(Some(Target::load(Utf8Path::new(given))?));
        }
        let mut target = Target::at(given)?;
        for user in &self.users {
            let (name, password) = match user.split_once(':') {
                Some((name, password)) => (name, password.to_string()),
                None => match std::env::var(PASSWORD) {
                    Ok(password) => (user.as_str(), password),
                    Err(_) => {
                        let message = format!(
                            "--user {user} has no password: expected NAME:PASSWORD or {PASSWORD} to be set"
                        );
                        return Err(CliError::Usage(message));
                    }
                },
            };
            target = target.with_user(name, &password);
        }
        Ok(Some(target))
    }
}

impl From<TargetError> for CliError {
    fn from(error: TargetError) -> Self {
        CliError::Usage(error.to_string())
    }
}
