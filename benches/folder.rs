//! How long the folder takes, and where the time goes.
//!
//! `SHELFLIFE_SHARED=../shared cargo bench --bench folder` measures the merge of recorded
//! folders against only reading and parsing the same bytes, in one run, so that the ratio
//! holds on a noisy machine; and reading a page's tables against a bare parse of the page.
//! Without the recorded data it says so and measures nothing.

use std::hint::black_box;
use std::path::{Path, PathBuf};

use criterion::{Criterion, criterion_group, criterion_main};
use rayon::prelude::*;
use scraper::Html;
use shelflife::date::{Date, parse_iso};
use shelflife::extract::rows::Source as _;
use shelflife::extract::table::{Column, TableRows};
use shelflife::page::Page;
use shelflife::plan::merge;
use shelflife::product::front_matter::FrontMatter;
use shelflife::store::{Products, ReleaseDataStore};

#[expect(clippy::print_stderr, reason = "a skipped measurement says so")]
fn shared() -> Option<PathBuf> {
    let shared = std::env::var_os("SHELFLIFE_SHARED").map(PathBuf::from);
    if shared.is_none() {
        eprintln!("skipped: SHELFLIFE_SHARED names no folder of recorded data");
    }
    shared
}

fn today() -> Date {
    parse_iso("2026-11-23").expect("a day")
}

/// All that `merge` does but for writing and printing.
fn merged(products: &Products, releases: &ReleaseDataStore) -> usize {
    let names = products.select(&[]).expect("the folder is read");
    let plan = |name: &String| {
        let product = products.read(name).expect("the file is read");
        let data = releases.read(name, today()).expect("the data is read");
        data.map_or(0, |data| {
            merge::merge(&product, &data, today()).changes.len()
        })
    };
    names.par_iter().map(plan).sum()
}

/// Only reading and parsing the same bytes.
fn parsed(products: &Path, releases: &Path) -> usize {
    let files = |folder: &Path, ending: &str| -> Vec<PathBuf> {
        let entries = fs_err::read_dir(folder)
            .expect("the folder is read")
            .flatten()
            .map(|entry| entry.path());
        entries
            .filter(|path| path.extension().is_some_and(|found| found == ending))
            .collect()
    };
    let yaml: usize = files(products, "md")
        .par_iter()
        .map(|path| {
            FrontMatter::read(&fs_err::read(path).expect("the file is read"))
                .map_or(0, |front| front.span.len())
        })
        .sum();
    let json: usize = files(releases, "json")
        .par_iter()
        .map(|path| {
            let bytes = fs_err::read(path).expect("the file is read");
            black_box(serde_json::from_slice::<serde_json::Value>(&bytes).expect("it is JSON"));
            bytes.len()
        })
        .sum();
    yaml + json
}

fn folders(criterion: &mut Criterion) {
    let Some(shared) = shared() else { return };
    let corpus = shared.join("corpus");
    let sets = [
        (
            "current",
            corpus.join("products-2026-08"),
            corpus.join("releases-2026-08"),
        ),
        (
            "2025",
            corpus.join("merge-2025/products"),
            corpus.join("merge-2025/releases"),
        ),
    ];
    for (name, products, releases) in sets {
        let mut group = criterion.benchmark_group(format!("folder {name}"));
        group.bench_function("read and parse only", |bencher| {
            bencher.iter(|| parsed(&products, &releases));
        });
        let (folder, data) = (
            Products::open(&products).expect("it opens"),
            ReleaseDataStore::at(&releases),
        );
        group.bench_function("merge", |bencher| bencher.iter(|| merged(&folder, &data)));
        group.finish();
    }
}

fn page(criterion: &mut Criterion) {
    let Some(shared) = shared() else { return };
    let pages = fs_err::read_dir(shared.join("pages"))
        .expect("the folder is read")
        .flatten();
    let largest = pages
        .filter(|entry| {
            entry
                .path()
                .extension()
                .is_some_and(|ending| ending == "html")
        })
        .max_by_key(|entry| entry.metadata().map_or(0, |data| data.len()))
        .expect("there are pages");
    let text = fs_err::read_to_string(largest.path()).expect("the page is read");
    let mut group = criterion.benchmark_group(format!("page of {} bytes", text.len()));
    group.bench_function("bare parse", |bencher| {
        bencher.iter(|| Html::parse_document(black_box(&text)));
    });
    let page = Page::of_text("https://a.test/", &*text);
    let columns = [&Column::Numbered(1), &Column::Numbered(3)];
    group.bench_function("rows of its tables", |bencher| {
        bencher.iter(|| TableRows::default().rows(black_box(&page), &columns));
    });
    group.finish();
}

criterion_group!(benches, folders, page);
criterion_main!(benches);
