//! Values from outside, in words: control characters escaped, long ones shortened.

/// How much of a value is shown, in characters.
const SHOWN: usize = 160;
/// How many of several values are shown.
const SHOWN_VALUES: usize = 4;

/// A value in backquotes.
pub(super) fn value(text: &str) -> String {
    format!("`{}`", plain(text))
}

/// A value as it is, where the sentence shows where it ends.
pub(super) fn plain(text: &str) -> String {
    let mut shown = String::new();
    for (count, c) in text.chars().enumerate() {
        if count == SHOWN {
            shown.push('…');
            break;
        }
        // Bidirectional and invisible characters could make a card say something else than what came.
        let hidden = matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}');
        match c {
            '\r' | '\n' | '\t' => shown.extend(c.escape_default()),
            c if c.is_control() || hidden => shown.extend(c.escape_unicode()),
            c => shown.push(c),
        }
    }
    shown
}

/// Several texts, joined: `a, b or c`.
pub(super) fn join(texts: &[String], last: &str) -> String {
    let shown = texts.len().min(SHOWN_VALUES);
    if texts.len() > shown {
        return format!("{}, … ({} in all)", texts[..shown].join(", "), texts.len());
    }
    match texts {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., end] => format!("{} {last} {end}", first.join(", ")),
    }
}

/// A status with its name.
pub(super) fn status(code: u16) -> String {
    let known = reqwest::StatusCode::from_u16(code).ok();
    match known.and_then(|status| status.canonical_reason()) {
        Some(reason) => format!("{code} {reason}"),
        None => code.to_string(),
    }
}

/// The start of a body that is not what it must be, for a message.
pub(super) fn body(octets: &[u8]) -> String {
    if octets.is_empty() {
        return "an empty body".to_string();
    }
    let start = &octets[..octets.len().min(4 * SHOWN)];
    let text = String::from_utf8_lossy(start);
    let lower = text
        .trim_start()
        .get(..15)
        .unwrap_or_default()
        .to_ascii_lowercase();
    let kind = if lower.starts_with("<!doctype html") || lower.starts_with("<html") {
        "an HTML page"
    } else {
        ""
    };
    let text = text.trim_start();
    let mut line: String = text.chars().take(60).collect();
    if line.len() < text.len() {
        line.push('…');
    }
    if kind.is_empty() {
        format!("a body that starts with {}", value(&line))
    } else {
        kind.to_string()
    }
}
