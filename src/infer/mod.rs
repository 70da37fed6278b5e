//! A source that nobody has described yet to entries of `auto.methods`, and to a product file.
//!
//! [`named`] tells sources that are no page (`npm:`, `pypi:`, `github:`, a repository);
//! [`proposals`] reads a page. Each [`Proposal`] is one entry of a generic method as it will stand in
//! the file. Nothing here says that it is right: the real method collects by it, and a [`Trial`] of
//! what it collected is a whole product file, with a score and with all that was assumed.
//!
//! # What it refuses
//! A page without a place that holds names and days under headers that are known; [`saw`] says what
//! it has instead.

mod changelog;
mod columns;
mod cycle;
mod entry;
mod grid;
mod header;
mod name;
mod product_file;
mod proposal;
mod source;
mod trial;

pub use product_file::{Draft, is_category, is_name};
pub use proposal::{Cycles, Proposal};
pub use source::{named, proposals, saw};
pub use trial::{Like, Trial};
