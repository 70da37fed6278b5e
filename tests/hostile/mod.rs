//! Hostile product files, pages and names.

mod bombs;
mod names;
mod reports;
