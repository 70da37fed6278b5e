//! Small inputs that stand for much: each is refused or read within bounds, and the product
//! beside it is updated all the same.

use std::fmt::Write as _;
use std::process::Output;

use shelflife::extract::html::Document;
use shelflife::page::Page;

use crate::world::{World, page, product, stderr};

/// A world in which `q` is well, and `p` asks for what a test puts there.
fn beside_a_healthy_one() -> World {
    let world = World::new();
    world.write("products/q.md", product("https://q.test/x"));
    world.write(
        "pages/q.test/x",
        page(&["Version", "End"], &[&["1", "May 2021"]]),
    );
    world
}

/// A product file whose `auto.methods` holds this entry.
fn with_entry(entry: &str) -> String {
    format!(
        "---\ntitle: A\nauto:\n  methods:\n{entry}releases:\n  - releaseCycle: \"1\"\n    eol: 2020-01-01\n---\n"
    )
}

/// Runs an update that must fail for `p` alone, and gives what is said of it.
fn fails_alone(world: &World) -> String {
    let before = world.read("products/p.md");
    let output = update(world);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1), "{said:.2000}");
    assert_eq!(world.read("products/p.md"), before);
    assert!(said.contains("1 changed, 1 failed"), "{said:.2000}");
    let start = said
        .find("error: p")
        .unwrap_or_else(|| panic!("{said:.2000}"));
    said[start..].to_owned()
}

/// Runs an update in which `q` does well and nobody panics.
fn update(world: &World) -> Output {
    let output = world.update(&[]);
    let said = stderr(&output);
    assert!(
        !said.contains("panicked") && !said.contains("fault of shelflife"),
        "{said:.2000}"
    );
    let healthy = String::from_utf8(world.read("products/q.md")).unwrap();
    assert!(healthy.contains("eol: 2021-05-31 # told"), "{said:.2000}");
    output
}

#[test]
fn yaml_aliases_and_deeply_nested_yaml_are_refused_with_their_line() {
    let mut laughs = String::from("a: &a [x, x]\n");
    for (this, before) in ('b'..='z').zip('a'..) {
        writeln!(laughs, "{this}: &{this} [*{before}, *{before}]").unwrap();
    }
    let brackets = format!("a: {}\n", "[".repeat(100_000));
    let braces = format!("a: {}\n", "{a: ".repeat(100_000));
    let dashes = format!("a:\n {}x\n", "- ".repeat(100_000));
    let mut indents = String::new();
    for deep in 0..1_000 {
        writeln!(indents, "{}a:", " ".repeat(deep)).unwrap();
    }
    let keys = "? ".repeat(100_000);
    for (yaml, reason) in [
        (laughs, "an alias is not supported"),
        (brackets, "nested this deep|recursion limit exceeded"),
        (braces, "nested this deep|recursion limit exceeded"),
        (dashes, "nested this deep|recursion limit exceeded"),
        (indents, "nested this deep"),
        (keys, "products/p.md:"),
    ] {
        let world = beside_a_healthy_one();
        world.write("products/p.md", format!("---\n{yaml}releases: []\n---\n"));
        let said = fails_alone(&world);
        assert!(
            reason.split('|').any(|reason| said.contains(reason)),
            "{reason}: {said:.500}"
        );
        assert!(
            said.starts_with("error: products/p.md:")
                || said.starts_with("error: p: products/p.md:"),
            "{said:.300}"
        );
    }
}

#[test]
fn a_huge_product_file_is_refused() {
    let world = beside_a_healthy_one();
    world.write("products/p.md", product("https://a.test/x"));
    let file = fs_err::OpenOptions::new()
        .write(true)
        .open(world.path("products/p.md"))
        .unwrap();
    file.set_len(8 << 30).unwrap();
    let output = update(&world);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.contains("is larger than 1 MiB"), "{said:.500}");
}

