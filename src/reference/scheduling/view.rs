//! What one attendee may know of an object: the instances that list them, and no others (section 5.2.6).

use crate::ical::Component;
use crate::reference::policy::{Deviation, Policy};

use super::agent::{Agent, Presence};
use super::instant::InstanceId;
use super::parts;
use super::series::{Key, Series};

/// The object as this attendee may see it. Instances that were cancelled, or that leave the attendee out, are taken
/// out of the master by EXDATE.
pub(super) fn view(series: &Series, who: &str, policy: &Policy) -> Series {
    let lists =
        |component: &Component| parts::attendee(component, who).is_some() && !parts::is_cancelled(component);
    if policy.deviates(Deviation::InstancesLeak) {
        return series.clone();
    }
    let mut seen = series.clone();
    seen.master = seen.master.filter(lists);
    let shown = |id, component| lists(component) && !series.excludes(id);
    let hidden = series
        .overrides
        .iter()
        .filter(|(id, component)| !shown(id, component));
    let hidden: Vec<InstanceId> = hidden.map(|(id, _)| id.clone()).collect();
    for id in hidden {
        if policy.deviates(Deviation::ExcludedInstanceNotTold) {
            seen.overrides.remove(&id);
        } else {
            seen.exclude(&id);
        }
    }
    seen
}

/// Whether, and with which agent, this attendee takes part in the instance.
pub(super) fn presence(series: &Series, key: &Key, who: &str, policy: &Policy) -> Presence {
    let component = series.effective(key)?;
    if parts::is_cancelled(&component) {
        return None;
    }
    parts::attendee(&component, who).map(|attendee| Agent::of(attendee, policy))
}
