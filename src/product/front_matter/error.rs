//! Why a front matter cannot be read.

use crate::text::Excerpt;

/// How deep a front matter may be nested.
pub const DEPTH: usize = 64;

/// Why a front matter could not be read; lines count from 1 in the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FrontMatterError {
    /// The file does not start with a `---` line.
    #[error("no front matter: the file does not start with a `---` line")]
    NoStart,
    /// No second `---` line follows.
    #[error("the front matter does not end: no second `---` line")]
    NoEnd,
    /// The front matter is not UTF-8.
    #[error("the front matter is not UTF-8")]
    NotUtf8 {
        /// The line of the first bad byte.
        line: usize,
    },
    /// The YAML cannot be parsed.
    #[error("{reason}")]
    Syntax {
        /// The line at which the parser stopped.
        line: usize,
        /// What it says.
        reason: String,
    },
    /// The YAML uses something that is not supported.
    #[error("{what} is not supported; {instead}")]
    Refused {
        /// The line.
        line: usize,
        /// What stands there.
        what: &'static str,
        /// What to write instead.
        instead: &'static str,
    },
    /// A mapping has the same key twice.
    #[error("`{}` stands twice in one mapping", Excerpt(key))]
    Duplicate {
        /// The line of the second one.
        line: usize,
        /// The key.
        key: String,
    },
}

impl FrontMatterError {
    /// The line in the file, from 1.
    pub fn line(&self) -> usize {
        match self {
            Self::NoStart | Self::NoEnd => 1,
            Self::NotUtf8 { line }
            | Self::Syntax { line, .. }
            | Self::Refused { line, .. }
            | Self::Duplicate { line, .. } => *line,
        }
    }
}
