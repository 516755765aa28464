//! DAV:multistatus (RFC 4918 section 14.16): read to judge, written to answer.

use super::names::{QName, dav};
use super::tree::{Element, ShapeError};

/// A multistatus, in the order of the document.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Multistatus {
    pub responses: Vec<Response>,
    /// DAV:sync-token (RFC 6578 section 6.4).
    pub sync_token: Option<String>,
    pub description: Option<String>,
}

/// DAV:response: either `status` for all `hrefs`, or `propstats` of the one href.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Response {
    /// As written, trimmed: absolute URL or path, percent-encoding untouched. At least one when read.
    pub hrefs: Vec<String>,
    pub status: Option<u16>,
    pub propstats: Vec<Propstat>,
    /// The DAV:error element.
    pub error: Option<Element>,
    pub description: Option<String>,
}

/// DAV:propstat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Propstat {
    pub status: u16,
    /// The properties themselves, as elements.
    pub props: Vec<Element>,
    /// The DAV:error element.
    pub error: Option<Element>,
    pub description: Option<String>,
}

impl Multistatus {
    /// Reads it from the root element of an answer. Unknown elements are passed over (RFC 4918 section 17).
    ///
    /// # Errors
    /// Another root, a response without href, or with neither status nor propstat, or a status line that is none.
    pub fn read(root: &Element) -> Result<Multistatus, ShapeError> {
        if !root.is(&dav("multistatus")) {
            return Err(ShapeError::at(
                root,
                format!("expected D:multistatus, found {}", root.qname()),
            ));
        }
        Ok(Multistatus {
            responses: root
                .all(&dav("response"))
                .map(Response::read)
                .collect::<Result<_, _>>()?,
            sync_token: root.first(&dav("sync-token")).map(Element::trimmed),
            description: description(root),
        })
    }

    pub fn to_element(&self) -> Element {
        let mut root =
            Element::new(dav("multistatus")).with_children(self.responses.iter().map(Response::to_element));
        root.children.extend(
            self.sync_token
                .iter()
                .map(|token| super::Node::Element(Element::new(dav("sync-token")).with_text(token))),
        );
        push_description(&mut root, self.description.as_deref());
        root
    }
}

impl Response {
    fn read(element: &Element) -> Result<Response, ShapeError> {
        let response = Response {
            hrefs: element.all(&dav("href")).map(Element::trimmed).collect(),
            status: element.first(&dav("status")).map(read_status).transpose()?,
            propstats: element
                .all(&dav("propstat"))
                .map(Propstat::read)
                .collect::<Result<_, _>>()?,
            error: element.first(&dav("error")).cloned(),
            description: description(element),
        };
        if response.hrefs.is_empty() {
            return Err(ShapeError::at(element, "D:response without D:href"));
        }
        if response.status.is_none() && response.propstats.is_empty() {
            return Err(ShapeError::at(
                element,
                "D:response with neither D:status nor D:propstat",
            ));
        }
        Ok(response)
    }

    /// The first href.
    pub fn href(&self) -> &str {
        self.hrefs.first().map_or("", String::as_str)
    }

    /// A property and the status it is reported with, found (200) or not.
    pub fn any_prop(&self, name: &QName) -> Option<(u16, &Element)> {
        self.propstats.iter().find_map(|propstat| {
            propstat
                .props
                .iter()
                .find(|prop| prop.is(name))
                .map(|prop| (propstat.status, prop))
        })
    }

    /// A property that is reported with a status of the class 2xx.
    pub fn prop(&self, name: &QName) -> Option<&Element> {
        self.propstats
            .iter()
            .filter(|propstat| propstat.status / 100 == 2)
            .find_map(|propstat| propstat.props.iter().find(|prop| prop.is(name)))
    }

    pub fn to_element(&self) -> Element {
        let mut element = Element::new(dav("response")).with_children(
            self.hrefs
                .iter()
                .map(|href| Element::new(dav("href")).with_text(href)),
        );
        if let Some(status) = self.status {
            element.push(Element::new(dav("status")).with_text(status_line(status)));
        }
        for propstat in &self.propstats {
            element.push(propstat.to_element());
        }
        if let Some(error) = &self.error {
            element.push(error.clone());
        }
        push_description(&mut element, self.description.as_deref());
        element
    }
}

impl Propstat {
    pub fn new(status: u16, props: Vec<Element>) -> Propstat {
        Propstat {
            status,
            props,
            error: None,
            description: None,
        }
    }

    fn read(element: &Element) -> Result<Propstat, ShapeError> {
        let missing = |what: &str| ShapeError::at(element, format!("D:propstat without {what}"));
        let prop = element.first(&dav("prop")).ok_or_else(|| missing("D:prop"))?;
        let status = element.first(&dav("status")).ok_or_else(|| missing("D:status"))?;
        Ok(Propstat {
            status: read_status(status)?,
            props: prop.elements().cloned().collect(),
            error: element.first(&dav("error")).cloned(),
            description: description(element),
        })
    }

