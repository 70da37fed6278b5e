//! The registries and the token that the user's environment names.

use super::request::Token;

/// The only host that GitHub's token is sent to.
pub(super) const GITHUB: &str = "api.github.com";

/// Mirrors of registries, and the token for GitHub.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    npm_registry: Option<String>,
    pypi_index: Option<String>,
    github_token: Option<Token>,
}

impl Environment {
    /// The variable that holds the token for GitHub.
    pub const GITHUB_TOKEN: &'static str = "GITHUB_TOKEN";

    /// From the variables `npm_config_registry`, `PIP_INDEX_URL` and `GITHUB_TOKEN`.
    pub fn read() -> Self {
        let variable = |name: &str| {
            std::env::var(name)
                .ok()
                .map(|value| value.trim().to_owned())
                .filter(|value| !value.is_empty())
        };
        Self::of(
            variable("npm_config_registry").or_else(|| variable("NPM_CONFIG_REGISTRY")),
            variable("PIP_INDEX_URL"),
            variable(Self::GITHUB_TOKEN),
        )
    }

    fn of(npm: Option<String>, pip: Option<String>, github: Option<String>) -> Self {
        let base = |url: String| url.trim_end_matches('/').to_owned();
        // An index lists its projects under `simple`; their JSON is beside that.
        let beside = |url: String| {
            let url = base(url);
            base(url.strip_suffix("/simple").unwrap_or(&url).to_owned())
        };
        Self {
            npm_registry: npm.map(base),
            pypi_index: pip.map(beside),
            github_token: github.map(|secret| Token::new(GITHUB, secret)),
        }
    }

    /// The URL of the npm registry, without a slash at its end, if one is named.
    pub fn npm_registry(&self) -> Option<&str> {
        self.npm_registry.as_deref()
    }

    /// The URL below which the JSON of Python projects is, if one is named.
    pub fn pypi_index(&self) -> Option<&str> {
        self.pypi_index.as_deref()
    }

    pub(super) fn github_token(&self) -> Option<&Token> {
        self.github_token.as_ref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mirror_is_asked_where_its_json_is() {
        let asked = |pip: &str| {
            Environment::of(None, Some(pip.into()), None)
                .pypi_index
                .unwrap()
        };
        assert_eq!(asked("https://a.test/simple/"), "https://a.test");
        assert_eq!(
            asked("https://a.test/pypi/b/simple"),
            "https://a.test/pypi/b"
        );
        assert_eq!(asked("https://a.test/"), "https://a.test");
        let npm = Environment::of(Some("https://a.test/npm/".into()), None, None);
        assert_eq!(npm.npm_registry(), Some("https://a.test/npm"));
    }
}
