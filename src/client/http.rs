//! The HTTP client of a run.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use bytes::{Bytes, BytesMut};
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use reqwest::{Certificate, Method, redirect, retry};
use tokio::time::{sleep, timeout};
use url::Url;

use super::credentials::Credentials;
use super::error::{failure, from_reqwest, timeout as timed_out};
use super::exchange::{Answer, Context, Request, is_safe};
use super::origin::Origins;
use super::record::Recorder;
use crate::event::{FailureKind, TransportFailure};

/// How many redirects in a row are followed.
const REDIRECTS: usize = 5;
/// How often a request is sent again to a target that says to come back later, and how long is waited each time at most.
const PATIENCE: usize = 3;
const LONGEST_WAIT: Duration = Duration::from_secs(10);

/// How long is waited for what.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Deadlines {
    /// For a connection, TLS included.
    pub connect: Duration,
    /// From the beginning of a request to the end of the answer's header.
    pub header: Duration,
    /// From the beginning of a request to the end of the answer.
    pub exchange: Duration,
}

impl Default for Deadlines {
    fn default() -> Self {
        Deadlines {
            connect: Duration::from_secs(5),
            header: Duration::from_secs(20),
            exchange: Duration::from_secs(30),
        }
    }
}

/// What a client needs to know of its target.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    pub origins: Origins,
    /// Connect there, whatever the host of the URL resolves to.
    pub connect_to: Option<SocketAddr>,
    /// Offer HTTP/2 over TLS.
    pub http2: bool,
    /// Certificates in PEM to trust instead of the system's.
    pub roots: Vec<Vec<u8>>,
    pub deadlines: Deadlines,
    /// Octets of a body that are read.
    pub body_limit: usize,
}

impl ClientConfig {
    /// The defaults for a target at this URL.
    pub fn new(base: Url) -> ClientConfig {
        ClientConfig {
            origins: Origins::new(base, Vec::new()),
            connect_to: None,
            http2: false,
            roots: Vec::new(),
            deadlines: Deadlines::default(),
            body_limit: 10 << 20,
        }
    }
}

/// Sends requests of all users of one target and records what came of them. Kept-alive connections are reused, until the
/// target has been seen to close one under a request.
pub struct Client {
    http: reqwest::Client,
    /// Takes a new connection for each request.
    unpooled: OnceLock<reqwest::Client>,
    config: ClientConfig,
    recorder: Arc<Recorder>,
}

impl Client {
    /// A client for a target.
    ///
    /// # Errors
    /// In words, when a certificate cannot be read.
    pub fn new(config: ClientConfig, recorder: Arc<Recorder>) -> Result<Client, String> {
        // Somebody else in the process may have installed a provider already.
        let _ = rustls::crypto::ring::default_provider().install_default();
        Ok(Client {
            http: library(&config, true)?,
            unpooled: OnceLock::new(),
            config,
            recorder,
        })
    }

    /// Where the exchanges are recorded.
    pub fn recorder(&self) -> &Arc<Recorder> {
        &self.recorder
    }

    /// Which origins requests may go to.
    pub fn origins(&self) -> &Origins {
        &self.config.origins
    }

    /// One exchange; redirects are answers like others. Who is told to come back later (429, or 503 with Retry-After)
    /// does so.
    ///
    /// # Errors
    /// When there is no answer that could be read, or the target still has no time. It is in the log, too.
    pub async fn send(
        &self,
        context: Context<'_>,
        credentials: Option<&Credentials>,
        request: Request,
    ) -> Result<Answer, TransportFailure> {
        let mut waited = 0;
        loop {
            let answer = self
                .send_past_resets(context, credentials, request.clone())
                .await?;
            let Some(wait) = later(&answer) else {
                return Ok(answer);
            };
            if waited == PATIENCE {
                return Err(failure(
                    FailureKind::Busy,
                    format!("still {} after {PATIENCE} attempts", answer.status),
                ));
            }
            waited += 1;
            sleep(wait).await;
        }
    }

    /// A request that changes nothing is sent again, once, when the connection broke before an answer: a server may
    /// close a kept-alive connection at any time.
    async fn send_past_resets(
        &self,
        context: Context<'_>,
        credentials: Option<&Credentials>,
        request: Request,
    ) -> Result<Answer, TransportFailure> {
        let again = is_safe(&request.method);
        match self.send_once(context, credentials, request.clone()).await {
            Err(failure) if again && failure.kind == FailureKind::Reset => {
                self.give_up_pooling();
                self.send_once(context, credentials, request).await
            }
            result => result,
        }
    }

    /// From now on no request meets a connection that the target is about to close.
    fn give_up_pooling(&self) {
        if self.unpooled.get().is_none()
            && let Ok(client) = library(&self.config, false)
        {
            let _ = self.unpooled.set(client);
        }
    }

    /// As [`Client::send`], but goes after redirects of requests that change nothing.
    ///
    /// # Errors
    /// Also when a redirect leads to an origin that is not trusted, or when there are too many.
    pub async fn send_following(
        &self,
        context: Context<'_>,
        credentials: Option<&Credentials>,
        mut request: Request,
    ) -> Result<Answer, TransportFailure> {
        for _ in 0..=REDIRECTS {
            let answer = self.send(context, credentials, request.clone()).await?;
            if !matches!(answer.status, 301 | 302 | 307 | 308) {
                return Ok(answer);
            }
            let Some(location) = answer.header("location") else {
                return Ok(answer);
            };
            request.url = self
                .config
                .origins
                .resolve(&answer.url, location)
                .map_err(|why| {
                    failure(
                        FailureKind::Redirect,
                        format!("the redirect from {} {why}", answer.url),
                    )
                })?;
        }
        Err(failure(
            FailureKind::Redirect,
            format!("more than {REDIRECTS} redirects, the last one to {}", request.url),
        ))
    }

