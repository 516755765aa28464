//! What an attendee has made of a component and keeps when the organizer changes it.

use crate::ical::{Component, Item, address};
use crate::reference::policy::Deviation;

use super::attendee::own_address;
use super::canonical::line;
use super::engine::Context;
use super::parts;

/// Properties that are the attendee's own (5.2.2.1), besides those whose names begin with X-.
const OWN: [&str; 4] = ["TRANSP", "PERCENT-COMPLETE", "COMPLETED", "COMMENT"];

/// Takes over into `new` what the attendee made of `old`: the answer, unless it was asked anew; alarms; properties of
/// their own that differ from what the organizer had sent.
pub(super) fn carry_over(
    context: &Context<'_>,
    old: &Component,
    sent: Option<&Component>,
    new: &mut Component,
) {
    let asked_anew = parts::sequence(new) > parts::sequence(old) || parts::is_cancelled(old);
    if !asked_anew && let Some(who) = own_address(context, new) {
        let answer = parts::attendee(old, &who).map(parts::partstat);
        if let (Some(answer), Some(own)) = (answer, parts::attendee_mut(new, &who))
            && parts::partstat(own) != answer
        {
            own.set_param("PARTSTAT", answer);
        }
    }
    if !context.policy.deviates(Deviation::AlarmLostOnUpdate) {
        new.retain_components(|_| false);
        for alarm in old.components() {
            new.push_component(alarm.clone());
        }
    }
    for name in own_names([Some(old), sent, Some(&*new)]) {
        let has = |component: &Component| -> Vec<String> {
            component
                .properties()
                .filter(|property| property.is(&name))
                .map(line)
                .collect()
        };
        let mine = has(old);
        let theirs_is_mine = match sent {
            Some(sent) => has(sent) == mine,
            None => mine.is_empty(),
        };
        if theirs_is_mine || has(new) == mine {
            continue;
        }
        new.remove_properties(&name);
        for property in old.properties().filter(|property| property.is(&name)) {
            new.push(property.clone());
        }
    }
    // The parameters of sections 10.1 and 10.3 do not travel: those that are there are the attendee's copy's own.
    for property in new
        .properties_mut()
        .filter(|property| property.is("ORGANIZER") || property.is("ATTENDEE"))
    {
        let name = if property.is("ORGANIZER") {
            "ORGANIZER"
        } else {
            "ATTENDEE"
        };
        let before = old
            .properties_named(name)
            .find(|old| address::address_eq(&old.value, &property.value));
        for param in ["SCHEDULE-AGENT", "SCHEDULE-STATUS"] {
            if let Some(kept) = before.and_then(|before| before.find_param(param)) {
                property.remove_param(param);
                property.params.push(kept.clone());
            }
        }
    }
}

/// The names of the attendee's own properties that occur.
fn own_names<'a>(components: impl IntoIterator<Item = Option<&'a Component>>) -> Vec<String> {
    let properties = components
        .into_iter()
        .flatten()
        .flat_map(|component| component.items.iter());
    let mut names: Vec<String> = properties
        .filter_map(Item::as_property)
        .map(|property| property.name.to_ascii_uppercase())
        .filter(|name| OWN.contains(&name.as_str()) || name.starts_with("X-"))
        .collect();
    names.sort();
    names.dedup();
    names
}
