//! Rows of CSV and of workbooks. What is no ZIP archive is also put into a workbook as the XML of
//! its sheet, so that it reaches the reader of cells.
#![no_main]

use std::io::{Cursor, Write as _};

use libfuzzer_sys::fuzz_target;
use shelflife::extract::rows::Source;
use shelflife::extract::spreadsheet::Spreadsheet;
use shelflife_fuzz::{is_seen, page};

const WORKBOOK: &str = r#"<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="A" sheetId="1" r:id="rId1"/></sheets></workbook>"#;
const RELATIONS: &str = r#"<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>"#;
const STYLES: &str = r#"<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;

fn workbook(sheet: &[u8]) -> Vec<u8> {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in [
        ("xl/workbook.xml", WORKBOOK.as_bytes()),
        ("xl/_rels/workbook.xml.rels", RELATIONS.as_bytes()),
        ("xl/styles.xml", STYLES.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet),
    ] {
        let stored = zip::write::SimpleFileOptions::default()
            .compression_method(zip::CompressionMethod::Stored);
        archive.start_file(name, stored).expect("it is in memory");
        archive.write_all(bytes).expect("it is in memory");
    }
    archive.finish().expect("it is in memory").into_inner()
}

fuzz_target!(|data: &[u8]| {
    let spreadsheet: Spreadsheet = serde_json::from_str("{}").expect("nothing is stated");
    let fields = ["Version".to_owned(), "End".to_owned()];
    let mut pages = vec![("https://a.test/x.csv", data.to_vec())];
    if data.starts_with(b"PK") {
        pages.push(("https://a.test/x.xlsx", data.to_vec()));
    } else {
        pages.push(("https://a.test/x.xlsx", workbook(data)));
    }
    for (url, body) in pages {
        match spreadsheet.rows(&page(url, &body), &fields.each_ref()) {
            Ok(found) => assert!(found.rows.iter().all(|row| row.cells.len() == 2)),
            Err(error) => is_seen(&error.to_string()),
        }
    }
});
