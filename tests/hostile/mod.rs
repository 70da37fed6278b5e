//! Hostile product files, pages and names.

mod bombs;
mod limits;
mod names;
mod reports;
