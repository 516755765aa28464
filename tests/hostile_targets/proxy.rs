//! A proxy in front of the reference server that lets discovery through and then does its worst.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use calconform::reference::{Config, Server};

/// What becomes of the answers to the steps of scenarios.
#[derive(Debug, Clone, Copy)]
pub enum Manner {
    /// The connection ends in the middle of the body.
    BreakOff,
    /// One octet at a time.
    Drip,
    /// No answer at all.
    Silence,
    /// A body of 1 GiB.
    Huge,
    /// This body in place of what GET, PROPFIND and REPORT would answer.
    Body(fn() -> Vec<u8>),
    /// Redirects to where the request came from.
    Circle,
    /// Redirects to another server.
    Away(u16),
    /// Every connection ends after one answer, without notice.
    HangUp,
    /// The Authorization header of the request in header and body of the answer.
    Echo,
    /// The decoded Authorization header in headers, in redirects, in XML and in iCalendar of otherwise good answers.
    Repeat,
    /// Discovery is led to another server, by a URL with the password in it.
    LeadAway,
    /// Discovery is led round in circles, by URLs with the password in them.
    LeadRound,
    /// 429, once for each request.
    Later,
    /// Two hours fast.
    WrongClock,
}

impl Manner {
    fn is_for_discovery(self) -> bool {
        matches!(self, Manner::Repeat | Manner::LeadAway | Manner::LeadRound)
    }
}

pub struct Proxy {
    pub url: String,
    /// Requests that were treated so.
    treated: Arc<AtomicUsize>,
    _server: Server,
}

impl Proxy {
    pub fn start(manner: Manner) -> Proxy {
        Proxy::with(Config::default(), manner)
    }

    pub fn with(config: Config, manner: Manner) -> Proxy {
        let server = Server::start(config).expect("a server");
        let upstream = server
            .base_url
            .trim_start_matches("http://")
            .trim_end_matches('/')
            .to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let url = format!("http://{}/", listener.local_addr().expect("an address"));
        let treated = Arc::new(AtomicUsize::new(0));
        let count = treated.clone();
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (upstream, count) = (upstream.clone(), count.clone());
                // A client that goes away ends the thread: nothing to be told.
                thread::spawn(move || serve(stream, &upstream, manner, &count));
            }
        });
        Proxy {
            url,
            treated,
            _server: server,
        }
    }

    pub fn treated(&self) -> usize {
        self.treated.load(Ordering::Relaxed)
    }
}

struct Request {
    /// With the empty line.
    head: String,
    body: Vec<u8>,
}

impl Request {
    fn read(reader: &mut impl BufRead) -> Option<Request> {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head).ok()? == 0 {
                return None;
            }
        }
        let mut request = Request {
            head,
            body: Vec::new(),
        };
        let length = request
            .header("content-length")
            .and_then(|text| text.parse().ok());
        request.body.resize(length.unwrap_or(0), 0);
        reader.read_exact(&mut request.body).ok()?;
        Some(request)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    fn method(&self) -> &str {
        self.head.split(' ').next().unwrap_or_default()
    }

    fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    /// Neither discovery nor set-up nor clean-up.
    fn is_of_a_step(&self) -> bool {
        self.header("calconform-step")
            .and_then(|step| step.split_once('#'))
            .is_some_and(|(scenario, step)| !scenario.is_empty() && !step.starts_with('('))
    }
}

fn serve(stream: TcpStream, upstream: &str, manner: Manner, treated: &AtomicUsize) -> Option<()> {
    let mut out = stream.try_clone().ok()?;
    let mut reader = BufReader::new(stream);
    let mut late = Vec::new();
    while let Some(request) = Request::read(&mut reader) {
        let (head, body) = if request.is_of_a_step() || manner.is_for_discovery() {
            treated.fetch_add(1, Ordering::Relaxed);
            match manner {
                Manner::Later if !late.contains(&request.head) => {
                    late.push(request.head.clone());
                    out.write_all(
                        b"HTTP/1.1 429 Too Many Requests\r\nRetry-After: 0\r\nContent-Length: 0\r\n\r\n",
                    )
                    .ok()?;
                    continue;
                }
                _ => treat(&request, upstream, manner, &mut out)?,
            }
        } else {
            forward(&request, upstream)?
        };
        out.write_all(head.as_bytes()).ok()?;
        out.write_all(&body).ok()?;
        if matches!(manner, Manner::HangUp) {
            out.shutdown(Shutdown::Both).ok()?;
        }
    }
    Some(())
}

