//! What a run costs: `cargo bench --bench speed`.
//!
//! Everything is measured from outside, on the released binary: a server in one process (`calconform serve`), the suite in
//! another. Figures are the median of several runs, memory is the largest.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{Usage, UsageWho, getrusage};

const CALCONFORM: &str = env!("CARGO_BIN_EXE_calconform");
const ROUNDS: usize = 5;
const USERS: usize = 20;

fn main() {
    // `cargo test --benches` runs this, too.
    if !std::env::args().any(|argument| argument == "--bench") {
        return;
    }
    let out = std::env::temp_dir().join(format!("calconform-speed-{}", std::process::id()));
    println!(
        "{:<34}{:>12}",
        "start to first request",
        millis(median(ROUNDS * 4, first_request))
    );
    let server = Serving::start();
    for jobs in [1, 4] {
        let mut exchanges = 0;
        let mut cpu = Vec::new();
        let wall = median(ROUNDS, || {
            let before = own_cpu();
            let begun = Instant::now();
            run(&server, jobs, &out);
            let wall = begun.elapsed();
            exchanges = count_exchanges(&out);
            cpu.push((own_cpu() - before) / u32::try_from(exchanges.max(1)).unwrap_or(u32::MAX));
            wall
        });
        cpu.sort();
        println!(
            "{:<34}{:>12}",
            format!("whole suite, {jobs} job(s)"),
            millis(wall)
        );
        println!("{:<34}{:>12}", "  exchanges", exchanges);
        println!(
            "{:<34}{:>12}",
            "  own CPU per exchange",
            millis(cpu[cpu.len() / 2])
        );
    }
    let peak = children().max_rss() / 1024;
    println!("{:<34}{:>9} MiB", "peak memory", peak);
    let _ = std::fs::remove_dir_all(&out);
}

/// From the start of the process to the first octet of its first request.
fn first_request() -> Duration {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let url = format!("http://{}/", listener.local_addr().expect("an address"));
    let begun = Instant::now();
    let mut child = Command::new(CALCONFORM)
        .args([
            "run", "--quiet", "--target", &url, "--user", "a:a", "--user", "b:b", "--out",
        ])
        .arg(std::env::temp_dir().join("calconform-speed-first"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("calconform starts");
    let (mut connection, _) = listener.accept().expect("a connection");
    connection.read_exact(&mut [0]).expect("a request");
    let elapsed = begun.elapsed();
    // It waits for an answer that it will not get.
    let _ = child.kill();
    let _ = child.wait();
    elapsed
}

struct Serving {
    child: Child,
    url: String,
}

impl Serving {
    fn start() -> Serving {
        let mut child = Command::new(CALCONFORM)
            .args(["serve", "--port", "0", "--users", &USERS.to_string()])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("calconform serve starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| {
                line.split_whitespace()
                    .find(|word| word.starts_with("http://"))
                    .map(str::to_owned)
            })
            .expect("the URL it serves at");
        // Keeps the pipe open and empty.
        std::thread::spawn(move || lines.for_each(drop));
        Serving { child, url }
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn run(server: &Serving, jobs: usize, out: &std::path::Path) {
    let mut command = Command::new(CALCONFORM);
    command
        .args([
            "run",
            "--quiet",
            "--target",
            &server.url,
            "--jobs",
            &jobs.to_string(),
            "--out",
        ])
        .arg(out);
    for number in 1..=USERS {
        command.args(["--user", &format!("user{number:02}:user{number:02}")]);
    }
    command.stdout(Stdio::null()).stderr(Stdio::null());
    let status = command.status().expect("calconform runs");
    assert_eq!(status.code(), Some(0), "the suite passes its reference server");
}

fn count_exchanges(out: &std::path::Path) -> usize {
    let log = std::fs::read_to_string(out.join("run.jsonl")).expect("a log");
    log.lines()
        .filter(|line| line.contains(r#""event":"exchange""#))
        .count()
}

fn children() -> Usage {
    getrusage(UsageWho::RUSAGE_CHILDREN).expect("the system counts")
}

/// CPU of the processes that have ended: the runs, not the server.
fn own_cpu() -> Duration {
    let usage = children();
    let time = |value: nix::sys::time::TimeVal| {
        let micros = value.tv_sec() * 1_000_000 + value.tv_usec();
        Duration::from_micros(u64::try_from(micros).unwrap_or_default())
    };
    time(usage.user_time()) + time(usage.system_time())
}

fn median(rounds: usize, mut measure: impl FnMut() -> Duration) -> Duration {
    let mut all: Vec<Duration> = (0..rounds).map(|_| measure()).collect();
    all.sort();
    all[all.len() / 2]
}

fn millis(duration: Duration) -> String {
    format!("{:.2} ms", duration.as_secs_f64() * 1e3)
}
