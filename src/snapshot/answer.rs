//! One answer: status, the headers that carry meaning, the body.

use super::ical::{calendar, has_odd_ends};
use super::text::Plain;
use super::xml::{outline, tag};
use crate::dav;
use crate::event::{Body, Exchange, ResponseGot};

/// How a header is shown; those that are not listed are not.
#[derive(Clone, Copy)]
enum Shown {
    Text,
    Url,
    /// A list whose order carries no meaning.
    List,
    Tag(&'static str),
    /// The scheme alone: the rest is a challenge for this request.
    Scheme,
    /// That it is there.
    Presence,
}

const HEADERS: [(&str, Shown); 15] = [
    ("accept-patch", Shown::List),
    ("accept-ranges", Shown::List),
    ("allow", Shown::List),
    ("content-disposition", Shown::Text),
    ("content-location", Shown::Url),
    ("content-type", Shown::Text),
    ("dav", Shown::List),
    ("etag", Shown::Tag("etag")),
    ("ischedule-capabilities", Shown::Tag("capabilities")),
    ("ischedule-version", Shown::Text),
    ("location", Shown::Url),
    ("preference-applied", Shown::List),
    ("retry-after", Shown::Presence),
    ("schedule-tag", Shown::Tag("schedule-tag")),
    ("www-authenticate", Shown::Scheme),
];

/// Lines of a body that is neither XML nor iCalendar.
const OTHER_LINES: usize = 20;

/// The lines of an exchange, its request in one of them. `who` is the role that sent it.
pub(super) fn answer(exchange: &Exchange, body: Option<&Body>, who: &str, plain: &Plain<'_>) -> Vec<String> {
    let request = &exchange.request;
    let mut lines = vec![format!(
        "{who}: {} {}",
        plain.text(&request.method),
        local(&plain.url(&request.url))
    )];
    match (&exchange.response, &exchange.failure) {
        (Some(response), _) => response_lines(response, body, plain, &mut lines),
        (None, Some(failure)) => lines.push(format!("(no answer: {:?})", failure.kind).to_lowercase()),
        (None, None) => {}
    }
    lines
}

/// What we ask is absolute in any case.
fn local(url: &str) -> &str {
    match url.split_once("://[host]") {
        Some(("http" | "https", rest)) => rest,
        _ => url,
    }
}

fn response_lines(response: &ResponseGot, body: Option<&Body>, plain: &Plain<'_>, lines: &mut Vec<String>) {
    lines.push(response.status.to_string());
    lines.extend(headers(&response.headers, plain));
    if let Some(body) = body {
        let kind = response
            .headers
            .iter()
            .find(|(name, _)| name.eq_ignore_ascii_case("content-type"))
            .map_or("", |(_, value)| value.as_str());
        lines.push(String::new());
        body_lines(body, kind, plain, lines);
        if body.cut {
            lines.push("(the body is longer)".to_owned());
        }
    }
}

fn headers(headers: &[(String, String)], plain: &Plain<'_>) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, shown) in HEADERS {
        let mut values: Vec<String> = headers
            .iter()
            .filter(|(found, _)| found.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.clone())
            .collect();
        if matches!(shown, Shown::List) && !values.is_empty() {
            let mut items: Vec<String> = values
                .iter()
                .flat_map(|value| value.split(','))
                .map(|item| plain.text(item.trim()))
                .collect();
            items.sort();
            values = vec![items.join(", ")];
        }
        let mut values: Vec<String> = values
            .iter()
            .map(|value| match shown {
                Shown::Text => plain.text(value),
                Shown::List => value.clone(),
                Shown::Url => plain.url(value),
                Shown::Tag(kind) => tag(kind, value, plain),
                Shown::Scheme => plain.text(value.split_whitespace().next().unwrap_or_default()),
                Shown::Presence => "[present]".to_owned(),
            })
            .collect();
        if matches!(shown, Shown::Scheme) {
            values.sort();
        }
        lines.extend(
            values
                .into_iter()
                .map(|value| one_line(&format!("{name}: {value}"))),
        );
    }
    lines
}

fn one_line(text: &str) -> String {
    text.replace(['\n', '\t'], " ")
}

fn body_lines(body: &Body, kind: &str, plain: &Plain<'_>, lines: &mut Vec<String>) {
    let text = body.text.trim_start_matches('\u{feff}');
    if body.base64 {
        lines.push("(octets that are no text)".to_owned());
    } else if let Some(calendar) = calendar(text, plain) {
        if has_odd_ends(text) {
            lines.push("(not every line ends with CRLF)".to_owned());
        }
        lines.extend(calendar);
    } else if let (true, Ok(root)) = (text.trim_start().starts_with('<'), dav::read(text.as_bytes())) {
        lines.extend(outline(&root, plain));
    } else if kind.to_ascii_lowercase().contains("html") {
        // Pages of errors tell times, numbers of requests, versions.
        lines.push("(a page)".to_owned());
    } else {
        if kind.contains("xml") || kind.contains("calendar") {
            lines.push("(cannot be read)".to_owned());
        }
        lines.extend(
            text.lines()
                .take(OTHER_LINES)
                .map(|line| format!("  {}", plain.text(line.trim_end()))),
        );
        if text.lines().nth(OTHER_LINES).is_some() {
            lines.push("…".to_owned());
        }
    }
}
