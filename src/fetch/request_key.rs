//! One checked request to one host: the key under which its answer is known.
//!
//! A request becomes one, and so does each of its redirects. This module sends nothing. It
//! refuses URLs that are not http or https, hold a user name or password, or are too long.
//!
//! # Why a URL with a password is refused
//! Product files are public, so a secret in one is a mistake, and one in a redirect is not ours.

use std::borrow::Cow;

use url::Url;

use super::cause::Cause;
use super::credential::Credential;
use super::error::{FetchError, ForbiddenError};
use super::policy::LONGEST_URL;
use super::request::{GitWanted, GraphQlQuery, Render, Request, Token};
use crate::text;

/// How many characters of a URL are shown.
const SHOWN: usize = 500;

/// One request to one host. Equal ones are sent once a run. Its URLs have neither fragment
/// nor credentials.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum RequestKey {
    Page {
        url: Url,
        user_agent: Option<String>,
        render: Option<Render>,
        credential: Option<Credential>,
    },
    Post {
        url: Url,
        json: String,
        token: Option<Token>,
    },
    Git(GitKey),
    GitHub {
        url: Url,
        query: GraphQlQuery,
        token: Option<Token>,
    },
}

impl RequestKey {
    pub(super) fn of(request: &Request) -> Result<Self, FetchError> {
        let refuse = |reason| FetchError::Forbidden {
            url: shown(request.url()),
            reason,
        };
        if request.url().len() > LONGEST_URL {
            return Err(refuse(ForbiddenError::TooLongUrl));
        }
        let url = Url::parse(text::trim(request.url()))
            .map_err(|error| refuse(ForbiddenError::NoUrl(Cause::new(error))))?;
        Ok(match request {
            Request::Page {
                user_agent, render, ..
            } => Self::Page {
                url: checked(url)?,
                user_agent: user_agent.clone(),
                render: render.clone(),
                credential: None,
            },
            Request::Post { json, token, .. } => Self::Post {
                url: checked(url)?,
                json: json.clone(),
                token: token.clone(),
            },
            Request::Git { wanted, .. } => {
                Self::Git(GitKey::new(without_secrets(url)?, wanted).map_err(refuse)?)
            }
            Request::GitHub(query) => Self::GitHub {
                url,
                query: query.clone(),
                token: None,
            },
        })
    }

    /// Adds the credential for the host of a page that no browser renders.
    pub(super) fn authenticate(&mut self, credentials: &[Credential]) {
        if let Self::Page {
            url,
            render: None,
            credential,
            ..
        } = self
        {
            *credential = credentials.iter().find(|one| one.is_for(url)).cloned();
        }
    }

    /// The request that a redirect leads to: never with a token or a credential, and with the
    /// body only where the status keeps it.
    pub(super) fn redirected(&self, status: u16, to: Url) -> Result<Self, FetchError> {
        let url = checked(to)?;
        Ok(match (self, self.json()) {
            (_, Some(json)) if matches!(status, 307 | 308) => Self::Post {
                url,
                json: json.into_owned(),
                token: None,
            },
            (Self::Page { render, .. }, _) => Self::Page {
                url,
                user_agent: self.user_agent().cloned(),
                render: render.clone(),
                credential: None,
            },
            _ => Self::Page {
                url,
                user_agent: None,
                render: None,
                credential: None,
            },
        })
    }

    /// The URL that is requested; of a repository, the one under which its answer is known.
    pub(super) fn url(&self) -> &Url {
        match self {
            Self::Page { url, .. } | Self::Post { url, .. } | Self::GitHub { url, .. } => url,
            Self::Git(git) => &git.answer,
        }
    }

    /// User agent to send instead of the run's.
    pub(super) fn user_agent(&self) -> Option<&String> {
        match self {
            Self::Page { user_agent, .. } => user_agent.as_ref(),
            _ => None,
        }
    }

    pub(super) fn credential(&self) -> Option<&Credential> {
        match self {
            Self::Page { credential, .. } => credential.as_ref(),
            _ => None,
        }
    }

    pub(super) fn render(&self) -> Option<&Render> {
        match self {
            Self::Page { render, .. } => render.as_ref(),
            _ => None,
        }
    }

