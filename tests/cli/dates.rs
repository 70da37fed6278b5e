//! Dates as each sort of document writes them: every kind is put to tables, HTML and XML by
//! selector, text, CSV and JSON.

use super::try_document;

/// Sorts of documents.
const SORTS: [&str; 6] = ["table", "html", "xml", "text", "csv", "json"];

/// A config that reads `eol` of such a document, the name of its file, and it with these rows.
pub(super) fn document(
    sort: &str,
    rows: &[(String, &str)],
) -> (&'static str, &'static str, String) {
    let all = |row: fn(&(String, &str)) -> String| rows.iter().map(row).collect::<String>();
    match sort {
        "table" => (
            "    - release_table: https://a.test/\n      fields: {releaseCycle: V, eol: End}\n",
            "page.html",
            format!(
                "<table><thead><tr><th>V<th>End</thead><tbody>{}</table>",
                all(|(name, day)| format!("<tr><td>{name}<td>{day}"))
            ),
        ),
        "html" => (
            "    - xml_releases: https://a.test/\n      selector: li\n      features: html5lib\n      fields: {releaseCycle: b, eol: i}\n",
            "page.html",
            all(|(name, day)| format!("<li><b>{name}</b> <i>{day}</i>")),
        ),
        "xml" => (
            "    - xml_releases: https://a.test/\n      selector: item\n      fields: {releaseCycle: name, eol: end}\n",
            "page.xml",
            format!(
                "<r>{}</r>",
                all(|(name, day)| format!("<item><name>{name}</name><end>{day}</end></item>"))
            ),
        ),
        "text" => (
            "    - text_releases: https://a.test/\n      selector: '^(?P<n>\\d+) ends (?P<d>.+)$'\n      fields: {releaseCycle: n, eol: d}\n",
            "page.txt",
            all(|(name, day)| format!("{name} ends {day}\n")),
        ),
        "csv" => (
            "    - spreadsheet_releases: https://a.test/a.csv\n      fields: {releaseCycle: V, eol: End}\n",
            "page.csv",
            format!(
                "V,End\n{}",
                all(|(name, day)| format!("{name},\"{day}\"\n"))
            ),
        ),
        _ => (
            "    - json_releases: https://a.test/\n      selector: '$[*]'\n      fields: {releaseCycle: $.n, eol: $.d}\n",
            "page.json",
            serde_json::json!(
                rows.iter()
                    .map(|(name, day)| serde_json::json!({"n": name, "d": day}))
                    .collect::<Vec<_>>()
            )
            .to_string(),
        ),
    }
}

/// What `try` gives for each of these cells: a day, or nothing.
fn read(sort: &str, cells: &[&str]) -> Vec<Option<String>> {
    let rows: Vec<_> = (1..)
        .map(|n: usize| n.to_string())
        .zip(cells.iter().copied())
        .collect();
    let (config, file, page) = document(sort, &rows);
    let run = try_document(config, file, &page, &[]);
    let data: serde_json::Value = serde_json::from_str(&run.stdout)
        .unwrap_or_else(|_| panic!("{sort}: {}{}", run.stdout, run.stderr));
    let eol = |name: &String| data["releases"][name]["eol"].as_str().map(str::to_owned);
    rows.iter().map(|(name, _)| eol(name)).collect()
}

fn all_read(sorts: &[&str], cells: &[(&str, &str)]) {
    let (texts, days): (Vec<_>, Vec<_>) = cells.iter().copied().unzip();
    let days: Vec<_> = days
        .into_iter()
        .map(|day| (!day.is_empty()).then(|| day.to_owned()))
        .collect();
    for sort in sorts {
        assert_eq!(read(sort, &texts), days, "{sort}: {texts:?}");
    }
}

#[test]
fn forms_with_one_reading_are_read_in_every_document() {
    all_read(
        &SORTS,
        &[
            ("Friday, December 31, 2027", "2027-12-31"),
            ("2028.12.31", "2028-12-31"),
            ("20271231", "2027-12-31"),
            ("31-12-2026", "2026-12-31"),
            ("2026年12月31日", "2026-12-31"),
            ("20261117134543+0000", "2026-11-17"),
            ("Tue, 17 Nov 2026 10:00 EST", "2026-11-17"),
            ("Tue, Oct 20 2026 04:45:26 +0000", "2026-10-20"),
            ("Tue Nov 17 10:00:00 2026", "2026-11-17"),
            ("2026-11-17t10:00:00,5z", "2026-11-17"),
        ],
    );
}

#[test]
fn an_end_is_the_day_that_is_written_in_every_document() {
    all_read(
        &SORTS,
        &[
            ("2027-06-30T00:00:00+02:00", "2027-06-30"),
            ("2026-12-31T23:59:59-08:00", "2026-12-31"),
            ("2027-06-30+02:00", "2027-06-30"),
        ],
    );
}

#[test]
fn a_column_says_its_order_in_every_document() {
    all_read(
        &SORTS,
        &[("02/07/2027", "2027-07-02"), ("15/06/2028", "2028-06-15")],
    );
    all_read(
        &SORTS,
        &[("02/07/2027", "2027-02-07"), ("12/31/2027", "2027-12-31")],
    );
    all_read(
        &SORTS,
        &[
            ("02/07/2027", ""),
            ("12/31/2027", "2027-12-31"),
            ("15/06/2028", "2028-06-15"),
        ],
    );
}

#[test]
fn what_is_no_date_is_refused_in_every_document() {
    all_read(
        &SORTS,
        &[
            ("30 February 2027", ""),
            ("2027-04-31", ""),
            ("9999-12-31", ""),
            ("0001-01-01T00:00:00Z", ""),
            ("1970-01-01", ""),
            ("31.12.2570", ""),
            ("123456789", ""),
            ("202612311200", ""),
            ("1814306400", ""),
            ("2027-06-30", "2027-06-30"),
        ],
    );
}

#[test]
fn an_attribute_settles_or_refuses_in_tables_and_markup() {
    all_read(
        &["table", "html", "xml"],
        &[
            (
                "<time datetime='2027-11-12'>12/11/2027</time>",
                "2027-11-12",
            ),
            ("<span title='2027-12-30'>31 December 2027</span>", ""),
            (
                "<time datetime='2027-12-31'>in 13 months</time>",
                "2027-12-31",
            ),
            ("05/12/2026", "2026-12-05"),
        ],
    );
}
