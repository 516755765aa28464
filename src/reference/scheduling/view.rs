//! What one attendee may know of an object: the instances that list them, and no others (section 5.2.6).

use crate::ical::Component;
use crate::reference::policy::{Deviation, Policy};

use super::agent::{Agent, Presence};
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
    let hidden: Vec<_> = series
        .overrides
        .iter()
        .filter(|(_, component)| !lists(component))
        .map(|(id, _)| id.clone())
        .collect();
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
    let derived;
    let component = match series.get(key) {
        Some(component) => component,
        None => {
            derived = series.effective(key)?;
            &derived
        }
    };
    if parts::is_cancelled(component) {
        return None;
    }
    parts::attendee(component, who).map(|attendee| Agent::of(attendee, policy))
}
