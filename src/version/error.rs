//! Why a pattern or a template of an auto config is refused.

use crate::text::{Excerpt, visible};

/// Why a pattern or a template was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VersionError {
    /// The pattern is not a regular expression.
    #[error("bad regex `{}`: {}", Excerpt(pattern), visible(reason))]
    Regex { pattern: String, reason: String },
    /// The template is not a Liquid template of the accepted kind.
    #[error("bad template `{}`: {}", Excerpt(template), visible(reason))]
    Template { template: String, reason: String },
}
