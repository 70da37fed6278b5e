//! The answers of a run, shared by all who make the same request.
//!
//! Several products request one page, mostly at about the same time. So the newest pages are
//! held, up to [`MEMO_BYTES`] bytes, and older ones are dropped: they are requested again, and
//! the cache answers or revalidates. Without this limit a run would hold every page it fetched.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use tokio::sync::OnceCell;

use super::fetched::FetchResult;
use super::policy::MEMO_BYTES;
use super::request_key::RequestKey;

/// The answers that are held, and the requests in flight.
#[derive(Default)]
pub(super) struct ResponseMemo {
    cells: HashMap<RequestKey, Arc<OnceCell<FetchResult>>>,
    /// The pages that are held and their sizes, the oldest first.
    pages: VecDeque<(RequestKey, usize)>,
    bytes: usize,
}

impl ResponseMemo {
    /// The cell that holds the answer to a request, or will.
    pub(super) fn cell(&mut self, key: &RequestKey) -> Arc<OnceCell<FetchResult>> {
        Arc::clone(self.cells.entry(key.clone()).or_default())
    }

    /// Holds the page that answers a request, and drops the oldest beyond the limit.
    pub(super) fn hold(&mut self, key: &RequestKey, bytes: usize) {
        self.pages.push_back((key.clone(), bytes));
        self.bytes += bytes;
        while self.bytes > MEMO_BYTES
            && let Some((oldest, bytes)) = self.pages.pop_front()
        {
            self.cells.remove(&oldest);
            self.bytes -= bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fetch::Request;

    fn ask(path: usize) -> RequestKey {
        RequestKey::of(&Request::get(format!("https://a.test/{path}"))).unwrap()
    }

    #[test]
    fn the_newest_pages_are_held_and_the_oldest_dropped() {
        let mut memo = ResponseMemo::default();
        let cells: Vec<_> = (0..4).map(|path| memo.cell(&ask(path))).collect();
        for path in 0..4 {
            memo.hold(&ask(path), MEMO_BYTES / 3);
        }
        let held = |memo: &mut ResponseMemo, path: usize| {
            Arc::ptr_eq(&memo.cell(&ask(path)), &cells[path])
        };
        assert!(!held(&mut memo, 0));
        assert!((1..4).all(|path| held(&mut memo, path)));
        assert_eq!(memo.bytes, MEMO_BYTES / 3 * 3);
    }

    #[test]
    fn a_page_that_is_too_large_alone_is_not_held() {
        let mut memo = ResponseMemo::default();
        memo.cell(&ask(0));
        memo.hold(&ask(0), MEMO_BYTES + 1);
        assert_eq!((memo.cells.len(), memo.bytes), (0, 0));
    }
}
