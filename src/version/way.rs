//! The way from a text to a value: the pattern that took it, and the template that wrote it.

use serde::Serialize;

/// How a text became a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Way {
    /// The pattern that matched, as written.
    pub regex: String,
    /// The template that put the groups together, as written.
    pub template: String,
    /// What the result was read as, where it was read as something.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
}

impl Way {
    /// Whether it is that of an entry which states nothing of versions.
    pub fn is_standard(&self) -> bool {
        self.regex == super::DEFAULT_REGEX && self.template == super::DEFAULT_TEMPLATE
    }

    /// Whether it takes the whole text as it is.
    pub fn is_plain(&self) -> bool {
        (&*self.regex, &*self.template) == super::WHOLE
    }
}
