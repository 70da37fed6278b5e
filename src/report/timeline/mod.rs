//! The support of a product's release cycles over time: as bars in a terminal, as a picture, as
//! JSON, and as a list of what ends next. A date that the file does not state is not drawn.

mod bars;
mod endings;
mod json;
mod support;
mod svg;

pub use bars::{LEAST_WIDTH, text};
pub use endings::{Ending, json as endings_document, text as endings_text};
pub use json::document;
pub use support::{Phase, Timeline};
pub use svg::svg;
