//! A target as a run needs it: read from a file or put together from a URL.

use std::net::SocketAddr;
use std::time::Duration;

use camino::Utf8PathBuf;
use serde::Deserialize;
use url::{Origin, Url};

use super::error::TargetError;
use crate::client::{ClientConfig, Credentials, Deadlines, Origins, Redactor};
use crate::scenario::Capability;

/// The server under test and its users.
#[derive(Debug, Clone)]
pub struct Target {
    pub name: String,
    /// What it is and which release of it, for reports.
    pub product: Option<String>,
    pub product_version: Option<String>,
    pub base: Url,
    /// Connect there, whatever the host of the URL resolves to.
    pub connect_to: Option<SocketAddr>,
    /// Which document is tested; chosen by what the target advertises if absent.
    pub profile: Option<Profile>,
    pub http2: bool,
    /// Certificates in PEM to trust instead of the system's.
    pub roots: Vec<Vec<u8>>,
    pub trusted: Vec<Origin>,
    pub deadlines: Deadlines,
    /// How long an `await` waits for a delivery.
    pub delivery: Duration,
    /// Octets of a body that are read.
    pub body_limit: usize,
    /// A program with its arguments that puts the target into its first state; it runs before discovery.
    pub reset: Option<Vec<String>>,
    /// The target is a stub: checks are evaluated even where an earlier step failed.
    pub stub: bool,
    /// What its users have may be lost, collections that a client must not delete included.
    pub expendable: bool,
    /// Capabilities to believe in without asking.
    pub capabilities: Option<Vec<Capability>>,
    /// URL of the iSchedule receiver.
    pub ischedule: Option<Url>,
    /// Calendar user addresses outside of the target from which its iSchedule receiver takes messages without a
    /// signature: two, or none.
    pub peers: Vec<String>,
    /// Calendar user addresses outside of the target to which it may send mail.
    pub external: Vec<String>,
    pub users: Vec<TargetUser>,
    /// Where verdicts are written that are expected of it; the file need not be there.
    pub expect: Option<Utf8PathBuf>,
}

/// One calendar user as the target file tells. What it does not tell is asked for.
#[derive(Debug, Clone, Default)]
pub struct TargetUser {
    pub name: String,
    pub credentials: Option<Credentials>,
    /// Calendar user addresses, instead of CALDAV:calendar-user-address-set.
    pub addresses: Vec<String>,
    pub principal: Option<Url>,
    pub home: Option<Url>,
    pub inbox: Option<Url>,
    pub outbox: Option<Url>,
    pub default_calendar: Option<Url>,
}

/// A document that servers implement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
pub enum Profile {
    #[serde(rename = "caldav-sched-10")]
    CaldavSched10,
    /// Its DAV token is that of -10: it has to be asked for.
    #[serde(rename = "caldav-sched-06")]
    CaldavSched06,
    #[serde(rename = "caldav-sched-03")]
    CaldavSched03,
    #[serde(rename = "ischedule")]
    Ischedule,
}

impl Profile {
    /// The short name of its specification.
    pub fn specification(self) -> &'static str {
        match self {
            Profile::CaldavSched10 => "caldav-sched-10",
            Profile::CaldavSched06 => "caldav-sched-06",
            Profile::CaldavSched03 => "caldav-sched-03",
            Profile::Ischedule => "ischedule",
        }
    }
}

/// How long an `await` waits where the target file says nothing.
const DELIVERY: Duration = Duration::from_secs(10);

impl Target {
    /// A target at this URL with everything else as usual.
    ///
    /// # Errors
    /// A URL that is not http or https, or that has a password in it.
    pub fn at(url: &str) -> Result<Target, TargetError> {
        let base = base_url(url).map_err(TargetError::Arguments)?;
        let config = ClientConfig::new(base.clone());
        Ok(Target {
            name: base.authority().to_string(),
            product: None,
            product_version: None,
            base,
            connect_to: None,
            profile: None,
            http2: config.http2,
            roots: config.roots,
            trusted: Vec::new(),
            deadlines: config.deadlines,
            delivery: DELIVERY,
            body_limit: config.body_limit,
            reset: None,
            stub: false,
            expendable: false,
            capabilities: None,
            ischedule: None,
            peers: Vec::new(),
            external: Vec::new(),
            users: Vec::new(),
            expect: None,
        })
    }

    /// What takes the secrets of all its users out of a text.
    pub fn redactor(&self) -> Redactor {
        Redactor::new(self.users.iter().filter_map(|user| user.credentials.as_ref()))
    }

    /// With one more user who authenticates with Basic.
    #[must_use]
    pub fn with_user(mut self, name: &str, password: &str) -> Target {
        let credentials = Some(Credentials::basic(name, password));
        self.users.push(TargetUser {
            name: name.to_string(),
            credentials,
            ..TargetUser::default()
        });
        self
    }

    /// What the HTTP client needs to know.
    pub fn client_config(&self) -> ClientConfig {
        ClientConfig {
            origins: Origins::new(self.base.clone(), self.trusted.clone()),
            connect_to: self.connect_to,
            http2: self.http2,
            roots: self.roots.clone(),
            deadlines: self.deadlines,
            body_limit: self.body_limit,
        }
    }
}

pub(super) fn base_url(text: &str) -> Result<Url, String> {
    let url = Url::parse(text).map_err(|error| {
        // There may be a password in front of it.
        let shown = match text.contains('@') {
            true => "this".to_owned(),
            false => format!("`{text}`"),
        };
        format!("{shown} is no URL ({error}): expected one such as https://dav.example.com/")
    })?;
    if !matches!(url.scheme(), "http" | "https") || url.host_str().is_none() {
        return Err(format!(
            "`{text}`: expected a URL that begins with http:// or https://"
        ));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err("a URL with a password in it: put names and passwords under users".into());
    }
    Ok(url)
}
