//! Versions from an XML or HTML document.
//!
//! ```yaml
//! - xml_versions: https://example.org/releases.atom
//!   selector: "entry"
//!   name: "title"
//!   date: "updated"
//! ```
//!
//! `selector` is a CSS selector that finds the rows, `name` and `date` are found within a
//! row; `:scope` is the row itself, `time@datetime` an attribute. With `features: html5lib`
//! the document is read as HTML. A row without name or date is left out.
//!
//! A row whose date cannot be read is skipped and named. A document that is not XML is an error,
//! and not half a document.

use super::rows::Versions;
use super::{Context, Kind, Method, Next, Round};
use crate::extract::markup::MarkupRows;
use crate::release_data::ReleaseData;

pub(super) struct XmlVersions;

type Config = Versions<MarkupRows>;

impl Method for XmlVersions {
    const NAME: &'static str = "xml_versions";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        config.read_page(cx, round.page(), data)
    }
}
