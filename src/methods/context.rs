//! All that a method may touch: what it is asked, where it asks, and how it says where a
//! value comes from.

use std::sync::Arc;

use futures::future::try_join_all;

use super::Fault;
use crate::date::Date;
use crate::extract::ExtractError;
use crate::extract::source::{Cell, PassedOver, Row, Source};
use crate::fetch::{Fetcher, Request};
use crate::page::{Facts, Page};
use crate::product::{AutoConfig, Product};
use crate::release_data::{Name, Origin, Place, ReleaseData, SkipReason, Skipped};
use crate::text::{Excerpt, shortened};
use crate::version::Unmatched;

/// All that a method may touch.
pub struct Context<'a> {
    /// The product, to read only.
    pub product: &'a Product,
    /// The entry of `auto.methods` that asked for the method.
    pub config: &'a AutoConfig<'a>,
    /// The name of the method, shared by all that it learns.
    pub method: Arc<str>,
    /// Gives pages.
    pub fetcher: &'a Fetcher,
    /// The day on which this is learnt.
    pub today: Date,
}

impl Context<'_> {
    /// What stands after the method's name: its URL, or an identifier.
    pub fn argument(&self) -> &str {
        self.config.argument
    }

    /// The version that a raw name stands for, by the entry's filter.
    pub fn version(&self, raw: &str) -> Result<Name, Unmatched> {
        let (text, way) = self.config.filter.render_by(raw)?;
        Ok(Name::new(text, raw, way))
    }

    /// The texts that groups of the entry's `regex` take from a raw name. A match in which
    /// one of them takes no part is none.
    pub fn groups<const N: usize>(
        &self,
        raw: &str,
        names: [&str; N],
    ) -> Result<[String; N], Unmatched> {
        let groups = self.config.filter.groups(raw)?;
        let found = names.map(|name| {
            let group = groups.iter().find(|(group, _)| group == name);
            group.and_then(|(_, text)| text.clone())
        });
        if found.iter().any(Option::is_none) {
            return Err(Unmatched::NotIncluded);
        }
        Ok(found.map(Option::unwrap_or_default))
    }

    /// The version that a raw name stands for; a name that is none is recorded as passed over.
    pub fn version_or_skip(
        &self,
        raw: &str,
        page: &Arc<Facts>,
        place: Place,
        data: &mut ReleaseData,
    ) -> Option<Name> {
        self.version(raw)
            .map_err(|unmatched| {
                data.skip(self.origin(page, place, raw), unmatched);
            })
            .ok()
    }

    /// Fetches the page that stands after the method's name.
    pub async fn page(&self) -> Result<Arc<Page>, Fault> {
        self.fetch(&Request::get(self.argument())).await
    }

    /// Fetches a page.
    pub async fn fetch(&self, request: &Request) -> Result<Arc<Page>, Fault> {
        self.fetcher.fetch(request).await.map_err(Fault::Fetch)
    }

    /// Fetches several pages together; they come in the order of the requests.
    pub async fn fetch_all(&self, requests: &[Request]) -> Result<Vec<Arc<Page>>, Fault> {
        try_join_all(requests.iter().map(|request| self.fetch(request))).await
    }

    /// Fetches several pages together; they come in the order of the requests. One that does
    /// not exist is left out and named.
    pub async fn fetch_existing(
        &self,
        requests: &[Request],
        data: &mut ReleaseData,
    ) -> Result<Vec<Arc<Page>>, Fault> {
        let pages = requests.iter().map(|request| async move {
            match self.fetcher.fetch(request).await {
                Err(error) if error.is_absent() => Ok(Err(error.to_string())),
                page => page.map(Ok).map_err(Fault::Fetch),
            }
        });
        let mut existing = Vec::new();
        for (page, request) in try_join_all(pages).await?.into_iter().zip(requests) {
            match page {
                Ok(page) => existing.push(page),
                Err(error) => {
                    let unread = Arc::new(Facts::unread(&request.url));
                    let origin = self.origin(&unread, Place::Nowhere, "");
                    data.skip(origin, SkipReason::Absent { error });
                }
            }
        }
        Ok(existing)
    }

    /// Where something on a page stands, and how it reads there.
    pub fn origin(&self, page: &Arc<Facts>, place: Place, raw: &str) -> Origin {
        Origin {
            url: Some(Arc::clone(&page.url)),
            page: Some(Arc::clone(page)),
            ..self.stated(place, raw)
        }
    }

    /// Where something stands that is on no page, and how it reads there.
    pub fn stated(&self, place: Place, raw: &str) -> Origin {
        Origin {
            method: Arc::clone(&self.method),
            entry: self.config.number,
            place,
            raw: raw.into(),
            ..Origin::default()
        }
    }
}

impl Context<'_> {
    /// The rows of a document; what it has beside them is recorded as passed over.
    pub(super) fn rows<S: Source>(
        &self,
        source: &S,
        page: &Page,
        fields: &[&S::Selector],
        data: &mut ReleaseData,
    ) -> Result<Vec<Row>, ExtractError> {
        let found = source.rows(page, fields)?;
        for PassedOver { place, raw, reason } in found.passed_over {
            data.skip(self.origin(&page.facts, place, &raw), reason);
        }
        Ok(found.rows)
    }

    /// Reads row after row, each by a function that says whether it gave anything. A document
    /// of which none does is an error.
    pub(super) fn read_rows<S: Source>(
        &self,
        source: &S,
        page: &Page,
        fields: &[&S::Selector],
        data: &mut ReleaseData,
        mut read: impl FnMut(&Row, &mut ReleaseData) -> bool,
    ) -> Result<(), ExtractError> {
        let rows = self.rows(source, page, fields, data)?;
        let first_skipped = data.skipped.len();
        let mut given = false;
        for row in &rows {
            given |= read(row, data);
        }
        if given {
            return Ok(());
        }
        Err(Self::no_row(
            page,
            rows.len(),
            &data.skipped[first_skipped..],
        ))
    }

    /// Where a cell of a page stands, and how it reads.
    pub(super) fn cell(&self, page: &Page, cell: &Cell) -> Origin {
        self.origin(&page.facts, cell.place.clone(), &cell.text)
    }

    /// The error of a page of whose rows none gave anything, with what the first of them were.
    pub(super) fn no_row(page: &Page, rows: usize, skipped: &[Skipped]) -> ExtractError {
        const SHOWN: usize = 5;
        let mut reasons: Vec<String> = skipped
            .iter()
            .take(SHOWN)
            .map(|skipped| {
                format!(
                    "{}, `{}`: {}",
                    skipped.origin.place,
                    Excerpt(&skipped.origin.raw),
                    shortened(&skipped.reason.to_string(), 400)
                )
            })
            .collect();
        if skipped.len() > SHOWN {
            reasons.push(format!(
                "and {} more, see them with -v",
                skipped.len() - SHOWN
            ));
        }
        ExtractError::NoRow {
            url: page.url.clone(),
            rows,
            reasons,
        }
    }
}
