//! SCHEDULE-AGENT (section 10.1), and the tables of section 5.2.1 that go by it.

use crate::ical::Property;
use crate::reference::policy::{Deviation, Policy};

/// Who takes scheduling messages to a calendar user.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Agent {
    Server,
    Client,
    None,
}

impl Agent {
    /// The agent on an ATTENDEE or ORGANIZER: SERVER by default, NONE where it is not known (10.1).
    pub fn of(property: &Property, policy: &Policy) -> Agent {
        if policy.deviates(Deviation::AgentIgnored) {
            return Agent::Server;
        }
        match property.param("SCHEDULE-AGENT") {
            None => Agent::Server,
            Some(value)
                if policy.deviates(Deviation::AgentCaseSensitive) && value != value.to_ascii_uppercase() =>
            {
                Agent::None
            }
            Some(value) if value.eq_ignore_ascii_case("SERVER") => Agent::Server,
            Some(value) if value.eq_ignore_ascii_case("CLIENT") => Agent::Client,
            Some(value) if value.eq_ignore_ascii_case("NONE") => Agent::None,
            Some(_) if policy.deviates(Deviation::UnknownAgentIsServer) => Agent::Server,
            Some(_) => Agent::None,
        }
    }
}

/// Whether, and with which agent, someone takes part in an instance.
pub(super) type Presence = Option<Agent>;

/// What the tables tell the server to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Action {
    Nothing,
    Request,
    /// REQUEST or ADD.
    Invite,
    Cancel,
}

/// The table of 5.2.1.2. Rows: old presence; columns: new presence; both absent, SERVER, CLIENT, NONE.
const MODIFY: [[Action; 4]; 4] = {
    use Action::{Cancel, Invite, Nothing, Request};
    [
        [Nothing, Invite, Nothing, Nothing],
        [Cancel, Request, Cancel, Cancel],
        [Nothing, Invite, Nothing, Nothing],
        [Nothing, Invite, Nothing, Nothing],
    ]
};

/// What to send to someone for an instance that was modified (5.2.1.2). The table of creating (5.2.1.1) is its first
/// row.
pub(super) fn on_modify(old: Presence, new: Presence, policy: &Policy) -> Action {
    let row = MODIFY[index(old)];
    if policy.deviates(Deviation::NoCancelToRemoved) && new.is_none() {
        return Action::Nothing;
    }
    if policy.deviates(Deviation::NoCancelOnAgentChange) && new.is_some_and(|agent| agent != Agent::Server) {
        return Action::Nothing;
    }
    row[index(new)]
}

/// What to send to someone when the object is removed (5.2.1.3).
pub(super) fn on_remove(agent: Agent, policy: &Policy) -> Action {
    match agent {
        Agent::Server if policy.deviates(Deviation::NoCancelOnDelete) => Action::Nothing,
        Agent::Server => Action::Cancel,
        Agent::Client | Agent::None => Action::Nothing,
    }
}

fn index(presence: Presence) -> usize {
    match presence {
        None => 0,
        Some(Agent::Server) => 1,
        Some(Agent::Client) => 2,
        Some(Agent::None) => 3,
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    /// The table of 5.2.1.2, cell by cell.
    #[rstest]
    #[case::absent_removed("", "", Action::Nothing)]
    #[case::absent_server("", "SERVER", Action::Invite)]
    #[case::absent_client("", "CLIENT", Action::Nothing)]
    #[case::absent_none("", "NONE", Action::Nothing)]
    #[case::server_removed("SERVER", "", Action::Cancel)]
    #[case::server_server("SERVER", "SERVER", Action::Request)]
    #[case::server_client("SERVER", "CLIENT", Action::Cancel)]
    #[case::server_none("SERVER", "NONE", Action::Cancel)]
    #[case::client_removed("CLIENT", "", Action::Nothing)]
    #[case::client_server("CLIENT", "SERVER", Action::Invite)]
    #[case::client_client("CLIENT", "CLIENT", Action::Nothing)]
    #[case::client_none("CLIENT", "NONE", Action::Nothing)]
    #[case::none_removed("NONE", "", Action::Nothing)]
    #[case::none_server("NONE", "SERVER", Action::Invite)]
    #[case::none_client("NONE", "CLIENT", Action::Nothing)]
    #[case::none_none("NONE", "NONE", Action::Nothing)]
    #[case::unknown_is_none("SERVER", "X-FOO", Action::Cancel)]
    fn modify(#[case] old: &str, #[case] new: &str, #[case] expected: Action) {
        let policy = Policy::default();
        assert_eq!(on_modify(presence(old), presence(new), &policy), expected);
    }

    #[rstest]
    #[case("SERVER", Action::Cancel)]
    #[case("CLIENT", Action::Nothing)]
    #[case("NONE", Action::Nothing)]
    #[case("X-FOO", Action::Nothing)]
    fn remove(#[case] agent: &str, #[case] expected: Action) {
        assert_eq!(on_remove(presence(agent).unwrap(), &Policy::default()), expected);
    }

    #[test]
    fn the_default_is_server_in_any_case() {
        let policy = Policy::default();
        let plain = Property::new("ATTENDEE", "mailto:a@example.com");
        assert_eq!(Agent::of(&plain, &policy), Agent::Server);
        assert_eq!(
            Agent::of(&plain.with_param("SCHEDULE-AGENT", "client"), &policy),
            Agent::Client
        );
    }

    fn presence(agent: &str) -> Presence {
        let attendee = Property::new("ATTENDEE", "mailto:a@example.com").with_param("SCHEDULE-AGENT", agent);
        (!agent.is_empty()).then(|| Agent::of(&attendee, &Policy::default()))
    }
}
