//! How the time of what has a bound grows with the page: each for a size and for ten times it,
//! both within the bound. Ten times the page must take about ten times as long.
//!
//! `cargo bench --bench growth` needs nothing but the checkout.

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use shelflife::extract::json::rows::JsonRows;
use shelflife::extract::markup::MarkupRows;
use shelflife::extract::regex_rows::RegexRows;
use shelflife::extract::rows::Source;
use shelflife::extract::spreadsheet::Spreadsheet;
use shelflife::extract::table::TableRows;
use shelflife::page::Page;

/// Measures the rows of a page that is made for a size, and for ten times that.
fn grow<S: Source>(
    criterion: &mut Criterion,
    name: &str,
    source: Value,
    field: Value,
    (small, page): (usize, fn(usize) -> String),
) {
    let source: S = serde_json::from_value(source).expect("a source");
    let field: S::Selector = serde_json::from_value(field).expect("a field");
    let mut group = criterion.benchmark_group(name);
    group.sample_size(10);
    for size in [small, 10 * small] {
        let page = Page::of_text("https://a.test/", page(size));
        source
            .rows(&page, &[&field])
            .expect("it is within its bound");
        group.bench_function(BenchmarkId::from_parameter(size), |bencher| {
            bencher.iter(|| source.rows(black_box(&page), &[&field]));
        });
    }
    group.finish();
}

fn growth(criterion: &mut Criterion) {
    let rows: fn(usize) -> String = |size| {
        let rows = "<tr><td>1<td>2".repeat(size);
        format!("<!DOCTYPE html><h2>A</h2><table><tr><th>V<th>W<tbody>{rows}</table>")
    };
    let html = |selector: &str| json!({ "selector": selector, "features": "html5lib" });
    let c = criterion;
    grow::<TableRows>(c, "rows of a table", json!({}), json!("V"), (3_000, rows));
    let later = html("h2 ~ table tr:has(> td)");
    grow::<MarkupRows>(
        c,
        "siblings and :has()",
        later,
        json!("td + td"),
        (3_000, rows),
    );
    let counted = html("tr:nth-child(2n)");
    let second = json!(":scope > td:nth-of-type(2)");
    grow::<MarkupRows>(c, "counted siblings", counted, second, (3_000, rows));
    let nested: fn(usize) -> String = |size| {
        let open = "<table><thead><tr><th>V<th>W<tbody><tr><td>1<td>".repeat(10);
        let close = "</table>".repeat(10);
        format!("{open}2{close}").repeat(size)
    };
    grow::<TableRows>(c, "tables in tables", json!({}), json!("V"), (100, nested));
    let marks: fn(usize) -> String = |size| {
        let marks = format!("{}1{}", "<sup>".repeat(50), "</sup>".repeat(50)).repeat(size);
        format!("<ul><li>{marks}")
    };
    grow::<MarkupRows>(c, "raised texts", html("li"), json!(":scope"), (100, marks));
    let values: fn(usize) -> String = |size| format!("[{}0]", r#"{"v":1},"#.repeat(size));
    grow::<JsonRows>(
        c,
        "JSON",
        json!({ "selector": "$[*]" }),
        json!("$.v"),
        (10_000, values),
    );
    let columns: fn(usize) -> String =
        |size| format!("{}v\n{}1", "a,".repeat(size), "1,".repeat(size));
    grow::<Spreadsheet>(
        c,
        "columns of CSV",
        json!({}),
        json!("v"),
        (30_000, columns),
    );
    let lines: fn(usize) -> String = |size| "v1.2 (2026-01-01)\n".repeat(size);
    let regex = json!({ "selector": r"^v(?P<v>\S+) \(.+\)$" });
    grow::<RegexRows>(c, "lines of a regex", regex, json!("v"), (10_000, lines));
}

criterion_group!(benches, growth);
criterion_main!(benches);
