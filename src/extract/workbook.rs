//! A sheet of an `.xlsx`, as lines of texts.
//!
//! A number is its text as the cell shows it: 3.1 is `3.10` in the format `0.00`, without what
//! is between thousands. A date is ISO text, without a day where none is shown. A merged cell
//! holds for all that it covers, but one beside which there is nothing, a heading, for its first
//! column alone. A formula of which no value was saved is its own text, `=EDATE(B2,36)`, which no
//! field takes for a value.
//!
//! A workbook is a ZIP archive from a stranger: it is unpacked once for its size
//! first, and its cells are read one by one, so that neither a small file nor a cell
//! at the far corner of the sheet takes all memory.

use std::collections::BTreeMap;
use std::io::{Cursor, Read as _};

use calamine::{
    DataRef, Reader as _, SheetType, SheetVisible, Xlsx, XlsxFormulaMetadata as Formula,
};

use crate::bounds::bound;
use crate::text::{Excerpt, trim};

/// The most that a workbook may hold when unpacked, in bytes.
const LARGEST: u64 = 256 << 20;
/// How much text the cells of a sheet may hold, in bytes.
const MOST_TEXT: usize = 64 << 20;

/// How many cells are looked at, at most, to fill what merged ones cover.
const MOST_MERGED: usize = 5_000_000;

/// A line of a sheet: its texts by column from 0.
type Texts = BTreeMap<usize, String>;

/// A sheet of a workbook.
pub(super) struct Sheet {
    /// Its number, from 1.
    pub(super) number: usize,
    /// The names of all sheets.
    pub(super) names: Vec<String>,
    /// The lines that hold anything, by their number from 1.
    pub(super) lines: BTreeMap<usize, Texts>,
}

/// The sheet of a name, or the first that is shown.
pub(super) fn sheet(bytes: &[u8], name: Option<&str>) -> Result<Sheet, String> {
    unpacks(bytes)?;
    let mut workbook: Xlsx<_> = Xlsx::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let names = workbook.sheet_names();
    let number = if let Some(name) = name {
        let found = names.iter().position(|other| other == name);
        found.ok_or_else(|| {
            let names: Vec<_> = names.iter().map(|name| Excerpt(name).to_string()).collect();
            let names = names.join("`, `");
            format!("it has no sheet `{}`, but `{names}`", Excerpt(name))
        })?
    } else {
        let mut sheets = workbook.sheets_metadata().iter();
        let shown = sheets.position(|sheet| {
            sheet.typ == SheetType::WorkSheet && sheet.visible == SheetVisible::Visible
        });
        shown.unwrap_or(0)
    };
    let name = names.get(number).ok_or("it has no sheet")?;
    let (mut lines, has_empty) = texts(&mut workbook, name)?;
    if has_empty {
        add_formulas(&mut workbook, name, &mut lines)?;
    }
    fill_merged(&mut workbook, name, &mut lines)?;
    Ok(Sheet {
        number: number + 1,
        lines,
        names,
    })
}

type Workbook<'b> = Xlsx<Cursor<&'b [u8]>>;

/// The texts of the cells of a sheet, and whether any cell has none.
fn texts(
    workbook: &mut Workbook<'_>,
    sheet: &str,
) -> Result<(BTreeMap<usize, Texts>, bool), String> {
    let mut cells = workbook
        .worksheet_cells_reader(sheet)
        .map_err(|error| error.to_string())?;
    let mut lines: BTreeMap<usize, Texts> = BTreeMap::new();
    let mut has_empty = false;
    // Many cells can share one long text, and each holds it here.
    let mut left = bound(MOST_TEXT);
    let mut next = || -> Result<_, String> {
        let cell = cells.next_cell_with_style_id();
        let Some((cell, style)) = cell.map_err(|error| error.to_string())? else {
            return Ok(None);
        };
        let format = cells.styles().get(style);
        let format = format.and_then(|style| style.number_format.as_ref());
        let format = format.map_or("", |format| &*format.format_code);
        Ok(Some((
            cell.get_position(),
            text_of(cell.get_value(), format),
        )))
    };
    while let Some(((row, column), text)) = next()? {
        match text {
            Some(text) => {
                left = left
                    .checked_sub(text.len())
                    .ok_or_else(|| format!("its cells hold more than {} MiB", MOST_TEXT >> 20))?;
                let line = lines.entry(row as usize + 1).or_default();
                line.insert(column as usize, text);
            }
            None => has_empty = true,
        }
    }
    Ok((lines, has_empty))
}

