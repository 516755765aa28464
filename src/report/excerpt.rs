//! Bodies, shortened to what matters.

use super::text::visible;
use crate::event::Body;

/// Lines of a body for a card: all of a short one; of a long one its beginning and the lines around `words`.
/// One-line XML is broken into lines, time zones are left out. At most `limit` lines and no line ends in them.
pub(super) fn excerpt(body: &Body, words: &[String], limit: usize) -> Vec<String> {
    let mut lines = choose(without_zones(lines(body)), words, limit);
    if body.cut {
        lines.push(format!("… (cut off in the log; {} octets)", body.length));
    }
    lines
}

/// All lines of a body, made visible, without line ends; one-line XML is broken into lines.
pub(super) fn lines(body: &Body) -> Vec<String> {
    if body.base64 {
        return vec![format!("({} octets that are not text)", body.length)];
    }
    let shown = visible(&body.text);
    let mut lines = if shown.trim_start().starts_with('<') {
        xml_lines(&shown)
    } else {
        shown.lines().map(|line| line.replace('\t', " ")).collect()
    };
    while lines.last().is_some_and(|line| line.trim().is_empty()) {
        lines.pop();
    }
    lines
}

/// The words of a check that are worth looking for in a body: names of properties, parameters and elements.
pub(super) fn words(texts: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = texts
        .iter()
        .flat_map(|text| text.split(|character: char| !character.is_ascii_alphanumeric() && character != '-'))
        .map(|word| word.trim_matches('-'))
        .filter(|word| word.len() >= 4 && !word.contains(|character: char| character.is_ascii_digit()))
        .filter(|word| word.contains('-') || word.chars().all(|character| character.is_ascii_uppercase()))
        .map(str::to_owned)
        .collect();
    words.sort_unstable();
    words.dedup();
    words.retain(|word| word != "VEVENT" && word != "VCALENDAR");
    words
}

fn without_zones(all: Vec<String>) -> Vec<String> {
    let mut lines = Vec::new();
    let mut in_zone = false;
    for line in all {
        if line.eq_ignore_ascii_case("BEGIN:VTIMEZONE") {
            in_zone = true;
            lines.push("… VTIMEZONE".to_owned());
        }
        if !in_zone {
            lines.push(line);
        } else if line.eq_ignore_ascii_case("END:VTIMEZONE") {
            in_zone = false;
        }
    }
    lines
}

const LONG: usize = 160;
const DEEPEST: usize = 12;

fn xml_lines(text: &str) -> Vec<String> {
    if text.lines().all(|line| line.len() <= LONG) {
        return text.lines().map(|line| line.replace('\t', "  ")).collect();
    }
    let mut lines = Vec::new();
    let mut depth = 0_usize;
    let mut rest = text.trim();
    while !rest.is_empty() {
        // Up to the end of a tag after which another begins.
        let end = rest.find("><").map_or(rest.len(), |at| at + 1);
        let (piece, after) = rest.split_at(end);
        let closes = piece.starts_with("</");
        if closes {
            depth = depth.saturating_sub(1);
        }
        let indent = "  ".repeat(depth.min(DEEPEST));
        lines.extend(piece.lines().map(|line| format!("{indent}{}", line.trim())));
        let opens = !closes && !piece.ends_with("/>") && !piece.contains("</") && !piece.starts_with("<?");
        depth += usize::from(opens);
        rest = after;
    }
    lines
}

const HEAD: usize = 3;

fn choose(lines: Vec<String>, words: &[String], limit: usize) -> Vec<String> {
    if lines.len() <= limit {
        return lines;
    }
    let matters = |line: &String| words.iter().any(|word| line.contains(word.as_str()));
    let mut chosen: Vec<usize> = (0..HEAD)
        .chain((HEAD..lines.len()).filter(|&at| matters(&lines[at])))
        .collect();
    // Gaps take lines too.
    chosen.truncate(limit / 2 + 1);
    let mut fill = HEAD;
    while chosen.len() < limit.saturating_sub(4) && fill < lines.len() {
        if !chosen.contains(&fill) {
            chosen.push(fill);
        }
        fill += 1;
    }
    chosen.sort_unstable();
    let mut excerpt = Vec::new();
    let mut next = 0;
    for at in chosen {
        if at > next {
            excerpt.push(left_out(at - next));
        }
        excerpt.push(lines[at].clone());
        next = at + 1;
    }
    if next < lines.len() {
        excerpt.push(left_out(lines.len() - next));
    }
    excerpt
}

fn left_out(count: usize) -> String {
    format!("… {count} {}", if count == 1 { "line" } else { "lines" })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(text: &str) -> Body {
        Body::of(text.as_bytes(), 1 << 20)
    }

    #[test]
    fn a_long_calendar_keeps_what_the_check_is_about() {
        let mut text =
            String::from("BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VTIMEZONE\r\nTZID:X\r\nEND:VTIMEZONE\r\n");
        (0..40).for_each(|n| text += &format!("X-LINE-{n}:y\r\n"));
        text += "ATTENDEE;SCHEDULE-STATUS=5.1:mailto:a@example.invalid\r\nEND:VCALENDAR\r\n";
        let words = words(&["ATTENDEE;SCHEDULE-STATUS is absent", "{at: VEVENT/ATTENDEE}"]);
        assert_eq!(words, ["ATTENDEE", "SCHEDULE-STATUS"]);
        let lines = excerpt(&body(&text), &words, 10);
        assert!(lines.len() <= 10, "{lines:#?}");
        assert_eq!(lines[2], "… VTIMEZONE");
        assert!(
            lines.iter().any(|line| line.contains("SCHEDULE-STATUS=5.1")),
            "{lines:#?}"
        );
    }

    #[test]
    fn xml_in_one_line_is_broken_up() {
        let text = format!(
            r#"<?xml version="1.0"?><a xmlns="{}"><b><c/>t</b></a>"#,
            "x".repeat(LONG)
        );
        let lines = excerpt(&body(&text), &[], 20);
        assert_eq!(lines[2..], ["  <b>", "    <c/>t</b>", "  </a>"]);
    }

    #[test]
    fn hostile_bodies_stay_within_bounds() {
        let deep = "<a>".repeat(100_000);
        let lines = excerpt(&body(&deep), &[], 10);
        assert!(
            lines.len() <= 12 && lines.iter().all(|line| line.len() < 100),
            "{lines:?}"
        );
        let binary = Body::of(&[0xff; 10], 100);
        assert_eq!(excerpt(&binary, &[], 10), ["(10 octets that are not text)"]);
    }
}
