//! A product's sources to release data: the methods of its `auto` block, run in their order.
//!
//! The only driver of methods: it fetches what a method needs, lets it read the answers, and
//! fetches what it needs then, round after round. Reading happens on threads of its own, so
//! that a page that takes long does not hold up the fetching of others.
//!
//! All methods succeed, or nothing that was collected is kept: what was known before stays
//! whole. This module writes nothing and reads no clock; an [`Observer`] is called when a
//! method starts and ends.
//!
//! # What it refuses
//! A method that asks again for what it was given, one that is never done (1,000 rounds),
//! one that could read nearly nothing ([`Items::are_too_few`]), and one that recorded nothing.
//! [`unread_field`] refuses data of which no row gives a day that the product file has.

use std::cell::LazyCell;
use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use futures::future::try_join_all;

use crate::date::Date;
use crate::fetch::{Fetcher, Request};
use crate::methods::context::{Items, reasons};
use crate::methods::method::{Absent, Answer, IfAbsent, Needed, Round};
use crate::methods::step::Given;
use crate::methods::{MethodError, MethodErrorKind, Step};
use crate::presets::Registry;
use crate::product::{Auto, Product, ProductError};
use crate::release_data::{MOST_FIELDS, Origin, ReleaseData, SkipReason, Skipped};
use crate::value::Value;

/// No list has more pages.
const MOST_ROUNDS: usize = 1000;

/// Why no method of a product is run.
#[derive(Debug)]
pub enum NotCollected {
    /// It has no `auto.methods`.
    NoMethods,
    /// Its `auto` block is disabled.
    AutoDisabled,
    /// Each of its entries is disabled.
    AllDisabled,
    /// It has methods that nothing here knows, and only known ones are to be run.
    UnknownMethods(BTreeSet<String>),
    /// An entry is not understood.
    Config(ProductError),
}

/// What a method is about to read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    pub product: &'a Product,
    pub step: &'a Step,
    /// Which of the step's parts reads.
    pub part: usize,
    pub round: &'a Round<'a>,
    pub today: Date,
}

/// Called when a method starts and ends, and before it reads.
pub trait Observer: Sync {
    /// What is held while a method reads.
    type Admitted: Send + 'static;

    /// A method starts; `path` is that of the product file.
    fn start(&self, _path: &str, _step: &Step) {}

    /// It has ended.
    fn end(&self, _step: &Step, _succeeded: bool) {}

    /// Whether a method may read this. An error says what it would cost.
    fn admit(
        &self,
        reading: &Reading<'_>,
    ) -> impl Future<Output = Result<Self::Admitted, String>> + Send;
}

/// Observes nothing, and admits all: for input that the caller made.
impl Observer for () {
    type Admitted = ();

    async fn admit(&self, _: &Reading<'_>) -> Result<(), String> {
        Ok(())
    }
}

/// What the methods of a product collected.
#[derive(Debug)]
pub struct Collected {
    /// The release data, before [`ReleaseData::finish`]; not whole where a method failed.
    pub data: ReleaseData,
    /// How the method failed that failed.
    pub error: Option<MethodError>,
}

/// The methods to run for a product, or why there is none. `force` runs disabled ones too.
pub fn steps(
    registry: &Registry,
    product: &Product,
    force: bool,
) -> Result<Vec<Arc<Step>>, NotCollected> {
    let auto = match product.auto().map_err(NotCollected::Config)? {
        Some(auto) if !auto.is_empty() => auto,
        _ => return Err(NotCollected::NoMethods),
    };
    if auto.disabled && !force {
        return Err(NotCollected::AutoDisabled);
    }
    let steps = auto
        .configs()
        .map(|config| registry.step(config?))
        .collect::<Result<Vec<Step>, _>>()
        .map_err(|error| NotCollected::Config(product.error(error)))?;
    let mut steps = steps
        .into_iter()
        .filter(|step| force || !step.disabled)
        .peekable();
    if steps.peek().is_none() {
        return Err(NotCollected::AllDisabled);
    }
    Ok(steps.map(Arc::new).collect())
}

/// The methods that an `auto` block names and nothing here knows, sorted.
pub fn unknown_methods(registry: &Registry, auto: &Auto<'_>) -> BTreeSet<String> {
    let names = auto.method_names();
    let unknown = names.filter(|name| registry.find(name).is_none());
    unknown.map(str::to_owned).collect()
}