/// Writes the text of each merged cell into what it covers.
fn fill_merged(
    workbook: &mut Workbook<'_>,
    sheet: &str,
    lines: &mut BTreeMap<usize, Texts>,
) -> Result<(), String> {
    let merged = workbook.merge_cells_by_sheet_name(sheet);
    let (mut left, mut text_left) = (bound(MOST_MERGED), bound(MOST_TEXT));
    let mut spend = |steps: usize| {
        left = left
            .checked_sub(steps)
            .ok_or("its merged cells cover too much")?;
        Ok::<_, String>(())
    };
    for merged in merged.map_err(|error| error.to_string())? {
        let ((top, first), (bottom, last)) = (merged.start, merged.end);
        let (top, first) = (top as usize + 1, first as usize);
        let Some(text) = lines.get(&top).and_then(|line| line.get(&first)).cloned() else {
            continue;
        };
        for (_, line) in lines.range_mut(top..=top.max(bottom as usize + 1)) {
            spend(line.len())?;
            let columns = first..=last as usize;
            let is_heading = line.keys().all(|column| columns.contains(column));
            for column in columns.take(if is_heading { 1 } else { usize::MAX }) {
                spend(1)?;
                let copied = text_left.checked_sub(text.len());
                text_left = copied.ok_or("its merged cells cover too much")?;
                line.entry(column).or_insert_with(|| text.clone());
            }
        }
    }
    Ok(())
}

