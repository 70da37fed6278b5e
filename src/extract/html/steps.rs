//! How many steps selectors take on a page, at most: a selector and a page both come from
//! strangers, and some selectors walk through the siblings or the descendants of each element.
//!
//! The steps are added up before a selector is matched, as a matcher cannot be stopped. It goes
//! from the last compound of a selector to the first, and by each combinator at most once through
//! the ancestors or the siblings; what `:has()` finds and how siblings are counted it remembers.

use std::cell::Cell;
use std::collections::HashSet;

use ego_tree::iter::Edge;
use ego_tree::{NodeId, NodeRef};
use scraper::{ElementRef, Node};

use super::parts::{Complex, Compound, Counted, List, of};
use super::selector::Selector;
use crate::bounds::is_raised;
use crate::extract::error::ExtractError;
use crate::page::Page;
use crate::text::Excerpt;

/// How many steps all selectors may take together on one page.
const MOST: u64 = 400_000_000;
/// The most that is counted for one element, so that sums of them fit.
const ONE: u64 = 1 << 40;
/// How many bytes of an attribute are looked through in one step.
const BYTES: u64 = 8;
/// How often what is on a page may be in elements that are in one another.
const AGAIN: u64 = 16;

/// The elements of a page in document order, and how many steps are left for selectors.
pub struct Steps<'d> {
    places: Vec<Place<'d>>,
    left: Cell<u64>,
}

/// An element, and what is around it.
struct Place<'d> {
    element: ElementRef<'d>,
    parent: Option<usize>,
    /// The sibling element before it.
    previous: Option<usize>,
    /// The place after its last descendant.
    end: usize,
    /// How many nodes its parent has.
    siblings: u64,
    /// How many of these are before it.
    before: u64,
    /// How many nodes are between it and the elements beside it, and between its start and the
    /// first element in it.
    beside: u64,
    /// How many nodes and bytes of text are in it and in no element within it.
    size: u64,
}

/// What a selector takes, for each place.
struct Taken {
    /// Each time that it is asked.
    each: Vec<u64>,
    /// The first time, in document order.
    once: Vec<u64>,
    /// The first time, if nothing before it was asked.
    anew: Vec<u64>,
}

impl<'d> Steps<'d> {
    /// The steps that selectors may take on a page.
    pub(super) fn of(page: NodeRef<'d, Node>) -> Self {
        let mut places: Vec<Place<'d>> = Vec::new();
        // Of each open node: its place, if it is an element; how many nodes it has so far, the
        // last element in it, and how many nodes come after that.
        let mut open: Vec<(Option<usize>, u64, Option<usize>, u64)> = Vec::new();
        for edge in page.traverse() {
            match edge {
                Edge::Open(node) => {
                    let at = places.len();
                    let element = ElementRef::wrap(node);
                    let (mut before, mut previous, mut beside) = (0, None, 0);
                    let mut parent = None;
                    if let Some((own, nodes, last, after)) = open.last_mut() {
                        parent = *own;
                        (before, previous, beside) = (*nodes, *last, *after);
                        *nodes += 1;
                        *after += 1;
                        if element.is_some() {
                            (*last, *after) = (Some(at), 0);
                        }
                    }
                    open.push((element.map(|_| at), 0, None, 0));
                    let Some(element) = element else {
                        if let Some(place) = parent.and_then(|parent| places.get_mut(parent)) {
                            let text = node.value().as_text();
                            place.size += 1 + text.map_or(0, |text| number(text.len()));
                        }
                        continue;
                    };
                    let into = previous.or(parent);
                    if let Some(place) = into.and_then(|into| places.get_mut(into)) {
                        place.beside += beside;
                    }
                    places.push(Place {
                        element,
                        parent,
                        previous,
                        end: at,
                        siblings: 0,
                        before,
                        beside,
                        size: 1,
                    });
                }
                Edge::Close(_) => {
                    let Some((own, nodes, last, after)) = open.pop() else {
                        continue;
                    };
                    let end = places.len();
                    // The nodes after the last element are right beside that.
                    if let Some(place) = last.or(own).and_then(|at| places.get_mut(at)) {
                        place.beside += after;
                    }
                    let mut child = last;
                    while let Some(place) = child.and_then(|at| places.get_mut(at)) {
                        place.siblings = nodes;
                        child = place.previous;
                    }
                    if let Some(own) = own {
                        places[own].end = end;
                    }
                }
            }
        }
        let left = Cell::new(if is_raised() { u64::MAX } else { MOST });
        Self { places, left }
    }

