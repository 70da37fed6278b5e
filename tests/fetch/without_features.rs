//! A build without any feature says what it lacks.

use shelflife::extract::rows::Source as _;
use shelflife::extract::spreadsheet::Spreadsheet;
use shelflife::fetch::{Render, Request};
use shelflife::page::{Page, ResponseMeta};

use super::fetcher;
use crate::server::{Server, page};

#[tokio::test]
async fn a_page_that_needs_a_browser_says_that_the_build_has_none() {
    let server = Server::of([page("<p>early</p>")]).await;
    let request = Request::get(server.url("/")).with_render(Some(Render::default()));
    let error = fetcher(&server).fetch(&request).await.unwrap_err();
    let said = error.to_string();
    assert!(
        said.contains("this build has no browser; build it with the feature `browser`"),
        "{said}"
    );
    assert_eq!(server.count(), 0);
}

#[test]
fn csv_is_read_and_a_workbook_says_what_the_build_lacks() {
    let source: Spreadsheet = serde_json::from_str("{}").unwrap();
    let rows = |url: &str| {
        let page = Page::new(url, None, b"Version\n7\n".to_vec(), ResponseMeta::default());
        let rows = source.rows(&page, &[&"Version".to_owned()]);
        rows.map(|rows| rows.rows.len())
            .map_err(|error| error.to_string())
    };
    assert_eq!(rows("https://a.test/x.csv"), Ok(1));
    assert_eq!(
        rows("https://a.test/x.xlsx").unwrap_err(),
        "cannot read https://a.test/x.xlsx: this build reads no workbooks; \
         build it with the feature `spreadsheet`"
    );
}