/// Adds the formulas without a value, as far as they can be read.
fn add_formulas(
    workbook: &mut Workbook<'_>,
    sheet: &str,
    lines: &mut BTreeMap<usize, Texts>,
) -> Result<(), String> {
    let mut cells = workbook
        .worksheet_cells_reader(sheet)
        .map_err(|error| error.to_string())?;
    // A shared formula is not written out for each cell: many cells can share a long one.
    while let Ok(Some(cell)) = cells.next_cell_with_formula_metadata() {
        let formula = match cell.formula {
            Some(Formula::Normal { formula } | Formula::Shared { formula, .. }) => formula,
            Some(_) => "(shared)".to_owned(),
            None => continue,
        };
        if matches!(cell.value, DataRef::Empty) {
            let (row, column) = cell.pos;
            let line = lines.entry(row as usize + 1).or_default();
            line.insert(column as usize, format!("={formula}"));
        }
    }
    Ok(())
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
fn text_of(value: &DataRef<'_>, format: &str) -> Option<String> {
    let text = match value {
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => shown(*number, format).unwrap_or_else(|| general(*number)),
        DataRef::Error(error) => error.to_string(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            trim(text).to_owned()
        }
        DataRef::SharedString(text) => trim(text).to_owned(),
        DataRef::Bool(value) => value.to_string(),
        DataRef::DateTime(moment) if (0.0..2_958_466.0).contains(&moment.as_f64()) => {
            let (year, month, day, hour, minute, second, _) = moment.to_ymd_hms_milli();
            let day = format!("{year:04}-{month:02}-{day:02}");
            let shows = |part: char| format.contains([part, part.to_ascii_uppercase()]);
            if shows('y') && shows('m') && !shows('d') && !shows('h') {
                format!("{year:04}-{month:02}")
            } else if (hour, minute, second) == (0, 0, 0) {
                day
            } else {
                format!("{day}T{hour:02}:{minute:02}:{second:02}")
            }
        }
        DataRef::DateTime(_) | DataRef::Empty => return None,
    };
    (!text.is_empty()).then_some(text)
}

/// A number as spreadsheets show it unless stated otherwise: by fifteen digits.
fn general(number: f64) -> String {
    let rounded: Result<f64, _> = format!("{number:.14e}").parse();
    rounded.unwrap_or(number).to_string()
}

/// A number as a format of digits and texts shows it; `None` of any other format.
fn shown(number: f64, format: &str) -> Option<String> {
    let (mut before, mut after) = (String::new(), String::new());
    // The digits that are shown at least, and behind the point also at most.
    let (mut whole, mut least, mut most) = (0, 0, 0);
    let (mut has_digits, mut has_point, mut ends_in_comma) = (false, false, false);
    let mut marks = format.chars();
    while let Some(mark) = marks.next() {
        let mut literal = String::new();
        match mark {
            '0' | '#' | '?' if !after.is_empty() => return None,
            '0' | '#' | '?' => {
                has_digits = true;
                if has_point {
                    most += 1;
                    least = if mark == '0' { most } else { least };
                } else if mark == '0' {
                    whole += 1;
                }
            }
            '.' if has_digits && !has_point => has_point = true,
            ',' if has_digits => {}
            ';' => break,
            '"' => literal.extend(marks.by_ref().take_while(|mark| *mark != '"')),
            '\\' => literal.extend(marks.next()),
            '_' | '*' => drop(marks.next()),
            '[' => {
                let condition: String = marks.by_ref().take_while(|mark| *mark != ']').collect();
                if condition.contains(['<', '>', '=', '$']) {
                    return None;
                }
            }
            ' ' | '-' | '+' | '(' | ')' => literal.push(mark),
            _ => return None,
        }
        ends_in_comma = mark == ',' || (ends_in_comma && !matches!(mark, '0' | '#' | '?'));
        let side = if has_digits { &mut after } else { &mut before };
        side.push_str(&literal);
    }
    if number < 0.0 || !has_digits || ends_in_comma {
        return None;
    }
    let mut digits = format!("{number:.most$}");
    while most > least && digits.ends_with('0') {
        digits.pop();
        most -= 1;
    }
    let missing = (whole + if most > 0 { most + 1 } else { 0 }).saturating_sub(digits.len());
    let zeros = "0".repeat(missing);
    Some(
        trim(&format!(
            "{before}{zeros}{}{after}",
            digits.trim_end_matches('.')
        ))
        .to_owned(),
    )
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    #[test]
    fn a_number_is_its_text_as_the_format_shows_it() {
        for (number, format, text) in [
            (3.1, "0.00", "3.10"),
            (3.0, "0.0", "3.0"),
            (3.1, "", "3.1"),
            (3.1, "General", "3.1"),
            (3.1, "@", "3.1"),
            (3.12, "0.0", "3.1"),
            (3.1, "0", "3"),
            (3.1, "0.0##", "3.1"),
            (3.125, "0.0##", "3.125"),
            (3.0, "#.##", "3"),
            (7.0, "00", "07"),
            (7.5, "00.00", "07.50"),
            (17763.0, "#,##0", "17763"),
            (3.1, r#""v"0.00\ "LTS""#, "v3.10 LTS"),
            (3.1, "0.00_);[Red](0.00)", "3.10"),
            (0.1 + 0.2, "General", "0.3"),
            (0.5, "0%", "0.5"),
            (3000.0, "0,", "3000"),
            (-1.5, "0.00", "-1.5"),
            (310.0, r#"0"."00"#, "310"),
            (3.1, "0.00E+00", "3.1"),
        ] {
            let value = DataRef::Float(number);
            assert_eq!(
                text_of(&value, format).as_deref(),
                Some(text),
                "{number} in {format}"
            );
        }
    }

    const STYLES: &str = r#"<styleSheet><numFmts><numFmt numFmtId="164" formatCode="mmm\ yyyy"/></numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="2"/><xf numFmtId="164"/></cellXfs></styleSheet>"#;

    /// A workbook of these sheets, each with its state and its XML.
    pub(in crate::extract) fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
        use std::fmt::Write as _;
        use std::io::Write as _;
        let (mut list, mut relations) = (String::new(), String::new());
        let mut files = Vec::new();
        for ((state, xml), number) in sheets.iter().zip(1..) {
            write!(
                list,
                r#"<sheet name="S{number}" sheetId="{number}" state="{state}" r:id="r{number}"/>"#
            )
            .unwrap();
            write!(relations, r#"<Relationship Id="r{number}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/s{number}.xml"/>"#).unwrap();
            let name = format!("xl/worksheets/s{number}.xml");
            files.push((name, format!("<worksheet>{xml}</worksheet>")));
        }
        let list = format!(
            r#"<workbook xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{list}</sheets></workbook>"#
        );
        files.push(("xl/workbook.xml".into(), list));
        files.push((
            "xl/_rels/workbook.xml.rels".into(),
            format!("<Relationships>{relations}</Relationships>"),
        ));
        let root = r#"<Relationships><Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#;
        files.push(("_rels/.rels".into(), root.into()));
        files.push(("xl/styles.xml".into(), STYLES.into()));
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, text) in files {
            archive
                .start_file(name, zip::write::SimpleFileOptions::default())
                .unwrap();
            archive.write_all(text.as_bytes()).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    fn lines(sheet: &Sheet) -> Vec<Vec<&str>> {
        let lines = sheet.lines.values();
        lines
            .map(|line| line.values().map(|text| &**text).collect())
            .collect()
    }

    pub(in crate::extract) fn cell(at: &str, value: &str) -> String {
        format!(r#"<c r="{at}" t="str"><v>{value}</v></c>"#)
    }

    #[test]
    fn a_sheet_whose_cells_repeat_a_long_text_is_refused() {
        let long = "x".repeat(1 << 20);
        let rows: Vec<String> = (1..=65)
            .map(|row| format!("<row r='{row}'>{}</row>", cell(&format!("A{row}"), &long)))
            .collect();
        let xml = format!("<sheetData>{}</sheetData>", rows.concat());
        let error = sheet(&workbook(&[("visible", &xml)]), None).err();
        assert_eq!(error.as_deref(), Some("its cells hold more than 64 MiB"));
        let cells = cell("A1", "1") + &cell("B1", &long);
        let xml = format!(
            "<sheetData><row r='1'>{cells}</row></sheetData><mergeCells><mergeCell ref='B1:CV1'/></mergeCells>"
        );
        let error = sheet(&workbook(&[("visible", &xml)]), None).err();
        assert_eq!(error.as_deref(), Some("its merged cells cover too much"));
    }

    #[test]
    fn a_merged_cell_holds_for_all_that_it_covers_but_a_heading() {
        let rows = [
            format!("<row r='1'>{}</row>", cell("A1", "Title")),
            format!(
                "<row r='2'>{}{}</row>",
                cell("A2", "Version"),
                cell("B2", "Support")
            ),
            format!(
                "<row r='3'>{}{}{}</row>",
                cell("A3", "3"),
                cell("B3", "2027"),
                cell("D3", "x")
            ),
            format!("<row r='4'>{}<c r='B4' s='1'/></row>", cell("A4", "2")),
        ];
        let merged = ["A1:C1", "B2:C2", "B3:C4", "F9:XFD1048576"];
        let merged = merged
            .map(|range| format!(r#"<mergeCell ref="{range}"/>"#))
            .concat();
        let sheet_of = |merged: &str| {
            let xml = format!(
                "<sheetData>{}</sheetData><mergeCells>{merged}</mergeCells>",
                rows.concat()
            );
            sheet(&workbook(&[("visible", &xml)]), None)
        };
        let found = sheet_of(&merged).unwrap();
        assert_eq!(
            lines(&found),
            [
                vec!["Title"],
                vec!["Version", "Support", "Support"],
                vec!["3", "2027", "2027", "x"],
                vec!["2", "2027", "2027"]
            ]
        );
        let wide = r#"<mergeCell ref="B2:XFC1048576"/>"#.repeat(300);
        assert!(sheet_of(&wide).map(drop).unwrap_err().contains("merged"));
    }

    #[test]
    fn a_cell_reads_as_it_is_shown() {
        let xml = "<sheetData><row r='1'><c r='A1' s='2'><v>3.1</v></c><c r='B1' s='1'><v>46752</v></c>\
            <c r='C1' s='3'><v>46722</v></c><c r='D1' t='e'><v>#N/A</v></c></row></sheetData>";
        let found = sheet(&workbook(&[("visible", xml)]), None).unwrap();
        assert_eq!(lines(&found), [["3.10", "2027-12-31", "2027-12", "#N/A"]]);
    }

    #[test]
    fn a_formula_without_a_value_is_its_own_text() {
        let xml = "<sheetData><row r='1'><c r='A1'><f>1+1</f><v>2</v></c><c r='B1' s='1'><f>EDATE(A1,36)</f></c>\
            <c r='C1' s='1'><f>A1</f><v></v></c><c r='D1' s='1'/></row></sheetData>";
        let found = sheet(&workbook(&[("visible", xml)]), None).unwrap();
        assert_eq!(lines(&found), [["2", "=EDATE(A1,36)", "=A1"]]);
    }

    #[test]
    fn the_first_sheet_that_is_shown_or_the_one_of_a_name_is_read() {
        let xml = ["hidden", "first", "second"].map(|text| {
            format!(
                "<sheetData><row r='1'>{}</row></sheetData>",
                cell("A1", text)
            )
        });
        let book = workbook(&[
            ("hidden", &xml[0]),
            ("visible", &xml[1]),
            ("visible", &xml[2]),
        ]);
        let read =
            |name| sheet(&book, name).map(|sheet| (sheet.number, lines(&sheet).concat().concat()));
        assert_eq!(read(None), Ok((2, "first".into())));
        assert_eq!(read(Some("S3")), Ok((3, "second".into())));
        assert_eq!(read(Some("S1")), Ok((1, "hidden".into())));
        assert!(
            read(Some("X"))
                .unwrap_err()
                .contains("no sheet `X`, but `S1`, `S2`, `S3`")
        );
    }
}
