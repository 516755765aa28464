//! Which origins credentials may go to.

use url::{Origin, Url};

/// The target's own origin and those that its file trusts.
#[derive(Debug, Clone)]
pub struct Origins {
    base: Url,
    trusted: Vec<Origin>,
}

impl Origins {
    pub fn new(base: Url, trusted: Vec<Origin>) -> Origins {
        Origins { base, trusted }
    }

    /// The target's URL.
    pub fn base(&self) -> &Url {
        &self.base
    }

    /// Whether any of them is reached by TLS.
    pub(super) fn any_is_secure(&self) -> bool {
        let is_secure = |origin: &Origin| matches!(origin, Origin::Tuple(scheme, ..) if scheme == "https");
        self.base.scheme() == "https" || self.trusted.iter().any(is_secure)
    }

    /// May requests (and with them credentials) be sent there?
    pub fn allows(&self, url: &Url) -> bool {
        let origin = url.origin();
        origin == self.base.origin() || self.trusted.contains(&origin)
    }

    /// Reads an href against the URL that it was found at.
    ///
    /// # Errors
    /// In words, when it is no URL or leads to an origin that is not trusted.
    pub fn resolve(&self, at: &Url, href: &str) -> Result<Url, String> {
        let url = at
            .join(href.trim())
            .map_err(|error| format!("`{}` is no URL: {error}", shown(href)))?;
        if self.allows(&url) {
            Ok(url)
        } else {
            Err(self.refusal(&url))
        }
    }

    /// What to say of a URL that is not allowed.
    pub(super) fn refusal(&self, url: &Url) -> String {
        format!(
            "leads to another origin, {}; add it to `trusted-origins` of the target file if it belongs to the target",
            url.origin().ascii_serialization()
        )
    }
}

fn shown(href: &str) -> String {
    href.chars().take(200).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    #[rstest]
    #[case("/cal/", true)]
    #[case("sub/x.ics", true)]
    #[case("http://dav.example/else/", true)]
    #[case("http://dav.example:80/else/", true)]
    #[case("https://trusted.example/x", true)]
    #[case("https://dav.example/x", false)]
    #[case("http://dav.example:8080/x", false)]
    #[case("//other.example/x", false)]
    #[case("http://dav.example@other.example/x", false)]
    #[case("file:///etc/passwd", false)]
    #[case("http://[", false)]
    fn only_known_origins(#[case] href: &str, #[case] allowed: bool) {
        let base = Url::parse("http://dav.example/home/").unwrap();
        let trusted = Url::parse("https://trusted.example").unwrap().origin();
        let origins = Origins::new(base.clone(), vec![trusted]);
        let resolved = origins.resolve(&base, href);
        assert_eq!(resolved.is_ok(), allowed, "{resolved:?}");
    }
}
