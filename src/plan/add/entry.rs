//! What a new cycle holds, and what each field rests on.

use super::candidate::Candidate;
use super::ends::origin;
use super::file::File;
use crate::plan::change::Change;
use crate::plan::lifecycle::FieldRule;
use crate::plan::merge::of_new_cycle;
use crate::plan::notice::Notice;
use crate::plan::validate::required_fields;
use crate::product::lifecycle::END_FIELDS;
use crate::product::{ReleaseCycle, SITE_FIELDS};
use crate::release_data::{Origin, Rule};
use crate::value::Value;

/// How many neighbours say what a cycle of the file holds.
const NEIGHBOURS: usize = 3;

type Field = (String, Value, Origin);

fn by(rule: Rule) -> Origin {
    Origin {
        rule: Some(rule),
        ..Origin::default()
    }
}

impl<'a> File<'a> {
    /// The fields of a new cycle, in the order of the one as which it is written; the name of one
    /// that the site requires and that nothing gives. `at` is its row.
    pub(super) fn fields(
        &mut self,
        candidate: &Candidate,
        at: usize,
        like: usize,
        index: usize,
    ) -> Result<Vec<Change>, &'static str> {
        let name = &*candidate.name;
        let mut fields: Vec<Field> = of_new_cycle(self.product, self.data, name, &candidate.origin);
        for (field, value, _) in &fields {
            self.rows.0[at].set(field, value.clone());
        }
        let neighbours = self.neighbours(like);
        let required = required_fields(self.product).collect::<Vec<_>>();
        for field in END_FIELDS {
            let mut near = neighbours.iter().take(2);
            let is_usual = near.all(|cycle| cycle.node().find(field).is_some());
            if let Some((value, origin)) = self.end_of_support(field, at, &neighbours, &fields)
                && (is_usual || required.contains(&field) || value.date_or_quoted().is_some())
            {
                self.rows.0[at].set(field, value.clone());
                fields.push((field.to_owned(), value, origin));
            }
        }
        for (key, _) in neighbours[0].node().entries() {
            let Some(key) = key.text().filter(|key| !END_FIELDS.contains(key)) else {
                continue;
            };
            if !fields.iter().any(|(field, ..)| field == key) {
                let value = shared(&neighbours, key);
                let value = value.or_else(|| renamed(&neighbours, key, name, &fields));
                let value = value.map(|value| (key.to_owned(), value, by(Rule::Neighbours)));
                fields.extend(value);
            }
        }
        let holds = |field: &str| fields.iter().any(|(known, ..)| known == field);
        if let Some(lacks) = required.into_iter().find(|field| !holds(field)) {
            return Err(lacks);
        }
        let change = |(field, new, origin)| Change {
            index,
            cycle: name.to_owned(),
            field,
            old: None,
            new,
            origin,
        };
        let fields = in_order_of(neighbours[0], fields).into_iter();
        Ok(fields.map(change).collect())
    }

    /// The cycles beside a place, the one as which a new one is written first.
    fn neighbours(&self, like: usize) -> Vec<ReleaseCycle<'a>> {
        let below = self.cycles[like..].iter();
        let above = self.cycles[..like].iter().rev();
        below.chain(above).take(NEIGHBOURS).copied().collect()
    }

    /// The end of a phase of support that the sources do not say: what a rule gives, else whether
    /// it is over for the neighbours, else that it is not. What they say stays.
    fn end_of_support(
        &mut self,
        field: &'static str,
        at: usize,
        neighbours: &[ReleaseCycle<'_>],
        fields: &[Field],
    ) -> Option<(Value, Origin)> {
        let row = &self.rows.0[at];
        let rules = self.rules.iter();
        let rules = rules.filter(|rule| rule.fit.field == field && rule.covers(row));
        let day = |rule: &FieldRule| self.rows.day(at, &rule.rule, rule.next());
        let mut proven = rules.clone();
        let given = proven.find_map(|rule| {
            let is_proven = rule.fit.is_proven() && rule.is_of_all(row);
            Some((day(rule).filter(|_| is_proven)?, origin(rule)))
        });
        if let Some((_, stated, _)) = fields.iter().find(|(known, ..)| known == field) {
            let other = given.filter(|(day, _)| stated.date_or_quoted() != Some(*day));
            let cycle = row.name.clone();
            self.notices
                .extend(other.map(|(gives, origin)| Notice::RuleDiffers {
                    cycle,
                    field,
                    stated: stated.clone(),
                    gives,
                    origin: Box::new(origin),
                }));
            return None;
        }
        if let Some((day, origin)) = given {
            return Some((day.into(), origin));
        }
        // What is over for each cycle from its first day, such as a phase that is no more.
        let flags = neighbours.iter().map(|cycle| cycle.value(field));
        let flags: Vec<Option<Value>> = flags.collect();
        let is_over = field != "eol" && flags[0] == Some(Value::Bool(true));
        let mut waiting = rules.filter(|rule| rule.rule.formula.newest() != Some(0));
        if let Some(rule) = waiting.next() {
            return Some((is_over.into(), origin(rule)));
        }
        let all = |value: bool| flags.iter().all(|flag| *flag == Some(value.into()));
        Some(match () {
            () if is_over && all(true) => (true.into(), by(Rule::Neighbours)),
            () if all(false) => (false.into(), by(Rule::Neighbours)),
            () => (false.into(), by(Rule::Assumed)),
        })
    }
}

