//! What went wrong, ready to be shown.

use std::error::Error;
use std::slice;
use std::sync::LazyLock;

use regex::Regex;
use serde::Serialize;

use crate::extract::ExtractError;
use crate::methods::{Kind, METHODS, MethodError, MethodErrorKind};
use crate::product::ProductError;
use crate::release_data::{SkipReason, Skipped};
use crate::version::Unmatched;

/// What went wrong, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Failure {
    pub error: String,
    /// From the nearest to the last.
    pub causes: Vec<String>,
    /// What the page has instead, a line each.
    pub details: Vec<String>,
    pub hint: Option<String>,
    /// The line of the product file, where it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
}

impl Failure {
    pub fn new(error: &(dyn Error + 'static)) -> Self {
        let causes = anyhow::Chain::new(error).skip(1);
        Self {
            error: error.to_string(),
            causes: causes.map(ToString::to_string).collect(),
            details: Vec::new(),
            hint: None,
            line: None,
        }
    }

    /// `skipped` is what was read by then and not used.
    pub fn of_method(error: &MethodError, skipped: &[Skipped]) -> Self {
        Self {
            details: error.details(),
            line: Some(error.line),
            ..Self::new(error).hint(hint_of(error, skipped))
        }
    }

    pub fn of_product(error: &ProductError) -> Self {
        Self {
            line: Some(error.line),
            ..Self::new(error).hint(error.hint.clone())
        }
    }

    /// The error and its causes on one line.
    pub fn whole(&self) -> String {
        [slice::from_ref(&self.error), &self.causes]
            .concat()
            .join(": ")
    }

    /// Its last cause, with hosts instead of addresses: failures that have it alike have one reason.
    pub(super) fn reason(&self) -> String {
        static ADDRESS: LazyLock<Regex> =
            LazyLock::new(|| Regex::new(r"https?://([^/\s`]+)\S*").expect("a valid pattern"));
        let last = self.causes.last().unwrap_or(&self.error);
        match last.split_once(": ") {
            // A replay has one thing to say of all that it lacks.
            Some((reason @ "not recorded", _)) => reason.to_owned(),
            _ => ADDRESS.replace_all(last, "$1").into_owned(),
        }
    }

    #[must_use]
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = hint;
        self
    }
}

/// What to do next. The page may have changed only where a page is read whose form the entry
/// does not state.
fn hint_of(error: &MethodError, skipped: &[Skipped]) -> Option<String> {
    let MethodError {
        path, line, entry, ..
    } = error;
    let method = METHODS.iter().find(|method| method.name == error.method);
    let kind = method.map(|method| method.kind);
    let is_empty = matches!(error.kind, MethodErrorKind::Nothing);
    let no_row = matches!(
        error.kind,
        MethodErrorKind::Extract(ExtractError::NoRow { .. })
    );
    if no_row || is_empty {
        let skipped = skipped
            .iter()
            .filter(|skipped| skipped.origin.entry == *entry)
            .filter(|skipped| !matches!(skipped.reason, SkipReason::Missing { .. }));
        let mut keys = skipped.map(|skipped| pattern_of(&skipped.reason));
        let key = keys.next().flatten();
        if let Some(key) = key.filter(|key| keys.all(|other| other == Some(*key))) {
            let hint =
                format!("no name passes the `{key}` of the entry: correct it in {path}:{line}");
            return Some(hint);
        }
    }
    let finds_nothing = match &error.kind {
        MethodErrorKind::Extract(ExtractError::NoTable { tables, .. }) => tables.is_empty(),
        MethodErrorKind::Extract(ExtractError::Missing { .. }) => true,
        _ => is_empty,
    };
    match kind {
        Some(Kind::Generic) if finds_nothing && !is_empty => Some(format!(
            "if the page has not changed, correct the entry in {path}:{line}; `shelflife try {path} --method {entry} --record DIR` saves the page"
        )),
        Some(Kind::Generic | Kind::Repository | Kind::Registry) if finds_nothing => None,
        _ => error.hint(),
    }
}

/// The key of the entry because of which a name was skipped.
fn pattern_of(reason: &SkipReason) -> Option<&'static str> {
    match reason {
        SkipReason::Unmatched {
            by: Unmatched::NotIncluded,
            ..
        } => Some("regex"),
        SkipReason::Unmatched {
            by: Unmatched::Excluded,
            ..
        } => Some("regex_exclude"),
        reason if *reason == SkipReason::EMPTY_NAME => Some("template"),
        _ => None,
    }
}