#[test]
fn an_expensive_pattern_is_refused_before_any_request() {
    let table = |key: &str, value: &str| {
        let value = serde_json::to_string(value).unwrap();
        format!(
            "    - release_table: https://a.test/x\n      {key}: {value}\n      fields: {{releaseCycle: Version}}\n"
        )
    };
    let deep = |open: &str, inner: &str, close: &str, levels: usize| {
        format!("{}{inner}{}", open.repeat(levels), close.repeat(levels))
    };
    let json = |path: &str| {
        let path = serde_json::to_string(path).unwrap();
        format!(
            "    - json_releases: https://a.test/x\n      selector: {path}\n      fields: {{releaseCycle: '$.v'}}\n"
        )
    };
    let counted =
        "{% for i in (1..99999999) %}{% for j in (1..99999999) %}x{% endfor %}{% endfor %}";
    let entries = [
        table("regex", "(a{1000}){1000}"),
        table("regex", r"((\w{1,1000}){1,1000}){1,1000}"),
        table("regex", &deep("(", "a", ")", 4_000)),
        table("regex", &deep("(?=", "a", ")", 2_000)),
        table("regex", &"a".repeat(20_000)),
        table("template", counted),
        table("template", "{% while true %}{% endwhile %}"),
        table("template", "{% capture a %}{{ a }}{{ a }}{% endcapture %}"),
        table("template", "{% include 'a' %}"),
        table("template", &deep("{% if v %}", "x", "{% endif %}", 500)),
        table(
            "template",
            &format!("{{{{ v {} }}}}", "| replace: 'a', 'aaaaaaaa'".repeat(50)),
        ),
        table("selector", &deep(":not(", "a", ")", 50_000)),
        table("selector", &deep(":is(", "a", ")", 50_000)),
        table("selector", &"a:-soup-contains(\"x\") ".repeat(20_000)),
        json(&format!("$[?{}]", deep("(", "@.a", ")", 50_000))),
        json(&format!("$[?{}]", deep("!(", "@.a", ")", 50_000))),
        json("$..*..*..*..*..*"),
        json("$[?match(@.a, '((a{100}){100}){100}')]"),
        json(&format!("$[?{}]", deep("@[?", "@.a", "]", 50_000))),
    ];
    for entry in entries {
        let world = beside_a_healthy_one();
        world.write("products/p.md", with_entry(&entry));
        let said = fails_alone(&world);
        assert!(said.contains("bad "), "{entry:.200}\n{said:.500}");
        assert!(
            !said.contains("not recorded"),
            "it was asked: {entry:.200}\n{said:.500}"
        );
        assert!(
            said.lines().all(|line| line.chars().count() < 1_000),
            "{said:.3000}"
        );
    }
}

#[test]
fn a_regex_that_backtracks_too_long_is_given_up() {
    let world = beside_a_healthy_one();
    let text = format!("{}!", "a".repeat(20_000));
    world.write("pages/a.test/x", page(&["Version"], &[&[&text]]));
    for regex in [
        r"^(?=(a+)+$)(a+)+\1$(?P<value>b)",
        r"^(a|aa)+(?!x)(a|a)*$(?P<value>b)",
        r"(?<=a)(?P<value>(a*)*b)",
        r"^(a+)+$(?P<value>b)",
    ] {
        let regex = serde_json::to_string(regex).unwrap();
        let entry = format!(
            "    - release_table: https://a.test/x\n      fields:\n        releaseCycle: {{column: Version, regex: {regex}}}\n"
        );
        world.write("products/p.md", with_entry(&entry));
        world.write("products/q.md", product("https://q.test/x"));
        let said = fails_alone(&world);
        assert!(
            said.contains("method `release_table`"),
            "{regex}: {said:.500}"
        );
    }
}

#[test]
fn a_selector_that_walks_through_a_page_again_and_again_fails_its_product() {
    let world = beside_a_healthy_one();
    world.write("pages/a.test/x", "<i></i><b></b>".repeat(30_000));
    for entry in [
        "release_table: https://a.test/x\n      selector: a ~ i\n      fields: {releaseCycle: V}\n",
        "release_table: https://a.test/x\n      selector: body\n      rows_selector: a ~ i\n      fields: {releaseCycle: V}\n",
        "xml_releases: https://a.test/x\n      features: html5lib\n      selector: body\n      fields: {releaseCycle: 'i:has(~ a)'}\n",
        "text_releases: https://a.test/x\n      selector: (?P<v>x)\n      within: a ~ i\n      fields: {releaseCycle: v}\n",
    ] {
        world.write("products/p.md", with_entry(&format!("    - {entry}")));
        world.write("products/q.md", product("https://q.test/x"));
        let said = fails_alone(&world);
        assert!(said.contains("400 million steps"), "{said:.500}");
    }
}

#[test]
fn a_page_of_100_000_cells_is_read_and_one_of_a_million_is_not_held() {
    let world = beside_a_healthy_one();
    world.write("products/p.md", product("https://a.test/x"));
    let page = |rows: usize| {
        let mut page = String::from("<table><thead><tr><th>Version<th>End</thead><tbody>\n");
        for row in 0..rows {
            write!(page, "<tr><td>{row}<td>May 2021").unwrap();
        }
        page
    };
    world.write("pages/a.test/x", page(50_000));
    let output = update(&world);
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(0), "{said:.1000}");
    let written = String::from_utf8(world.read("products/p.md")).unwrap();
    assert!(written.contains("eol: 2021-05-31 # told"), "{written}");
    if cfg!(target_os = "linux") {
        world.write("products/q.md", product("https://q.test/x"));
        world.write("pages/a.test/x", page(500_000));
        let said = fails_alone(&world);
        assert!(said.contains("needs more than 400 MiB"), "{said:.500}");
    }
}

