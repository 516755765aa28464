//! What a person or a CI log sees while the run goes on.

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::style::Styles;
use super::text::one_line;
use crate::event::{Event, Exchange, Progress, Record, Silent, Verdict};

/// How much to show, and where.
#[derive(Debug, Clone, Copy)]
pub struct ProgressOptions {
    /// Nothing at all; wins over `verbose`.
    pub quiet: bool,
    /// Each exchange in one line.
    pub verbose: bool,
    /// A person watches standard error: a bar instead of lines.
    pub interactive: bool,
    /// Styles of standard error.
    pub styles: Styles,
    /// Columns.
    pub width: usize,
}

/// Shows the run on `sink` (standard error): a bar with the names of the running scenarios for a person,
/// otherwise a line for each scenario that ends.
pub fn progress(options: ProgressOptions, sink: impl Write + Send + 'static) -> Arc<dyn Progress> {
    if options.quiet {
        return Arc::new(Silent);
    }
    let screen = if options.interactive {
        Screen::Bar(bar())
    } else {
        Screen::Lines(Box::new(sink))
    };
    Arc::new(Watch {
        options,
        state: Mutex::new(State {
            screen,
            ..State::default()
        }),
    })
}

/// How often a bar is drawn although nothing has happened: the clock goes on.
const TICK: Duration = Duration::from_millis(250);

/// A bar on standard error with a message beside it; nothing where that is no terminal.
pub fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
    if let Ok(style) = ProgressStyle::with_template("{bar:24} {pos}/{len} {elapsed} {wide_msg}") {
        bar.set_style(style.progress_chars("━╸ "));
    }
    bar.enable_steady_tick(TICK);
    bar
}

struct Watch {
    options: ProgressOptions,
    state: Mutex<State>,
}

struct State {
    screen: Screen,
    repeat: usize,
    planned: usize,
    done: usize,
    running: Vec<String>,
    /// Of each scenario that has begun: names of users to roles.
    roles: BTreeMap<String, BTreeMap<String, String>>,
}

enum Screen {
    Bar(ProgressBar),
    Lines(Box<dyn Write + Send>),
}

impl Default for State {
    fn default() -> Self {
        State {
            screen: Screen::Lines(Box::new(std::io::sink())),
            repeat: 1,
            planned: 0,
            done: 0,
            running: Vec::new(),
            roles: BTreeMap::new(),
        }
    }
}

impl Progress for Watch {
    fn record(&self, record: &Record) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let scenario = record.scenario.as_deref().unwrap_or_default();
        match &record.event {
            Event::RunStarted(started) => {
                state.repeat = started.repeat.max(1) as usize;
                state.message("looking at the target");
            }
            Event::ScenarioPlanned(planned) if planned.not_applicable.is_none() => {
                state.planned += state.repeat;
            }
            Event::ScenarioStarted(started) => {
                state.running.push(scenario.to_owned());
                let roles = started
                    .users
                    .iter()
                    .map(|(role, user)| (user.clone(), role.clone()));
                state.roles.insert(scenario.to_owned(), roles.collect());
                state.redraw();
            }
            Event::ScenarioFinished(finished) => {
                state.done += 1;
                if let Some(place) = state.running.iter().position(|running| running == scenario) {
                    state.running.remove(place);
                }
                let reason = finished.reason.as_deref().unwrap_or_default();
                self.scenario(&mut state, scenario, finished.verdict, reason);
                state.redraw();
            }
            Event::Exchange(exchange) if self.options.verbose => {
                let roles = state.roles.get(scenario);
                let line = self.exchange(record.ms, scenario, roles, exchange);
                state.line(&line);
            }
            Event::Interrupted { reason, .. } => {
                let style = self.options.styles.verdict(Verdict::Error);
                let reason = one_line(reason, self.options.width);
                state.line(&format!("{style}stopped{style:#}: {reason}"));
            }
            _ => {}
        }
    }

    fn finish(&self) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Screen::Bar(bar) = &state.screen {
            bar.finish_and_clear();
        }
    }
}

impl Watch {
    fn scenario(&self, state: &mut State, scenario: &str, verdict: Verdict, reason: &str) {
        let bad = matches!(verdict, Verdict::Fail | Verdict::Warn | Verdict::Error);
        if matches!(state.screen, Screen::Bar(_)) && !bad {
            return;
        }
        let width = self.options.width;
        let (style, word) = (self.options.styles.verdict(verdict), verdict.word());
        let digits = state.planned.to_string().len();
        let mut line = match state.screen {
            Screen::Bar(_) => String::new(),
            Screen::Lines(_) => format!("[{:>digits$}/{}] ", state.done, state.planned),
        };
        line += &format!("{style}{word:7}{style:#} {}", one_line(scenario, width));
        if !reason.is_empty() {
            line += &format!(": {}", one_line(reason, width));
        }
        state.line(&line);
    }

    /// Seconds since the run began, step, role, request → status, how long it took.
    fn exchange(
        &self,
        ms: u64,
        scenario: &str,
        roles: Option<&BTreeMap<String, String>>,
        exchange: &Exchange,
    ) -> String {
        let dim = self.options.styles.dim();
        let outcome = match (&exchange.response, &exchange.failure) {
            (Some(response), _) => response.status.to_string(),
            (None, Some(failure)) => one_line(&failure.message, 60),
            (None, None) => "no answer".into(),
        };
        let user = exchange.user.as_deref().map(|user| {
            let role = roles.and_then(|roles| roles.get(user));
            format!(" {}", one_line(role.map_or(user, String::as_str), 30))
        });
        format!(
            "{dim}{:8.3}  {}#{}{}{dim:#} {} {} → {outcome} {dim}({}){dim:#}",
            ms as f64 / 1000.0,
            one_line(scenario, 60),
            one_line(&exchange.step, 30),
            user.unwrap_or_default(),
            one_line(&exchange.request.method, 20),
            one_line(path(&exchange.request.url), self.options.width),
            duration(exchange.micros),
        )
    }
}

impl State {
    fn line(&mut self, line: &str) {
        match &mut self.screen {
            Screen::Bar(bar) => bar.println(line),
            // Progress is a courtesy: the log has everything.
            Screen::Lines(sink) => drop(writeln!(sink, "{line}").and_then(|()| sink.flush())),
        }
    }

    fn redraw(&self) {
        if let Screen::Bar(bar) = &self.screen {
            bar.set_length(self.planned as u64);
            bar.set_position(self.done as u64);
            let names: Vec<_> = self.running.iter().map(|name| one_line(name, 60)).collect();
            bar.set_message(names.join(", "));
        }
    }

    fn message(&self, text: &'static str) {
        if let Screen::Bar(bar) = &self.screen {
            bar.set_message(text);
        }
    }
}

/// The path of a URL with what follows it; the whole text where there is no path.
fn path(url: &str) -> &str {
    let after_scheme = url.find("://").map_or(0, |colon| colon + 3);
    match url[after_scheme..].find('/') {
        Some(slash) if after_scheme > 0 => &url[after_scheme + slash..],
        _ => url,
    }
}

/// Microseconds for people: `0.8 ms`, `12 ms`, `3.4 s`.
pub(super) fn duration(micros: u64) -> String {
    let milliseconds = micros as f64 / 1000.0;
    match micros {
        0..10_000 => format!("{milliseconds:.1} ms"),
        10_000..1_000_000 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.1} s", milliseconds / 1000.0),
    }
}
