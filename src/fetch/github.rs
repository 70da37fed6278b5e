//! GitHub's GraphQL: many queries in one request, and the quota of the hour.
//!
//! A query waits a moment for others, and one request is sent for all of them. Each gets its
//! own part of the answer, in the form that it would have alone, so that a recording does not
//! depend on the others.
//!
//! Each answer says how much of the hour's quota remains. A query beyond it is not sent: it
//! fails with the name of its repository, and the run continues.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use chrono::DateTime;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;

use super::cause::Cause;
use super::error::{FetchError, TransientError};
use super::policy::{BATCH_DELAY, BATCH_SIZE};
use super::request::GraphQlQuery;
use crate::page::Page;
use crate::sync::lock;

/// The body of a request for many, each under a name of its own.
fn combined(queries: &[&GraphQlQuery]) -> String {
    let (mut variables, mut parts, mut values) = (String::new(), String::new(), Map::new());
    for (n, query) in queries.iter().enumerate() {
        let _ = write!(variables, "$o{n}: String!, $n{n}: String!, $a{n}: String, ");
        let connection = query.connection.replace("$after", &format!("$a{n}"));
        let _ = write!(
            parts,
            "r{n}: repository(owner: $o{n}, name: $n{n}) {{ {connection} }} "
        );
        values.insert(format!("o{n}"), json!(query.owner));
        values.insert(format!("n{n}"), json!(query.name));
        values.insert(format!("a{n}"), json!(query.after));
    }
    let variables = variables.trim_end_matches(", ");
    json!({
        "query": format!("query({variables}) {{ {parts}rateLimit {{ cost remaining resetAt }} }}"),
        "variables": values,
    })
    .to_string()
}

/// The part of an answer that belongs to one query, as if it had been sent alone.
fn part(answer: &mut GraphQlResponse, number: usize) -> Value {
    let name = format!("r{number}");
    let repository = answer
        .data
        .as_mut()
        .and_then(|data| data.remove(&name))
        .unwrap_or(Value::Null);
    // An error without a path belongs to all.
    let errors: Vec<&Value> = answer
        .errors
        .iter()
        .filter(|error| error["path"][0].is_null() || error["path"][0] == *name)
        .collect();
    if errors.is_empty() {
        json!({ "data": { "repository": repository } })
    } else {
        json!({ "data": { "repository": repository }, "errors": errors })
    }
}

#[derive(Deserialize)]
struct GraphQlResponse {
    data: Option<Map<String, Value>>,
    #[serde(default)]
    errors: Vec<Value>,
}

#[derive(Debug, Clone, Copy)]
struct Quota {
    remaining: u64,
    /// What the last request cost.
    cost: u64,
    until: SystemTime,
}

impl Quota {
    fn of(answer: &GraphQlResponse) -> Option<Self> {
        let limit = answer.data.as_ref()?.get("rateLimit")?;
        Some(Self {
            remaining: limit["remaining"].as_u64()?,
            cost: limit["cost"].as_u64()?,
            until: DateTime::parse_from_rfc3339(limit["resetAt"].as_str()?)
                .ok()?
                .into(),
        })
    }
}

type Answer = Result<Arc<Page>, FetchError>;

/// A query, and where its answer is sent.
type Waiting = (GraphQlQuery, oneshot::Sender<Answer>);

/// Where queries to GitHub wait for each other.
#[derive(Default)]
pub(super) struct Batcher {
    waiting: Mutex<Vec<Waiting>>,
    quota: Mutex<Option<Quota>>,
}

/// The query that sends the request for all. If it is dropped, the others fail.
struct BatchLeader<'a>(&'a Batcher);

impl Drop for BatchLeader<'_> {
    fn drop(&mut self) {
        lock(&self.0.waiting).clear();
    }
}

impl Batcher {
    /// The answer to a query; the first one sends the request for all that come soon after.
    pub(super) async fn ask<'a>(
        &self,
        query: &GraphQlQuery,
        send: &(dyn Fn(String) -> BoxFuture<'a, Answer> + Sync),
    ) -> Answer {
        let (sender, answer) = oneshot::channel();
        let first = {
            let mut waiting = lock(&self.waiting);
            waiting.push((query.clone(), sender));
            waiting.len() == 1
        };
        if first {
            let leader = BatchLeader(self);
            tokio::time::sleep(BATCH_DELAY).await;
            let all = std::mem::take(&mut *lock(&self.waiting));
            drop(leader);
            self.serve(all, send).await;
        }
        answer.await.unwrap_or_else(|_| {
            Err(FetchError::Transient {
                url: GraphQlQuery::URL.into(),
                cause: TransientError::Connection,
                tries: 0,
                source: Some(Cause::new("the query was cancelled")),
            })
        })
    }