    pub(super) fn json(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Post { json, .. } => Some(Cow::Borrowed(json)),
            Self::GitHub { query, .. } => Some(Cow::Owned(query.json())),
            Self::Page { .. } | Self::Git(_) => None,
        }
    }

    /// `GET` or `POST`.
    pub(super) fn method(&self) -> &'static str {
        match self {
            Self::Post { .. } | Self::GitHub { .. } => "POST",
            Self::Page { .. } | Self::Git(_) => "GET",
        }
    }

    /// The URL as it may be shown.
    pub(super) fn shown(&self) -> String {
        shown(self.url().as_str())
    }
}

/// A repository and what to fetch of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct GitKey {
    /// The URL under which the answer is known.
    pub(super) answer: Url,
    pub(super) repository: Url,
    pub(super) wanted: GitWanted,
}

impl GitKey {
    pub(super) fn new(repository: Url, wanted: &GitWanted) -> Result<Self, ForbiddenError> {
        if !matches!(repository.scheme(), "https" | "http" | "git" | "file") {
            return Err(ForbiddenError::NoRepository(
                text::Excerpt(repository.scheme()).to_string(),
            ));
        }
        let mut answer = repository.clone();
        answer.set_query(None);
        answer.set_fragment(None);
        let parts: Vec<&str> = match wanted {
            GitWanted::Tags => vec!["refs", "tags"],
            GitWanted::Branches => vec!["refs", "heads"],
            GitWanted::Files { branch, .. } => vec!["tree", branch],
        };
        answer
            .path_segments_mut()
            .map_err(|()| ForbiddenError::NoUrl(Cause::new("no path")))?
            .pop_if_empty()
            .extend(parts);
        if let GitWanted::Files { paths, .. } = wanted {
            answer.set_query(Some(&paths.join("&")));
        }
        Ok(Self {
            answer,
            repository,
            wanted: wanted.clone(),
        })
    }

    /// Whether the repository is a folder of this machine.
    pub(super) fn is_local(&self) -> bool {
        self.repository.scheme() == "file"
    }

    /// The URL of the answer as it may be shown.
    pub(super) fn shown(&self) -> String {
        shown(self.answer.as_str())
    }
}

/// The name and port of the host of a URL.
pub(super) fn host_of(url: &Url) -> String {
    let name = url.host_str().unwrap_or_default();
    match url.port() {
        Some(port) => format!("{name}:{port}"),
        None => name.to_owned(),
    }
}

/// The URL without its fragment, if it may be requested.
fn checked(url: Url) -> Result<Url, FetchError> {
    if matches!(url.scheme(), "http" | "https") {
        return without_secrets(url);
    }
    Err(FetchError::Forbidden {
        url: shown(url.as_str()),
        reason: ForbiddenError::Scheme(text::Excerpt(url.scheme()).to_string()),
    })
}

/// The URL without its fragment, if it has no credentials and is not too long.
fn without_secrets(mut url: Url) -> Result<Url, FetchError> {
    let reason = if !url.username().is_empty() || url.password().is_some() {
        ForbiddenError::Credentials
    } else if url.as_str().len() > LONGEST_URL {
        ForbiddenError::TooLongUrl
    } else {
        url.set_fragment(None);
        return Ok(url);
    };
    Err(FetchError::Forbidden {
        url: shown(url.as_str()),
        reason,
    })
}

/// A URL as it may be shown: one line, of bounded length, without user name and password.
pub(super) fn shown(url: &str) -> String {
    let url = without_credentials(url);
    let mut excerpt: String = url.chars().take(SHOWN).collect();
    if excerpt.len() < url.len() {
        excerpt.push('…');
    }
    text::visible(&excerpt).into_owned()
}

