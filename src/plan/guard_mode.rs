//! What happens to changes that the guard objects to.

use schemars::JsonSchema;
use serde::Deserialize;

/// What happens to changes that the guard objects to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum GuardMode {
    /// They are not written.
    Hold,
    /// They are written, and the objection is reported.
    Warn,
    /// Nothing is checked.
    Off,
}