/// Runs methods in order until one fails. A cumulative product adds to what was known.
pub async fn collect(
    product: &Arc<Product>,
    steps: &[Arc<Step>],
    fetcher: &Fetcher,
    known: Option<&ReleaseData>,
    today: Date,
    observer: &impl Observer,
) -> Collected {
    let known = known.filter(|_| is_cumulative(product));
    let mut data = known.map_or_else(|| ReleaseData::new(today), ReleaseData::clone);
    for step in steps {
        observer.start(&product.path, step);
        let run = Run {
            product,
            step,
            fetcher,
            observer,
        };
        let result = run.parts(&mut data).await;
        observer.end(step, result.is_ok());
        if let Err(kind) = result {
            let error = Some(step.error(product, kind));
            return Collected { data, error };
        }
    }
    Collected { data, error: None }
}

/// An error where the product file has a day and no cell of its field can be read any more.
pub fn unread_field(
    product: &Product,
    steps: &[Arc<Step>],
    data: &ReleaseData,
) -> Option<MethodError> {
    let given = LazyCell::new(|| {
        let found = data.releases.values().flat_map(|release| &release.fields);
        let given = found.filter(|(_, found)| found.value != Value::Null && found.origin.entry > 0);
        given.map(|(field, _)| &**field).collect::<HashSet<&str>>()
    });
    let names = LazyCell::new(|| product.cycle_names());
    let was_read = |release: &str, field: &str| {
        let cycles = product.cycles_named(&names, release);
        let mut values = cycles.filter_map(|cycle| cycle.value(field));
        values.any(|value| value.date_or_quoted().is_some())
    };
    let (field, entry) = data.skipped.iter().find_map(|skipped| {
        let (release, field) = (skipped.subject.release.as_ref()?, &skipped.subject.field);
        let field = field.as_ref().filter(|_| skipped.reason.is_unreadable())?;
        let is_lost = !given.contains(&**field) && was_read(release, field);
        is_lost.then_some((field, skipped.origin.entry))
    })?;
    let step = steps.iter().find(|step| step.number == entry)?;
    let of_field = |skipped: &&Skipped| {
        skipped.subject.field.as_ref() == Some(field) && skipped.reason.is_unreadable()
    };
    let kind = MethodErrorKind::FieldUnread {
        field: field.clone(),
        reasons: reasons(data.skipped.iter().filter(of_field)),
    };
    Some(step.error(product, kind))
}

struct Run<'a, O> {
    product: &'a Arc<Product>,
    step: &'a Arc<Step>,
    fetcher: &'a Fetcher,
    observer: &'a O,
}

