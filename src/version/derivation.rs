//! How a text became a value: the pattern that matched it, and the template that wrote it.

use serde::Serialize;

/// The version regex of an auto config that states none.
pub const DEFAULT_REGEX: &str =
    r"^v?(?P<major>[1-9]\d*)\.(?P<minor>\d+)(\.(?P<patch>\d+)(\.(?P<tiny>\d+))?)?$";

/// The template of an auto config that states none.
pub const DEFAULT_TEMPLATE: &str = "{{major}}{% if minor %}.{{minor}}{% if patch %}.{{patch}}{% if tiny %}.{{tiny}}{% endif %}{% endif %}{% endif %}";

/// The regex that takes a text whole, and the template that gives it back.
pub const WHOLE: (&str, &str) = ("^(?P<value>.+)$", "{{value}}");

/// How a text became a value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Derivation {
    pub regex: String,
    /// The template that put the groups together, as written.
    pub template: String,
    /// What the result was read as, where it was read as something.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub kind: Option<&'static str>,
}

impl Derivation {
    /// Whether it is that of an entry without `regex` and `template`.
    pub fn is_standard(&self) -> bool {
        self.regex == DEFAULT_REGEX && self.template == DEFAULT_TEMPLATE
    }

    /// Whether it takes the whole text as it is.
    pub fn is_plain(&self) -> bool {
        (&*self.regex, &*self.template) == WHOLE
    }
}
