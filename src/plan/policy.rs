//! What a run was asked to do with changes: check them or not, and what people decided.

use super::guard::AcceptedIds;
use super::settings::Settings;

/// What happens to changes that the guard objects to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GuardMode {
    /// They are not written.
    Hold,
    /// They are written, and the objection is reported.
    Warn,
    /// Nothing is checked.
    Off,
}

/// What a run was asked to do with changes.
#[derive(Debug, Clone)]
pub struct Policy {
    pub guard: GuardMode,
    /// Whether changes that the site's rules refuse are rejected.
    pub validate: bool,
    pub settings: Settings,
    pub accepted: AcceptedIds,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            guard: GuardMode::Hold,
            validate: true,
            settings: Settings::default(),
            accepted: AcceptedIds::default(),
        }
    }
}
