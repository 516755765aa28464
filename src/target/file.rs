//! `target.toml`.

use std::time::Duration;

use camino::{Utf8Path, Utf8PathBuf};
use serde::Deserialize;
use toml::Spanned;
use url::Url;

use super::error::{Place, TargetError};
use super::model::{Profile, Target, TargetUser, base_url};
use super::secret::Source;
use crate::client::Credentials;
use crate::ical::address::address_eq;
use crate::scenario::Capability;

/// The file as written; every key is in kebab-case.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct File {
    /// For reports; the host of `url` if absent.
    name: Option<String>,
    /// What the server is, for reports.
    product: Option<String>,
    /// Its release; `run --product-version` says so where the file cannot know.
    product_version: Option<String>,
    url: Spanned<String>,
    connect_to: Option<Spanned<String>>,
    profile: Option<Profile>,
    #[serde(default)]
    auth: Auth,
    #[serde(default)]
    http2: bool,
    /// PEM files, relative to this file.
    #[serde(default)]
    ca: Vec<Spanned<Utf8PathBuf>>,
    #[serde(default)]
    trusted_origins: Vec<Spanned<String>>,
    #[serde(default)]
    deadlines: Deadlines,
    #[serde(default)]
    limits: Limits,
    reset: Option<Spanned<Vec<String>>>,
    #[serde(default)]
    stub: bool,
    /// Nothing on it is worth keeping.
    #[serde(default)]
    expendable: bool,
    capabilities: Option<Vec<Capability>>,
    ischedule: Option<Spanned<String>>,
    /// Two calendar users elsewhere whose messages the iSchedule receiver takes without a signature.
    peer_addresses: Option<Spanned<Vec<String>>>,
    /// Addresses outside of the target to which it may send mail.
    #[serde(default)]
    external_addresses: Vec<String>,
    /// Expected verdicts, relative to this file; `expect.yaml` if absent.
    expect: Option<Spanned<Utf8PathBuf>>,
    #[serde(default)]
    users: Vec<Spanned<User>>,
}

/// The expectations beside a target file that does not name others.
const EXPECT: &str = "expect.yaml";

/// Digest and client certificates are to come.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Auth {
    #[default]
    Basic,
    Bearer,
    None,
}

/// Seconds.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Deadlines {
    connect: Option<Spanned<f64>>,
    header: Option<Spanned<f64>>,
    exchange: Option<Spanned<f64>>,
    delivery: Option<Spanned<f64>>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Limits {
    /// Octets of a body that are read.
    body: Option<Spanned<usize>>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct User {
    name: Spanned<String>,
    password: Option<Spanned<String>>,
    password_env: Option<Spanned<String>>,
    password_command: Option<Spanned<Vec<String>>>,
    /// Instead of what the target says.
    #[serde(default)]
    addresses: Vec<String>,
    principal: Option<Spanned<String>>,
    home: Option<Spanned<String>>,
    inbox: Option<Spanned<String>>,
    outbox: Option<Spanned<String>>,
    default_calendar: Option<Spanned<String>>,
}

/// No deadline is longer than a day.
const LONGEST: f64 = 86_400.0;

impl Target {
    /// Reads a target file.
    ///
    /// # Errors
    /// With line and column, and what was expected there. Passwords are not repeated.
    pub fn load(path: &Utf8Path) -> Result<Target, TargetError> {
        let text = std::fs::read_to_string(path).map_err(|source| TargetError::Unreadable {
            path: path.to_owned(),
            source,
        })?;
        Target::read(path, &text)
    }

    /// Reads the text of a target file; `path` is for error messages and for what is relative to it.
    ///
    /// # Errors
    /// As [`Target::load`].
    pub fn read(path: &Utf8Path, text: &str) -> Result<Target, TargetError> {
        let file: File = toml::from_str(text).map_err(|error| {
            let place = Place::of(path, text, &error.span().unwrap_or_default());
            // The parser quotes what it found.
            let secret = text
                .lines()
                .nth(place.line - 1)
                .is_some_and(|line| line.contains("password"));
            let message = match secret {
                true => "not as it must be: expected a text in quotes".to_owned(),
                false => without_value(error.message()),
            };
            TargetError::Wrong { place, message }
        })?;
        Reader { path, text }.target(file)
    }
}

/// `invalid type: string "…", expected a map` without the string, which may be a password in the wrong place.
fn without_value(message: &str) -> String {
    match message.split_once(" \"") {
        Some((before, quoted)) => {
            let after = quoted.rsplit_once('"').map_or("", |(_, after)| after);
            format!("{before}{after}")
        }
        None => message.to_owned(),
    }
}

struct Reader<'a> {
    path: &'a Utf8Path,
    text: &'a str,
}

