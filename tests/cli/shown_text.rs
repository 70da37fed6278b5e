//! What a reader sees of a document is what counts: marks of footnotes, white space, invisible
//! characters, what is hidden or struck out, and several values in one place.

use super::dates::document;
use super::try_document;

/// What `try` prints of a document that this config reads: the data, and what was skipped.
fn tried(config: &str, file: &str, page: &str) -> (serde_json::Value, String) {
    let run = try_document(config, file, page, &["-v"]);
    let data = serde_json::from_str(&run.stdout);
    (data.unwrap_or_default(), run.stderr)
}

/// The names that such a document gives, each with its `eol`.
fn read(sort: &str, rows: &[(&str, &str)]) -> Vec<(String, String)> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, day)| ((*name).to_owned(), *day))
        .collect();
    let (config, file, page) = document(sort, &rows);
    let (data, _) = tried(config, file, &page);
    let releases = data["releases"].as_object().cloned().unwrap_or_default();
    let eol = |value: &serde_json::Value| value["eol"].as_str().unwrap_or_default().to_owned();
    let mut found: Vec<_> = releases
        .iter()
        .map(|(name, of)| (name.clone(), eol(of)))
        .collect();
    found.sort();
    found
}

fn all_give(sorts: &[&str], rows: &[(&str, &str)], wanted: &[(&str, &str)]) {
    let wanted: Vec<_> = wanted
        .iter()
        .map(|(name, day)| ((*name).to_owned(), (*day).to_owned()))
        .collect();
    for sort in sorts {
        assert_eq!(read(sort, rows), wanted, "{sort}: {rows:?}");
    }
}

const ONE_TO_THREE: [(&str, &str); 3] = [
    ("1", "2027-12-31"),
    ("2", "2028-12-31"),
    ("3", "2029-12-31"),
];

#[test]
fn marks_of_footnotes_are_no_part_of_a_name_or_a_date() {
    all_give(
        &["table", "html", "xml", "csv", "json"],
        &[
            ("1*", "2027-12-31 [1]"),
            ("2 †", "2028-12-31*"),
            ("[a] 3", "‡ December 31, 2029²"),
        ],
        &ONE_TO_THREE,
    );
    all_give(
        &["text"],
        &[("1", "2027-12-31 [1]"), ("2", "2028-12-31*")],
        &ONE_TO_THREE[..2],
    );
    all_give(
        &["table", "html"],
        &[
            ("1<sup>1</sup>", "2027-12-31<sup>1, 2</sup>"),
            ("2<sup>[a]</sup>", "December 31<sup>st</sup>, 2028"),
            (
                "3<a href='#fn1'>1</a>",
                "2029-12-31 <span style='vertical-align: super'>*</span>",
            ),
        ],
        &ONE_TO_THREE,
    );
}

#[test]
fn white_space_of_any_kind_is_a_space() {
    all_give(
        &["table", "html", "xml", "text", "csv", "json"],
        &[
            ("1", "December\u{a0}31,\u{202f}2027"),
            ("2", "31\u{2009}Dec\u{3000}2028"),
        ],
        &ONE_TO_THREE[..2],
    );
    all_give(
        &["table", "html", "xml", "csv", "json"],
        &[
            ("1", "December 31,\n    2027"),
            ("2", "\n31\nDecember\n2028\n"),
        ],
        &ONE_TO_THREE[..2],
    );
}

#[test]
fn characters_without_width_are_nothing() {
    all_give(
        &["table", "html", "xml", "text", "csv", "json"],
        &[
            ("\u{200b}1", "\u{feff}2027-12-31"),
            ("2\u{200d}", "Decem\u{ad}ber\u{200b} 31, 2028\u{200e}"),
        ],
        &ONE_TO_THREE[..2],
    );
}

#[test]
fn hyphens_of_unicode_are_hyphens() {
    all_give(
        &["table", "html", "xml", "text", "csv", "json"],
        &[
            ("1", "2027\u{2011}12\u{2011}31"),
            ("2", "2028\u{2212}12\u{2212}31"),
            ("3", "2029–12–31"),
        ],
        &ONE_TO_THREE,
    );
    let sorts = ["html", "xml", "csv", "json"];
    all_give(
        &sorts,
        &[("12\u{2010}sp5", "2027-12-31")],
        &[("12-sp5", "2027-12-31")],
    );
}

