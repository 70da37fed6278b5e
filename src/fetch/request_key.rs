//! A single question: what each request, and each redirect of it, becomes.
//!
//! This module asks nothing. It refuses what is not http or https, what carries a user
//! name or password, and what is absurdly long.
//!
//! # Why a URL with a password is refused
//! Product files are public, so a secret in one is either no secret or a mistake, and
//! a redirect that brings one along is somebody else's trick.

use std::borrow::Cow;
use std::sync::Arc;

use url::Url;

use super::error::{FetchError, ForbiddenError};
use super::request::{GitWanted, GraphQlQuery, Render, Request, Token};
use crate::text;

/// The longest URL that is asked for, in bytes.
const LONGEST_URL: usize = 8 * 1024;
/// The number of characters of a URL that are shown.
const SHOWN: usize = 500;

/// One question to one host. Equal questions are asked once a run.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct RequestKey {
    /// The URL, without fragment and credentials.
    pub(super) url: Url,
    pub(super) user_agent: Option<String>,
    pub(super) render: Option<Render>,
    pub(super) post: Option<String>,
    pub(super) token: Option<Token>,
    /// The repository that is asked, of which the URL names the answer.
    pub(super) git: Option<Arc<GitKey>>,
    pub(super) github: Option<Arc<GraphQlQuery>>,
}

impl RequestKey {
    /// The first question of a request.
    pub(super) fn of(request: &Request) -> Result<Self, FetchError> {
        let refuse = |reason| FetchError::Forbidden {
            url: shown(&request.url),
            reason,
        };
        if request.url.len() > LONGEST_URL {
            return Err(refuse(ForbiddenError::TooLongUrl));
        }
        let url = Url::parse(text::trim(&request.url))
            .map_err(|error| refuse(ForbiddenError::NoUrl(error.to_string())))?;
        let (url, git) = match &request.git {
            Some(git) => {
                let (question, known_as) =
                    GitKey::new(without_secrets(url)?, git).map_err(refuse)?;
                (known_as, Some(Arc::new(question)))
            }
            None => (checked(url)?, None),
        };
        Ok(Self {
            url,
            git,
            github: request.github.clone(),
            user_agent: request.user_agent.clone(),
            render: request.render.clone(),
            post: request.post.clone(),
            token: request.token.clone(),
        })
    }

    /// The question that a redirect leads to: never with the token, and with the body
    /// only where the status says so.
    pub(super) fn redirected(&self, status: u16, to: Url) -> Result<Self, FetchError> {
        let to = checked(to)?;
        Ok(Self {
            post: self.post.clone().filter(|_| matches!(status, 307 | 308)),
            token: None,
            git: None,
            github: None,
            user_agent: self.user_agent.clone(),
            render: self.render.clone(),
            url: to,
        })
    }

    /// `GET` or `POST`.
    pub(super) fn method(&self) -> &'static str {
        if self.post.is_some() { "POST" } else { "GET" }
    }

    /// The URL as it may be shown.
    pub(super) fn shown(&self) -> String {
        shown(self.url.as_str())
    }
}

/// A repository and what is asked of it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) struct GitKey {
    /// The URL of the repository.
    pub(super) repository: Url,
    pub(super) git: GitWanted,
}

impl GitKey {
    /// The question about the repository at a URL, and the URL under which its answer is known.
    pub(super) fn new(url: Url, git: &GitWanted) -> Result<(Self, Url), ForbiddenError> {
        if !matches!(url.scheme(), "https" | "http" | "git" | "file") {
            return Err(ForbiddenError::NoRepository(
                text::Excerpt(url.scheme()).to_string(),
            ));
        }
        let mut known_as = url.clone();
        known_as.set_query(None);
        known_as.set_fragment(None);
        let parts: Vec<&str> = match git {
            GitWanted::Tags => vec!["refs", "tags"],
            GitWanted::Branches => vec!["refs", "heads"],
            GitWanted::Files { branch, .. } => vec!["tree", branch],
        };
        known_as
            .path_segments_mut()
            .map_err(|()| ForbiddenError::NoUrl("no path".into()))?
            .pop_if_empty()
            .extend(parts);
        if let GitWanted::Files { paths, .. } = git {
            known_as.set_query(Some(&paths.join("&")));
        }
        let question = Self {
            repository: url,
            git: git.clone(),
        };
        Ok((question, known_as))
    }

    /// Whether the repository is a folder of this machine.
    pub(super) fn is_local(&self) -> bool {
        self.repository.scheme() == "file"
    }
}

/// The URL without its fragment, if it may be asked for at all.
fn checked(url: Url) -> Result<Url, FetchError> {
    if matches!(url.scheme(), "http" | "https") {
        return without_secrets(url);
    }
    Err(FetchError::Forbidden {
        url: shown(url.as_str()),
        reason: ForbiddenError::Scheme(text::Excerpt(url.scheme()).to_string()),
    })
}

/// The URL without its fragment, if it has no credentials and a length that is honest.
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

/// The text without what stands between `//` and the last `@` before the path.
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
    fn only_http_and_https_are_asked() {
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
    fn a_fragment_makes_no_other_question() {
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
    fn a_kilometre_of_url_is_refused_and_shown_short() {
        let url = format!("https://a.test/{}\u{202e}\n", "x".repeat(100_000));
        let error = RequestKey::of(&Request::get(url)).unwrap_err().to_string();
        assert!(error.len() < 700 && error.contains('…'), "{error}");
        assert_eq!(shown("https://a\u{1b}[0m\n"), r"https://a\u{1b}[0m\n");
    }

    #[test]
    fn a_redirect_takes_no_token_along_and_a_body_only_where_the_status_says_so() {
        let key = RequestKey::of(
            &Request::post("https://a.test/", "{}").with_token(Some(Token::new("a.test", "s"))),
        )
        .unwrap();
        let to = Url::parse("https://a.test/b#c").unwrap();
        let seen = key.redirected(302, to.clone()).unwrap();
        assert_eq!((seen.post, seen.token), (None, None));
        let temporary = key.redirected(307, to).unwrap();
        assert_eq!(
            (temporary.post.as_deref(), temporary.token),
            (Some("{}"), None)
        );
    }

    fn known_as(url: &str, git: &GitWanted) -> String {
        let (_, known_as) = GitKey::new(Url::parse(url).unwrap(), git).unwrap();
        known_as.into()
    }

    #[test]
    fn an_answer_is_known_by_what_was_asked() {
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
    fn no_other_transport_is_asked() {
        for url in ["ext::sh -c x", "ssh://a.test/b", "ftp://a.test/b"] {
            let Ok(url) = Url::parse(url) else { continue };
            assert!(GitKey::new(url, &GitWanted::Tags).is_err());
        }
    }
}