impl<O: Observer> Run<'_, O> {
    /// Runs the parts in order; each must record something.
    async fn parts(&self, data: &mut ReleaseData) -> Result<(), MethodErrorKind> {
        for part in 0..self.step.parts.len() {
            let (before, first_skipped) = (data.write_count(), data.skipped.len());
            let items = self.rounds(part, data).await?;
            if items.are_too_few() {
                let skipped = data.skipped[first_skipped..].iter();
                return Err(MethodErrorKind::FewRead {
                    read: items.read,
                    wanted: items.read + items.unread,
                    reasons: reasons(skipped.filter(|skipped| skipped.reason.is_unreadable())),
                });
            }
            if data.write_count() == before {
                return Err(MethodErrorKind::Nothing);
            }
            let mut releases = data.releases.iter();
            if let Some((release, _)) = releases.find(|(_, one)| one.fields.len() > MOST_FIELDS) {
                let release = release.to_string();
                return Err(MethodErrorKind::TooManyFields { release });
            }
        }
        Ok(())
    }

    /// Fetches and reads, round after round, until nothing more is needed.
    async fn rounds(&self, part: usize, data: &mut ReleaseData) -> Result<Items, MethodErrorKind> {
        let given = Given {
            product: self.product,
            environment: self.fetcher.environment(),
        };
        let mut needed = self.step.parts[part].requests(self.step, given, data)?;
        let mut state = State::default();
        for number in 1..=MOST_ROUNDS {
            let asked = |needed: &&Needed| state.asked.contains(&needed.request);
            if let Some(again) = needed.iter().find(asked) {
                let url = again.request.url().to_owned();
                return Err(MethodErrorKind::Repeated { url });
            }
            state.number = number;
            state
                .asked
                .extend(needed.iter().map(|needed| needed.request.clone()));
            let answers = self.fetch(needed, data).await?;
            needed = self.read(part, answers, &mut state, data).await?;
            if needed.is_empty() {
                return Ok(state.items);
            }
        }
        Err(MethodErrorKind::TooManyRounds(MOST_ROUNDS))
    }

    /// Fetches together what is needed; a page that may be left out and is not there is named.
    async fn fetch(
        &self,
        needed: Vec<Needed>,
        data: &mut ReleaseData,
    ) -> Result<Vec<Answer>, MethodErrorKind> {
        let pages = needed.iter().map(|needed| async move {
            match self.fetcher.fetch(&needed.request).await {
                Err(error) if error.is_absent() && needed.if_absent != IfAbsent::Fails => {
                    let error = error.to_string();
                    Ok(Err(Absent { error }))
                }
                page => page.map(Ok).map_err(MethodErrorKind::Fetch),
            }
        });
        let pages = try_join_all(pages).await?;
        let mut answers = Vec::with_capacity(pages.len());
        for (Needed { request, if_absent }, page) in needed.into_iter().zip(pages) {
            match page {
                Err(Absent { error }) if if_absent == IfAbsent::LeftOut => {
                    let origin = Origin::unread(&self.step.method, self.step.number, request.url());
                    data.skip(origin, SkipReason::Absent { error });
                }
                page => answers.push(Answer { request, page }),
            }
        }
        Ok(answers)
    }

    /// Lets the method read a round if the observer admits it, on a thread of its own; a panic
    /// there is one here.
    async fn read(
        &self,
        part: usize,
        answers: Vec<Answer>,
        state: &mut State,
        data: &mut ReleaseData,
    ) -> Result<Vec<Needed>, MethodErrorKind> {
        let reading = Reading {
            product: self.product,
            step: self.step,
            part,
            round: &Round {
                number: state.number,
                answers: &answers,
                previous: &state.previous,
                asked: &state.asked,
            },
            today: data.today(),
        };
        let admitted = self.observer.admit(&reading).await;
        let admitted = admitted.map_err(MethodErrorKind::TooCostly)?;
        let environment = Arc::clone(self.fetcher.environment());
        let (product, step) = (Arc::clone(self.product), Arc::clone(self.step));
        let nothing = ReleaseData::new(data.today());
        let mut moved = (std::mem::take(state), std::mem::replace(data, nothing));
        let reading = tokio::task::spawn_blocking(move || {
            let (state, data) = &mut moved;
            let given = Given {
                product: &product,
                environment: &environment,
            };
            let round = Round {
                number: state.number,
                answers: &answers,
                previous: &state.previous,
                asked: &state.asked,
            };
            let next = step.parts[part].read(&step, given, &round, &mut state.items, data);
            state.previous = answers;
            drop(admitted);
            (next, moved)
        });
        let (next, moved) = match reading.await {
            Ok(read) => read,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        (*state, *data) = moved;
        next
    }
}

#[derive(Default)]
struct State {
    number: usize,
    asked: HashSet<Request>,
    previous: Vec<Answer>,
    items: Items,
}

