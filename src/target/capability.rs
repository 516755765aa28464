//! What a target can do, and how we know.

use std::collections::BTreeMap;

use crate::scenario::Capability;

/// Whether a target has a capability, and what that was concluded from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub advertised: bool,
    pub evidence: String,
}

/// Every capability that was looked for.
#[derive(Debug, Clone, Default)]
pub struct Capabilities(BTreeMap<Capability, Found>);

impl Capabilities {
    pub(super) fn set(&mut self, capability: Capability, advertised: bool, evidence: impl Into<String>) {
        self.0.insert(
            capability,
            Found {
                advertised,
                evidence: evidence.into(),
            },
        );
    }

    /// Exactly these, because the target file says so.
    pub(super) fn declared(list: &[Capability]) -> Capabilities {
        let mut all = Capabilities::default();
        for capability in Capability::ALL {
            let declared = list.contains(&capability);
            let word = if declared { "listed" } else { "not listed" };
            all.set(
                capability,
                declared,
                format!("{word} under `capabilities` of the target file"),
            );
        }
        all
    }

    /// Whether the target has it.
    pub fn has(&self, capability: Capability) -> bool {
        self.get(capability).is_some_and(|found| found.advertised)
    }

    /// What was found out about it.
    pub fn get(&self, capability: Capability) -> Option<&Found> {
        self.0.get(&capability)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (Capability, &Found)> {
        self.0.iter().map(|(capability, found)| (*capability, found))
    }
}

impl Capability {
    /// Every capability there is.
    pub const ALL: [Capability; 9] = [
        Capability::CalendarAccess,
        Capability::CalendarAutoSchedule,
        Capability::CalendarSchedule,
        Capability::Mkcalendar,
        Capability::Vtodo,
        Capability::DefaultCalendar,
        Capability::Ischedule,
        Capability::Expendable,
        Capability::TrustedPeer,
    ];

    /// The word for it in scenarios and logs.
    pub fn word(self) -> &'static str {
        match self {
            Capability::CalendarAccess => "calendar-access",
            Capability::CalendarAutoSchedule => "calendar-auto-schedule",
            Capability::CalendarSchedule => "calendar-schedule",
            Capability::Mkcalendar => "mkcalendar",
            Capability::Vtodo => "vtodo",
            Capability::DefaultCalendar => "default-calendar",
            Capability::Ischedule => "ischedule",
            Capability::Expendable => "expendable",
            Capability::TrustedPeer => "trusted-peer",
        }
    }
}
