//! What a worker does before the program does the same: read a product file, or what a method
//! fetched, and keep nothing of it.
//!
//! All that the bounds of the parsers do not foresee ends here: a job that takes too long or too
//! much memory ends its worker, a process with limits of its own, and the program never does that
//! work. A job is what [`Job::frame`] writes and [`Frame::run`] does; it is the real code on the
//! real input, with two differences: release data is empty, and the environment names nothing.
//!
//! # What it refuses
//! Nothing: what is not understood ends a job early, and the program says why when it does the
//! same.

use std::borrow::Cow;
use std::collections::HashSet;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::collect::Reading;
use crate::date::Date;
use crate::edit;
use crate::fetch::{Environment, Request};
use crate::infer;
use crate::methods::Step;
use crate::methods::context::Items;
use crate::methods::method::{Absent, Answer, Round};
use crate::methods::step::Given;
use crate::page::{Page, ResponseMeta};
use crate::plan::guard::History;
use crate::plan::{Plan, Policy, lifecycle, validate};
use crate::presets::{PresetFile, Registry};
use crate::product::Product;
use crate::release_data::{Origin, ReleaseData};

/// What a worker does.
#[derive(Clone, Copy)]
pub enum Job<'a> {
    /// Understands a user's presets, which the jobs after it may name.
    Presets(&'a [PresetFile]),
    /// Understands a product file and its `auto` block, checks it, and plans its changes by what
    /// is stored of it.
    Product {
        name: &'a str,
        file: &'a [u8],
        stored: &'a Stored,
        today: Date,
    },
    /// Reads what a method fetched.
    Read(&'a Reading<'a>),
    /// Proposes entries for a page that no product file names.
    Infer {
        page: &'a Page,
        source: &'a str,
        today: Date,
    },
}

/// What is known of a product beside its file.
#[derive(Debug, Clone, Default)]
pub struct Stored {
    /// Its release data, as JSON.
    pub data: Option<Vec<u8>>,
    /// What earlier runs did to it, as JSON.
    pub history: Option<Vec<u8>>,
    /// Whether release cycles that the file lacks are added.
    pub add: bool,
}

/// A job as it is written: its head, as JSON, and the bytes that follow.
#[derive(Debug)]
pub struct Frame<'a> {
    pub head: Vec<u8>,
    pub bodies: Vec<Cow<'a, [u8]>>,
}

#[derive(Serialize, Deserialize)]
enum Head<'a> {
    Presets(Cow<'a, [PresetFile]>),
    Product {
        name: Cow<'a, str>,
        today: Date,
        has_data: bool,
        has_history: bool,
        add: bool,
    },
    Read {
        name: Cow<'a, str>,
        path: Cow<'a, str>,
        today: Date,
        entry: usize,
        part: usize,
        number: usize,
        answers: Vec<AnswerHead<'a>>,
        previous: Vec<AnswerHead<'a>>,
        asked: Vec<Cow<'a, Request>>,
    },
    Infer {
        page: PageHead<'a>,
        source: Cow<'a, str>,
        today: Date,
    },
}

#[derive(Serialize, Deserialize)]
struct AnswerHead<'a> {
    request: Cow<'a, Request>,
    /// The page, whose body is the next one; or how it was said that there is none.
    page: Result<PageHead<'a>, Cow<'a, str>>,
}

#[derive(Serialize, Deserialize)]
struct PageHead<'a> {
    url: Cow<'a, str>,
    content_type: Option<Cow<'a, str>>,
}

impl Job<'_> {
    /// The job as it is written.
    pub fn frame(&self) -> Frame<'_> {
        let mut bodies = Vec::new();
        let head = match *self {
            Self::Presets(files) => Head::Presets(files.into()),
            Self::Product {
                name,
                file,
                stored,
                today,
            } => {
                let Stored { data, history, add } = stored;
                bodies.push(file.into());
                bodies.extend(data.iter().chain(history).map(|file| (&**file).into()));
                Head::Product {
                    name: name.into(),
                    today,
                    has_data: data.is_some(),
                    has_history: history.is_some(),
                    add: *add,
                }
            }
            Self::Read(reading) => {
                let Reading { product, round, .. } = reading;
                bodies.push((&*product.file).into());
                Head::Read {
                    name: (&*product.name).into(),
                    path: (&*product.path).into(),
                    today: reading.today,
                    entry: reading.step.number,
                    part: reading.part,
                    number: round.number,
                    answers: answer_heads(round.answers, &mut bodies),
                    previous: answer_heads(round.previous, &mut bodies),
                    asked: round.asked.iter().map(Cow::Borrowed).collect(),
                }
            }
            Self::Infer {
                page,
                source,
                today,
            } => Head::Infer {
                page: PageHead::of(page, &mut bodies),
                source: source.into(),
                today,
            },
        };
        let head = serde_json::to_vec(&head).expect("a head holds texts and numbers");
        Frame { head, bodies }
    }
}