#[test]
fn colspan_and_rowspan_are_bounded() {
    let world = beside_a_healthy_one();
    world.write("products/p.md", product("https://a.test/x"));
    let mut page = String::from("<table><thead><tr><th>Version<th>End</thead><tbody>");
    for _ in 0..2_000 {
        page.push_str("<tr><td rowspan=65534 colspan=4294967295>x");
    }
    world.write("pages/a.test/x", page);
    fails_alone(&world);
}

#[test]
fn a_page_as_deep_as_pages_are_is_read_and_a_deeper_one_is_refused() {
    for tag in ["div", "b", "table><tr><td", "svg", "font size=1", "li><ul"] {
        let deep = |levels: usize| {
            let text = format!("{}7", format!("<{tag}>").repeat(levels));
            let page = Page::of_text("https://a.test/", text);
            Document::parse(&page, []).map(|document| document.text())
        };
        assert!(deep(100).unwrap().contains('7'), "{tag}");
        let error = deep(200_000).unwrap_err().to_string();
        let expected = "https://a.test/ nests deeper than 1100 elements";
        assert_eq!(error, expected, "{tag}");
    }
    let world = beside_a_healthy_one();
    world.write("products/p.md", product("https://a.test/x"));
    let table = page(&["Version", "End"], &[&["1", "May 2021"]]);
    world.write(
        "pages/a.test/x",
        format!("{}{table}", "<div>".repeat(1_000)),
    );
    assert_eq!(update(&world).status.code(), Some(0));
    world.write("products/p.md", product("https://a.test/x"));
    world.write("products/q.md", product("https://q.test/x"));
    world.write(
        "pages/a.test/x",
        format!("{}{table}", "<div>".repeat(100_000)),
    );
    let said = fails_alone(&world);
    let error = "https://a.test/x nests deeper than 1100 elements";
    assert!(said.contains(error), "{said:.500}");
}

#[test]
fn deeply_nested_json_is_refused() {
    let world = beside_a_healthy_one();
    for (method, path) in [("json_releases", "'$..v'"), ("json_releases", "'$[*]'")] {
        let entry = format!(
            "    - {method}: https://a.test/x\n      selector: {path}\n      fields: {{releaseCycle: '$.v'}}\n"
        );
        world.write("products/p.md", with_entry(&entry));
        for open in ["[", "{\"a\":"] {
            world.write("products/q.md", product("https://q.test/x"));
            world.write("pages/a.test/x", open.repeat(500_000));
            let said = fails_alone(&world);
            assert!(said.contains("is not JSON"), "{said:.500}");
        }
    }
}

#[test]
fn xml_entity_bombs_and_deeply_nested_xml_are_refused() {
    let mut laughs = String::from("<!DOCTYPE r [<!ENTITY a 'lol'>");
    for (this, before) in ('b'..='j').zip('a'..) {
        let ten = format!("&{before};").repeat(10);
        write!(laughs, "<!ENTITY {this} '{ten}'>").unwrap();
    }
    laughs.push_str("]><r><item><v>&j;</v></item></r>");
    let outside =
        "<!DOCTYPE r [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><r><item><v>&a;</v></item></r>";
    let deep = "<a>".repeat(200_000);
    for (method, fields) in [
        (
            "xml_releases",
            "      selector: item\n      fields: {releaseCycle: v}\n",
        ),
        ("citrix-vad-rss", ""),
    ] {
        for body in [laughs.as_str(), outside, &deep] {
            let world = beside_a_healthy_one();
            let entry = format!("    - {method}: https://a.test/x\n{fields}");
            world.write("products/p.md", with_entry(&entry));
            world.write("pages/a.test/x", body);
            let said = fails_alone(&world);
            assert!(
                said.contains("is not XML"),
                "{method} {body:.60}: {said:.500}"
            );
            assert!(!said.contains("root:"), "{said:.500}");
        }
    }
}

#[cfg(feature = "spreadsheet")]
#[test]
fn a_workbook_that_is_a_zip_bomb_is_refused() {
    use std::io::Write as _;
    let mut archive = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let packed = zip::write::SimpleFileOptions::default();
    for sheet in 0..3 {
        archive
            .start_file(format!("xl/worksheets/sheet{sheet}.xml"), packed)
            .unwrap();
        let zeros = vec![0; 1 << 20];
        for _ in 0..100 {
            archive.write_all(&zeros).unwrap();
        }
    }
    let bomb = archive.finish().unwrap().into_inner();
    assert!(bomb.len() < 1 << 20);
    let world = beside_a_healthy_one();
    let entry = "    - spreadsheet_releases: https://a.test/x.xlsx\n      fields: {releaseCycle: Version}\n";
    world.write("products/p.md", with_entry(entry));
    world.write("pages/a.test/x.xlsx", bomb);
    let said = fails_alone(&world);
    assert!(
        said.contains("larger than 256 MiB when unpacked"),
        "{said:.500}"
    );
}
