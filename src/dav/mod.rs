//! WebDAV, CalDAV and iSchedule XML: names, strict reading, deterministic writing, and the shapes that both a client and a
//! server need (multistatus, DAV:error, schedule-response).

pub mod names;

mod error;
mod multistatus;
mod read;
mod schedule_response;
mod tree;
mod write;

pub use error::DavError;
pub use multistatus::{Multistatus, Propstat, Response, status_line};
pub use names::{QName, caldav, calendarserver, dav};
pub use read::{Limits, XmlError, read, read_with};
pub use schedule_response::{Dialect, RecipientResponse, ScheduleResponse};
pub use tree::{Attribute, Element, Node, ShapeError};
pub use write::{to_bytes, to_bytes_with};
