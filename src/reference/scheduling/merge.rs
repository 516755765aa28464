//! Merging what a client stores with what came in meanwhile (section 8.1).

use std::collections::BTreeSet;

use crate::ical::{Component, Document};
use crate::reference::policy::Deviation;

use super::engine::Context;
use super::parts;
use super::series::{Key, Series};

/// Takes over what other attendees answered since the Schedule-Tag of the client was new: their PARTSTAT in each
/// component, and the instances that were overridden for an answer. `tagged` is the object as it was then; without it
/// every difference counts as an answer.
///
/// SCHEDULE-STATUS needs no merge: where the server schedules it is the server's in any case.
pub(super) fn apply(context: &Context<'_>, current: &Series, tagged: Option<&Document>, new: &mut Series) {
    let tagged = tagged.map(Series::of);
    let answered: Vec<(Key, Component)> = current
        .components()
        .filter_map(|(key, _)| key)
        .filter(|id| !new.overrides.contains_key(id))
        .filter(|id| {
            tagged
                .as_ref()
                .is_some_and(|tagged| !tagged.overrides.contains_key(id))
        })
        .filter(|id| !new.excludes(id))
        .filter(|_| !context.policy.deviates(Deviation::MergeForgetsInstances))
        .filter_map(|id| new.derive(&id).map(|instance| (Some(id), instance)))
        .collect();
    let mut added = BTreeSet::new();
    for (key, instance) in answered {
        if let Some(id) = key {
            added.insert(Some(id.clone()));
            new.overrides.insert(id, instance);
        }
    }
    for (key, component) in new.components_mut() {
        let Some(now) = current.effective(&key) else {
            continue;
        };
        let then = tagged.as_ref().and_then(|tagged| tagged.effective(&key));
        let mut changed = false;
        for attendee in component.properties_named_mut("ATTENDEE") {
            if context.owner.has(&attendee.value) {
                continue;
            }
            let of = |component: &Component| parts::attendee(component, &attendee.value).map(parts::partstat);
            let Some(answer) = of(&now) else { continue };
            if then.as_ref().and_then(of).is_none_or(|then| then != answer)
                && answer != parts::partstat(attendee)
            {
                attendee.set_param("PARTSTAT", answer);
                changed = true;
            }
        }
        if changed {
            added.remove(&key);
        }
    }
    for key in added.into_iter().flatten() {
        // Nobody answered anything there that the master does not say.
        new.overrides.remove(&key);
    }
}
