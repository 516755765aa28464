//! How a calendar user proves who they are.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use reqwest::header::HeaderValue;

/// What goes into the `Authorization` header of every request of one user.
///
/// Digest (RFC 7616) and client certificates are not supported yet.
#[derive(Clone)]
pub struct Credentials {
    scheme: &'static str,
    header: HeaderValue,
    /// What must appear in no output, in any spelling.
    pub(super) secrets: Vec<String>,
}

impl Credentials {
    /// Basic authentication, RFC 7617, in UTF-8.
    pub fn basic(name: &str, password: &str) -> Credentials {
        let pair = format!("{name}:{password}");
        let mut credentials = Credentials::new("Basic", &STANDARD.encode(&pair), name, password);
        credentials.secrets.push(pair);
        credentials
    }

    /// A bearer token, RFC 6750. An error says what is wrong with the token without repeating it.
    pub fn bearer(name: &str, token: &str) -> Result<Credentials, &'static str> {
        if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("a bearer token consists of visible ASCII characters");
        }
        Ok(Credentials::new("Bearer", token, name, token))
    }

    fn new(scheme: &'static str, token: &str, name: &str, secret: &str) -> Credentials {
        // Base64 and visible ASCII are always a lawful field value.
        let mut header = HeaderValue::from_str(&format!("{scheme} {token}"))
            .unwrap_or_else(|_| HeaderValue::from_static("Basic"));
        header.set_sensitive(true);
        // A password that is the user's name is in every URL of a test server: nothing is gained by hiding it.
        let secrets = match secret.eq_ignore_ascii_case(name) {
            true => Vec::new(),
            false => vec![secret.to_string()],
        };
        Credentials {
            scheme,
            header,
            secrets,
        }
    }

    /// `Basic` or `Bearer`.
    pub fn scheme(&self) -> &'static str {
        self.scheme
    }

    pub(super) fn header(&self) -> &HeaderValue {
        &self.header
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Credentials({})", self.scheme)
    }
}
