//! The rules of the source and of SECURITY.md.

mod rust;
mod security;
mod tidy;