/// What the two nearest neighbours hold, unless it is a day or what only one can hold; whether
/// something is so, where all of them say it.
fn shared(neighbours: &[ReleaseCycle<'_>], key: &str) -> Option<Value> {
    let (first, others) = neighbours.split_first()?;
    let value = first.value(key)?;
    let others = match value {
        Value::Bool(_) => others,
        _ => &others[..others.len().min(1)],
    };
    let is_own = matches!(key, "releaseCycle" | "codename" | "latest" | "outOfOrder");
    let is_shared = others
        .iter()
        .all(|other| other.value(key).as_ref() == Some(&value));
    (!is_own && is_shared && !others.is_empty() && value.date_or_quoted().is_none())
        .then_some(value)
}

/// What the nearest neighbour holds with the numbers of the new cycle in place of its own, where
/// it comes so from the next one.
fn renamed(
    neighbours: &[ReleaseCycle<'_>],
    key: &str,
    name: &str,
    fields: &[Field],
) -> Option<Value> {
    let text = |cycle: &ReleaseCycle<'_>| match cycle.value(key)? {
        Value::Text(text) => Some(text),
        _ => None,
    };
    let own = |field: &str| fields.iter().find(|(known, ..)| known == field);
    let own = |field: &str| own(field).map(|(_, value, _)| value.clone());
    // A version that no source lists is none, unless it is the cycle itself.
    let is_latest = key == "latest";
    let of = |cycle: &ReleaseCycle<'_>| spellings(cycle.name(), |field| cycle.value(field));
    let [first, older, ..] = neighbours else {
        return None;
    };
    if replaced(&text(older)?, &of(older), &of(first))? != text(first)? {
        return None;
    }
    let made = replaced(&text(first)?, &of(first), &spellings(name, own))?;
    (!is_latest || made == name).then_some(Value::Text(made))
}

/// How the numbers of a cycle are written in addresses and labels, the longest first.
fn spellings(name: &str, value: impl Fn(&str) -> Option<Value>) -> Vec<Option<String>> {
    let released = value("releaseDate").and_then(|day| day.date_or_quoted());
    let latest = value("latest").map(|latest| latest.to_string());
    // Blogs have the month in their addresses.
    let mut spellings = vec![released.map(|day| day.format("%Y/%m").to_string())];
    for name in [latest, Some(format!("{name}.0")), Some(name.to_owned())] {
        let written = |dot: &str| name.as_ref().map(|name| name.replace('.', dot));
        spellings.extend([".", "-", "_", ""].map(written));
    }
    spellings
}

/// A text with the spellings of one cycle replaced by those of another; none where it has none,
/// or has one that the other lacks.
fn replaced(text: &str, old: &[Option<String>], new: &[Option<String>]) -> Option<String> {
    let (mut made, mut rest, mut any) = (String::new(), text, false);
    while let Some(c) = rest.chars().next() {
        let is_digit = |c: char| c.is_ascii_digit();
        let found = old.iter().zip(new).find_map(|(old, new)| {
            let old = old.as_deref().filter(|old| old.contains(is_digit))?;
            let after = rest.strip_prefix(old)?;
            let is_whole = !made.ends_with(is_digit) && !after.starts_with(is_digit);
            is_whole.then_some((after, new))
        });
        if let Some((after, new)) = found {
            made.push_str(new.as_deref()?);
            (rest, any) = (after, true);
        } else {
            made.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    any.then_some(made)
}

/// The fields in the order of another cycle; one that it lacks where the site's files have it.
fn in_order_of(like: ReleaseCycle<'_>, fields: Vec<Field>) -> Vec<Field> {
    let entries = like.node().entries();
    let place = |field: &str| {
        entries
            .iter()
            .position(|(key, _)| key.text() == Some(field))
    };
    let standard = |field: &str| SITE_FIELDS.iter().position(|known| *known == field);
    let (mut ordered, mut others): (Vec<Field>, Vec<Field>) = fields
        .into_iter()
        .partition(|(field, ..)| place(field).is_some());
    ordered.sort_by_key(|(field, ..)| place(field));
    others.sort_by_key(|(field, ..)| standard(field).unwrap_or(SITE_FIELDS.len()));
    for other in others {
        let own = standard(&other.0).unwrap_or(SITE_FIELDS.len());
        let is_later = |(field, ..): &Field| standard(field).is_none_or(|place| place > own);
        let at = ordered.iter().position(is_later).unwrap_or(ordered.len());
        ordered.insert(at, other);
    }
    ordered
}
