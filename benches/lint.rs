//! What the lint costs: `cargo bench --bench lint`, in CPU time of one core.
//!
//! The mixed corpus is every message of `fixtures/itip`, again and again, each read and judged by itself. The large ones show
//! whether the time grows as the text does. Figures are the median of several rounds.

use std::fmt::Write;
use std::fs;
use std::hint::black_box;
use std::path::Path;
use std::time::Duration;

use nix::sys::resource::{UsageWho, getrusage};

use calconform::ical::read;
use calconform::itip::{Mode, Thread, lint};

const ROUNDS: usize = 7;

fn main() {
    // `cargo test --benches` runs this, too.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let mut corpus = Vec::new();
    for below in [
        "printed",
        "printed/repaired",
        "senders",
        "senders/breaches",
        "threads/meeting",
    ] {
        messages(&Path::new("fixtures/itip").join(below), &mut corpus);
    }
    let octets: usize = corpus.iter().map(Vec::len).sum();
    let times = 200;
    let taken = median(|| {
        for _ in 0..times {
            for text in &corpus {
                black_box(lint(black_box(text), Mode::Message).is_ok());
            }
        }
    });
    told(
        &format!("mixed corpus, {} messages", corpus.len()),
        octets * times,
        taken,
    );
    for count in [1_000, 10_000, 100_000] {
        judged(&format!("{count} attendees"), &attendees(count));
    }
    for count in [1_000, 10_000, 100_000] {
        judged(&format!("{count} overrides"), &overrides(count));
    }
    let text = overrides(10_000);
    let document = read(&text).expect("a message");
    let taken = median(|| {
        let mut thread = Thread::default();
        thread.next(&document);
        black_box(thread.next(&document).findings.len());
    });
    told("10000 overrides, twice in a thread", 2 * text.len(), taken);
}

fn messages(directory: &Path, found: &mut Vec<Vec<u8>>) {
    let entries = fs::read_dir(directory).expect("fixtures");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    for path in paths {
        if path.extension().is_some_and(|own| own == "ics") {
            found.push(fs::read(path).expect("a message"));
        }
    }
}

fn judged(what: &str, text: &[u8]) {
    let taken = median(|| {
        black_box(lint(black_box(text), Mode::Message).is_ok());
    });
    told(what, text.len(), taken);
}

fn told(what: &str, octets: usize, taken: Duration) {
    let rate = octets as f64 / taken.as_secs_f64() / 1e6;
    println!(
        "{what:<36}{:>9.2} MB{:>10.1} ms{rate:>8.0} MB/s",
        octets as f64 / 1e6,
        taken.as_secs_f64() * 1e3
    );
}

/// Other processes on the machine do not count.
fn cpu() -> Duration {
    let usage = getrusage(UsageWho::RUSAGE_SELF).expect("the usage of this process");
    let of = |time: nix::sys::time::TimeVal| {
        Duration::new(
            time.tv_sec().unsigned_abs(),
            u32::try_from(time.tv_usec()).unwrap_or(0) * 1000,
        )
    };
    of(usage.user_time()) + of(usage.system_time())
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut all: Vec<Duration> = (0..ROUNDS)
        .map(|_| {
            let begun = cpu();
            work();
            cpu() - begun
        })
        .collect();
    all.sort();
    all[ROUNDS / 2]
}

fn message(body: &str) -> Vec<u8> {
    format!(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Bench//EN\r\nMETHOD:REQUEST\r\n{body}END:VCALENDAR\r\n"
    )
    .into_bytes()
}

const EVENT: &str = "UID:bench@example.com\r\nDTSTAMP:20260101T090000Z\r\nDTSTART:20260601T090000Z\r\nSUMMARY:Bench\r\n\
                     ORGANIZER:mailto:organizer@example.com\r\n";

fn attendees(count: usize) -> Vec<u8> {
    let mut body = format!("BEGIN:VEVENT\r\n{EVENT}");
    for n in 0..count {
        let _ = write!(
            body,
            "ATTENDEE;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=User {n}:mailto:user{n}@example.com\r\n"
        );
    }
    message(&(body + "END:VEVENT\r\n"))
}

fn overrides(count: usize) -> Vec<u8> {
    let attendee = "ATTENDEE;RSVP=TRUE:mailto:user@example.com\r\n";
    let mut body = format!(
        "BEGIN:VEVENT\r\n{EVENT}{attendee}RRULE:FREQ=HOURLY;COUNT={}\r\nEND:VEVENT\r\n",
        count + 1
    );
    let start: jiff::civil::DateTime = "2026-06-01T09:00".parse().expect("a date");
    for n in 0..count {
        let at = start + jiff::Span::new().hours(i64::try_from(n).expect("few"));
        let _ = write!(
            body,
            "BEGIN:VEVENT\r\n{EVENT}{attendee}RECURRENCE-ID:{}Z\r\nEND:VEVENT\r\n",
            at.strftime("%Y%m%dT%H%M%S")
        );
    }
    message(&body)
}
