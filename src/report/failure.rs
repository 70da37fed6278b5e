//! What went wrong, ready to be shown.

use std::error::Error;

use crate::methods::MethodError;
use crate::product::ProductError;

/// What went wrong, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// What happened.
    pub error: String,
    /// Why, from the nearest cause to the last.
    pub causes: Vec<String>,
    /// What helps to see it, a line each.
    pub details: Vec<String>,
    /// What to do next.
    pub hint: Option<String>,
}

impl Failure {
    /// A failure of an error and its causes.
    pub fn new(error: &dyn Error) -> Self {
        let mut causes = Vec::new();
        let mut next = error.source();
        while let Some(cause) = next {
            causes.push(cause.to_string());
            next = cause.source();
        }
        Self {
            error: error.to_string(),
            causes,
            details: Vec::new(),
            hint: None,
        }
    }

    /// A failure of a method.
    pub fn of_method(error: &MethodError) -> Self {
        Self {
            details: error.details(),
            ..Self::new(error).hint(error.hint())
        }
    }

    /// A failure of a product file.
    pub fn of_product(error: &ProductError) -> Self {
        Self::new(error).hint(error.hint.clone())
    }

    /// The error and its causes on one line.
    pub fn whole(&self) -> String {
        std::iter::once(&self.error)
            .chain(&self.causes)
            .map(String::as_str)
            .collect::<Vec<_>>()
            .join(": ")
    }

    /// With what to do next.
    #[must_use]
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}