    async fn send_once(
        &self,
        context: Context<'_>,
        credentials: Option<&Credentials>,
        mut request: Request,
    ) -> Result<Answer, TransportFailure> {
        let id = self.recorder.begin();
        let started = Instant::now();
        let deadline = self.config.deadlines.exchange;
        let result = match self.prepare(context, credentials, &mut request) {
            Ok(prepared) => match timeout(deadline, self.exchange(prepared, &request.url, id)).await {
                Ok(result) => result,
                Err(_) => Err(timed_out("no complete answer", deadline)),
            },
            Err(failure) => Err(failure),
        };
        self.recorder
            .exchange(id, context, &request, result.as_ref(), started.elapsed());
        result
    }

    /// Completes the request's headers and builds what the library sends.
    fn prepare(
        &self,
        context: Context<'_>,
        credentials: Option<&Credentials>,
        request: &mut Request,
    ) -> Result<reqwest::Request, TransportFailure> {
        if !self.config.origins.allows(&request.url) {
            return Err(failure(
                FailureKind::Redirect,
                format!(
                    "not sent: {} {}",
                    request.url,
                    self.config.origins.refusal(&request.url)
                ),
            ));
        }
        let step = format!("{}#{}", context.scenario.unwrap_or_default(), context.step);
        request.headers.push(("Calconform-Step".into(), step));
        let unsendable = |what: &str| {
            failure(
                FailureKind::Unreadable,
                format!("not sent: {what} is not allowed in HTTP"),
            )
        };
        let method = Method::from_bytes(request.method.as_bytes()).map_err(|_| unsendable("the method"))?;
        let mut prepared = reqwest::Request::new(method, request.url.clone());
        for (name, value) in &request.headers {
            let header = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| unsendable(&format!("the header name `{name}`")))?;
            let value = HeaderValue::from_str(value)
                .map_err(|_| unsendable(&format!("the value of the header `{name}`")))?;
            prepared.headers_mut().append(header, value);
        }
        if let Some(credentials) = credentials
            && !prepared.headers().contains_key(AUTHORIZATION)
        {
            prepared
                .headers_mut()
                .insert(AUTHORIZATION, credentials.header().clone());
            request
                .headers
                .push(("Authorization".into(), format!("{} …", credentials.scheme())));
        }
        if let Some(body) = &request.body {
            *prepared.body_mut() = Some(body.clone().into());
        }
        Ok(prepared)
    }

    async fn exchange(
        &self,
        request: reqwest::Request,
        url: &Url,
        id: u64,
    ) -> Result<Answer, TransportFailure> {
        let deadline = self.config.deadlines.header;
        let http = self.unpooled.get().unwrap_or(&self.http);
        let mut response = match timeout(deadline, http.execute(request)).await {
            Ok(result) => result.map_err(|error| from_reqwest(&error))?,
            Err(_) => return Err(timed_out("no answer", deadline)),
        };
        let headers = response
            .headers()
            .iter()
            .map(|(name, value)| {
                (
                    name.to_string(),
                    String::from_utf8_lossy(value.as_bytes()).into_owned(),
                )
            })
            .collect();
        let (body, cut) = self.read_body(&mut response).await?;
        Ok(Answer {
            url: url.clone(),
            status: response.status().as_u16(),
            headers,
            body,
            cut,
            exchange: id,
        })
    }

    /// Stops at the limit; the connection is then given up with the response.
    async fn read_body(&self, response: &mut reqwest::Response) -> Result<(Bytes, bool), TransportFailure> {
        let limit = self.config.body_limit;
        let mut body = BytesMut::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| from_reqwest(&error))? {
            let room = limit - body.len();
            if chunk.len() > room {
                body.extend_from_slice(&chunk[..room]);
                return Ok((body.freeze(), true));
            }
            body.extend_from_slice(&chunk);
        }
        Ok((body.freeze(), false))
    }
}

/// How long to wait before the same request may be sent again (RFC 6585 section 4, RFC 9110 section 15.6.4).
fn later(answer: &Answer) -> Option<Duration> {
    let said = answer.header("retry-after");
    let asked = answer.status == 429 || answer.status == 503 && said.is_some();
    let seconds = said.and_then(|text| text.trim().parse().ok()).unwrap_or(1);
    asked.then(|| Duration::from_secs(seconds).min(LONGEST_WAIT))
}

/// The HTTP library, set up for a target.
///
/// # Errors
/// In words, when a certificate cannot be read.
fn library(config: &ClientConfig, pooled: bool) -> Result<reqwest::Client, String> {
    let mut builder = reqwest::Client::builder()
        .user_agent(concat!("calconform/", env!("CARGO_PKG_VERSION")))
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .referer(false)
        .no_proxy()
        .tcp_nodelay(true)
        .connect_timeout(config.deadlines.connect)
        // Shorter than what servers commonly keep a connection for, so that the two do not cross.
        .pool_idle_timeout(Duration::from_millis(1500));
    if !pooled {
        builder = builder.pool_max_idle_per_host(0);
    }
    if !config.http2 {
        builder = builder.http1_only();
    }
    if let (Some(address), Some(host)) = (config.connect_to, config.origins.base().host_str()) {
        builder = builder.resolve(host, address);
    }
    let mut roots = Vec::new();
    for pem in &config.roots {
        let certificates = Certificate::from_pem_bundle(pem)
            .map_err(|error| format!("cannot read a certificate: {error}"))?;
        roots.extend(certificates);
    }
    // Loading the system's certificates takes longer than everything else here.
    if !roots.is_empty() || !config.origins.any_is_secure() {
        builder = builder.tls_certs_only(roots);
    }
    builder.build().map_err(|error| from_reqwest(&error).message)
}
