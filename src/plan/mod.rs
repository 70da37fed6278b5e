//! What a run does to a product file, decided in one place: merge, guard, validate.

pub mod guard;
pub mod merge;
pub mod validate;
