//! schedule-response: the answer to a busy time request (-10 section 14, RFC 6638 section 10) and to an iSchedule POST
//! (CC/WD 51010 section 10.1.1). The two differ in namespace and in how they name the recipient.

use super::names::{CALDAV, ISCHEDULE, QName, dav};
use super::tree::{Element, ShapeError};

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// CALDAV:recipient holds a DAV:href.
    CalDav,
    /// The recipient is the text itself.
    ISchedule,
}

impl Dialect {
    fn name(self, name: &'static str) -> QName {
        match self {
            Dialect::CalDav => QName::new(CALDAV, name),
            Dialect::ISchedule => QName::new(ISCHEDULE, name),
        }
    }

    /// DAV:error, DAV:responsedescription; iSchedule has its own (response-description).
    fn error(self) -> QName {
        match self {
            Dialect::CalDav => dav("error"),
            Dialect::ISchedule => QName::new(ISCHEDULE, "error"),
        }
    }

    fn description(self) -> QName {
        match self {
            Dialect::CalDav => dav("responsedescription"),
            Dialect::ISchedule => QName::new(ISCHEDULE, "response-description"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScheduleResponse {
    pub dialect: Dialect,
    pub responses: Vec<RecipientResponse>,
}

/// What came of one recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientResponse {
    /// Calendar user address, as written, trimmed.
    pub recipient: String,
    /// `2.0;Success`: code and description, trimmed.
    pub request_status: String,
    /// iCalendar text.
    pub calendar_data: Option<String>,
    pub error: Option<Element>,
    pub description: Option<String>,
    /// Where it stood, from 1; 0 if it was not read.
    pub line: u32,
    pub column: u32,
}

impl RecipientResponse {
    pub fn new(recipient: impl Into<String>, request_status: impl Into<String>) -> RecipientResponse {
        RecipientResponse {
            recipient: recipient.into(),
            request_status: request_status.into(),
            calendar_data: None,
            error: None,
            description: None,
            line: 0,
            column: 0,
        }
    }
}

impl ScheduleResponse {
    /// Reads either dialect from the root element of an answer.
    ///
    /// # Errors
    /// Another root, or a response without recipient or without request-status.
    pub fn read(root: &Element) -> Result<ScheduleResponse, ShapeError> {
        let dialect = [Dialect::CalDav, Dialect::ISchedule]
            .into_iter()
            .find(|dialect| root.is(&dialect.name("schedule-response")))
            .ok_or_else(|| {
                ShapeError::at(
                    root,
                    format!(
                        "expected C:schedule-response or I:schedule-response, found {}",
                        root.qname()
                    ),
                )
            })?;
        let responses = root
            .all(&dialect.name("response"))
            .map(|element| {
                let needed = |name: &'static str| {
                    element.first(&dialect.name(name)).ok_or_else(|| {
                        ShapeError::at(
                            element,
                            format!("{} without {}", element.qname(), dialect.name(name)),
                        )
                    })
                };
                let recipient = needed("recipient")?;
                let recipient = match dialect {
                    Dialect::CalDav => recipient
                        .href()
                        .ok_or_else(|| ShapeError::at(recipient, "C:recipient without D:href"))?,
                    Dialect::ISchedule => recipient.trimmed(),
                };
                Ok(RecipientResponse {
                    recipient,
                    request_status: needed("request-status")?.trimmed(),
                    calendar_data: element.first(&dialect.name("calendar-data")).map(Element::text),
                    error: element.first(&dialect.error()).cloned(),
                    description: element.first(&dialect.description()).map(Element::trimmed),
                    line: element.line,
                    column: element.column,
                })
            })
            .collect::<Result<_, _>>()?;
        Ok(ScheduleResponse { dialect, responses })
    }

    pub fn to_element(&self) -> Element {
        let name = |name| self.dialect.name(name);
        Element::new(name("schedule-response")).with_children(self.responses.iter().map(|response| {
            let recipient = match self.dialect {
                Dialect::CalDav => Element::new(name("recipient"))
                    .child(Element::new(dav("href")).with_text(&response.recipient)),
                Dialect::ISchedule => Element::new(name("recipient")).with_text(&response.recipient),
            };
            let mut element = Element::new(name("response"))
                .child(recipient)
                .child(Element::new(name("request-status")).with_text(&response.request_status));
            if let Some(data) = &response.calendar_data {
                element.push(Element::new(name("calendar-data")).with_text(data));
            }
            if let Some(error) = &response.error {
                element.push(error.clone());
            }
            if let Some(text) = &response.description {
                element.push(Element::new(self.dialect.description()).with_text(text));
            }
            element
        }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dav::{read, to_bytes};
    use rstest::rstest;

    #[rstest]
    fn writes_what_it_reads(#[values(Dialect::CalDav, Dialect::ISchedule)] dialect: Dialect) {
        let mut first = RecipientResponse::new("mailto:a@example.com", "2.0;Success");
        first.calendar_data = Some("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_owned());
        let second = RecipientResponse::new("mailto:b@example.invalid", "3.7;Invalid calendar user");
        let response = ScheduleResponse {
            dialect,
            responses: vec![first, second],
        };
        let mut back = ScheduleResponse::read(&read(&to_bytes(&response.to_element())).unwrap()).unwrap();
        for response in &mut back.responses {
            (response.line, response.column) = (0, 0);
        }
        assert_eq!(back, response);
    }

    #[test]
    fn a_recipient_without_href_is_refused() {
        let error = ScheduleResponse::read(
            &read(
                b"<schedule-response xmlns='urn:ietf:params:xml:ns:caldav'><response><recipient>mailto:a@b</recipient>\
                  <request-status>2.0</request-status></response></schedule-response>",
            )
            .unwrap(),
        )
        .unwrap_err();
        assert!(error.message.contains("D:href"));
    }
}
