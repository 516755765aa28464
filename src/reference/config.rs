//! What a reference server is started with.

use std::fmt;

use super::policy::Policy;

/// How a reference server is set up. The default has the users `user01` to `user05` and no switches.
#[derive(Debug, Clone)]
pub struct Config {
    /// TCP port on the loopback interface; 0 for any that is free.
    pub port: u16,
    pub users: Vec<User>,
    /// Calendar user addresses elsewhere from which the iSchedule receiver takes messages without a signature.
    pub peers: Vec<String>,
    pub policy: Policy,
    pub limits: Limits,
}

/// A calendar user with an account.
#[derive(Clone, PartialEq, Eq)]
pub struct User {
    /// Login name; also a path segment.
    pub name: String,
    pub password: String,
    pub display_name: String,
    /// Calendar user addresses. The principal's URL is one as well, without being named here.
    pub addresses: Vec<String>,
    /// A CUTYPE value (RFC 5545 section 3.2.3).
    pub kind: String,
}

/// What the server takes at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// CALDAV:max-resource-size, in octets, of calendars, Inbox and Outbox.
    pub resource_octets: usize,
    /// Octets of a request body; more is answered 413.
    pub request_octets: usize,
    /// CALDAV:max-attendees-per-instance.
    pub attendees: usize,
    /// CALDAV:max-instances, not defined by default: a rule without end would break it.
    pub instances: Option<usize>,
    /// CALDAV:min-date-time and CALDAV:max-date-time, as iCalendar UTC date-times.
    pub min_date_time: String,
    pub max_date_time: String,
}

impl User {
    /// `user01` with the password `user01` and the addresses `mailto:user01@example.com` and
    /// `mailto:user01@calendar.example.com`.
    pub fn plain(name: &str) -> User {
        User {
            name: name.to_owned(),
            password: name.to_owned(),
            display_name: match name.strip_prefix("user") {
                Some(number) => format!("User {number}"),
                None => name.to_owned(),
            },
            addresses: ["example.com", "calendar.example.com"]
                .map(|domain| format!("mailto:{name}@{domain}"))
                .to_vec(),
            kind: "INDIVIDUAL".to_owned(),
        }
    }

    /// `user01`, `user02` and so on.
    pub fn numbered(count: usize) -> Vec<User> {
        (1..=count)
            .map(|number| User::plain(&format!("user{number:02}")))
            .collect()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User")
            .field("name", &self.name)
            .field("addresses", &self.addresses)
            .finish_non_exhaustive()
    }
}

impl Default for Config {
    fn default() -> Config {
        Config {
            port: 0,
            users: User::numbered(5),
            peers: ["peer", "peer2"]
                .map(|name| format!("mailto:{name}@calconform.invalid"))
                .to_vec(),
            policy: Policy::default(),
            limits: Limits::default(),
        }
    }
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            resource_octets: 256 << 10,
            request_octets: 4 << 20,
            attendees: 100,
            instances: None,
            min_date_time: "19000101T000000Z".to_owned(),
            max_date_time: "21001231T235959Z".to_owned(),
        }
    }
}
