//! The engine against the tables and examples of the specification.

mod attendee;
mod deviations;
mod examples;
mod identify;
mod incoming;
mod itip;
mod organizer;
mod recurring;
mod world;
