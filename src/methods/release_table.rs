//! Releases from the tables of a page.
//!
//! ```yaml
//! - release_table: https://example.org/lifecycle
//!   fields:
//!     releaseCycle:
//!       column: "Version"
//!       regex: '^Foo v(?P<value>\d+)$'
//!     eol: "End of support"
//!     releaseDate: 3
//! ```
//!
//! Every table that has all the columns is read, every row of it; a later row of
//! a release wins. A cell that its filter refuses, or that is not a date where a day is wanted,
//! is skipped: what was known of the field stays. A cell that `regex_exclude` names takes
//! a field back. With `remove_if_undefined`, a release without that field is left out.
//!
//! Cells that span rows or columns are laid out as a browser does.

use super::rows::Releases;
use super::{Context, Kind, Method, Next, Round};
use crate::extract::table::TableRows;
use crate::release_data::ReleaseData;

pub(super) struct ReleaseTable;

type Config = Releases<TableRows>;

impl Method for ReleaseTable {
    const NAME: &'static str = "release_table";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        config.read_page(cx, round.page(), data)
    }
}
