//! Requests, as methods make them, and the token that authenticates one.

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::json;
use url::{Host, Url};

/// What to fetch.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Request {
    /// The page at a URL.
    Page {
        /// The URL as written in a product file or built by a method.
        url: String,
        /// User agent to send instead of the run's.
        user_agent: Option<String>,
        /// How a browser renders the page first, for pages that need JavaScript.
        render: Option<Render>,
    },
    /// The answer to a posted JSON document.
    Post {
        /// Where it is posted.
        url: String,
        /// The document.
        json: String,
        /// The token to authenticate with, which is never written.
        #[serde(skip)]
        token: Option<Token>,
    },
    /// Tags, branches or files of a repository.
    Git {
        /// The URL of the repository.
        repository: String,
        /// What to fetch of it.
        wanted: GitWanted,
    },
    /// A query to GitHub, sent together with others. The token is that of the fetcher's
    /// environment.
    GitHub(GraphQlQuery),
}

impl Request {
    /// A plain GET.
    pub fn get(url: impl Into<String>) -> Self {
        Self::Page {
            url: url.into(),
            user_agent: None,
            render: None,
        }
    }

    /// A POST of a JSON document, without a token.
    pub fn post(url: impl Into<String>, json: impl Into<String>) -> Self {
        Self::Post {
            url: url.into(),
            json: json.into(),
            token: None,
        }
    }

    /// A request to the repository at a URL.
    pub fn git(repository: impl Into<String>, wanted: GitWanted) -> Self {
        Self::Git {
            repository: repository.into(),
            wanted,
        }
    }

    /// The URL that is requested.
    pub fn url(&self) -> &str {
        match self {
            Self::Page { url, .. } | Self::Post { url, .. } => url,
            Self::Git { repository, .. } => repository,
            Self::GitHub(_) => GraphQlQuery::URL,
        }
    }

    /// The page under another user agent, if one is given. Only a page has one.
    #[must_use]
    pub fn with_user_agent(mut self, named: Option<String>) -> Self {
        if let Self::Page { user_agent, .. } = &mut self {
            *user_agent = named;
        }
        self
    }

    /// The page, rendered by a browser first if one is given. Only a page is rendered.
    #[must_use]
    pub fn with_render(mut self, wanted: Option<Render>) -> Self {
        if let Self::Page { render, .. } = &mut self {
            *render = wanted;
        }
        self
    }
}

/// What to fetch of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum GitWanted {
    /// Its tags, by name: a line each, name, day, object and commit between tabulators.
    Tags,
    /// The names of its branches: a line each.
    Branches,
    /// Files of the newest commit of a branch, as [`super::files`] reads them; a folder means
    /// all files in it.
    Files {
        /// The name of the branch.
        branch: String,
        /// The paths of files and folders.
        paths: Vec<String>,
    },
}

/// A query about one repository of GitHub.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct GraphQlQuery {
    /// The owner of the repository.
    pub owner: String,
    /// The name of the repository.
    pub name: String,
    /// The connection and the fields of its nodes, with `$after` for the cursor. It is part of
    /// the program and is never written.
    #[serde(skip)]
    pub connection: &'static str,
    /// The cursor after which to continue.
    pub after: Option<String>,
}

impl GraphQlQuery {
    /// The endpoint of GitHub.
    pub(super) const URL: &'static str = "https://api.github.com/graphql";

    /// The repository as people write it.
    pub(super) fn repository(&self) -> String {
        format!("{}/{}", self.owner, self.name)
    }

    /// The JSON of this query alone.
    pub(super) fn json(&self) -> String {
        let connection = self.connection;
        json!({
            "query": format!(
                "query($owner: String!, $name: String!, $after: String) {{ repository(owner: $owner, name: $name) {{ {connection} }} }}"
            ),
            "variables": { "owner": self.owner, "name": self.name, "after": self.after },
        })
        .to_string()
    }
}

/// How a browser renders the page before it is read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Render {
    /// The event to wait for, such as `networkidle`.
    pub wait_until: Option<String>,
    /// The selector of an element to wait for.
    pub wait_for: Option<String>,
    /// The selector of an element to click.
    pub click_selector: Option<String>,
}

/// A bearer token for one host. It follows no redirect, and its `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Token {
    host: String,
    secret: String,
}

impl Token {
    /// A token that is sent to `host` only (a name without port), over https or to loopback.
    pub fn new(host: impl Into<String>, secret: impl Into<String>) -> Self {
        Self {
            host: host.into().to_ascii_lowercase(),
            secret: secret.into(),
        }
    }

    /// The secret, if it may be sent to this URL.
    pub(super) fn secret_for(&self, url: &Url) -> Option<&str> {
        let private = url.scheme() == "https"
            || match url.host() {
                Some(Host::Ipv4(ip)) => ip.is_loopback(),
                Some(Host::Ipv6(ip)) => ip.is_loopback(),
                _ => false,
            };
        (private && url.host_str() == Some(&self.host)).then_some(&*self.secret)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Token for {}", self.host)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_for_its_host_alone() {
        let token = Token::new("api.github.com", "s3cret");
        let url = |url: &str| Url::parse(url).unwrap();
        assert_eq!(
            token.secret_for(&url("https://API.github.com/graphql")),
            Some("s3cret")
        );
        assert_eq!(token.secret_for(&url("http://api.github.com/")), None);
        assert_eq!(
            token.secret_for(&url("https://api.github.com.a.test/")),
            None
        );
        assert_eq!(format!("{token:?}"), "Token for api.github.com");
    }
}
