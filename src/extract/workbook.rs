//! The first sheet of an `.xlsx`, as lines of texts.
//!
//! A workbook is a ZIP archive from a stranger: it is unpacked once for its size
//! first, and its cells are read one by one, so that neither a small file nor a cell
//! at the far corner of the sheet takes all memory.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use calamine::{DataRef, Reader as _, Xlsx};

use crate::text::trim;

/// The most that a workbook may hold when unpacked, in bytes.
const LARGEST: u64 = 256 << 20;

/// The lines of the first sheet that hold anything: the number of each from 1, and its texts by
/// column from 0.
pub(super) fn lines(bytes: &[u8]) -> Result<BTreeMap<usize, BTreeMap<usize, String>>, String> {
    unpacks(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let sheet = workbook
        .sheet_names()
        .first()
        .cloned()
        .ok_or("it has no sheet")?;
    let mut cells = workbook
        .worksheet_cells_reader(&sheet)
        .map_err(|error| error.to_string())?;
    let mut lines: BTreeMap<usize, BTreeMap<usize, String>> = BTreeMap::new();
    while let Some(cell) = cells.next_cell().map_err(|error| error.to_string())? {
        let (row, column) = cell.get_position();
        if let Some(text) = text_of(cell.get_value()) {
            lines
                .entry(row as usize + 1)
                .or_default()
                .insert(column as usize, text);
        }
    }
    Ok(lines)
}

/// Refuses an archive that unpacks to more than people write by hand.
fn unpacks(bytes: &[u8]) -> Result<(), String> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut left = LARGEST;
    for index in 0..archive.len() {
        let file = archive.by_index(index).map_err(|error| error.to_string())?;
        let unpacked = std::io::copy(&mut file.take(left + 1), &mut std::io::sink())
            .map_err(|error| error.to_string())?;
        left = left
            .checked_sub(unpacked)
            .ok_or_else(|| format!("larger than {} MiB when unpacked", LARGEST >> 20))?;
    }
    Ok(())
}

/// A cell as text; `None` where it is empty.
fn text_of(value: &DataRef<'_>) -> Option<String> {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            trim(text).to_owned()
        }
        DataRef::SharedString(text) => trim(text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) if (0.0..2_958_466.0).contains(&moment.as_f64()) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            if (hour, minute, second) == (0, 0, 0) {
                day
            } else {
                format!("{day}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        DataRef::DateTime(_) | DataRef::Error(_) | DataRef::Empty => return None,
    };
    (!text.is_empty()).then_some(text)
}