    /// Refuses a selector that takes too many steps on the whole page.
    pub fn check(&self, page: &Page, selector: &Selector) -> Result<(), ExtractError> {
        let taken = self.taken(page, selector)?;
        let all = taken.each.iter().chain(&taken.once);
        let all = all.fold(0, |sum: u64, steps| sum.saturating_add(*steps));
        self.take(page, selector, all)
    }

    /// Refuses a selector that takes too many steps if it is looked for in each of these elements.
    pub fn check_within(
        &self,
        page: &Page,
        selector: &Selector,
        scopes: &[ElementRef<'_>],
    ) -> Result<(), ExtractError> {
        let scopes: HashSet<NodeId> = scopes.iter().map(|scope| scope.id()).collect();
        let taken = self.taken(page, selector)?;
        let own = |at: usize| taken.each[at] + taken.once[at];
        let sums = self.sums(own);
        // What each may ask of itself and of what is around it.
        let mut around = vec![0; self.places.len()];
        let mut all = 0_u64;
        for (at, place) in self.places.iter().enumerate() {
            let above = place.parent.map_or(0, |parent| around[parent]);
            around[at] = (above + taken.once[at] + taken.anew[at]).min(ONE);
            if scopes.contains(&place.element.id()) {
                let within = sums[place.end] - sums[at];
                all = all.saturating_add(within).saturating_add(around[at]);
            }
        }
        self.take(page, selector, all)
    }

    /// Refuses elements that are in one another so often that to read them takes the page many times.
    pub fn check_nesting(
        &self,
        page: &Page,
        selector: &Selector,
        elements: &[ElementRef<'_>],
    ) -> Result<(), ExtractError> {
        let elements: HashSet<NodeId> = elements.iter().map(|element| element.id()).collect();
        let sums = self.sums(|at| self.places[at].size);
        let all = self.places.iter().enumerate();
        let all = all.filter(|(_, place)| elements.contains(&place.element.id()));
        let all: u64 = all.map(|(at, place)| sums[place.end] - sums[at]).sum();
        if is_raised() || all <= AGAIN * (sums[self.places.len()] + 1_000) {
            return Ok(());
        }
        let selector = Excerpt(selector.source());
        let bound = format!(
            "nests what `{selector}` finds: its text would be read more than {AGAIN} times; write \
             a selector that finds the inner ones alone"
        );
        Err(ExtractError::bound(page, bound))
    }

    fn take(&self, page: &Page, selector: &Selector, steps: u64) -> Result<(), ExtractError> {
        let left = self.left.get().checked_sub(steps).ok_or_else(|| {
            let selector = Excerpt(selector.source());
            let bound = format!(
                "is too large for the selector `{selector}`: it could take more than {} million \
                 steps; name its elements, or write it without `~` and `:has()`",
                MOST / 1_000_000
            );
            ExtractError::bound(page, bound)
        })?;
        self.left.set(left);
        Ok(())
    }

    /// The sums of what comes before each place, and of all.
    fn sums(&self, of: impl Fn(usize) -> u64) -> Vec<u64> {
        let mut sum = 0;
        let mut sums = vec![0];
        sums.extend((0..self.places.len()).map(|at| {
            sum += of(at).min(ONE);
            sum
        }));
        sums
    }

    fn taken(&self, page: &Page, selector: &Selector) -> Result<Taken, ExtractError> {
        let css = &selector.plain;
        let list = of(css);
        // What it takes to add them up.
        let places = number(self.places.len());
        self.take(page, selector, places * compounds(&list) / 4)?;
        let zero = || vec![0; self.places.len()];
        let mut taken = Taken {
            each: Vec::new(),
            once: zero(),
            anew: zero(),
        };
        taken.each = self.list(&list, css.contains('~'), &mut taken);
        Ok(taken)
    }

    fn list(&self, list: &List, is_backward: bool, taken: &mut Taken) -> Vec<u64> {
        let mut all = vec![0; self.places.len()];
        for complex in list {
            let each = self.complex(complex, is_backward, taken);
            for (sum, steps) in all.iter_mut().zip(each) {
                *sum = (*sum + steps).min(ONE);
            }
        }
        all
    }

    /// What a selector takes for each element, each time that it is asked.
    fn complex(&self, complex: &Complex, is_backward: bool, taken: &mut Taken) -> Vec<u64> {
        let places = || self.places.iter().enumerate();
        let mut own = vec![1_u64; self.places.len()];
        for compound in &complex.compounds {
            let inner = self.list(&compound.inner, is_backward, taken);
            for relative in &compound.has {
                let found = self.complex(relative, is_backward, taken);
                let found = self.relatives(relative, &found);
                for (at, place) in places() {
                    if compound.is_named(place.name()) {
                        taken.once[at] = (taken.once[at] + found[at]).min(ONE);
                    }
                }
            }
            for (at, place) in places() {
                if compound.is_named(place.name()) {
                    own[at] = (own[at] + inner[at] + compound.steps(place)).min(ONE);
                    if let Some(counted) = compound.counted {
                        // What is counted in document order goes on from the one before.
                        let is_whole =
                            is_backward || (counted == Counted::OfType && compound.name.is_none());
                        taken.once[at] += if is_whole { place.siblings } else { 3 };
                        taken.anew[at] += place.siblings;
                    }
                }
            }
        }
        if complex.combines(&['~', '+']) {
            own = self.with_siblings(complex, &own);
        }
        if complex.combines(&[' ', '>']) {
            for (at, place) in places() {
                let above = place.parent.map_or(0, |parent| own[parent]);
                own[at] = (own[at] + above).min(ONE);
            }
        }
        if let Some(last) = complex.compounds.last() {
            for (at, place) in places() {
                if !last.is_named(place.name()) {
                    own[at] = 1;
                }
            }
        }
        own
    }

    /// Adds what is walked through the siblings before each element.
    fn with_siblings(&self, complex: &Complex, own: &[u64]) -> Vec<u64> {
        let mut earlier = vec![0; own.len()];
        let mut all = own.to_vec();
        for (at, place) in self.places.iter().enumerate() {
            let before = place.previous.map_or(0, |previous| own[previous]);
            let further = place.previous.map_or(0, |previous| earlier[previous]);
            earlier[at] = (before + further).min(ONE);
            let walks = complex.compounds.iter().skip(1);
            for compound in walks.filter(|compound| compound.is_named(place.name())) {
                let steps = match compound.combinator {
                    '~' => place.before + earlier[at],
                    '+' => place.beside + before,
                    _ => 0,
                };
                all[at] = (all[at] + steps).min(ONE);
            }
        }
        all
    }

    /// What is walked from each element to find what `:has()` holds, by what that takes.
    fn relatives(&self, relative: &Complex, found: &[u64]) -> Vec<u64> {
        let each = |at: usize| (found[at] + 1 + self.places[at].beside).min(ONE);
        let first = relative.compounds.first();
        let combinator = first.map_or(' ', |first| first.combinator);
        let is_deep = combinator == ' ' || relative.combines(&[' ', '>']);
        let sums = self.sums(each);
        let mut walked = vec![0; self.places.len()];
        // From the last to the first, so that later siblings are there.
        for (at, place) in self.places.iter().enumerate().rev() {
            let steps = if is_deep {
                sums[place.end] - sums[at]
            } else {
                each(at)
            };
            let (from, further) = match combinator {
                '~' => (place.previous, walked[at]),
                '+' => (place.previous, 0),
                _ => (
                    place.parent,
                    place.parent.map_or(0, |parent| walked[parent]),
                ),
            };
            if let Some(from) = from {
                walked[from] = (steps + further).min(ONE);
            }
        }
        walked
    }
}

impl Place<'_> {
    fn name(&self) -> &str {
        &self.element.value().name.local
    }
}

impl Compound {
    /// What it takes to look at an element, but for other selectors in it.
    fn steps(&self, place: &Place<'_>) -> u64 {
        let element = place.element.value();
        let attributes = number(element.attrs.len());
        let length = |name: &str| number(element.attr(name).map_or(0, str::len)) / BYTES;
        let named = self.attributes.iter().map(|name| attributes + length(name));
        let simple = self.simple * (1 + attributes + length("class"));
        let beside = if self.beside { place.beside } else { 0 };
        named.sum::<u64>() + simple + beside
    }
}

fn number(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(ONE)
}

/// How many compounds selectors have, all together.
fn compounds(list: &List) -> u64 {
    let all = list.iter().flat_map(|complex| &complex.compounds);
    all.map(|compound| 1 + compounds(&compound.inner) + compounds(&compound.has))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::super::Document;
    use super::*;

    type Asked<'s> = (&'s str, Option<&'s str>);

    /// What comes of asking a page for selectors, in the whole or in each of what others find.
    fn checked(text: &str, selectors: &[Asked<'_>]) -> Vec<String> {
        let page = Page::of_text("https://a.test/", text);
        let document = Document::parse(&page, []).unwrap();
        let checked = |(css, rows): &Asked<'_>| {
            let selector = Selector::new(css).unwrap();
            let steps = document.steps();
            let result = match rows.map(|rows| Selector::new(rows).unwrap()) {
                None => steps.check(&page, &selector),
                Some(rows) => {
                    let rows: Vec<_> = document.select(&rows).collect();
                    steps.check_within(&page, &selector, &rows)
                }
            };
            result.map_or_else(|error| error.to_string(), |()| "read".to_owned())
        };
        selectors.iter().map(checked).collect()
    }

    #[test]
    fn a_selector_that_walks_through_a_page_again_and_again_is_refused() {
        let siblings = "<i></i><b></b>".repeat(30_000);
        let deep = format!("{}{}", "<div>".repeat(900), "<p></p>".repeat(600));
        let comments = format!(
            "<a></a>{}<b>{}",
            "<!---->".repeat(50_000),
            "<p>".repeat(50_000)
        );
        let one = |at: usize| format!("<a{at}></a{at}>");
        let types: String = (0..30_000).map(one).collect();
        let rows = format!("<table>{}", "<tr><td>1<td>2".repeat(30_000));
        let long = format!(
            "<u title='{}'>{}",
            "x".repeat(500_000),
            "<p></p>".repeat(50_000)
        );
        let asked: [(&str, &[Asked<'_>]); 6] = [
            (
                &siblings,
                &[
                    ("a ~ i", None),
                    (":not(a ~ i)", None),
                    ("i:has(~ a)", None),
                    ("i:has(~ b a)", None),
                    (":not(:is(:has(~ a)))", None),
                    ("i:nth-child(2) ~ b", None),
                    (":last-child:nth-of-type(2) ~ b", None),
                ],
            ),
            (
                &deep,
                &[("div:has(a p)", None), ("div:has(p:not(a p))", Some("div"))],
            ),
            (&comments, &[("a + b p", None), ("b:first-child p", None)]),
            (&types, &[(":nth-of-type(2)", None)]),
            (
                &rows,
                &[
                    ("tr:nth-child(2) td", Some("tr")),
                    ("table:has(a) td", Some("tr")),
                ],
            ),
            (&long, &[("[title*='xy'] p", None)]),
        ];
        for (page, selectors) in asked {
            for (said, (css, _)) in checked(page, selectors).iter().zip(selectors) {
                let expected =
                    format!("the selector `{css}`: it could take more than 400 million steps");
                assert!(said.contains(&expected), "{css}: {said}");
            }
        }
    }

    #[test]
    fn a_selector_as_pages_have_them_is_asked_of_a_large_page() {
        let rows = "<tr class=a><td>1<td>2<td><a href=x>3</a>".repeat(30_000);
        let page = format!(
            "<h2>A</h2><p>{}</p><table><thead><tr><th>V<tbody>{rows}",
            "<!---->x".repeat(9)
        );
        let selectors = [
            ("h2 ~ table tr td:nth-of-type(2)", None),
            (
                "h2:not(h2 ~ h2) + p ~ table tr:has(> td:nth-of-type(3))",
                None,
            ),
            ("tbody tr:nth-child(odd)", None),
            (
                "tr:nth-last-child(2), tr + tr:not(:has(th)) > td:first-child",
                None,
            ),
            (".a a[href]", None),
            (":scope > td:nth-of-type(3) a", Some("tr")),
            ("td + td", Some("tr")),
            ("tbody tr", Some("table")),
            ("tr:nth-of-type(1)", Some("table")),
        ];
        for (said, (css, _)) in checked(&page, &selectors).iter().zip(selectors) {
            assert_eq!(said, "read", "{css}");
        }
    }
}
