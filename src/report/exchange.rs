//! The exchange on a failure card.

use anstyle::Style;

use super::card::CardWriter;
use super::curl::{curl, is_own_header, is_secret, shows_body, without_userinfo};
use super::excerpt::{excerpt, words};
use super::progress::duration;
use super::text::one_line;
use crate::event::{CheckResult, CheckState, Exchange, FailureKind, Purpose};

const BODY_LINES: usize = 16;
const HEADERS: usize = 12;
/// Response headers that say nothing about scheduling.
const NOISE: [&str; 15] = [
    "date",
    "server",
    "connection",
    "keep-alive",
    "transfer-encoding",
    "content-length",
    "vary",
    "cache-control",
    "pragma",
    "expires",
    "strict-transport-security",
    "accept-ranges",
    "authentication-info",
    "x-powered-by",
    "x-frame-options",
];

impl<'a> CardWriter<'_, 'a> {
    /// The exchange that shows a result, if the log has one.
    pub(super) fn shown_by(&mut self, check: &CheckState<'a>, result: &CheckResult) {
        let snippet = check.planned.map_or("", |planned| planned.snippet.as_str());
        let words = words(&[&result.expected, &result.actual, snippet]);
        if let Some(exchange) = result.exchange.and_then(|id| self.index.exchange(id)) {
            self.exchange(check.scenario, result.round, exchange, &words);
        }
    }

    pub(super) fn exchange(&mut self, scenario: &str, round: u32, exchange: &Exchange, words: &[String]) {
        let (dim, bold, plain) = (self.page.styles.dim(), self.page.styles.bold(), Style::new());
        let request = &exchange.request;
        let by = exchange
            .user
            .as_deref()
            .map(|user| format!(" by {}", self.index.who(scenario, round, user)));
        let heading = format!("  exchange {}{}", purpose(exchange), by.unwrap_or_default());
        self.page.blank();
        self.page
            .line(&[(dim, &heading), (dim, ", "), (dim, &duration(exchange.micros))]);

        self.page.line(&[
            (dim, "  > "),
            (bold, &one_line(&request.method, 20)),
            (plain, " "),
            (plain, &without_userinfo(&request.url)),
        ]);
        let shown = request.headers.iter().filter(|(name, _)| !is_own_header(name));
        self.headers("  > ", shown);
        let sent = request.body.as_deref().and_then(|id| self.index.body(id));
        if let Some(body) = sent {
            let lines = if shows_body(body) {
                vec![format!("… {} octets, as in the curl line", body.length)]
            } else {
                excerpt(body, words, BODY_LINES)
            };
            self.body("  > ", &lines);
        }

        match (&exchange.response, &exchange.failure) {
            (Some(response), _) => {
                let reason = hyper::StatusCode::from_u16(response.status).ok();
                let reason = reason
                    .and_then(|status| status.canonical_reason())
                    .unwrap_or_default();
                let status = response.status.to_string();
                self.page
                    .line(&[(dim, "  < "), (bold, &status), (plain, " "), (plain, reason)]);
                let shown = response.headers.iter().filter(|(name, _)| !is_noise(name));
                self.headers("  < ", shown);
                if let Some(body) = response.body.as_deref().and_then(|id| self.index.body(id)) {
                    self.body("  < ", &excerpt(body, words, BODY_LINES));
                }
            }
            (None, Some(failure)) => {
                let kind = format!("no answer: {}", failure_word(failure.kind));
                self.page.line(&[
                    (dim, "  < "),
                    (bold, &kind),
                    (plain, ": "),
                    (plain, &failure.message),
                ]);
            }
            (None, None) => self.page.line(&[(dim, "  < "), (bold, "no answer")]),
        }
        self.page.blank();
        for line in curl(exchange, sent) {
            self.page.whole_line(&line);
        }
    }

    fn headers<'h>(&mut self, prefix: &str, headers: impl Iterator<Item = &'h (String, String)>) {
        let (dim, plain) = (self.page.styles.dim(), Style::new());
        let headers: Vec<_> = headers.filter(|(name, _)| !is_secret(name)).collect();
        for (name, value) in headers.iter().take(HEADERS) {
            self.page
                .line(&[(dim, prefix), (dim, name), (dim, ": "), (plain, value)]);
        }
        if headers.len() > HEADERS {
            let more = format!("… {} more headers", headers.len() - HEADERS);
            self.page.line(&[(dim, prefix), (dim, &more)]);
        }
    }

    fn body(&mut self, prefix: &str, lines: &[String]) {
        let (dim, plain) = (self.page.styles.dim(), Style::new());
        self.page.line(&[(dim, prefix)]);
        for line in lines {
            self.page.line(&[(dim, prefix), (plain, line)]);
        }
    }
}

fn purpose(exchange: &Exchange) -> String {
    match exchange.purpose {
        Purpose::Discovery => "of discovery".into(),
        Purpose::SetUp => "of the set-up".into(),
        Purpose::Step => format!("of step {}", exchange.step),
        Purpose::Poll => format!("of step {}, last attempt", exchange.step),
        Purpose::Sentinel => format!("of step {}, sentinel", exchange.step),
        Purpose::CleanUp => "of clean-up".into(),
    }
}

fn failure_word(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Unreachable => "no connection",
        FailureKind::Reset => "the connection broke",
        FailureKind::Timeout => "timeout",
        FailureKind::Unreadable => "not readable as HTTP",
        FailureKind::Busy => "no time for us",
        FailureKind::Redirect => "a redirect that is not followed",
    }
}

fn is_noise(name: &str) -> bool {
    NOISE.iter().any(|noise| name.eq_ignore_ascii_case(noise))
}
