//! Versions from a JSON document.
//!
//! ```yaml
//! - json_versions: https://example.org/downloads.json
//!   selector: "$.builds[*]"
//!   name: "$.version"
//!   date: "$.released"
//! ```
//!
//! `selector` is a JSONPath (RFC 9535) that finds the rows, `name` and `date` are fields of
//! a row, given by a JSONPath that starts there. A row without either is left out. `name`
//! is a number of up to four parts unless its `regex` says otherwise.
//!
//! A row whose date cannot be read is skipped and named, as is one without a name or a date.
//!
//! `$~` as a field is the key of the row, and a number is its text as written:
//! `1.30` is not `1.3`.

use super::rows::Versions;
use super::{Context, Kind, Method, Next, Round};
use crate::extract::json::rows::JsonRows;
use crate::release_data::ReleaseData;

pub(super) struct JsonVersions;

type Config = Versions<JsonRows>;

impl Method for JsonVersions {
    const NAME: &'static str = "json_versions";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        config.read_page(cx, round.page(), data)
    }
}
