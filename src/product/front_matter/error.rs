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
    #[error("the front matter is not UTF-8")]
    NotUtf8 { line: usize },
    /// The YAML cannot be parsed.
    #[error("{reason}")]
    Syntax {
        /// The line at which the parser stopped.
        line: usize,
        reason: String,
    },
    /// The YAML is read here and not by the site.
    #[error("libyaml, with which the site reads its files, cannot read this: {reason}")]
    Site { line: usize, reason: String },
    /// The YAML uses something that is not supported.
    #[error("{what} is not supported; {instead}")]
    Refused {
        line: usize,
        what: &'static str,
        instead: &'static str,
    },
    #[error("`{}` occurs twice in one mapping", Excerpt(key))]
    Duplicate { line: usize, key: String },
}

impl FrontMatterError {
    pub fn line(&self) -> usize {
        match self {
            Self::NoStart | Self::NoEnd => 1,
            Self::NotUtf8 { line }
            | Self::Syntax { line, .. }
            | Self::Site { line, .. }
            | Self::Refused { line, .. }
            | Self::Duplicate { line, .. } => *line,
        }
    }
}
