//! The reference server: CalDAV scheduling (draft -10 and RFC 6638) and an iSchedule receiver, in process and in memory, with
//! lawful variants and named deviations. It is written from the specifications alone.

mod access;
mod acl;
mod auth;
mod calendar_data;
mod conditions;
mod config;
mod copy_move;
mod delete;
mod filter;
mod freebusy;
mod get;
mod http;
mod instances;
mod ischedule;
mod methods;
mod mkcol;
mod object;
mod outbox;
mod path;
mod policy;
mod postman;
mod propfind;
mod proppatch;
mod props;
mod put;
mod render;
mod report;
mod report_freebusy;
mod report_objects;
mod report_principals;
mod report_sync;
mod resource;
pub mod scheduling;
mod server;
mod store;
mod world;

pub use config::{Config, Limits, User};
pub use policy::{Deviation, Policy, UnknownSwitch, Variant};
pub use server::Server;