    fn to_element(&self) -> Element {
        let mut element = Element::new(dav("propstat"))
            .child(Element::new(dav("prop")).with_children(self.props.iter().cloned()))
            .child(Element::new(dav("status")).with_text(status_line(self.status)));
        if let Some(error) = &self.error {
            element.push(error.clone());
        }
        push_description(&mut element, self.description.as_deref());
        element
    }
}

/// `HTTP/1.1 207 Multi-Status` and the like (RFC 4918 section 14.28).
pub fn status_line(status: u16) -> String {
    let reason = match status {
        200 => "OK",
        201 => "Created",
        204 => "No Content",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        409 => "Conflict",
        412 => "Precondition Failed",
        424 => "Failed Dependency",
        500 => "Internal Server Error",
        507 => "Insufficient Storage",
        _ => "Status",
    };
    format!("HTTP/1.1 {status} {reason}")
}

fn read_status(element: &Element) -> Result<u16, ShapeError> {
    let text = element.trimmed();
    let wrong = || {
        ShapeError::at(
            element,
            format!("`{text}` is no status line such as `HTTP/1.1 200 OK`"),
        )
    };
    let (version, rest) = text.split_once(' ').ok_or_else(wrong)?;
    let code = rest.split(' ').next().unwrap_or_default();
    if !version.starts_with("HTTP/") || code.len() != 3 || !code.bytes().all(|b| b.is_ascii_digit()) {
        return Err(wrong());
    }
    code.parse()
        .ok()
        .filter(|code| (100..600).contains(code))
        .ok_or_else(wrong)
}

fn description(element: &Element) -> Option<String> {
    element.first(&dav("responsedescription")).map(Element::trimmed)
}

fn push_description(element: &mut Element, text: Option<&str>) {
    if let Some(text) = text {
        element.push(Element::new(dav("responsedescription")).with_text(text));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dav::{caldav, read, to_bytes};
    use rstest::rstest;

    #[test]
    fn reads_whatever_the_order_and_passes_over_unknown_elements() {
        let root = read(
            br#"<m:multistatus xmlns:m="DAV:" xmlns:x="urn:x" xmlns:C="urn:ietf:params:xml:ns:caldav"><x:y/><m:response>
              <m:propstat><m:status> HTTP/1.1 404 Not Found </m:status><x:z/><m:prop><C:schedule-tag/></m:prop></m:propstat>
              <m:propstat><m:prop><m:getetag>"1"</m:getetag></m:prop><m:status>HTTP/2 200</m:status></m:propstat>
              <m:href>
                /a%20b/</m:href></m:response>
              <m:response><m:href>/c</m:href><m:href>/d</m:href><m:status>HTTP/1.1 423 Locked</m:status></m:response>
            </m:multistatus>"#,
        )
        .unwrap();
        let multistatus = Multistatus::read(&root).unwrap();
        let [first, second] = &multistatus.responses[..] else {
            panic!("{multistatus:?}")
        };
        assert_eq!(first.href(), "/a%20b/");
        assert_eq!(first.prop(&dav("getetag")).unwrap().text(), "\"1\"");
        assert_eq!(first.prop(&caldav("schedule-tag")), None);
        assert_eq!(first.any_prop(&caldav("schedule-tag")).unwrap().0, 404);
        assert_eq!((second.hrefs.len(), second.status), (2, Some(423)));
        assert_eq!(
            Multistatus::read(&read(&to_bytes(&multistatus.to_element())).unwrap()).unwrap(),
            multistatus
        );
    }

    #[rstest]
    #[case("<D:prop/>", "expected D:multistatus")]
    #[case(
        "<D:multistatus><D:response><D:status>HTTP/1.1 200 OK</D:status></D:response></D:multistatus>",
        "D:href"
    )]
    #[case(
        "<D:multistatus><D:response><D:href>/</D:href></D:response></D:multistatus>",
        "neither"
    )]
    #[case(
        "<D:multistatus><D:response><D:href>/</D:href><D:status>200 OK</D:status></D:response></D:multistatus>",
        "status line"
    )]
    fn refuses_other_shapes(#[case] xml: &str, #[case] says: &str) {
        let xml =
            xml.replacen('>', " xmlns:D='DAV:'>", 1)
                .replacen("/ xmlns:D='DAV:'>", " xmlns:D='DAV:'/>", 1);
        let error = Multistatus::read(&read(xml.as_bytes()).unwrap()).unwrap_err();
        assert!(error.message.contains(says), "{error}");
    }
}
