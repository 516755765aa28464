//! An exchange as a `curl` command line, for the person who wants to see it again.

use super::text::{one_line, visible};
use crate::event::{Body, Exchange};

/// Longest body that is put into a command line, in octets.
const LONGEST: u64 = 16 << 10;

/// A header of ours that curl sets itself, that only matters to the suite, or that is secret.
pub(super) fn is_own_header(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name.starts_with("calconform-") || is_secret(&name) || OWN.contains(&name.as_str())
}

/// A header whose value no report shows, whatever the log has.
pub(super) fn is_secret(name: &str) -> bool {
    SECRET.iter().any(|secret| name.eq_ignore_ascii_case(secret))
}

const OWN: [&str; 6] = [
    "host",
    "content-length",
    "user-agent",
    "accept",
    "accept-encoding",
    "connection",
];
const SECRET: [&str; 4] = ["authorization", "proxy-authorization", "cookie", "set-cookie"];

/// The lines of the command. Secrets are left to the person: `$PASSWORD`.
pub(super) fn curl(exchange: &Exchange, body: Option<&Body>) -> Vec<String> {
    let request = &exchange.request;
    let sent = body.filter(|body| body.length > 0);
    let whole = sent.filter(|body| !body.cut && body.length <= LONGEST);
    let encoded = whole.filter(|body| !shows_body(body));
    let first = if encoded.is_some() {
        "base64 -d <<'END' | curl -i"
    } else {
        "curl -i"
    };
    let mut words = vec![first.to_owned()];
    if let Some(user) = &exchange.user {
        words.push(format!("-u {}:\"$PASSWORD\"", quoted(user)));
    }
    match request.method.as_str() {
        "GET" if request.body.is_none() => {}
        "HEAD" => words.push("--head".into()),
        method => words.push(format!("-X {}", quoted(method))),
    }
    words.push(quoted(&without_userinfo(&request.url)));
    let mut typed = false;
    for (name, value) in request.headers.iter().filter(|(name, _)| !is_own_header(name)) {
        typed |= name.eq_ignore_ascii_case("content-type");
        words.push(format!("-H {}", quoted(&format!("{name}: {value}"))));
    }
    if request.body.is_some() && !typed {
        words.push("-H 'Content-Type:'".into());
    }
    let Some(body) = sent else { return continued(words) };
    if whole.is_none() {
        words.push("--data-binary @body".into());
        let mut lines = vec![format!(
            "# body: {} octets, {} in the log",
            body.length,
            one_line(&body.id, 64)
        )];
        lines.extend(continued(words));
        return lines;
    }
    words.push("--data-binary @-".into());
    if let Some(body) = encoded {
        let mut lines = continued(words);
        lines.extend(base64_of(body));
        lines.push("END".into());
        return lines;
    }
    let plain = visible(&body.text);
    let end = delimiter(&plain);
    words.push(format!("<<'{end}'"));
    let mut lines = continued(words);
    lines.extend(plain.lines().map(str::to_owned));
    lines.push(end);
    lines
}

/// Whether [`curl`] has the body in full as readable text, so that a card need not show it again.
pub(super) fn shows_body(body: &Body) -> bool {
    !body.cut
        && !body.base64
        && body.length <= LONGEST
        && visible(&body.text) == body.text.replace("\r\n", "\n")
}

const LINE: usize = 96;

fn continued(words: Vec<String>) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in words {
        match lines.last_mut() {
            Some(line) if line.len() + word.len() < LINE => *line += &format!(" {word}"),
            Some(line) => {
                *line += " \\";
                lines.push(format!("  {word}"));
            }
            None => lines.push(word),
        }
    }
    lines
}

fn base64_of(body: &Body) -> Vec<String> {
    use base64::Engine;
    let encoded = if body.base64 {
        visible(&body.text).into_owned()
    } else {
        base64::engine::general_purpose::STANDARD.encode(&body.text)
    };
    encoded
        .as_bytes()
        .chunks(76)
        .map(|line| String::from_utf8_lossy(line).into_owned())
        .collect()
}

/// A word for a POSIX shell.
fn quoted(word: &str) -> String {
    let word = visible(word).replace('\n', "␊");
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_.@/:=+,%".contains(character);
    if !word.is_empty() && word.chars().all(plain) {
        word
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A URL without the name and password that may stand before its host.
pub(super) fn without_userinfo(url: &str) -> String {
    let Some(scheme) = url.find("://") else {
        return url.to_owned();
    };
    let authority = &url[scheme + 3..];
    let authority = &authority[..authority.find(['/', '?', '#']).unwrap_or(authority.len())];
    match authority.rfind('@') {
        Some(at) => format!("{}{}", &url[..scheme + 3], &url[scheme + 3 + at + 1..]),
        None => url.to_owned(),
    }
}

fn delimiter(body: &str) -> String {
    let mut end = String::from("END");
    while body.lines().any(|line| line == end) {
        end.push('_');
    }
    end
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Purpose, RequestSent};

    fn exchange(user: &str, url: &str, body: Option<&Body>) -> Exchange {
        Exchange {
            id: 1,
            step: "create".into(),
            purpose: Purpose::Step,
            user: Some(user.into()),
            request: RequestSent {
                method: "PUT".into(),
                url: url.into(),
                headers: vec![
                    ("Authorization".into(), "Basic c2VjcmV0".into()),
                    ("Calconform-Step".into(), "a#create".into()),
                    ("If-None-Match".into(), "*".into()),
                ],
                body: body.map(|body| body.id.clone()),
            },
            response: None,
            failure: None,
            micros: 5,
        }
    }

    fn command(user: &str, url: &str, text: &[u8]) -> String {
        let body = Body::of(text, 1 << 20);
        curl(&exchange(user, url, Some(&body)), Some(&body)).join("\n")
    }

    #[test]
    fn a_text_is_a_here_document() {
        insta::assert_snapshot!(command("user01", "http://user01:pw@127.0.0.1/a", b"BEGIN:X\r\nEND\r\n"), @"
        curl -i -u user01:\"$PASSWORD\" -X PUT http://127.0.0.1/a -H 'If-None-Match: *' -H 'Content-Type:' \\
          --data-binary @- <<'END_'
        BEGIN:X
        END
        END_
        ");
    }

    #[test]
    fn nothing_escapes_from_the_command() {
        let text = command("u\nrm x", "http://127.0.0.1/'\n;rm x", b"END\nrm x\n");
        insta::assert_snapshot!(text, @r#"
        curl -i -u 'u␊rm x':"$PASSWORD" -X PUT 'http://127.0.0.1/'\''␊;rm x' -H 'If-None-Match: *' \
          -H 'Content-Type:' --data-binary @- <<'END_'
        END
        rm x
        END_
        "#);
        let mut large = Body::of(&[b'a'; 20_000], 1 << 20);
        large.id = "1\nrm x".into();
        let exchange = exchange("user01", "http://127.0.0.1/", Some(&large));
        assert!(
            curl(&exchange, Some(&large))
                .iter()
                .all(|line| !line.starts_with("rm"))
        );
    }

    #[test]
    fn controls_go_through_base64() {
        insta::assert_snapshot!(command("it's", "http://127.0.0.1/$(x)", b"a\x1bb"), @"
        base64 -d <<'END' | curl -i -u 'it'\\''s':\"$PASSWORD\" -X PUT 'http://127.0.0.1/$(x)' \\
          -H 'If-None-Match: *' -H 'Content-Type:' --data-binary @-
        YRti
        END
        ");
    }
}
