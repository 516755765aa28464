//! Proof that the checks can be trusted: that each can fail, and that none fails for nothing.
//!
//! - [`deviation`]: a violation of the reference server fails the checks of what it breaks, and no others
//! - [`mutation`]: damage to a good answer is noticed by every check that exists to notice it
//! - [`variant`]: no lawful choice of the reference server fails or warns
//! - [`stub`]: a server that answers everything alike, or delivers nothing, passes next to nothing
//! - [`product`]: all these servers, each with the whole suite
//! - [`unproven`]: the checks that neither a deviation nor a mutation fails

pub mod deviation;
pub mod mutation;
pub mod product;
pub mod stub;
pub mod unproven;
pub mod variant;

mod trial;

pub use trial::{Trial, TrialError, as_target, trial};