fn answer_heads<'a>(answers: &'a [Answer], bodies: &mut Vec<Cow<'a, [u8]>>) -> Vec<AnswerHead<'a>> {
    let head = |answer: &'a Answer| AnswerHead {
        request: Cow::Borrowed(&answer.request),
        page: match &answer.page {
            Ok(page) => Ok(PageHead::of(page, bodies)),
            Err(Absent { error }) => Err(error.into()),
        },
    };
    answers.iter().map(head).collect()
}

impl<'a> PageHead<'a> {
    fn of(page: &'a Page, bodies: &mut Vec<Cow<'a, [u8]>>) -> Self {
        bodies.push((&*page.body).into());
        Self {
            url: (&*page.url).into(),
            content_type: page.content_type.as_deref().map(Cow::Borrowed),
        }
    }

    fn page(self, bodies: &mut impl Iterator<Item = Vec<u8>>) -> Page {
        let content_type = self.content_type.map(Cow::into_owned);
        let body = bodies.next().unwrap_or_default();
        Page::new(self.url, content_type, body, ResponseMeta::default())
    }
}

impl Frame<'_> {
    /// Does the job. What is not understood, or is no job, ends it.
    pub fn run(self, registry: &mut Registry) {
        let Self { head, bodies } = self;
        let Ok(head) = serde_json::from_slice::<Head<'_>>(&head) else {
            return;
        };
        let mut bodies = bodies.into_iter().map(Cow::into_owned);
        match head {
            Head::Presets(files) => *registry = Registry::new(files.into_owned()),
            Head::Product {
                name,
                today,
                has_data,
                has_history,
                add,
            } => {
                let file = bodies.next().unwrap_or_default();
                let stored = Stored {
                    data: has_data.then(|| bodies.next().unwrap_or_default()),
                    history: has_history.then(|| bodies.next().unwrap_or_default()),
                    add,
                };
                understand(&name, file, &stored, registry, today);
            }
            Head::Read {
                name,
                path,
                today,
                entry,
                part,
                number,
                answers,
                previous,
                asked,
            } => {
                let file = bodies.next().unwrap_or_default();
                let Some((product, step)) = step(&name, &path, file, entry, registry) else {
                    return;
                };
                let Some(part) = step.parts.get(part) else {
                    return;
                };
                let answers = read_answers(answers, &mut bodies);
                let previous = read_answers(previous, &mut bodies);
                let asked: HashSet<Request> = asked.into_iter().map(Cow::into_owned).collect();
                let round = Round {
                    number,
                    answers: &answers,
                    previous: &previous,
                    asked: &asked,
                };
                let given = Given {
                    product: &product,
                    environment: &Environment::default(),
                };
                let mut data = ReleaseData::new(today);
                drop(part.read(&step, given, &round, &mut Items::default(), &mut data));
                data.finish();
            }
            Head::Infer {
                page,
                source,
                today,
            } => {
                let page = page.page(&mut bodies);
                drop((infer::proposals(&page, &source, today), infer::saw(&page)));
            }
        }
    }
}

fn read_answers(
    heads: Vec<AnswerHead<'_>>,
    bodies: &mut impl Iterator<Item = Vec<u8>>,
) -> Vec<Answer> {
    let answer = |head: AnswerHead<'_>| Answer {
        request: head.request.into_owned(),
        page: match head.page {
            Ok(page) => Ok(Arc::new(page.page(bodies))),
            Err(error) => Err(Absent {
                error: error.into_owned(),
            }),
        },
    };
    heads.into_iter().map(answer).collect()
}

fn understand(name: &str, file: Vec<u8>, stored: &Stored, registry: &Registry, today: Date) {
    let Ok(product) = Product::read(name, name, file) else {
        return;
    };
    drop(product.second_reading());
    if let Ok(Some(auto)) = product.auto() {
        for config in auto.configs().flatten() {
            drop(registry.step(config));
        }
    }
    drop((
        validate::check(&product, today),
        lifecycle::statements(&product),
    ));
    let history = stored.history.as_deref().map(History::from_json);
    let mut history = history.and_then(Result::ok).unwrap_or_default();
    history.settle(&product);
    let read = |json: &Vec<u8>| ReleaseData::from_json(json, today, &Origin::default());
    let Some(Ok(data)) = stored.data.as_ref().map(read) else {
        return;
    };
    let policy = Policy {
        add: stored.add,
        ..Policy::default()
    };
    let plan = Plan::new(&product, Some(&data), &history, &policy, today);
    let added: Vec<_> = plan.added().collect();
    drop(edit::apply_all(&product, plan.writes(), &added));
}

fn step(
    name: &str,
    path: &str,
    file: Vec<u8>,
    entry: usize,
    registry: &Registry,
) -> Option<(Product, Step)> {
    let product = Product::read(name, path, file).ok()?;
    let config = product.auto().ok()??.config(entry)?.ok()?;
    let step = registry.step(config).ok()?;
    Some((product, step))
}