/// The answer to send, or nothing where everything that is to be sent has been.
fn treat(
    request: &Request,
    upstream: &str,
    manner: Manner,
    out: &mut TcpStream,
) -> Option<(String, Vec<u8>)> {
    let reads = matches!(request.method(), "GET" | "PROPFIND" | "REPORT");
    match manner {
        Manner::BreakOff => {
            out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nBEGIN:VCAL")
                .ok()?;
            None
        }
        Manner::Drip => {
            out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\n")
                .ok()?;
            while out.write_all(b"B").is_ok() {
                thread::sleep(Duration::from_millis(50));
            }
            None
        }
        Manner::Silence => {
            // Until the client has given up.
            let _ = out.read(&mut [0]);
            None
        }
        Manner::Huge => {
            out.write_all(format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\n\r\n", 1 << 30).as_bytes())
                .ok()?;
            let chunk = vec![b'A'; 1 << 16];
            for _ in 0..1 << 14 {
                out.write_all(&chunk).ok()?;
            }
            None
        }
        Manner::Body(body) if reads => {
            let (head, _) = forward(request, upstream)?;
            let body = body();
            let status = head.lines().next()?.to_owned();
            let kind = match request.method() {
                "GET" => "text/calendar",
                _ => "application/xml",
            };
            let head = format!(
                "{status}\r\nContent-Type: {kind}\r\nSchedule-Tag: \"x\"\r\nETag: \"x\"\r\nContent-Length: {}\r\n\r\n",
                body.len()
            );
            Some((head, body))
        }
        Manner::Circle => Some(redirect(request.path())),
        Manner::Away(port) => Some(redirect(&format!("http://127.0.0.1:{port}{}", request.path()))),
        Manner::Echo => {
            let said = request.header("authorization").unwrap_or_default();
            let head = format!(
                "HTTP/1.1 403 {said}\r\nX-Echo: {said}\r\nContent-Type: text/plain\r\nContent-Length: {}\r\n\r\n",
                said.len()
            );
            Some((head, said.as_bytes().to_vec()))
        }
        Manner::Repeat => repeat(request, upstream),
        Manner::LeadAway if request.path().contains('?') => Some(redirect("http://127.0.0.1:1/")),
        Manner::LeadAway | Manner::LeadRound => Some(redirect(&telling_path(request)?)),
        Manner::WrongClock => {
            let (head, body) = forward(request, upstream)?;
            let lines = head.split_inclusive("\r\n");
            let head = lines
                .map(|line| match line.get(..5) {
                    Some(name) if name.eq_ignore_ascii_case("date:") => two_hours_later(line),
                    _ => line.to_owned(),
                })
                .collect();
            Some((head, body))
        }
        Manner::Body(_) | Manner::HangUp | Manner::Later => forward(request, upstream),
    }
}

fn redirect(location: &str) -> (String, Vec<u8>) {
    let head = format!("HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n");
    (head, Vec::new())
}

/// `name:password` of the request.
fn pair(request: &Request) -> Option<String> {
    let (_, token) = request.header("authorization")?.split_once(' ')?;
    String::from_utf8(BASE64_STANDARD.decode(token).ok()?).ok()
}

fn percent(text: &str) -> String {
    text.bytes().map(|octet| format!("%{octet:02x}")).collect()
}

/// The request's path with a query that tells what the request was authorized with.
fn telling_path(request: &Request) -> Option<String> {
    let pair = pair(request)?;
    let (path, _) = request.path().split_once('?').unwrap_or((request.path(), ""));
    let token = BASE64_URL_SAFE_NO_PAD.encode(&pair);
    Some(format!("{path}?who={}&token={token}", percent(&pair)))
}

/// What the reference server answers, with the password wherever there is room for it.
fn repeat(request: &Request, upstream: &str) -> Option<(String, Vec<u8>)> {
    let Some(pair) = pair(request) else {
        return forward(request, upstream);
    };
    let (_, password) = pair.split_once(':')?;
    if !request.is_of_a_step() && request.method() == "PROPFIND" && !request.path().contains('?') {
        return Some(redirect(&telling_path(request)?));
    }
    let (head, body) = forward(request, upstream)?;
    let mut body = String::from_utf8(body).ok()?;
    let xml = pair
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('"', "&quot;");
    let text = pair.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,");
    let folded: String = text.chars().map(|c| format!("{c}\r\n ")).collect();
    let base64 = BASE64_STANDARD.encode(password);
    let lines = format!(
        "COMMENT:{text}\r\nCOMMENT:{folded}\r\nREQUEST-STATUS:{text}\r\nDTSTAMP:{text}\r\nX-TOKEN:{base64}\r\nX-URL:{}\r\n",
        percent(password)
    );
    if head.to_ascii_lowercase().contains("text/calendar") {
        body = body.replace("BEGIN:VEVENT\r\n", &format!("BEGIN:VEVENT\r\n{lines}"));
    } else if head.to_ascii_lowercase().contains("xml") {
        let lines = lines
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('\r', "&#13;");
        let begins = body
            .find("BEGIN:VEVENT")
            .and_then(|at| Some(at + body[at..].find('\n')? + 1));
        if let Some(at) = begins {
            body.insert_str(at, &lines);
        }
        let root = body.find("<?xml").map_or(0, |_| body.find("?>").unwrap_or(0));
        let end = root + body[root..].find('<')? + 1;
        let end = end + body[end..].find('>')?;
        if !body[..end].ends_with('/') {
            let said = format!("<x:said xmlns:x=\"urn:x\" by=\"{xml}\">{xml} {base64}</x:said>");
            body.insert_str(end + 1, &said);
        }
    } else if body.is_empty() && request.method() != "HEAD" && !head.starts_with("HTTP/1.1 204") {
        body = format!("you are {pair}, that is {base64}");
    }
    let mut answer = String::new();
    for line in head.split_inclusive("\r\n") {
        let name = line.split(':').next().unwrap_or_default().to_ascii_lowercase();
        match name.as_str() {
            "content-length" => {}
            "etag" if request.is_of_a_step() => answer += &format!("ETag: \"{}\"\r\n", percent(password)),
            "schedule-tag" if request.is_of_a_step() => {
                answer += &format!("Schedule-Tag: \"{base64}\"\r\n");
            }
            "\r\n" => {
                let said = request.header("authorization")?;
                answer += &format!(
                    "X-Said: {said}\r\nX-Pair: {pair}\r\nContent-Length: {}\r\n\r\n",
                    body.len()
                );
            }
            _ => answer += line,
        }
    }
    Some((answer, body.into_bytes()))
}

fn two_hours_later(line: &str) -> String {
    let date = jiff::fmt::rfc2822::parse(line[5..].trim()).expect("a date");
    let later = date.checked_add(jiff::Span::new().hours(2)).expect("a date");
    let text = jiff::fmt::rfc2822::DateTimePrinter::new()
        .timestamp_to_rfc9110_string(&later.timestamp())
        .expect("a date");
    format!("Date: {text}\r\n")
}

/// Head and body of the reference server's answer.
fn forward(request: &Request, upstream: &str) -> Option<(String, Vec<u8>)> {
    let mut stream = TcpStream::connect(upstream).ok()?;
    let head = request.head.replacen("\r\n", "\r\nConnection: close\r\n", 1);
    stream.write_all(head.as_bytes()).ok()?;
    stream.write_all(&request.body).ok()?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n")? + 4;
    let body = answer.split_off(end);
    let head = String::from_utf8(answer).ok()?;
    let lines = head.split_inclusive("\r\n");
    let kept = lines.filter(|line| !line.to_ascii_lowercase().starts_with("connection:"));
    Some((kept.collect(), body))
}
