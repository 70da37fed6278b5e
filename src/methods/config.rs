//! The typed keys of a method, and those that every method reading a page may have.

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::fetch::{Render, Request};
use crate::product::AutoConfig;
use crate::product::front_matter::ConfigError;
use crate::version::Pattern;

/// What a method reads of its entry beside the shared keys.
pub trait MethodConfig: Sized {
    /// Reads it; a key that is not known is an error.
    fn read(config: &AutoConfig) -> Result<Self, ConfigError>;

    /// Its keys, as the schemas of mappings that an entry is all of.
    fn schemas(generator: &mut SchemaGenerator) -> Vec<Schema>;

    /// The request for the page at a URL, as the entry wants it made.
    fn request(&self, url: &str) -> Request {
        Request::get(url)
    }
}

impl<T: DeserializeOwned + JsonSchema> MethodConfig for T {
    fn read(config: &AutoConfig) -> Result<Self, ConfigError> {
        config.own(&[])
    }

    fn schemas(generator: &mut SchemaGenerator) -> Vec<Schema> {
        vec![T::json_schema(generator)]
    }
}

/// The patterns of an entry, each to be found anywhere in a text, with so many groups. The
/// method has no keys of its own.
pub(super) struct FindAll<const GROUPS: usize>(Vec<Pattern>);

/// The config of a method that has no keys of its own.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NoConfig {}

impl<const GROUPS: usize> MethodConfig for FindAll<GROUPS> {
    fn read(config: &AutoConfig) -> Result<Self, ConfigError> {
        let NoConfig {} = config.own(&[])?;
        let refuse = |reason: String| ConfigError::new(config.line, reason);
        let patterns = config.filter.include().iter().map(|pattern| {
            let source = pattern.source();
            let anywhere = Pattern::anywhere(source).map_err(|error| refuse(error.to_string()))?;
            match anywhere.group_count() {
                count if count == GROUPS => Ok(anywhere),
                count => Err(refuse(format!(
                    "`{source}` has {count} groups, not {GROUPS}"
                ))),
            }
        });
        patterns.collect::<Result<_, _>>().map(Self)
    }

    fn schemas(generator: &mut SchemaGenerator) -> Vec<Schema> {
        vec![NoConfig::json_schema(generator)]
    }
}

impl<const GROUPS: usize> FindAll<GROUPS> {
    /// What the groups take of a text, match after match, one pattern after the other.
    pub(super) fn find(&self, text: &str) -> impl Iterator<Item = [String; GROUPS]> {
        let found = self.0.iter().flat_map(|pattern| pattern.find_all(text));
        found.map(|groups| groups.try_into().expect("the groups are counted"))
    }
}

/// The keys of a method that reads one page, and how the page is asked for.
pub(super) struct OnPage<T> {
    pub page: PageConfig,
    pub own: T,
}

impl<T: DeserializeOwned + JsonSchema> MethodConfig for OnPage<T> {
    fn read(config: &AutoConfig) -> Result<Self, ConfigError> {
        Ok(Self {
            page: config.only(&PageConfig::KEYS)?,
            own: config.own(&[&PageConfig::KEYS])?,
        })
    }

    fn schemas(generator: &mut SchemaGenerator) -> Vec<Schema> {
        vec![
            T::json_schema(generator),
            PageConfig::json_schema(generator),
        ]
    }

    fn request(&self, url: &str) -> Request {
        self.page.request(url)
    }
}

/// How a page is asked for: as whom, and whether a browser renders it first.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PageConfig {
    /// User agent to send.
    user_agent: Option<String>,
    /// Whether a browser renders the page first.
    #[serde(default)]
    render_javascript: bool,
    /// The moment at which the page counts as loaded.
    render_javascript_wait_until: Option<WaitUntil>,
    /// The selector of an element to wait for.
    render_javascript_wait_for: Option<String>,
    /// The selector of an element to click.
    render_javascript_click_selector: Option<String>,
    /// Accepted, without effect: the browser never shows a window.
    #[expect(dead_code, reason = "files that hold the key stay valid")]
    render_javascript_headless: Option<bool>,
}

impl PageConfig {
    pub(super) const KEYS: [&'static str; 6] = [
        "user_agent",
        "render_javascript",
        "render_javascript_wait_until",
        "render_javascript_wait_for",
        "render_javascript_click_selector",
        "render_javascript_headless",
    ];

    pub(super) fn request(&self, url: &str) -> Request {
        Request::Page {
            url: url.to_owned(),
            user_agent: self.user_agent.clone(),
            render: self.render_javascript.then(|| Render {
                wait_until: self
                    .render_javascript_wait_until
                    .map(|until| until.name().to_owned()),
                wait_for: self.render_javascript_wait_for.clone(),
                click_selector: self.render_javascript_click_selector.clone(),
            }),
        }
    }
}

/// The moment at which a rendered page counts as loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum WaitUntil {
    Load,
    DomContentLoaded,
    NetworkIdle,
    Commit,
}

impl WaitUntil {
    fn name(self) -> &'static str {
        match self {
            Self::Load => "load",
            Self::DomContentLoaded => "domcontentloaded",
            Self::NetworkIdle => "networkidle",
            Self::Commit => "commit",
        }
    }
}