/// The text without what is between `//` and the last `@` before the path.
fn without_credentials(url: &str) -> Cow<'_, str> {
    let Some(start) = url.find("//").map(|at| at + 2) else {
        return Cow::Borrowed(url);
    };
    let authority = url[start..]
        .find(['/', '?', '#', '\\'])
        .map_or(url.len(), |end| start + end);
    match url[start..authority].rfind('@') {
        Some(at) => Cow::Owned(format!("{}{}", &url[..start], &url[start + at + 1..])),
        None => Cow::Borrowed(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::Token;

    fn reason(url: &str) -> ForbiddenError {
        match RequestKey::of(&Request::get(url)) {
            Err(FetchError::Forbidden { reason, .. }) => reason,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn only_http_and_https_are_requested() {
        assert!(RequestKey::of(&Request::get("HTTP://a.test/")).is_ok());
        for url in [
            "file:///etc/passwd",
            "ftp://a.test/",
            "data:,x",
            "gopher://a.test",
        ] {
            assert!(matches!(reason(url), ForbiddenError::Scheme(_)), "{url}");
        }
        assert!(matches!(reason("/etc/passwd"), ForbiddenError::NoUrl(_)));
    }

    #[test]
    fn a_fragment_makes_no_other_request() {
        assert_eq!(
            RequestKey::of(&Request::get("https://a.test/x#1")),
            RequestKey::of(&Request::get("https://a.test/x#2"))
        );
    }

    #[test]
    fn credentials_are_refused_and_not_shown() {
        let error = RequestKey::of(&Request::get("https://me:hunter2@a.test/x@y")).unwrap_err();
        assert!(!error.to_string().contains("hunter2"), "{error}");
        assert!(error.to_string().contains("https://a.test/x@y"), "{error}");
        assert_eq!(shown("nonsense://a:b@c@d"), "nonsense://d");
    }

    #[test]
    fn a_long_url_is_refused_and_shortened() {
        let url = format!("https://a.test/{}\u{202e}\n", "x".repeat(100_000));
        let error = RequestKey::of(&Request::get(url)).unwrap_err().to_string();
        assert!(error.len() < 700 && error.contains('…'), "{error}");
        assert_eq!(shown("https://a\u{1b}[0m\n"), r"https://a\u{1b}[0m\n");
    }

    #[test]
    fn a_redirect_drops_the_token_and_keeps_a_body_only_where_the_status_does() {
        let key = RequestKey::of(&Request::Post {
            url: "https://a.test/".into(),
            json: "{}".into(),
            token: Some(Token::new("a.test", "s")),
        })
        .unwrap();
        let to = Url::parse("https://a.test/b#c").unwrap();
        let seen = key.redirected(302, to.clone()).unwrap();
        let page = Request::get("https://a.test/b");
        assert_eq!(seen, RequestKey::of(&page).unwrap());
        let temporary = key.redirected(307, to).unwrap();
        let post = Request::post("https://a.test/b", "{}");
        assert_eq!(temporary, RequestKey::of(&post).unwrap());
    }

    #[test]
    fn a_credential_is_for_a_page_that_no_browser_renders_and_not_for_its_redirects() {
        use crate::fetch::{CredentialForm, CredentialSource};
        // Its variable is one that is set.
        let source = CredentialSource::new("a.test", "PATH", CredentialForm::Bearer);
        let credentials = [Credential::read(&source.unwrap()).unwrap()];
        let authenticated = |request: &Request| {
            let mut key = RequestKey::of(request).unwrap();
            key.authenticate(&credentials);
            key
        };
        let page = Request::get("https://me.test:443/../x");
        assert!(authenticated(&page).credential().is_none());
        let page = Request::get("HTTPS://A%2Etest:443/x#y");
        let key = authenticated(&page);
        assert!(key.credential().is_some());
        for status in [301, 302, 303, 307, 308] {
            let same = key.redirected(status, key.url().clone()).unwrap();
            assert!(same.credential().is_none(), "{status}");
        }
        for request in [
            page.with_render(Some(Render::default())),
            Request::post("https://a.test/", "{}"),
            Request::git("https://a.test/", GitWanted::Tags),
            Request::get("https://a.test./"),
        ] {
            assert!(
                authenticated(&request).credential().is_none(),
                "{request:?}"
            );
        }
    }

    fn known_as(url: &str, wanted: &GitWanted) -> String {
        let key = GitKey::new(Url::parse(url).unwrap(), wanted).unwrap();
        key.answer.into()
    }

    #[test]
    fn an_answer_has_the_url_of_what_was_requested() {
        let url = "https://a.test/b.git";
        assert_eq!(
            known_as(url, &GitWanted::Tags),
            "https://a.test/b.git/refs/tags"
        );
        assert_eq!(
            known_as("git://a.test/b/", &GitWanted::Branches),
            "git://a.test/b/refs/heads"
        );
        let files = GitWanted::Files {
            branch: "a/../b".into(),
            paths: vec!["x/y".into(), "z".into()],
        };
        assert_eq!(
            known_as(url, &files),
            "https://a.test/b.git/tree/a%2F..%2Fb?x/y&z"
        );
    }

    #[test]
    fn other_transports_are_refused() {
        for url in ["ext::sh -c x", "ssh://a.test/b", "ftp://a.test/b"] {
            let parsed = Url::parse(url).unwrap();
            assert!(GitKey::new(parsed, &GitWanted::Tags).is_err(), "{url}");
        }
    }
}
