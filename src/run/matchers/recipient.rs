//! The responses for one recipient in a schedule-response, CalDAV's or iSchedule's.

use super::answer::children;
use super::meaning::same_address;
use super::show;
use crate::dav::names::{CALDAV, ISCHEDULE};
use crate::dav::{Element, QName, dav};

/// What a schedule-response says of its recipients. Responses without what they must have are kept: other recipients can
/// be judged all the same.
pub(super) struct Recipients<'a> {
    pub all: Vec<Recipient<'a>>,
}

/// One response element.
pub(super) struct Recipient<'a> {
    pub address: String,
    pub request_status: Option<String>,
    pub calendar_data: Option<String>,
    pub element: &'a Element,
}

impl<'a> Recipients<'a> {
    /// Reads either kind from the root element, or says what is there instead.
    pub fn read(root: &'a Element) -> Result<Recipients<'a>, String> {
        let ns = [CALDAV, ISCHEDULE]
            .into_iter()
            .find(|ns| root.is(&QName::new(ns, "schedule-response")));
        let ns = ns.ok_or_else(|| format!("expected C:schedule-response, got {}", root.qname()))?;
        let name = |name| QName::new(ns, name);
        let responses = children(root, &name("response")).into_iter();
        let all = responses.map(|element| {
            let recipient = element.first(&name("recipient"));
            let address = recipient.map(|recipient| match recipient.first(&dav("href")) {
                Some(href) => href.trimmed(),
                None => recipient.trimmed(),
            });
            Recipient {
                address: address.unwrap_or_default(),
                request_status: element.first(&name("request-status")).map(Element::trimmed),
                calendar_data: element.first(&name("calendar-data")).map(Element::text),
                element,
            }
        });
        Ok(Recipients { all: all.collect() })
    }

    /// Those for this calendar user address.
    pub fn of(&self, address: &str) -> Vec<&Recipient<'a>> {
        self.all
            .iter()
            .filter(|response| same_address(&response.address, address))
            .collect()
    }

    /// Says that there is none.
    pub fn none(&self, address: &str) -> String {
        let others: Vec<String> = self
            .all
            .iter()
            .map(|response| show::value(&response.address))
            .collect();
        let others = if others.is_empty() {
            "none".to_string()
        } else {
            show::join(&others, "and")
        };
        format!(
            "no response for {} (recipients found: {others})",
            show::value(address)
        )
    }
}
