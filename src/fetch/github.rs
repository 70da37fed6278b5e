//! GitHub's GraphQL: many repositories in one question, and the quota of the hour.
//!
//! Whoever asks waits a moment for others, and one request is made for all of them. Each
//! is given the part that is its own, in the form that it would have alone; so a recording
//! knows nothing of who else was asked.
//!
//! Each answer says what is left of the hour's quota. What would go beyond it is not asked:
//! it fails by name, and the rest of the run goes on.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use chrono::DateTime;
use futures::future::BoxFuture;
use serde::Deserialize;
use serde_json::{Map, Value, json};
use tokio::sync::oneshot;

use super::error::{FetchError, TransientError};
use super::policy::{BATCH_DELAY, BATCH_SIZE};
use super::request::GraphQlQuery;
use crate::page::Page;
use crate::sync::lock;

/// The body of a question that asks many, each under a name of its own.
fn together(queries: &[&GraphQlQuery]) -> String {
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

/// The part of an answer to many that belongs to one, as if it had been asked alone.
fn part(answer: &mut GraphQlResponse, number: usize) -> Value {
    let name = format!("r{number}");
    let repository = answer
        .data
        .as_mut()
        .and_then(|data| data.remove(&name))
        .unwrap_or(Value::Null);
    // An error without a path is everybody's.
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
    /// What the last question cost.
    cost: u64,
    until: SystemTime,
}

impl Quota {
    fn of(answer: &GraphQlResponse) -> Option<Self> {
        let said = answer.data.as_ref()?.get("rateLimit")?;
        Some(Self {
            remaining: said["remaining"].as_u64()?,
            cost: said["cost"].as_u64()?,
            until: DateTime::parse_from_rfc3339(said["resetAt"].as_str()?)
                .ok()?
                .into(),
        })
    }
}

/// What one who asks is given: a page.
type Given = Result<Arc<Page>, FetchError>;

/// A query, and who waits for it.
type Waiting = (GraphQlQuery, oneshot::Sender<Given>);

/// Where questions to GitHub wait for each other.
#[derive(Default)]
pub(super) struct Batcher {
    waiting: Mutex<Vec<Waiting>>,
    quota: Mutex<Option<Quota>>,
}

/// The one who asks for all. If it is dropped, those who wait are told.
struct BatchLeader<'a>(&'a Batcher);

impl Drop for BatchLeader<'_> {
    fn drop(&mut self) {
        lock(&self.0.waiting).clear();
    }
}

impl Batcher {
    /// The answer to a query; the first who asks asks for all who come soon after.
    pub(super) async fn ask<'a>(
        &self,
        query: &GraphQlQuery,
        send: &(dyn Fn(String) -> BoxFuture<'a, Given> + Sync),
    ) -> Given {
        let (given, answer) = oneshot::channel();
        let first = {
            let mut waiting = lock(&self.waiting);
            waiting.push((query.clone(), given));
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
                cause: TransientError::Connection("the question was given up".into()),
                tries: 0,
            })
        })
    }

    /// Asks for all who wait, some at a time.
    async fn serve<'a>(
        &self,
        mut all: Vec<Waiting>,
        send: &(dyn Fn(String) -> BoxFuture<'a, Given> + Sync),
    ) {
        let mut together_now = BATCH_SIZE;
        while !all.is_empty() {
            let now: Vec<_> = all.drain(..all.len().min(together_now)).collect();
            if let Some(until) = self.used_up() {
                for (query, given) in now {
                    let repository = query.repository();
                    let _ = given.send(Err(FetchError::Quota { repository, until }));
                }
                continue;
            }
            let queries: Vec<&GraphQlQuery> = now.iter().map(|(query, _)| query).collect();
            let answer = match send(together(&queries)).await {
                Ok(page) => serde_json::from_slice::<GraphQlResponse>(&page.body)
                    .map(|answer| (answer, page.provenance.meta.clone()))
                    .map_err(|error| FetchError::Transient {
                        url: page.url.clone(),
                        cause: TransientError::Damaged(error.to_string()),
                        tries: 1,
                    }),
                Err(error) => Err(error),
            };
            match answer {
                Ok((mut answer, meta)) => {
                    if let Some(quota) = Quota::of(&answer) {
                        *lock(&self.quota) = Some(quota);
                    }
                    for (number, (_, given)) in now.into_iter().enumerate() {
                        let body = part(&mut answer, number).to_string().into_bytes();
                        let json = Some("application/json; charset=utf-8".into());
                        let page = Page::new(GraphQlQuery::URL, json, body, meta.clone());
                        let _ = given.send(Ok(Arc::new(page)));
                    }
                }
                // What is too much at once may be answered one by one.
                Err(error) if error.is_transient() && now.len() > 1 => {
                    together_now = 1;
                    all.splice(0..0, now);
                }
                Err(error) => {
                    for (_, given) in now {
                        let _ = given.send(Err(error.clone()));
                    }
                }
            }
        }
    }

    /// Until when nothing more is answered, if another question would go beyond the quota.
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

    async fn ask(batcher: &Batcher, name: &str, answer: &str) -> Given {
        let send = |body: String| {
            assert!(body.contains("r0: repository(owner: $o0"), "{body}");
            async { Ok(Arc::new(Page::of_text(GraphQlQuery::URL, answer))) }.boxed()
        };
        batcher.ask(&query(name), &send).await
    }

    #[tokio::test]
    async fn many_are_asked_at_once_and_each_is_given_its_own() {
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
    async fn what_is_too_much_at_once_is_asked_one_by_one() {
        let batcher = Batcher::default();
        let one = async |name: &str| {
            let send = |body: String| {
                let cause = TransientError::Status(502);
                let given = if body.contains("r1:") {
                    Err(FetchError::Transient {
                        url: GraphQlQuery::URL.into(),
                        cause,
                        tries: 4,
                    })
                } else {
                    let answer = r#"{"data": {"r0": {"tags": 0}}}"#;
                    Ok(Arc::new(Page::of_text(GraphQlQuery::URL, answer)))
                };
                async { given }.boxed()
            };
            batcher.ask(&query(name), &send).await
        };
        let (a, b) = tokio::join!(one("a"), one("b"));
        assert!(a.is_ok() && b.is_ok());
    }

    #[tokio::test]
    async fn what_goes_beyond_the_quota_is_not_asked_but_named() {
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
