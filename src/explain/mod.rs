//! Why a value is in a file, or is not: the steps from the page to the line.
//!
//! For each field of each cycle there is a [`FieldTrace`]: what the file says and on which
//! line, what the sources say now and how they came to it, and what became of that. What was
//! seen of a cycle and gave nothing is part of it: most questions are about a value that is
//! *not* there.
//!
//! This module fetches nothing and decides nothing: what becomes of a change, the plan of
//! the run says.
//!
//! # What names a cycle
//! It is unknown to which cycle a skipped row belongs. It is shown with a cycle if its text
//! has the whole name of the cycle in it: `Redis OSS v7` names 7, `7.1` does not.

mod evidence_file;
mod name_match;
mod origin_json;

pub(crate) use evidence_file::document as evidence_file;
pub(crate) use origin_json::whole;

use indexmap::{IndexMap, IndexSet};

use crate::plan::merge::{Desired, FIELD_ORDER, desired};
use crate::plan::{Decision, Plan, Verdict};
use crate::product::{Product, RELEASE_CYCLE, ReleaseCycle};
use crate::release_data::{Origin, Release, ReleaseData, Rule, Skipped};
use crate::text::nearest;
use crate::value::Value;

use name_match::{names, names_version};

#[derive(Debug, Clone)]
pub struct CycleTrace<'a> {
    pub name: String,
    /// Its line in the file; `None` of one that only the sources know.
    pub line: Option<usize>,
    pub fields: Vec<FieldTrace<'a>>,
    /// What names it, was seen and gave nothing.
    pub skipped_items: Vec<Skipped>,
}

/// Why a field of a cycle is what it is.
#[derive(Debug, Clone, Default)]
pub struct FieldTrace<'a> {
    pub field: String,
    /// What the file says; `None` where it says nothing, or holds a list or a mapping.
    pub value: Option<Value>,
    pub line: Option<usize>,
    pub desired: Option<Desired>,
    /// How the cycle was recognised, where the row says its name.
    pub named: Option<Origin>,
    pub fate: Fate<'a>,
    /// What was seen of this field and gave nothing.
    pub skipped_items: Vec<Skipped>,
}

/// What becomes of what the sources say of a field.
#[derive(Debug, Clone, Copy, Default)]
pub enum Fate<'a> {
    /// The sources do not have it.
    #[default]
    Silent,
    /// The file says it already.
    Same,
    /// A run decided on it so.
    Decided(&'a Verdict),
    /// A method of the product failed, so nothing that was collected is written.
    Failed,
    /// The file has no such cycle.
    NoPlace,
}

impl Fate<'_> {
    /// Whether the next update writes it.
    pub fn is_due(self) -> bool {
        matches!(self, Self::Decided(Verdict::Write { .. }))
    }

    /// Whether it is known and not written.
    pub fn is_stopped(self) -> bool {
        matches!(self, Self::Failed | Self::Decided(_)) && !self.is_due()
    }
}

/// An unknown name, and the nearest that is known.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{product} has no {what} `{}`", crate::text::Excerpt(name))]
pub(crate) struct Unknown {
    pub product: String,
    /// `release cycle` or `field`.
    pub what: &'static str,
    pub name: String,
    pub nearest: Option<String>,
    pub known: Vec<String>,
}

/// What is known of each cycle: those of the file in its order, then those that only the
/// sources know. Without a plan a method failed.
pub(crate) fn trace<'a>(
    product: &Product,
    data: &ReleaseData,
    plan: Option<&'a Plan>,
) -> Vec<CycleTrace<'a>> {
    let skipped = &data.skipped;
    let mut all: Vec<CycleTrace<'a>> = product
        .cycles()
        .zip(desired(product, data))
        .enumerate()
        .map(|(index, (cycle, desired))| {
            let of_this = |decision: &&Decision| decision.change.index == index;
            let decisions: Option<Vec<&Decision>> =
                plan.map(|plan| plan.decisions.iter().filter(of_this).collect());
            let release = data.release_of(cycle.name());
            of_cycle(cycle, desired, release, skipped, decisions.as_deref())
        })
        .collect();
    let known: Vec<String> = all.iter().map(|cycle| cycle.name.clone()).collect();
    for (name, release) in data.sorted_releases() {
        if !known.iter().any(|known| known == name) {
            all.push(only_listed(name, release, skipped));
        }
    }
    all
}

/// The cycles that are asked for, with the fields that are.
pub(crate) fn select<'a>(
    product: &str,
    mut cycles: Vec<CycleTrace<'a>>,
    cycle: Option<&str>,
    field: Option<&str>,
) -> Result<Vec<CycleTrace<'a>>, Unknown> {
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
        // A file may have a name twice; both are shown.
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

