//! Why a value stands in a file, or does not: the chain from the page to the line.
//!
//! For each field of each cycle there is an [`Answer`]: what the file says and on which line,
//! what the sources say now and how they came to it, and what became of that. What was seen
//! of a cycle and gave nothing is part of the answer: most questions are about a value that
//! is *not* there.
//!
//! This module fetches nothing and decides nothing. Whoever asks has run the methods, and
//! says which changes were stopped and by whom.
//!
//! # What names a cycle
//! Of a row that is passed over nobody knows whose it is. It is shown with a cycle if its
//! text has the cycle's name in it, whole: `Redis OSS v7` names 7, `7.1` does not.

mod name_match;

use indexmap::IndexMap;

use crate::date::Date;
use crate::plan::merge::{Said, said};
use crate::product::{Product, RELEASE_CYCLE, ReleaseCycle};
use crate::release_data::{Origin, Release, ReleaseData, Rule, Skipped};
use crate::text::nearest;
use crate::value::Value;

use name_match::{names, names_version};

/// All that can be said of a cycle.
#[derive(Debug, Clone)]
pub struct Cycle {
    /// Its name.
    pub name: String,
    /// Where it stands in the file; `None` of one that only the sources know.
    pub line: Option<usize>,
    /// Its fields, in the order of the file.
    pub answers: Vec<Answer>,
    /// What names it, was seen and gave nothing.
    pub passed_over: Vec<Skipped>,
}

/// Why a field of a cycle is what it is.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The field.
    pub field: String,
    /// What the file says; `None` where it says nothing, or holds a list or a mapping.
    pub value: Option<Value>,
    /// The line on which it does.
    pub line: Option<usize>,
    /// What the sources say.
    pub said: Option<Said>,
    /// How the cycle was recognised, where the row says its name.
    pub named: Option<Origin>,
    /// What became of that.
    pub fate: Fate,
    /// What was seen of this field and gave nothing.
    pub passed_over: Vec<Skipped>,
}

/// What becomes of what the sources say of a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// The sources say nothing of it.
    Silent,
    /// The file says it already.
    Same,
    /// The next update writes it.
    Due,
    /// It is not written.
    Stopped(Stop),
    /// The file has no such cycle, or holds what methods do not write.
    NoPlace,
}

/// Why a change is not written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// A method of the product failed, so nothing that was learnt is written.
    Failed,
    /// The file would break a rule of the site.
    Withheld {
        /// The rule.
        rule: String,
        /// What would be wrong.
        reason: String,
    },
    /// The guard holds it.
    Held {
        /// By which it is accepted.
        id: String,
        /// The rule of the guard.
        rule: String,
        /// What is odd.
        reason: String,
    },
    /// A person decided on the value.
    Pinned {
        /// The last day of the pin.
        until: Date,
        /// Why.
        reason: String,
        /// Where the pin stands, a file and a line.
        at: String,
    },
}

/// A change that is not written: the place of its cycle, its field, and why.
pub type Stopped = (usize, String, Stop);

/// An unknown name, and the nearest that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{product} has no {what} `{}`", crate::text::Excerpt(name))]
pub struct Unknown {
    /// The product.
    pub product: String,
    /// `release cycle` or `field`.
    pub what: &'static str,
    /// The name.
    pub name: String,
    /// The nearest that is known.
    pub nearest: Option<String>,
    /// What is known.
    pub known: Vec<String>,
}

/// What can be said of each cycle: those of the file in its order, then those that only the
/// sources know.
pub fn cycles(
    product: &Product,
    data: &ReleaseData,
    skipped: &[Skipped],
    stopped: &[Stopped],
) -> Vec<Cycle> {
    let mut all: Vec<Cycle> = product
        .cycles()
        .zip(said(product, data))
        .enumerate()
        .map(|(index, (cycle, said))| {
            let stops = stopped.iter().filter(|(at, ..)| *at == index);
            let stops: Vec<(&str, &Stop)> =
                stops.map(|(_, field, stop)| (&**field, stop)).collect();
            of_cycle(
                cycle,
                said,
                data.releases.get(cycle.name()),
                skipped,
                &stops,
            )
        })
        .collect();
    let known: Vec<String> = all.iter().map(|cycle| cycle.name.clone()).collect();
    for (name, release) in data.sorted_releases() {
        if !known.contains(name) {
            all.push(only_said(name, release, skipped));
        }
    }
    all
}

/// The cycles that are asked for, with the fields that are.
pub fn asked(
    product: &str,
    mut cycles: Vec<Cycle>,
    cycle: Option<&str>,
    field: Option<&str>,
) -> Result<Vec<Cycle>, Unknown> {
    let unknown = |what, name: &str, known: Vec<&str>| Unknown {
        product: product.to_owned(),
        what,
        name: name.to_owned(),
        known: known.iter().map(|name| (*name).to_owned()).collect(),
        nearest: nearest(name, known).map(str::to_owned),
    };
    if let Some(name) = cycle {
        if !cycles.iter().any(|cycle| cycle.name == name) {
            let known = cycles.iter().map(|cycle| &*cycle.name).collect();
            return Err(unknown("release cycle", name, known));
        }
        // A name may stand twice; both are shown.
        let fields: Vec<String> = fields_of(&cycles);
        cycles.retain(|cycle| cycle.name == name);
        if let Some(field) = field {
            if !fields.iter().any(|known| known == field) {
                let known = fields.iter().map(String::as_str).collect();
                return Err(unknown("field", field, known));
            }
            for cycle in &mut cycles {
                cycle.narrow(field);
            }
        }
    }
    Ok(cycles)
}