impl Reader<'_> {
    fn wrong<T>(&self, at: &Spanned<T>, message: impl Into<String>) -> TargetError {
        let place = Place::of(self.path, self.text, &at.span());
        TargetError::Wrong {
            place,
            message: message.into(),
        }
    }

    fn target(&self, file: File) -> Result<Target, TargetError> {
        let base = base_url(file.url.get_ref()).map_err(|message| self.wrong(&file.url, message))?;
        let mut target = Target::at(base.as_str())?;
        if let Some(name) = file.name {
            target.name = name;
        }
        target.product = file.product;
        target.product_version = file.product_version;
        target.profile = file.profile;
        target.http2 = file.http2;
        target.stub = file.stub;
        target.expendable = file.expendable;
        target.external = file.external_addresses;
        target.capabilities = file.capabilities;
        target.connect_to = file
            .connect_to
            .map(|at| {
                at.get_ref()
                    .parse()
                    .map_err(|_| self.wrong(&at, "expected ADDRESS:PORT"))
            })
            .transpose()?;
        let expect = file.expect.as_ref();
        let expected = self.beside(expect.map_or(Utf8Path::new(EXPECT), |at| at.get_ref()));
        if let Some(at) = expect.filter(|_| !expected.is_file()) {
            return Err(self.wrong(at, format!("there is no file {expected}")));
        }
        target.expect = Some(expected);
        for at in &file.ca {
            let pem = self.beside(at.get_ref());
            let octets =
                std::fs::read(&pem).map_err(|error| self.wrong(at, format!("cannot read {pem}: {error}")))?;
            target.roots.push(octets);
        }
        for at in &file.trusted_origins {
            let origin = base_url(at.get_ref())
                .map_err(|message| self.wrong(at, message))?
                .origin();
            target.trusted.push(origin);
        }
        self.deadline(file.deadlines.connect, &mut target.deadlines.connect)?;
        self.deadline(file.deadlines.header, &mut target.deadlines.header)?;
        self.deadline(file.deadlines.exchange, &mut target.deadlines.exchange)?;
        self.deadline(file.deadlines.delivery, &mut target.delivery)?;
        if let Some(at) = file.limits.body {
            if *at.get_ref() == 0 {
                return Err(self.wrong(&at, "expected a number of octets, at least 1"));
            }
            target.body_limit = at.into_inner();
        }
        if let Some(at) = file.reset {
            if at.get_ref().is_empty() {
                return Err(self.wrong(&at, "expected a program and its arguments"));
            }
            target.reset = Some(self.command(at.into_inner()));
        }
        target.ischedule = self.url(&target.base, file.ischedule)?;
        if let Some(at) = file.peer_addresses {
            let [first, second] = &at.get_ref()[..] else {
                return Err(self.wrong(&at, "expected two calendar user addresses"));
            };
            if [first, second].iter().any(|text| Url::parse(text).is_err()) || address_eq(first, second) {
                return Err(self.wrong(
                    &at,
                    "expected two calendar user addresses that differ, such as mailto:peer@calconform.invalid",
                ));
            }
            target.peers = at.into_inner();
        }
        for at in file.users {
            let user = self.user(&target, file.auth, at)?;
            target.users.push(user);
        }
        Ok(target)
    }

    fn beside(&self, path: &Utf8Path) -> Utf8PathBuf {
        self.path.parent().unwrap_or(Utf8Path::new("")).join(path)
    }

    /// A program that is named with a directory is looked for from where the file is.
    fn command(&self, mut words: Vec<String>) -> Vec<String> {
        if let (Some(program), Some(directory)) = (words.first_mut(), self.path.parent())
            && program.contains('/')
        {
            *program = directory.join(&program).into_string();
        }
        words
    }

    fn deadline(&self, seconds: Option<Spanned<f64>>, into: &mut Duration) -> Result<(), TargetError> {
        let Some(at) = seconds else { return Ok(()) };
        let seconds = *at.get_ref();
        if !(seconds > 0.0 && seconds <= LONGEST) {
            return Err(self.wrong(&at, "expected a number of seconds, more than 0"));
        }
        *into = Duration::from_secs_f64(seconds);
        Ok(())
    }

    fn url(&self, base: &Url, text: Option<Spanned<String>>) -> Result<Option<Url>, TargetError> {
        text.map(|at| {
            let url = base
                .join(at.get_ref())
                .map_err(|error| self.wrong(&at, format!("no URL: {error}")))?;
            base_url(url.as_str()).map_err(|message| self.wrong(&at, message))
        })
        .transpose()
    }

    fn user(&self, target: &Target, auth: Auth, at: Spanned<User>) -> Result<TargetUser, TargetError> {
        let given: Vec<&str> = [
            at.get_ref().password.as_ref().map(|_| "password"),
            at.get_ref().password_env.as_ref().map(|_| "password-env"),
            at.get_ref().password_command.as_ref().map(|_| "password-command"),
        ]
        .into_iter()
        .flatten()
        .collect();
        match (given.len(), auth) {
            (1, _) | (0, Auth::None) => {}
            (0, _) => {
                let message =
                    "this user has no password: expected `password`, `password-env` or `password-command`";
                return Err(self.wrong(&at, message));
            }
            _ => return Err(self.wrong(&at, format!("expected one of {}, not several", given.join(", ")))),
        }
        let user = at.into_inner();
        if target
            .users
            .iter()
            .any(|other| other.name == *user.name.get_ref())
        {
            return Err(self.wrong(&user.name, "another user has this name already"));
        }
        if user.name.get_ref().contains(':') && auth == Auth::Basic {
            return Err(self.wrong(
                &user.name,
                "a name for Basic authentication has no colon (RFC 7617)",
            ));
        }
        let source = match (user.password, user.password_env, user.password_command) {
            (Some(at), ..) => Some((at.span(), Source::Plain(at.into_inner()))),
            (_, Some(at), _) => Some((at.span(), Source::Environment(at.into_inner()))),
            (.., Some(at)) => Some((at.span(), Source::Command(at.into_inner()))),
            _ => None,
        };
        let name = user.name.into_inner();
        let credentials = match source {
            Some((span, source)) if auth != Auth::None => {
                let place = Spanned::new(span, ());
                let secret = source.read().map_err(|message| self.wrong(&place, message))?;
                Some(match auth {
                    Auth::Bearer => {
                        Credentials::bearer(&name, &secret).map_err(|message| self.wrong(&place, message))?
                    }
                    _ => Credentials::basic(&name, &secret),
                })
            }
            _ => None,
        };
        Ok(TargetUser {
            name,
            credentials,
            addresses: user.addresses,
            principal: self.url(&target.base, user.principal)?,
            home: self.url(&target.base, user.home)?,
            inbox: self.url(&target.base, user.inbox)?,
            outbox: self.url(&target.base, user.outbox)?,
            default_calendar: self.url(&target.base, user.default_calendar)?,
        })
    }
}
