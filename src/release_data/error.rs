//! Why release data could not be read.

/// The most fields of a release: the site has 14, and a product declares a few of its own. What a
/// change would do is tried field by field.
pub const MOST_FIELDS: usize = 100;

/// Why release data could not be read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is not JSON of the expected shape.
    #[error("release data is not of the expected shape")]
    Shape(#[from] serde_json::Error),
    /// A release has more fields than any has.
    #[error(
        "release `{}` has more than {} fields",
        crate::text::Excerpt(.0),
        MOST_FIELDS
    )]
    Fields(String),
    /// The date of a version is not written `YYYY-MM-DD`.
    #[error(
        "the date of version `{}` is `{}`, not a date",
        crate::text::Excerpt(version),
        crate::text::Excerpt(date)
    )]
    Date { version: String, date: String },
}