fn fields_of(cycles: &[CycleTrace<'_>]) -> Vec<String> {
    let known = FIELD_ORDER[1..].iter().copied();
    let fields = cycles.iter().flat_map(|cycle| &cycle.fields);
    let fields: IndexSet<&str> = known.chain(fields.map(|traced| &*traced.field)).collect();
    fields.into_iter().map(str::to_owned).collect()
}

impl CycleTrace<'_> {
    /// Leaves one field; one that neither the file nor a source has is there all the same.
    fn narrow(&mut self, field: &str) {
        let about_field = |skipped: &&Skipped| skipped.subject.field.as_deref() == Some(field);
        if !self.fields.iter().any(|traced| traced.field == field) {
            let skipped_items = self.skipped_items.iter().filter(about_field);
            self.fields.push(FieldTrace {
                field: field.to_owned(),
                skipped_items: skipped_items.cloned().collect(),
                ..FieldTrace::default()
            });
        }
        self.fields.retain(|traced| traced.field == field);
        self.skipped_items
            .retain(|skipped| skipped.subject.field.is_none());
    }
}

fn of_cycle<'a>(
    cycle: ReleaseCycle<'_>,
    mut desired: IndexMap<String, Desired>,
    release: Option<&Release>,
    skipped: &[Skipped],
    decisions: Option<&[&'a Decision]>,
) -> CycleTrace<'a> {
    let named = |desired: &Desired| {
        let stated = desired.origin.rule == Some(Rule::ReleaseStates);
        let beside = release?.name_beside(&desired.origin);
        beside.filter(|_| stated).cloned()
    };
    let fate = |field: &str| {
        let Some(decisions) = decisions else {
            return Fate::Failed;
        };
        let decision = decisions
            .iter()
            .find(|decision| decision.change.field == field);
        decision.map_or(Fate::NoPlace, |decision| Fate::Decided(&decision.verdict))
    };
    let mut skipped_items: Vec<Skipped> = about(cycle.name(), skipped);
    let mut fields = Vec::new();
    let entries = cycle.node().entries().iter();
    let in_file = entries.filter_map(|(key, node)| Some((key.text()?, node)));
    for (field, node) in in_file.filter(|(field, _)| *field != RELEASE_CYCLE) {
        let desired = desired.shift_remove(field);
        let value = node.value();
        let fate = match (&desired, &value) {
            (None, _) => Fate::Silent,
            (Some(desired), Some(value)) if value.says_the_same(&desired.value) => Fate::Same,
            (Some(_), _) => fate(field),
        };
        fields.push(FieldTrace {
            field: field.to_owned(),
            value,
            line: Some(node.line),
            named: desired.as_ref().and_then(named),
            desired,
            fate,
            ..FieldTrace::default()
        });
    }
    for (field, desired) in desired {
        let fate = if desired.value == Value::Null {
            Fate::Same
        } else {
            fate(&field)
        };
        fields.push(FieldTrace {
            field,
            named: named(&desired),
            desired: Some(desired),
            fate,
            ..FieldTrace::default()
        });
    }
    for traced in &mut fields {
        let field = Some(&*traced.field);
        let of_field = |skipped: &Skipped| skipped.subject.field.as_deref() == field;
        let of_version = |skipped: &Skipped| {
            let version = skipped.subject.version.as_deref();
            version.is_some_and(|version| cycle.includes(version))
        };
        traced.skipped_items = if matches!(field, Some("latest" | "latestReleaseDate")) {
            let versions = skipped
                .iter()
                .filter(|skipped| of_version(skipped) || names_version(skipped, cycle.name()));
            versions.cloned().collect()
        } else {
            skipped_items
                .iter()
                .filter(|skipped| of_field(skipped))
                .cloned()
                .collect()
        };
    }
    // What is about a field is shown with the field.
    skipped_items.retain(|skipped| {
        let field = skipped.subject.field.as_ref();
        field.is_none_or(|field| !fields.iter().any(|traced| traced.field == *field))
    });
    CycleTrace {
        name: cycle.name().to_owned(),
        line: Some(cycle.node().line),
        fields,
        skipped_items,
    }
}

fn only_listed<'a>(name: &str, release: &Release, skipped: &[Skipped]) -> CycleTrace<'a> {
    let fields = release.fields.iter().map(|(field, stated)| FieldTrace {
        field: field.to_string(),
        desired: Some(Desired {
            value: stated.value.clone(),
            origin: stated.origin.clone(),
            superseded: stated.superseded.clone(),
        }),
        named: release.name_beside(&stated.origin).cloned(),
        fate: Fate::NoPlace,
        ..FieldTrace::default()
    });
    CycleTrace {
        name: name.to_owned(),
        line: None,
        fields: fields.collect(),
        skipped_items: about(name, skipped),
    }
}

/// What was seen of a release and gave nothing, and what names it in rows that did not.
fn about(cycle: &str, skipped: &[Skipped]) -> Vec<Skipped> {
    skipped
        .iter()
        .filter(|skipped| match &skipped.subject {
            about if about.version.is_some() => false,
            about => match &about.release {
                Some(release) => release == cycle,
                None => names(&skipped.origin.raw, cycle),
            },
        })
        .cloned()
        .collect()
}
