//! One exchange with the target: send, bound, record, redact.

mod credentials;
mod error;
mod exchange;
mod http;
mod origin;
mod record;
mod redact;

pub use credentials::Credentials;
pub use exchange::{Answer, Context, Request, is_safe};
pub use http::{Client, ClientConfig, Deadlines};
pub use origin::Origins;
pub use record::Recorder;
pub use redact::Redactor;

#[cfg(test)]
mod tests;