#[test]
fn what_is_not_shown_is_no_text() {
    all_give(
        &["table", "html"],
        &[
            (
                "<style>b{}</style>1",
                "<span style='display: none'>20271231</span>2027-12-31",
            ),
            (
                "2<script>document.write(3)</script>",
                "<noscript>2028-12-31</noscript>",
            ),
            (
                "<svg><title>lts</title></svg>3",
                "<span class=sr-only>Ends</span> 2029-12-31",
            ),
        ],
        &ONE_TO_THREE,
    );
    all_give(
        &["table", "html"],
        &[("1", "<b hidden>2027-12-31</b>")],
        &ONE_TO_THREE[..1],
    );
    let (config, file, page) = document("table", &[("1".to_owned(), "2027-12-31")]);
    for hidden in [
        format!(
            "<template>{}</template>{page}",
            page.replace("2027", "2030")
        ),
        format!("<div hidden>{page}</div>"),
        format!("<template shadowrootmode=open>{page}</template>"),
    ] {
        let (data, _) = tried(config, file, &hidden);
        assert_eq!(data["releases"]["1"]["eol"], "2027-12-31", "{hidden}");
    }
}

#[test]
fn what_is_struck_out_counts_where_nothing_else_stands() {
    all_give(
        &["table", "html"],
        &[
            ("1", "<del>2026-12-31</del> <ins>2027-12-31</ins>"),
            (
                "2",
                "<span style='text-decoration:line-through'>June 2026</span><br>2028-12-31",
            ),
            ("<s>3</s>", "<s>2029-12-31</s><sup>1</sup>"),
        ],
        &ONE_TO_THREE,
    );
}

#[test]
fn several_names_or_days_in_one_place_are_refused_and_named() {
    for (sort, name) in [
        ("table", "3.1<br>3.2"),
        ("table", "3.1 and 3.2"),
        ("html", "<p>3.1</p><p>3.2</p>"),
        ("html", "3.1 – 3.2"),
        ("xml", "3.1<br/>3.2"),
        ("csv", "3.1, 3.2"),
        ("csv", "3.1\n3.2"),
        ("json", "3.1/3.2"),
    ] {
        let rows = [
            (name.to_owned(), "2027-12-31"),
            ("1".to_owned(), "2028-12-31"),
        ];
        let (config, file, page) = document(sort, &rows);
        let (page, config) = match sort {
            "csv" => (page.replace(name, &format!("\"{name}\"")), config),
            _ => (page, config),
        };
        let (data, skipped) = tried(config, file, &page);
        let names: Vec<_> = data["releases"].as_object().unwrap().keys().collect();
        assert_eq!(names, ["1"], "{sort}: {name}");
        assert!(
            skipped.contains("3.2 is one of several names"),
            "{sort}: {skipped}"
        );
    }
    for day in [
        "2027-12-31<br>2028-12-31",
        "May 2027\nwas the old date; now June 2029",
    ] {
        all_give(
            &["table", "html"],
            &[("1", day), ("2", "2028-12-31")],
            &[("1", ""), ("2", "2028-12-31")],
        );
    }
}

#[test]
fn a_regex_picks_one_of_several_lines() {
    let field = |regex: &str| {
        format!(
            "    - release_table: https://a.test/\n      fields:\n        releaseCycle: V\n        eol: {{column: End, regex: '{regex}'}}\n"
        )
    };
    let page = "<table><thead><tr><th>V<th>End</thead><tr><td>1<td>Standard: 2027-12-31<br>Paid: 2028-12-31</table>";
    for (regex, day) in [
        (r"^Standard: (?P<value>\S+)", "2027-12-31"),
        (r"^Standard: .+Paid: (?P<value>.+)$", "2028-12-31"),
    ] {
        let (data, skipped) = tried(&field(regex), "page.html", page);
        assert_eq!(data["releases"]["1"]["eol"], day, "{skipped}");
    }
    let page = page.replace("Standard: ", "").replace("Paid: ", "");
    let (data, _) = tried(&field("^(?P<value>.+)$"), "page.html", &page);
    assert!(data.is_null());
}

