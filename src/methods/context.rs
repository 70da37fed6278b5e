//! All that a method may touch: its entry, and how it records what it read and where.

use std::cell::Cell;
use std::sync::Arc;

use crate::date::Date;
use crate::extract::ExtractError;
use crate::extract::json::Item;
use crate::extract::rows::{self, Row, SkippedRow, Source};
use crate::fetch::Environment;
use crate::page::{Page, Provenance};
use crate::product::{AutoConfig, Product};
use crate::release_data::{FilteredName, Origin, Place, ReleaseData, SkipReason, Skipped, Subject};
use crate::text::{Excerpt, shortened, with_hyphens, without_marks};
use crate::version::{Unmatched, listed};

/// All that a method may touch.
pub struct Context<'a> {
    pub product: &'a Product,
    /// The entry of `auto.methods` that asked for the method.
    pub config: &'a AutoConfig,
    /// The name under which all is recorded: the method's, or that of the preset it is part of.
    pub method: Arc<str>,
    pub environment: &'a Environment,
    pub today: Date,
    /// How many items could be read so far.
    pub items: Cell<Items>,
}

/// How many items of its pages a method could read, and how many it could not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Items {
    /// How many it read.
    pub read: usize,
    /// How many it was to read and could not.
    pub unread: usize,
}

impl Items {
    /// Of this many items or more, one in [`Items::SHARE`] must be readable; of fewer, one.
    pub const MANY: usize = 10;
    /// See [`Items::MANY`].
    pub const SHARE: usize = 10;

    /// Whether so few could be read that the page is not what it was.
    pub fn are_too_few(self) -> bool {
        let wanted = self.read + self.unread;
        wanted > 0 && (self.read == 0 || (wanted >= Self::MANY && self.read * Self::SHARE < wanted))
    }
}

impl Context<'_> {
    /// The value after the method's name: its URL, or an identifier.
    pub fn argument(&self) -> &str {
        &self.config.argument
    }

    /// The version that a raw name stands for, by the entry's filter.
    pub fn version(&self, raw: &str) -> Result<FilteredName, SkipReason> {
        let unmatched = |by| match by {
            Unmatched::NotIncluded => SkipReason::not_included(raw),
            Unmatched::Excluded => by.into(),
        };
        let (text, derivation) = self.config.filter.render_by(raw).map_err(unmatched)?;
        let text = without_marks(&with_hyphens(&text, &[])).to_owned();
        if text.is_empty() {
            return Err(SkipReason::EMPTY_NAME);
        }
        // A template may give a version a line.
        let is_list = !text.contains('\n') && !listed(&text).is_empty();
        if is_list
            || self
                .config
                .filter
                .is_first_line(raw, (&text, derivation), |_| true)
        {
            return Err(SkipReason::several(raw));
        }
        Ok(FilteredName::new(text, raw, derivation))
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

    /// Reads one item of a page. What `read` refuses is skipped and named; where the reason is
    /// that it cannot be read, and not that it is not wanted, it is counted too: a method that
    /// can read nearly nothing any more fails ([`Items::are_too_few`]).
    pub fn item<T>(
        &self,
        origin: Origin,
        data: &mut ReleaseData,
        read: impl FnOnce(&Origin, &mut ReleaseData) -> Result<T, SkipReason>,
    ) -> Option<T> {
        let result = read(&origin, data);
        self.counted(result.as_ref().err());
        result.map_err(|reason| data.skip(origin, reason)).ok()
    }

    /// Reads an item that is a version: the entry's filter makes its name of the text at
    /// `origin`, and `parse` its day of `date`.
    pub fn version_item(
        &self,
        origin: Origin,
        date: Option<&str>,
        parse: fn(&str) -> Option<Date>,
        data: &mut ReleaseData,
    ) {
        self.item(origin, data, |origin, data| {
            let version = self.version(&origin.raw)?;
            let (day, raw) = required_day(&version, date, parse)?;
            data.declare(&version, day, origin.reading(raw));
            Ok(())
        });
    }

    /// Reads an item that is a version of a name that no filter makes: `parse` makes its day of
    /// `date`.
    pub fn dated_item(
        &self,
        origin: Origin,
        version: &str,
        date: Option<&str>,
        parse: fn(&str) -> Option<Date>,
        data: &mut ReleaseData,
    ) {
        self.item(origin, data, |origin, data| {
            let (day, _) = required_day(version, date, parse)?;
            data.declare(version, day, origin.clone());
            Ok(())
        });
    }

    /// An item of a JSON document; one of another shape is skipped, named and counted.
    pub fn json_item<'i, T>(
        &self,
        item: &'i Item<T>,
        page: &Arc<Provenance>,
        place: Place,
        data: &mut ReleaseData,
    ) -> Option<&'i T> {
        self.or_skip(item.read(), self.origin(page, place, ""), data)
    }

    /// What leads to items, such as a link to their page: where it cannot be read, it is
    /// skipped, named and counted as one. Where it can, only they are counted.
    pub fn or_skip<T>(
        &self,
        read: Result<T, impl Into<SkipReason>>,
        origin: Origin,
        data: &mut ReleaseData,
    ) -> Option<T> {
        read.map_err(|reason| {
            let reason = reason.into();
            self.counted(Some(&reason));
            data.skip(origin, reason);
        })
        .ok()
    }

    /// Counts an item, by why it was skipped if it was.
    pub(super) fn counted(&self, skipped: Option<&SkipReason>) {
        let mut items = self.items.get();
        match skipped {
            None => items.read += 1,
            Some(reason) if reason.is_unreadable() => items.unread += 1,
            Some(_) => {}
        }
        self.items.set(items);
    }

    /// The origin of a text on a page.
    pub fn origin(&self, page: &Arc<Provenance>, place: Place, raw: &str) -> Origin {
        Origin {
            url: Some(Arc::clone(&page.url)),
            page: Some(Arc::clone(page)),
            ..self.origin_off_page(place, raw)
        }
    }

    /// The origin of a text that is on no page.
    pub fn origin_off_page(&self, place: Place, raw: &str) -> Origin {
        Origin {
            method: Arc::clone(&self.method),
            entry: self.config.number,
            place,
            raw: raw.into(),
            ..Origin::default()
        }
    }

    /// The rows of a document; what it has beside them is recorded as skipped.
    pub(super) fn rows<S: Source>(
        &self,
        source: &S,
        page: &Page,
        fields: &[&S::Selector],
        data: &mut ReleaseData,
    ) -> Result<Vec<Row>, ExtractError> {
        let found = source.rows(page, fields)?;
        for SkippedRow { place, raw, reason } in found.skipped {
            data.skip(self.origin(&page.provenance, place, &raw), reason);
        }
        Ok(found.rows)
    }

    /// Reads row after row, each by a function that returns whether it was usable. A document
    /// of which none does is an error; it gives the reasons from this skipped item on.
    pub(super) fn read_rows(
        page: &Page,
        rows: &[Row],
        first_skipped: usize,
        data: &mut ReleaseData,
        mut read: impl FnMut(&Row, &mut ReleaseData) -> bool,
    ) -> Result<(), ExtractError> {
        let mut usable = false;
        for row in rows {
            usable |= read(row, data);
        }
        if usable {
            return Ok(());
        }
        // Of other tables nobody asks.
        let is_here = |skipped: &&Skipped| !matches!(skipped.origin.place, Place::Table { .. });
        Err(ExtractError::NoRow {
            url: page.url.clone(),
            rows: rows.len(),
            reasons: reasons(data.skipped[first_skipped..].iter().filter(is_here)),
        })
    }

    /// The origin of a cell of a page.
    pub(super) fn cell(&self, page: &Page, cell: &rows::Cell) -> Origin {
        self.origin(&page.provenance, cell.place.clone(), &cell.text)
    }
}

