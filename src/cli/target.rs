//! The arguments that name a target, for every subcommand that talks to one.

use std::time::Duration;

use camino::Utf8Path;

use super::{CliError, panic};
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

/// The environment variable with the password of users that are named without one.
pub const PASSWORD: &str = "CALCONFORM_PASSWORD";
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
        let target = self.given()?;
        if let Some(target) = &target {
            panic::keep_secrets_of(target);
        }
        Ok(target)
    }

    fn given(&self) -> Result<Option<Target>, CliError> {
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
            let user = GivenUser::read(user)?;
            target = target.with_user(user.name, &user.password);
        }
        Ok(Some(target))
    }

    /// The arguments again, for a shell and without passwords; `None` for the built-in reference server.
    pub fn command_line(&self) -> Option<String> {
        let mut line = format!("--target {}", quoted(self.target.as_deref()?));
        for user in &self.users {
            let name = user.split_once(':').map_or(user.as_str(), |(name, _)| name);
            line += &format!(" --user {}", quoted(name));
        }
        Some(line)
    }
}

/// A `--user` argument.
pub struct GivenUser<'a> {
    pub name: &'a str,
    pub password: String,
    /// The password stands in the argument, not in the environment.
    pub is_plain: bool,
}

impl GivenUser<'_> {
    /// Reads `NAME:PASSWORD`, or `NAME` with the password of the environment.
    ///
    /// # Errors
    /// There is no password.
    pub fn read(user: &str) -> Result<GivenUser<'_>, CliError> {
        if let Some((name, password)) = user.split_once(':') {
            return Ok(GivenUser {
                name,
                password: password.to_owned(),
                is_plain: true,
            });
        }
        let password = std::env::var(PASSWORD).map_err(|_| {
            let message =
                format!("--user {user} has no password: expected NAME:PASSWORD or {PASSWORD} to be set");
            CliError::Usage(message)
        })?;
        Ok(GivenUser {
            name: user,
            password,
            is_plain: false,
        })
    }
}

/// A word as a POSIX shell reads it.
pub fn quoted(word: &str) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"/.:_-@%+=,".contains(&byte);
    if !word.is_empty() && word.bytes().all(plain) {
        return word.to_owned();
    }
    format!("'{}'", word.replace('\'', "'\\''"))
}

impl From<TargetError> for CliError {
    fn from(error: TargetError) -> Self {
        CliError::Usage(error.to_string())
    }
}
