//! Cancellations that outlive what they cancel (RFC 5546, sections 4.2.9 and 5.2.1).

use crate::reference::policy::Policy;

use super::identify::scheduled;
use super::memory::Revision;
use super::message::{Message, Method};

/// A CANCEL of a whole object that the recipient does not have, or no longer: an invitation that it has overtaken is late.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cancellation(Revision);

impl Cancellation {
    /// That of this message, if it cancels something as a whole.
    pub(super) fn of(message: &Message) -> Option<Cancellation> {
        let mut components = scheduled(&message.document);
        let whole = components.find(|component| component.property("RECURRENCE-ID").is_none())?;
        (message.method == Method::Cancel).then(|| Cancellation(Revision::of(whole)))
    }

    /// Whether the invitation comes too late.
    pub(super) fn overtakes(&self, invitation: &Message, policy: &Policy) -> bool {
        scheduled(&invitation.document)
            .all(|component| Revision::of(component).is_overtaken_by(&self.0, policy))
    }
}
