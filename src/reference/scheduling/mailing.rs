//! Who is sent what when an organizer scheduling object resource was modified (section 5.2.1.2).

use std::collections::{BTreeMap, BTreeSet};

use crate::ical::Component;
use crate::reference::policy::{Deviation, Variant};

use super::agent::{self, Action};
use super::canonical::{canonical, drop_bookkeeping};
use super::engine::Context;
use super::forced::Forced;
use super::message::{self, Composer, Message, Method};
use super::organizer::{organizer_of, others};
use super::parts;
use super::reschedule;
use super::series::{Key, Series};
use super::view::{presence, view};

/// What one attendee is sent.
#[derive(Debug)]
pub(super) struct Mailing {
    pub who: String,
    /// The components that are cancelled for them.
    pub cancels: BTreeSet<Key>,
    /// Whether they are sent what they may see of the object, after the CANCEL.
    pub request: bool,
}

/// What each attendee is sent, by the table for each component they took or take part in.
pub(super) fn mailings(
    context: &Context<'_>,
    before: &Series,
    after: &Series,
    forced: &Forced,
) -> Vec<Mailing> {
    let keys: BTreeSet<Key> = [before, after]
        .into_iter()
        .flat_map(|series| {
            let written = series.components().map(|(key, _)| key);
            written
                .chain(series.excluded().into_iter().map(Some))
                .collect::<Vec<_>>()
        })
        .collect();
    let mailing = |who: String| {
        let action = |key: &Key| {
            let old = presence(before, key, &who, context.policy);
            let new = presence(after, key, &who, context.policy);
            agent::on_modify(old, new, context.policy)
        };
        let actions: BTreeMap<&Key, Action> = keys.iter().map(|key| (key, action(key))).collect();
        let having = |wanted: Action| {
            actions
                .iter()
                .filter(move |(_, action)| **action == wanted)
                .map(|(key, _)| *key)
        };
        let mut cancels: BTreeSet<Key> = having(Action::Cancel).cloned().collect();
        let stays = having(Action::Request).next().is_some();
        let mut request = having(Action::Invite).next().is_some();
        if cancels.contains(&None) {
            cancels = BTreeSet::from([None]);
            // That took everything from them; what is left to them is an invitation again.
            request |= stays;
        } else {
            let master_stays = actions
                .get(&None)
                .is_some_and(|action| *action == Action::Request);
            if master_stays && reschedule::pattern_differs(before, after) {
                // Instances that are gone with the old pattern go with the REQUEST for the new one.
                cancels.retain(|key| key.as_ref().is_some_and(|id| after.excluded().contains(id)));
                if context.policy.deviates(Deviation::ShorterSeriesCancelled) && !after.gains_over(before) {
                    cancels = BTreeSet::from([None]);
                }
            }
            request |= stays && differs_for(context, before, after, &who, &cancels);
            request |=
                stays && !cancels.is_empty() && context.policy.varies(Variant::RequestAfterInstanceCancel);
        }
        request |= stays && forced.has(&who);
        request &= !(context.policy.deviates(Deviation::DelegatorNotUpdated) && has_delegated(after, &who));
        Mailing {
            who,
            cancels,
            request,
        }
    };
    others(context, [before, after])
        .into_iter()
        .map(mailing)
        .collect()
}

/// Whether the attendee has sent somebody else.
fn has_delegated(series: &Series, who: &str) -> bool {
    let listed = series
        .components()
        .filter_map(|(_, component)| parts::attendee(component, who));
    listed
        .map(parts::partstat)
        .any(|partstat| partstat == "DELEGATED")
}

/// Whether the attendee would see another object than before, once the cancelled instances are gone.
fn differs_for(
    context: &Context<'_>,
    before: &Series,
    after: &Series,
    who: &str,
    cancelled: &BTreeSet<Key>,
) -> bool {
    let mut old = view(before, who, context.policy);
    for id in cancelled.iter().flatten() {
        old.exclude(id);
    }
    let new = view(after, who, context.policy);
    let blind = context.policy.deviates(Deviation::MinorChangesUnsent);
    let mut unread = vec!["EXDATE"];
    if blind {
        unread.push("PERCENT-COMPLETE");
    }
    if context.policy.deviates(Deviation::DetailsUnsent) {
        unread.extend(["CATEGORIES", "PRIORITY", "URL"]);
    }
    let gist = |series: &Series| -> BTreeMap<Key, Vec<String>> {
        let components = series.components();
        components
            .map(|(key, component)| {
                let mut lines = canonical(component, |property| {
                    if blind {
                        property.remove_param("RSVP");
                    }
                    drop_bookkeeping(property) && !unread.iter().any(|name| property.is(name))
                });
                if key.is_none() {
                    lines.extend(series.excluded().iter().map(|id| format!("EXDATE {id}")));
                }
                (key, lines)
            })
            .collect()
    };
    gist(&old) != gist(&new)
}

/// The CANCEL for what an attendee has lost.
pub(super) fn cancel(composer: &Composer<'_>, before: &Series, after: &Series, mailing: &Mailing) -> Message {
    let newest = after.master.as_ref().map_or(0, parts::sequence);
    let components: Vec<Component> = mailing
        .cancels
        .iter()
        .filter_map(|key| {
            let old = before.effective(key)?;
            let left = after
                .effective(key)
                .filter(|component| !parts::is_cancelled(component));
            let sequence = match after.get(key) {
                Some(component) => parts::sequence(component),
                None => newest.max(parts::sequence(&old) + 1),
            };
            Some(message::cancelled(&old, sequence, left.is_none(), &mailing.who))
        })
        .collect();
    let originator = components.first().map(organizer_of).unwrap_or_default();
    composer.compose(Method::Cancel, &originator, &mailing.who, components)
}
