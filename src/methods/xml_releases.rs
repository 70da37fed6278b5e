//! Releases from an XML or HTML document.
//!
//! ```yaml
//! - xml_releases: https://example.org/end-of-support
//!   features: html5lib
//!   selector: "h2#policy + ul li"
//!   fields:
//!     releaseCycle:
//!       selector: ":scope"
//!       regex: '^(?P<value>\d+\.\d+) '
//!     eol:
//!       selector: ":scope"
//!       regex: '^.*\(until (?P<value>[^)]+)\)$'
//! ```
//!
//! `selector` is a CSS selector that finds the rows, and each field is found within its
//! row; `:scope` is the row itself, `time@datetime` an attribute. With `features: html5lib`
//! the document is read as HTML. A row without `releaseCycle` is left out.
//!
//! A document that is not XML is an error, and not half a document.

use super::rows::Releases;
use super::{Context, Kind, Method, Next, Round};
use crate::extract::markup::MarkupRows;
use crate::release_data::ReleaseData;

pub(super) struct XmlReleases;

type Config = Releases<MarkupRows>;

impl Method for XmlReleases {
    const NAME: &'static str = "xml_releases";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        config.read_page(cx, round.page(), data)
    }
}
