//! Releases from a JSON document.
//!
//! ```yaml
//! - json_releases: https://example.org/lifecycle.json
//!   selector: "$.products[*]"
//!   fields:
//!     releaseCycle: "$.name"
//!     lts: "$.long_term"
//!     eol:
//!       selector: "$.support.end"
//!       regex: '^until (?P<value>.+)$'
//! ```
//!
//! `selector` is a JSONPath (RFC 9535) that finds the rows; each field is a JSONPath that
//! starts at its row. A row without `releaseCycle` is left out, and a field that is absent,
//! null or no date is skipped.
//!
//! A field that cannot be read is named with its path, such as `$.products[3].support.end`.
//!
//! `$~` as a field is the key of the row, and a number is its text as written:
//! `1.30` is not `1.3`.

use super::rows::Releases;
use super::{Context, Kind, Method, Next, Round};
use crate::extract::json::rows::JsonRows;
use crate::release_data::ReleaseData;

pub(super) struct JsonReleases;

type Config = Releases<JsonRows>;

impl Method for JsonReleases {
    const NAME: &'static str = "json_releases";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        config.read_page(cx, round.page(), data)
    }
}
