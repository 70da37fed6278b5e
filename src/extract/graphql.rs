//! Pages of a connection, as GraphQL answers them.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{ExtractError, json};
use crate::page::Page;
use crate::text::Excerpt;

/// A page of a connection.
#[derive(Debug, PartialEq, Eq)]
pub struct Nodes<N> {
    /// Its nodes, in order.
    pub nodes: Vec<N>,
    /// The cursor after which the next page begins, if there is one.
    pub next: Option<String>,
}

#[derive(Deserialize)]
struct Answer {
    data: Option<Data>,
    #[serde(default)]
    errors: Vec<Problem>,
}

#[derive(Deserialize)]
struct Data {
    repository: Option<Map<String, Value>>,
}

#[derive(Deserialize)]
struct Problem {
    #[serde(default)]
    message: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Connection<N> {
    page_info: PageInfo,
    edges: Vec<Edge<N>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PageInfo {
    has_next_page: bool,
    end_cursor: Option<String>,
}

#[derive(Deserialize)]
struct Edge<N> {
    node: N,
}

/// The nodes of a connection of the `repository` that was asked for. An answer that names an
/// error is one, whatever else it holds.
pub fn nodes<N: DeserializeOwned>(page: &Page, connection: &str) -> Result<Nodes<N>, ExtractError> {
    let answer: Answer = json::read(page)?;
    if let Some(error) = answer.errors.first() {
        let what = format!("answer without error: `{}`", Excerpt(&error.message));
        return Err(ExtractError::missing(page, what));
    }
    let found = answer
        .data
        .and_then(|data| data.repository?.remove(connection))
        .ok_or_else(|| ExtractError::missing(page, format!("{connection} of the repository")))?;
    let found: Connection<N> = serde_json::from_value(found)
        .map_err(|error| ExtractError::format(page, "connection", error))?;
    Ok(Nodes {
        nodes: found.edges.into_iter().map(|edge| edge.node).collect(),
        next: found
            .page_info
            .end_cursor
            .filter(|_| found.page_info.has_next_page),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Nodes<u8>, String> {
        nodes(&Page::of_text("https://a.test/", text), "tags").map_err(|error| error.to_string())
    }

    #[test]
    fn a_cursor_counts_only_where_there_is_a_next_page() {
        let page = |next: bool| {
            let info = format!(r#"{{"hasNextPage": {next}, "endCursor": "c"}}"#);
            let tags = format!(r#"{{"pageInfo": {info}, "edges": [{{"node": 1}}]}}"#);
            read(&format!(
                r#"{{"data": {{"repository": {{"tags": {tags}}}}}}}"#
            ))
            .unwrap()
        };
        assert_eq!(page(true).next.as_deref(), Some("c"));
        assert_eq!((page(false).next, page(false).nodes), (None, vec![1]));
    }

    #[test]
    fn an_error_is_one_whatever_stands_beside_it() {
        let gone = r#"{"data": {"repository": null}, "errors": [{"message": "gone"}]}"#;
        assert!(read(gone).unwrap_err().contains("`gone`"));
        let nothing = r#"{"data": {"repository": null}}"#;
        assert!(
            read(nothing)
                .unwrap_err()
                .contains("no tags of the repository")
        );
    }
}
