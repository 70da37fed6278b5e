//! Why release data could not be read.

/// Why release data could not be read.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// It is not JSON of the expected shape.
    #[error("release data is not of the expected shape")]
    Shape(#[from] serde_json::Error),
    /// The date of a version is not written `YYYY-MM-DD`.
    #[error(
        "the date of version `{}` is `{}`, not a date",
        crate::text::Excerpt(version),
        crate::text::Excerpt(date)
    )]
    Date { version: String, date: String },
}
