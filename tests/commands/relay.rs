//! A TCP relay in front of a server, which can die, come back, and keep clients waiting.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard};
use std::thread::{self, JoinHandle, sleep};
use std::time::Duration;

const SOON: Duration = Duration::from_millis(2);

pub struct Relay {
    address: SocketAddr,
    state: Arc<State>,
    listening: Option<JoinHandle<()>>,
}

struct State {
    upstream: String,
    is_dead: AtomicBool,
    /// After a request with this method none is let through any more.
    trap: Mutex<Option<&'static str>>,
    is_shut: AtomicBool,
    open: Mutex<Vec<TcpStream>>,
}

impl State {
    fn open(&self) -> MutexGuard<'_, Vec<TcpStream>> {
        self.open.lock().expect("no panic")
    }
}

impl Relay {
    pub fn to(server: &str) -> Relay {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let address = listener.local_addr().expect("an address");
        let state = Arc::new(State {
            upstream: server
                .trim_start_matches("http://")
                .trim_end_matches('/')
                .to_owned(),
            is_dead: AtomicBool::new(false),
            trap: Mutex::new(None),
            is_shut: AtomicBool::new(false),
            open: Mutex::default(),
        });
        let listening = Some(listen(listener, state.clone()));
        Relay {
            address,
            state,
            listening,
        }
    }

    pub fn url(&self) -> String {
        format!("http://{}/", self.address)
    }

    /// Connections end, and new ones are refused: what `kill -9` does.
    pub fn die(&mut self) {
        self.state.is_dead.store(true, Ordering::SeqCst);
        if let Some(listening) = self.listening.take() {
            listening.join().expect("no panic");
        }
        for stream in self.state.open().drain(..) {
            // It may have ended by itself.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }

    pub fn come_back(&mut self) {
        let listener = TcpListener::bind(self.address).expect("the same port");
        self.state.is_dead.store(false, Ordering::SeqCst);
        self.listening = Some(listen(listener, self.state.clone()));
    }

    /// Lets a request with this method through, with its answer, and none after it.
    pub fn shut_after(&self, method: &'static str) {
        *self.state.trap.lock().expect("no panic") = Some(method);
    }

    pub fn is_shut(&self) -> bool {
        self.state.is_shut.load(Ordering::SeqCst)
    }

    pub fn open_again(&self) {
        self.state.is_shut.store(false, Ordering::SeqCst);
    }
}

impl Drop for Relay {
    fn drop(&mut self) {
        self.die();
    }
}

fn listen(listener: TcpListener, state: Arc<State>) -> JoinHandle<()> {
    listener.set_nonblocking(true).expect("a listener");
    thread::spawn(move || {
        while !state.is_dead.load(Ordering::SeqCst) {
            match listener.accept() {
                Ok((client, _)) => {
                    let state = state.clone();
                    thread::spawn(move || connect(client, &state));
                }
                Err(_) => sleep(SOON),
            }
        }
    })
}

fn connect(client: TcpStream, state: &Arc<State>) -> Option<()> {
    client.set_nonblocking(false).ok()?;
    let server = TcpStream::connect(&state.upstream).ok()?;
    state
        .open()
        .extend([client.try_clone().ok()?, server.try_clone().ok()?]);
    let (mut from_server, mut to_client) = (server.try_clone().ok()?, client.try_clone().ok()?);
    thread::spawn(move || {
        // Either end may go away at any time.
        let _ = std::io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Both);
    });
    requests(client, &server, state);
    let _ = server.shutdown(Shutdown::Both);
    Some(())
}

/// Passes on what the client says; a request begins a read, since the client waits for each answer.
fn requests(mut client: TcpStream, mut server: &TcpStream, state: &State) {
    let mut buffer = vec![0; 1 << 16];
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        while state.is_shut.load(Ordering::SeqCst) && !state.is_dead.load(Ordering::SeqCst) {
            sleep(SOON);
        }
        let mut trap = state.trap.lock().expect("no panic");
        let springs =
            trap.is_some_and(|method| buffer[..length].starts_with(format!("{method} ").as_bytes()));
        if server.write_all(&buffer[..length]).is_err() {
            return;
        }
        if springs {
            *trap = None;
            state.is_shut.store(true, Ordering::SeqCst);
        }
    }
}