#[test]
fn a_header_matches_with_the_mark_of_a_footnote_and_without() {
    let config = |header: &str| {
        format!(
            "    - release_table: https://a.test/\n      fields: {{releaseCycle: V, eol: '{header}'}}\n"
        )
    };
    for (header, wanted) in [
        ("End<sup>1</sup>", "End"),
        ("End<sup>1</sup>", "End1"),
        ("End <sup>[1]</sup>", "End [1]"),
        ("End *", "End"),
        ("End", "End *"),
        ("\u{200b}End\n of&nbsp;support", "End of support"),
        ("End‑date", "End-date"),
    ] {
        let page = format!(
            "<table><thead><tr><th>V<th>{header}<th>End of all</thead><tr><td>1<td>2027-12-31<td>2029-12-31</table>"
        );
        let (data, skipped) = tried(&config(wanted), "page.html", &page);
        assert_eq!(
            data["releases"]["1"]["eol"], "2027-12-31",
            "{header} {skipped}"
        );
    }
    let config = "    - spreadsheet_releases: https://a.test/a.csv\n      fields: {releaseCycle: V, eol: End}\n";
    let (data, _) = tried(config, "page.csv", "V,End\u{200b} [1]\n1,2027-12-31\n");
    assert_eq!(data["releases"]["1"]["eol"], "2027-12-31");
}

#[test]
fn lines_of_a_page_are_those_that_a_reader_sees() {
    let config = "    - text_releases: https://a.test/\n      within: main\n      selector: '^(?P<n>\\d+): (?P<d>.+)$'\n      fields: {releaseCycle: n, eol: d}\n";
    let page = "<main><select><option>1: 2027-12-31<option>2: 2028-12-31</select>\
                <p><s>3: 2028-06-30</s><br>3: Dec&nbsp;31,\n 2029<sup>1</sup>\
                <template><p>4: 2030-12-31</template><noscript><p>5: 2030-12-31</noscript>\
                <ul><li><s>6: 2026-06-30</s><li hidden>7: 2027-06-30</ul></main>";
    let (data, _) = tried(config, "page.html", page);
    let names = data["releases"].as_object().unwrap();
    let names: Vec<_> = names
        .iter()
        .map(|(name, of)| format!("{name} {}", of["eol"]))
        .collect();
    let mut names = names.join(", ").replace('"', "");
    for (name, day) in ONE_TO_THREE {
        assert!(names.contains(&format!("{name} {day}")), "{names}");
        names = names.replace(&format!("{name} {day}"), "");
    }
    assert!(
        !names.contains("4 ") && names.contains("5 2030-12-31"),
        "{names}"
    );
    assert!(
        names.contains("6 2026-06-30") && names.contains("7 2027-06-30"),
        "{names}"
    );
}

#[test]
fn a_version_is_not_one_of_several() {
    let config =
        "    - version_table: https://a.test/\n      name_column: V\n      date_column: Day\n";
    let row = |name: &str| format!("<tr><td>{name}<td>2026-01-09");
    let page = ["1.0<sup>2</sup>", "4.1<br>4.2", "5.1 and 5.2"]
        .map(row)
        .concat();
    let page = format!("<table><thead><tr><th>V<th>Day</thead>{page}</table>");
    let (data, skipped) = tried(config, "page.html", &page);
    let names: Vec<_> = data["versions"].as_object().unwrap().keys().collect();
    assert_eq!(names, ["1.0"]);
    for name in ["4.2", "5.1"] {
        assert!(
            skipped.contains(&format!("{name} is one of several names")),
            "{skipped}"
        );
    }
}

#[test]
fn a_method_of_a_vendor_reads_what_is_shown() {
    let page = "<table><thead><tr><th>Identifier<th>Deprecation date<th>Block function update</thead>\
                <tr><td>python3.7<sup>1</sup><td>Jan&nbsp;8,\n 2024*<td><s>Jan 1, 2026</s> Mar 31, 2026</table>";
    let (data, skipped) = tried("    - aws-lambda: https://a.test/\n", "page.html", page);
    let release = &data["releases"]["python3.7"];
    assert_eq!(release["eoas"], "2024-01-08", "{skipped}");
    assert_eq!(release["eol"], "2026-03-31");
}
