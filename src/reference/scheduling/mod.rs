//! The scheduling engine of the reference server: pure functions over iCalendar documents.
//!
//! Written from draft-desruisseaux-caldav-sched-10 (section numbers in this room are its own), RFC 6638 where the two
//! contradict, and RFC 5546. The caller does HTTP, storage, privileges and delivery:
//!
//! 1. [`plan_write`] says what a PUT, DELETE, COPY or MOVE stores and which [`Message`]s it sends, or refuses it;
//! 2. each message is delivered: [`process`] says what it changes at a recipient of this server;
//! 3. [`record`] writes what became of a message into the sender's stored object.
//!
//! Beside each scheduling object the store keeps a [`Memory`], which it does not look into.

mod agent;
mod allowed;
mod answers;
mod attendee;
mod cancellation;
mod canonical;
mod engine;
mod forced;
mod identify;
mod incoming;
mod incoming_cancel;
mod incoming_reply;
mod incoming_request;
mod instant;
mod mailing;
mod memory;
mod merge;
mod message;
mod organizer;
mod parts;
mod personal;
mod refusal;
mod reschedule;
mod series;
mod status;
#[cfg(test)]
mod tests;
mod transfer;
mod view;

pub use cancellation::Cancellation;
pub use engine::{Operation, Plan, Stored, Tag, Write, plan_write};
pub use identify::{Owner, Role, identify, uid};
pub use incoming::{Change, Incoming, Outcome, process};
pub use memory::Memory;
pub use message::{Message, Method, whole};
pub use refusal::{Precondition, Refusal};
pub use status::{Delivery, record};
pub use transfer::{Transfer, copy_transfer, move_transfer};
