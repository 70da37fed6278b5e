//! The rules of the source and of SECURITY.md.

mod dependencies;
mod links;
mod rust;
mod security;
mod tidy;