/// Whether a product's release data adds to what earlier runs collected.
fn is_cumulative(product: &Product) -> bool {
    let auto = product.auto().ok().flatten();
    auto.is_some_and(|auto: Auto<'_>| auto.cumulative)
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::{Receiver, Sender, channel};
    use std::time::Duration;

    use super::*;
    use crate::date::parse_iso;
    use crate::methods::config::NoConfig;
    use crate::methods::context::Context;
    use crate::methods::method::{Method, Next};
    use crate::methods::registry::Entry;
    use crate::page::Page;
    use crate::release_data::Subject;

    fn product(methods: &str) -> Arc<Product> {
        let file = format!("---\nauto:\n  methods:\n{methods}---\n");
        Arc::new(Product::read("p", "p.md", file.into_bytes()).unwrap())
    }

    /// A product with one entry of [`Acting`].
    fn acting(act: &str) -> (Arc<Product>, Vec<Arc<Step>>) {
        let product = product(&format!("    - method: https://a.test/{act}\n"));
        let entry = product.auto().unwrap().unwrap().config(1).unwrap().unwrap();
        let mut step = Step::new(&entry);
        step.parts
            .push(Entry::of::<Acting>("").part(entry).unwrap());
        (product, vec![Arc::new(step)])
    }

    /// Runs a product's steps, where every request is answered by a page.
    async fn run((product, steps): (Arc<Product>, Vec<Arc<Step>>), page: &str) -> Collected {
        let fetcher = Fetcher::of_page(Page::of_text("https://a.test/", page));
        let today = parse_iso("2026-11-23").unwrap();
        collect(&product, &steps, &fetcher, None, today, &()).await
    }

    fn failure(collected: &Collected) -> String {
        collected.error.as_ref().unwrap().kind.to_string()
    }

    static DONE: Mutex<Option<Receiver<()>>> = Mutex::new(None);

    /// Does what the end of its URL says.
    struct Acting;

    impl Method for Acting {
        const NAME: &'static str = "method";
        type Config = NoConfig;

        fn read(cx: &Context<'_>, _: &NoConfig, round: &Round<'_>, data: &mut ReleaseData) -> Next {
            let next = |number: usize| {
                let url = format!("https://a.test/{number}");
                Ok(vec![Request::get(url).into()])
            };
            let (_, act) = cx.argument().rsplit_once('/').unwrap();
            assert!(act != "panic", "as asked");
            if act != "record-nothing" {
                let day = parse_iso("2024-01-31").unwrap();
                data.declare("1.0", day, Origin::default());
            }
            match act {
                "ask-again" => next(round.number.min(3)),
                "ask-without-end" => next(round.number),
                "wait-for-another-product" => {
                    let done = DONE.lock().unwrap().take().unwrap();
                    done.recv_timeout(Duration::from_mins(1))
                        .expect("the other product is done");
                    Ok(vec![])
                }
                _ => Ok(vec![]),
            }
        }
    }

    #[tokio::test]
    async fn a_method_that_asks_again_or_without_end_is_stopped() {
        let again = run(acting("ask-again"), "").await;
        assert_eq!(failure(&again), "asked again for https://a.test/3");
        let endless = run(acting("ask-without-end"), "").await;
        assert_eq!(
            failure(&endless),
            "still not done after 1000 rounds of pages"
        );
    }

    /// On one thread: a method that read there would wait for ever.
    #[tokio::test]
    async fn a_page_that_takes_long_holds_up_no_other_product() {
        let (done, waiting): (Sender<()>, Receiver<()>) = channel();
        *DONE.lock().unwrap() = Some(waiting);
        let quick = async {
            let quick = run(acting("be-quick"), "").await;
            done.send(()).unwrap();
            quick
        };
        let (slow, quick) = tokio::join!(run(acting("wait-for-another-product"), ""), quick);
        assert!(slow.error.is_none() && quick.error.is_none());
    }

    #[tokio::test]
    async fn a_method_that_records_nothing_fails() {
        let nothing = run(acting("record-nothing"), "").await;
        assert_eq!(failure(&nothing), "found no releases or versions");
    }

    #[tokio::test]
    #[should_panic(expected = "as asked")]
    async fn a_panic_of_a_method_is_one_of_its_product() {
        run(acting("panic"), "").await;
    }

    /// A JSON list of versions, so many with a day and so many with none that can be read.
    async fn versions(read: usize, unread: usize) -> Collected {
        let product = product(
            "    - json_versions: https://a.test/\n      selector: $[*]\n      name: $.v\n      date: $.d\n",
        );
        let steps = steps(&Registry::default(), &product, false).ok().unwrap();
        let item = |number: usize| {
            let day = if number < read {
                "2024-01-31"
            } else {
                "31.31.2024"
            };
            format!(r#"{{"v": "1.{number}", "d": "{day}"}}"#)
        };
        let items: Vec<String> = (0..read + unread).map(item).collect();
        run((product, steps), &format!("[{}]", items.join(","))).await
    }

    #[tokio::test]
    async fn a_bad_item_is_skipped_and_a_page_that_is_nearly_all_bad_fails() {
        let some = versions(1, 9).await;
        assert!(some.error.is_none());
        assert_eq!((some.data.versions.len(), some.data.skipped.len()), (1, 9));
        let few = versions(1, 10).await;
        assert_eq!(failure(&few), "only 1 of 11 items could be read");
        let details = few.error.unwrap().details();
        assert_eq!(
            details[0],
            "$[1].d, `31.31.2024`: date of 1.1: `31.31.2024` is not a date: no such day or year can be meant"
        );
        assert_eq!(details.last().unwrap(), "and 5 more");
    }

    #[test]
    fn very_many_cells_and_cycles_are_each_looked_up() {
        let (_, steps) = acting("x");
        let cycle = |name: usize| format!("  - releaseCycle: \"{name}\"\n    eol: 2020-01-01\n");
        let cycles: String = (0..20_000).map(cycle).collect();
        let file = format!("---\nreleases:\n{cycles}---\n");
        let product = Product::read("p", "p.md", file.into_bytes()).unwrap();
        let mut data = ReleaseData::new(parse_iso("2026-11-23").unwrap());
        let skipped = |release: usize| Skipped {
            origin: Origin {
                entry: 1,
                ..Origin::default()
            },
            reason: SkipReason::NotADate { text: "1x".into() },
            subject: Subject::of_release(&release.to_string(), Some("eol")),
        };
        data.skipped = (20_000..120_000).map(skipped).collect();
        assert!(unread_field(&product, &steps, &data).is_none());
        data.skipped.push(skipped(0));
        let error = unread_field(&product, &steps, &data).unwrap();
        assert!(matches!(error.kind, MethodErrorKind::FieldUnread { field, .. } if field == "eol"));
    }
}