/// The first of what was skipped, one line each.
pub fn reasons<'a>(skipped: impl IntoIterator<Item = &'a Skipped>) -> Vec<String> {
    const SHOWN: usize = 5;
    let mut skipped = skipped.into_iter();
    let mut reasons: Vec<String> = skipped
        .by_ref()
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
    match skipped.count() {
        0 => {}
        more => reasons.push(format!("and {more} more")),
    }
    reasons
}

/// The day of something that must have one, and how it reads; or why it has none.
pub fn required_day<'r>(
    of: &str,
    raw: Option<&'r str>,
    parse: fn(&str) -> Option<Date>,
) -> Result<(Date, &'r str), SkipReason> {
    let raw = raw.ok_or_else(|| SkipReason::Unsaid {
        field: "releaseDate",
        of: of.to_owned(),
    })?;
    let day = parse(raw).ok_or_else(|| SkipReason::bad_date(of, raw))?;
    Ok((day, raw))
}

/// Sets days of a release, each as it reads at its origin. One that is not a date is skipped and
/// named; where none of them is one, that is an error.
pub fn set_days<'f>(
    release: &str,
    days: impl IntoIterator<Item = (&'f str, Origin)>,
    parse: fn(&str) -> Option<Date>,
    data: &mut ReleaseData,
) -> Result<(), SkipReason> {
    let (mut set, mut unread) = (0, 0);
    for (field, origin) in days {
        if let Some(day) = parse(&origin.raw) {
            data.release(release).set(field, day.into(), origin);
            set += 1;
        } else {
            let text = origin.raw.to_string();
            let reason = SkipReason::not_read(Some(field), release, SkipReason::NotADate { text });
            data.skip_about(Subject::of_release(release, Some(field)), origin, reason);
            unread += 1;
        }
    }
    if set == 0 && unread > 0 {
        return Err("none of its days can be read".into());
    }
    data.release(release);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::date::parse_iso;

    #[test]
    fn one_in_ten_must_be_readable_and_one_of_few() {
        let are_too_few = |read, unread| Items { read, unread }.are_too_few();
        assert!(!are_too_few(0, 0));
        assert!(are_too_few(0, 1) && !are_too_few(1, 8));
        assert!(!are_too_few(1, 9) && are_too_few(1, 10));
        assert!(!are_too_few(10, 90) && are_too_few(10, 91));
    }

    #[test]
    fn a_day_that_cannot_be_read_leaves_the_others() {
        let origin = |raw: &str| Origin::default().reading(raw);
        let mut data = ReleaseData::new(Date::MAX);
        let days = [("eol", origin("soon")), ("eoas", origin("2024-01-01"))];
        assert_eq!(set_days("1", days, parse_iso, &mut data), Ok(()));
        let fields = data.releases.get("1").map(|release| release.fields.len());
        assert_eq!((fields, data.skipped.len()), (Some(1), 1));
        assert!(set_days("2", [("eol", origin("soon"))], parse_iso, &mut data).is_err());
        assert!(!data.releases.contains_key("2"));
    }
}