/// The names of all fields, each once.
fn fields_of(cycles: &[Cycle]) -> Vec<String> {
    let mut fields: Vec<String> = crate::plan::merge::FIELD_ORDER[1..]
        .iter()
        .map(|field| (*field).to_owned())
        .collect();
    for answer in cycles.iter().flat_map(|cycle| &cycle.answers) {
        if !fields.contains(&answer.field) {
            fields.push(answer.field.clone());
        }
    }
    fields
}

impl Cycle {
    /// Leaves one field; one that neither the file nor a source has is there all the same.
    fn narrow(&mut self, field: &str) {
        let about_field = |skipped: &&Skipped| skipped.about.field.as_deref() == Some(field);
        if !self.answers.iter().any(|answer| answer.field == field) {
            self.answers.push(Answer {
                field: field.to_owned(),
                value: None,
                line: None,
                said: None,
                named: None,
                fate: Fate::Silent,
                passed_over: self
                    .passed_over
                    .iter()
                    .filter(about_field)
                    .cloned()
                    .collect(),
            });
        }
        self.answers.retain(|answer| answer.field == field);
        self.passed_over
            .retain(|skipped| skipped.about.field.is_none());
    }
}

fn of_cycle(
    cycle: ReleaseCycle<'_>,
    mut said: IndexMap<String, Said>,
    release: Option<&Release>,
    skipped: &[Skipped],
    stops: &[(&str, &Stop)],
) -> Cycle {
    let named = |said: &Said| {
        let stated = said.origin.rule == Some(Rule::ReleaseStates);
        let beside = release?.name_beside(&said.origin);
        beside.filter(|_| stated).cloned()
    };
    let mut passed_over: Vec<Skipped> = about(cycle.name(), skipped);
    let mut answers = Vec::new();
    let entries = cycle.node().entries().iter();
    let in_file = entries.filter_map(|(key, node)| Some((key.text()?, node)));
    for (field, node) in in_file.filter(|(field, _)| *field != RELEASE_CYCLE) {
        let said = said.shift_remove(field);
        let value = node.value();
        let fate = match (&said, &value) {
            (None, _) => Fate::Silent,
            (Some(_), None) => Fate::NoPlace,
            (Some(said), Some(value)) if value.says_the_same(&said.value) => Fate::Same,
            (Some(_), Some(_)) => fate(field, stops),
        };
        answers.push(Answer {
            field: field.to_owned(),
            value,
            line: Some(node.line),
            named: said.as_ref().and_then(named),
            said,
            fate,
            passed_over: Vec::new(),
        });
    }
    for (field, said) in said {
        let fate = if said.value == Value::Null {
            Fate::Same
        } else {
            fate(&field, stops)
        };
        answers.push(Answer {
            field,
            value: None,
            line: None,
            named: named(&said),
            said: Some(said),
            fate,
            passed_over: Vec::new(),
        });
    }
    for answer in &mut answers {
        let field = Some(&*answer.field);
        let of_field = |skipped: &Skipped| skipped.about.field.as_deref() == field;
        let of_version = |skipped: &Skipped| {
            let version = skipped.about.version.as_deref();
            version.is_some_and(|version| cycle.includes(version))
        };
        answer.passed_over = if matches!(field, Some("latest" | "latestReleaseDate")) {
            let versions = skipped
                .iter()
                .filter(|skipped| of_version(skipped) || names_version(skipped, cycle.name()));
            versions.cloned().collect()
        } else {
            passed_over
                .iter()
                .filter(|skipped| of_field(skipped))
                .cloned()
                .collect()
        };
    }
    // What is about a field stands with the field.
    passed_over.retain(|skipped| {
        let field = skipped.about.field.as_ref();
        field.is_none_or(|field| !answers.iter().any(|answer| answer.field == *field))
    });
    Cycle {
        name: cycle.name().to_owned(),
        line: Some(cycle.node().line),
        answers,
        passed_over,
    }
}

fn fate(field: &str, stops: &[(&str, &Stop)]) -> Fate {
    let stop = stops.iter().find(|(stopped, _)| *stopped == field);
    stop.map_or(Fate::Due, |(_, stop)| Fate::Stopped((*stop).clone()))
}

/// A cycle that only the sources know.
fn only_said(name: &str, release: &Release, skipped: &[Skipped]) -> Cycle {
    let answers = release.fields.iter().map(|(field, learnt)| Answer {
        field: field.clone(),
        value: None,
        line: None,
        said: Some(Said {
            value: learnt.value.clone(),
            origin: learnt.origin.clone(),
            overruled: learnt.overruled.clone(),
        }),
        named: release.name_beside(&learnt.origin).cloned(),
        fate: Fate::NoPlace,
        passed_over: Vec::new(),
    });
    Cycle {
        name: name.to_owned(),
        line: None,
        answers: answers.collect(),
        passed_over: about(name, skipped),
    }
}

/// What was seen of a release and gave nothing, and what names it in rows that did not.
fn about(cycle: &str, skipped: &[Skipped]) -> Vec<Skipped> {
    skipped
        .iter()
        .filter(|skipped| match &skipped.about {
            about if about.version.is_some() => false,
            about => match &about.release {
                Some(release) => release == cycle,
                None => names(&skipped.origin.raw, cycle),
            },
        })
        .cloned()
        .collect()
}