    /// Answers all who wait, some at a time.
    async fn serve<'a>(
        &self,
        mut all: Vec<Waiting>,
        send: &(dyn Fn(String) -> BoxFuture<'a, Answer> + Sync),
    ) {
        let mut at_once = BATCH_SIZE;
        while !all.is_empty() {
            let now: Vec<_> = all.drain(..all.len().min(at_once)).collect();
            if let Some(until) = self.used_up() {
                for (query, sender) in now {
                    let repository = query.repository();
                    let _ = sender.send(Err(FetchError::Quota { repository, until }));
                }
                continue;
            }
            let queries: Vec<&GraphQlQuery> = now.iter().map(|(query, _)| query).collect();
            let answer = match send(combined(&queries)).await {
                Ok(page) => serde_json::from_slice::<GraphQlResponse>(&page.body)
                    .map(|answer| (answer, page.provenance.meta.clone()))
                    .map_err(|error| FetchError::Transient {
                        url: page.url.clone(),
                        cause: TransientError::Damaged("JSON".into()),
                        tries: 1,
                        source: Some(Cause::new(error)),
                    }),
                Err(error) => Err(error),
            };
            match answer {
                Ok((mut answer, meta)) => {
                    if let Some(quota) = Quota::of(&answer) {
                        *lock(&self.quota) = Some(quota);
                    }
                    for (number, (_, sender)) in now.into_iter().enumerate() {
                        let body = part(&mut answer, number).to_string().into_bytes();
                        let json = Some("application/json; charset=utf-8".into());
                        let page = Page::new(GraphQlQuery::URL, json, body, meta.clone());
                        let _ = sender.send(Ok(Arc::new(page)));
                    }
                }
                // Queries that are too much at once may be answered one by one.
                Err(error) if error.is_transient() && now.len() > 1 => {
                    at_once = 1;
                    all.splice(0..0, now);
                }
                Err(error) => {
                    for (_, sender) in now {
                        let _ = sender.send(Err(error.clone()));
                    }
                }
            }
        }
    }

    /// Until when the quota is used up, if another request would exceed it.
    fn used_up(&self) -> Option<SystemTime> {
        let quota = (*lock(&self.quota))?;
        let open = quota.until <= SystemTime::now();
        (!open && quota.remaining < quota.cost.max(1)).then_some(quota.until)
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt as _;

    use super::*;

    fn query(name: &str) -> GraphQlQuery {
        GraphQlQuery {
            owner: "o".into(),
            name: name.into(),
            connection: "tags(after: $after) { x }",
            after: None,
        }
    }

    async fn ask(batcher: &Batcher, name: &str, answer: &str) -> Answer {
        let send = |body: String| {
            assert!(body.contains("r0: repository(owner: $o0"), "{body}");
            async { Ok(Arc::new(Page::of_text(GraphQlQuery::URL, answer))) }.boxed()
        };
        batcher.ask(&query(name), &send).await
    }

    #[tokio::test]
    async fn many_queries_go_in_one_request_and_each_gets_its_own_part() {
        let batcher = Batcher::default();
        let answer = r#"{
            "data": {
                "r0": {"tags": 0}, "r1": null,
                "rateLimit": {"cost": 1, "remaining": 5, "resetAt": "2999-01-01T00:00:00Z"}
            },
            "errors": [{"path": ["r1"], "message": "gone"}]
        }"#;
        let (a, b) = tokio::join!(ask(&batcher, "a", answer), ask(&batcher, "b", "not asked"));
        assert_eq!(a.unwrap().text(), r#"{"data":{"repository":{"tags":0}}}"#);
        let b = b.unwrap().text().into_owned();
        assert!(b.contains("null") && b.contains("gone"), "{b}");
        assert!(batcher.used_up().is_none());
    }

    #[tokio::test]
    async fn queries_that_are_too_much_at_once_are_sent_one_by_one() {
        let batcher = Batcher::default();
        let one = async |name: &str| {
            let send = |body: String| {
                let cause = TransientError::Status(502);
                let answer = if body.contains("r1:") {
                    Err(FetchError::Transient {
                        url: GraphQlQuery::URL.into(),
                        cause,
                        tries: 4,
                        source: None,
                    })
                } else {
                    let answer = r#"{"data": {"r0": {"tags": 0}}}"#;
                    Ok(Arc::new(Page::of_text(GraphQlQuery::URL, answer)))
                };
                async { answer }.boxed()
            };
            batcher.ask(&query(name), &send).await
        };
        let (a, b) = tokio::join!(one("a"), one("b"));
        assert!(a.is_ok() && b.is_ok());
    }

    #[tokio::test]
    async fn a_query_beyond_the_quota_is_not_sent_but_named() {
        let batcher = Batcher::default();
        let answer = r#"{"data": {"r0": {}, "rateLimit":
            {"cost": 2, "remaining": 1, "resetAt": "2999-01-01T00:00:00Z"}}}"#;
        ask(&batcher, "a", answer).await.unwrap();
        let error = ask(&batcher, "b", "not asked")
            .await
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("o/b") && error.contains("2999-01-01"),
            "{error}"
        );
    }
}
