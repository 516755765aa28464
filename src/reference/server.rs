//! The server as a whole: a listener on the loopback interface and a thread of its own.

use std::error::Error;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use axum::body::{Body as HttpBody, to_bytes};
use axum::extract::{Request as HttpRequest, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Response, Version, header};
use bytes::Bytes;
use http_body_util::LengthLimitError;
use tokio::sync::oneshot;

use super::config::{Config, User};
use super::http::{Refusal, Reply, Request};
use super::path::Place;
use super::policy::Deviation;
use super::world::World;
use crate::ical;

use super::{auth, ischedule, methods, postman, render};

/// A running reference server. It stops when this is dropped.
#[derive(Debug)]
pub struct Server {
    /// `http://127.0.0.1:PORT/`.
    pub base_url: String,
    pub users: Vec<User>,
    /// Addresses elsewhere from which the iSchedule receiver takes messages.
    pub peers: Vec<String>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// How long a request may take to send its body.
const PATIENCE: Duration = Duration::from_secs(30);

type Shared = Arc<Mutex<World>>;

impl Server {
    /// Starts a server. It has a thread and a runtime of its own, so this can be called from anywhere.
    ///
    /// # Errors
    /// The port is taken, or the system refuses a socket or a thread.
    pub fn start(config: Config) -> io::Result<Server> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, config.port))?;
        listener.set_nonblocking(true)?;
        let origin = format!("http://{}", listener.local_addr()?);
        let world: Shared = Arc::new(Mutex::new(World::new(&config, &origin)));
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("reference-server")
            .enable_all()
            .build()?;
        let (stop, stopped) = oneshot::channel();
        let thread = std::thread::Builder::new()
            .name("reference-server".to_owned())
            .spawn(move || {
                runtime.block_on(async {
                    let Ok(listener) = tokio::net::TcpListener::from_std(listener) else {
                        return;
                    };
                    let service = Router::new().fallback(serve).with_state(world);
                    tokio::select! {
                        _ = axum::serve(listener, service) => {}
                        _ = stopped => {}
                    }
                });
                runtime.shutdown_background();
            })?;
        Ok(Server {
            base_url: format!("{origin}/"),
            users: config.users,
            peers: config.peers,
            stop: Some(stop),
            thread: Some(thread),
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.take();
        if let Some(thread) = self.thread.take() {
            // A panic in it has been reported by then.
            let _ = thread.join();
        }
    }
}

fn lock(world: &Shared) -> MutexGuard<'_, World> {
    world.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn serve(State(world): State<Shared>, request: HttpRequest) -> Response<HttpBody> {
    let (parts, body) = request.into_parts();
    let head = parts.method == axum::http::Method::HEAD;
    let limit = lock(&world).limits.request_octets;
    // Before anything else, also before a refusal: the connection ends with a body that nobody has read.
    let body = read_body(body, limit).await;
    let is_complete = body.is_ok();
    let reply = body.and_then(|body| answer(&world, parts, body));
    let guard = lock(&world);
    let mut reply = reply.unwrap_or_else(|refusal| render::refusal(&refusal, &guard.policy));
    if !is_complete {
        reply = reply.with("connection", "close");
    }
    render::response(reply, &guard.policy, head)
}

fn answer(world: &Shared, parts: Parts, body: Bytes) -> Result<Reply, Refusal> {
    let host = host(&parts.headers, parts.version)?;
    let place = match parts.uri.path() {
        "*" => Place::Root,
        path => Place::read(path).map_err(|why| Refusal::new(400, why))?,
    };
    let mut guard = lock(world);
    if place == Place::WellKnown {
        return Ok(Reply::empty(301).with("location", guard.hrefs.of(&Place::Context, true)));
    }
    if place == Place::Receiver {
        let waiting = !guard.letters.is_empty();
        let reply = ischedule::handle(&mut guard, &parts, &body);
        deliver_later(world, waiting, &guard);
        return Ok(reply);
    }
    let known = auth::authenticate(&guard, &place, &parts.headers);
    let is_known = known.is_some();
    let too_late = guard.policy.deviates(Deviation::AuthenticationTooLate);
    let Some(user) = known.or_else(|| auth::presumed(&guard, &place).filter(|_| too_late)) else {
        return Ok(auth::challenge());
    };
    let request = Request {
        method: parts.method.as_str().to_owned(),
        place,
        host,
        headers: parts.headers,
        body,
        user,
    };
    let waiting = !guard.letters.is_empty();
    let reply = methods::handle(&mut guard, &request);
    deliver_later(world, waiting, &guard);
    if !is_known {
        return Ok(auth::challenge());
    }
    if reply.is_err()
        && guard.policy.deviates(Deviation::SendsBeforeRefusing)
        && let Place::Home(spot) = &request.place
    {
        match request.method.as_str() {
            "PUT" => postman::send(&mut guard, spot, ical::read(&request.body).ok()),
            "DELETE" => postman::send(&mut guard, spot, None),
            _ => {}
        }
    }
    reply.or_else(|refusal| match refusal.status {
        // RFC 9110 section 15.5.6.
        405 => Ok(
            render::refusal(&refusal, &guard.policy).with("allow", methods::allow(&guard, &request.place))
        ),
        _ => Err(refusal),
    })
}

/// Starts a delivery of what waits, unless something `waited` before.
fn deliver_later(world: &Shared, waited: bool, guard: &World) {
    if !waited && !guard.letters.is_empty() {
        tokio::spawn(deliver(Arc::clone(world)));
    }
}

/// Delivers what waits, later ([`Variant::AsynchronousDelivery`](super::Variant::AsynchronousDelivery)).
async fn deliver(world: Shared) {
    tokio::time::sleep(Duration::from_millis(30)).await;
    let mut world = lock(&world);
    while !world.letters.is_empty() {
        postman::deliver_next(&mut world);
    }
}

/// RFC 9112 section 3.2: exactly one Host.
fn host(headers: &HeaderMap, version: Version) -> Result<String, Refusal> {
    let mut hosts = headers.get_all(header::HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) => Ok(host.to_str().unwrap_or_default().to_owned()),
        (None, _) if version < Version::HTTP_11 => Ok(String::new()),
        (None, _) => Err(Refusal::new(400, "there is no Host header")),
        (Some(_), Some(_)) => Err(Refusal::new(400, "there is more than one Host header")),
    }
}

async fn read_body(body: HttpBody, limit: usize) -> Result<Bytes, Refusal> {
    match tokio::time::timeout(PATIENCE, to_bytes(body, limit)).await {
        Ok(Ok(octets)) => Ok(octets),
        Ok(Err(error)) => {
            let mut cause: Option<&dyn Error> = Some(&error);
            while let Some(one) = cause {
                if one.is::<LengthLimitError>() {
                    return Err(Refusal::new(
                        413,
                        format!("a request body has at most {limit} octets"),
                    ));
                }
                cause = one.source();
            }
            Err(Refusal::new(400, "the body broke off"))
        }
        Err(_) => Err(Refusal::new(408, "the body took too long")),
    }
}
