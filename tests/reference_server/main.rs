//! The reference server over HTTP, as the specifications have it.

mod access;
mod copying;
mod delivery;
mod deviations;
mod discovery;
mod ischedule;
mod objects;
mod outbox;
mod properties;
mod reports;
mod scheduling;
mod story;
mod support;
mod variants;
