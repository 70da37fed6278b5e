//! What went wrong, ready to be shown.

use std::error::Error;
use std::slice;

use serde::Serialize;

use crate::methods::MethodError;
use crate::product::ProductError;

/// What went wrong, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub error: String,
    /// From the nearest to the last.
    pub causes: Vec<String>,
    /// What the page has instead, a line each.
    pub details: Vec<String>,
    /// What to do next.
    pub hint: Option<String>,
}

impl Failure {
    pub fn new(error: &(dyn Error + 'static)) -> Self {
        let causes = anyhow::Chain::new(error).skip(1);
        Self {
            error: error.to_string(),
            causes: causes.map(ToString::to_string).collect(),
            details: Vec::new(),
            hint: None,
        }
    }

    pub fn of_method(error: &MethodError) -> Self {
        Self {
            details: error.details(),
            ..Self::new(error).hint(error.hint())
        }
    }

    pub fn of_product(error: &ProductError) -> Self {
        Self::new(error).hint(error.hint.clone())
    }

    /// The error and its causes on one line.
    pub fn whole(&self) -> String {
        [slice::from_ref(&self.error), &self.causes]
            .concat()
            .join(": ")
    }

    #[must_use]
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}
