//! Versions from a CSV file or an `.xlsx` workbook.
//!
//! ```yaml
//! - spreadsheet_versions: https://example.org/releases.csv
//!   name: "Version"
//!   date: "Released"
//! ```
//!
//! A URL that ends in `.xlsx`, or that gives one, is a workbook, of which the first sheet that is
//! shown is read unless `sheet: "Name"` chooses another; anything else is CSV, separated by `,`,
//! `;`, tab or `|`. The header is the first row that holds both columns, or the one that
//! `header_row: 4` numbers, and `name` and `date` are columns by their header. A row without
//! either is left out.

use super::rows::Versions;
use super::{Context, Kind, Method, Next, Round};
use crate::extract::spreadsheet::Spreadsheet;
use crate::release_data::ReleaseData;

pub(super) struct SpreadsheetVersions;

type Config = Versions<Spreadsheet>;

impl Method for SpreadsheetVersions {
    const NAME: &'static str = "spreadsheet_versions";
    const KIND: Kind = Kind::Generic;
    type Config = Config;

    fn read(cx: &Context<'_>, config: &Config, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        config.read_page(cx, round.page(), data)
    }
}
