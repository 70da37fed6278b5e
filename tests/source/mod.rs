//! The rules of the source and of SECURITY.md.

mod links;
mod rust;
mod security;
mod tidy;
