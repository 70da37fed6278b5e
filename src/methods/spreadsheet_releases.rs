//! Releases from a CSV file or an `.xlsx` workbook.
//!
//! ```yaml
//! - spreadsheet_releases: https://example.org/lifecycle.xlsx
//!   fields:
//!     releaseCycle: "Version"
//!     eol:
//!       selector: "End of support"
//!       regex_exclude: '^n/a$'
//! ```
//!
//! A URL that ends in `.xlsx`, or that gives one, is a workbook, of which the first sheet that is
//! shown is read unless `sheet: "Name"` chooses another; dates become ISO text. Anything else is
//! CSV, separated by `,`, `;`, tab or `|`. The header is the first row that holds all columns, or
//! the one that `header_row: 4` numbers (blank lines of CSV are not counted), and each field is a
//! column by its header. A row without `releaseCycle` is left out; a column that is not there is
//! named, and the others are read.
//!
//! A column is found whatever the case and the blanks of its header; one that is not there is
//! an error. Texts are trimmed.

use super::rows::Releases;
use super::{Context, Kind, Method, Next, Round};
use crate::extract::spreadsheet::Spreadsheet;
use crate::release_data::ReleaseData;

pub(super) struct SpreadsheetReleases;

type Config = Releases<Spreadsheet>;

impl Method for SpreadsheetReleases {
    const NAME: &'static str = "spreadsheet_releases";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        config.read_page(cx, round.page(), data)
    }
}
