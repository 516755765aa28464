//! SCHEDULE-FORCE-SEND (sections 5.2.7 and 10.2).

use std::collections::BTreeSet;

use crate::reference::policy::{Deviation, Policy};

use super::agent::Agent;
use super::parts;
use super::series::Series;
use crate::ical::address;

const PARAMETER: &str = "SCHEDULE-FORCE-SEND";

/// To whom messages are forced.
#[derive(Debug, Default)]
pub(super) struct Forced {
    addresses: BTreeSet<String>,
    unknown: BTreeSet<String>,
}

impl Forced {
    /// Reads the parameter of all properties of this name. `method` is the one that can be forced by it.
    pub fn of(series: &Series, name: &str, method: &str, policy: &Policy) -> Forced {
        let mut forced = Forced::default();
        for (_, component) in series.components() {
            for property in component.properties_named(name) {
                let Some(value) = property.param(PARAMETER).map(str::to_ascii_uppercase) else {
                    continue;
                };
                if Agent::of(property, policy) != Agent::Server {
                    continue;
                }
                let who = address::normalize(&property.value);
                if value == method {
                    forced.addresses.insert(who);
                } else if value != "REQUEST" && value != "REPLY" {
                    forced.unknown.insert(who);
                }
            }
        }
        if policy.deviates(Deviation::ForceSendIgnored) {
            forced.addresses.clear();
        }
        if policy.deviates(Deviation::UnknownForceSendSilent) {
            forced.unknown.clear();
        }
        forced
    }

    /// Takes the parameter off: it is not stored.
    pub fn strip(series: &mut Series, policy: &Policy) {
        if policy.deviates(Deviation::ForceSendStored) {
            return;
        }
        for (_, component) in series.components_mut() {
            for property in component.properties_mut() {
                property.remove_param(PARAMETER);
            }
        }
    }

    pub fn has(&self, who: &str) -> bool {
        self.addresses.contains(&address::normalize(who))
    }

    pub fn any(&self) -> bool {
        !self.addresses.is_empty()
    }

    /// Says 2.3 where a value was not understood (10.2); what becomes of a message sent all the same replaces it.
    pub fn mark_unknown(&self, series: &mut Series) {
        for (_, component) in series.components_mut() {
            let marked =
                |name: &str| name.eq_ignore_ascii_case("ATTENDEE") || name.eq_ignore_ascii_case("ORGANIZER");
            for property in component
                .properties_mut()
                .filter(|property| marked(&property.name))
            {
                if self.unknown.contains(&address::normalize(&property.value)) {
                    parts::set_status(property, Some("2.3".to_owned()));
                }
            }
        }
    }
}
