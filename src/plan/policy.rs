//! What a run was asked to do with changes: check them or not, and what people decided.

use super::guard::AcceptedIds;
use super::guard_mode::GuardMode;
use super::settings::Settings;

/// What a run was asked to do with changes.
#[derive(Debug, Clone)]
pub struct Policy {
    pub guard: GuardMode,
    /// Whether changes that the site's rules refuse are rejected.
    pub validate: bool,
    /// Whether release cycles that the file lacks are added.
    pub add: bool,
    pub settings: Settings,
    pub accepted: AcceptedIds,
}

impl Default for Policy {
    fn default() -> Self {
        Self {
            guard: GuardMode::Hold,
            validate: true,
            add: false,
            settings: Settings::default(),
            accepted: AcceptedIds::default(),
        }
    }
}
