//! What an entry collected, as a whole product file, with what is to be said about it.
//!
//! The cycles are the releases that the methods collected, or the major or minor versions of what
//! they collected. What the site wants and no source gives is assumed and said; a cycle that the
//! site would refuse is left out and said.
//!
//! # What it refuses
//! A file that has a finding of `check` is not [`Trial::is_whole`]. Where the dates of most cycles
//! are in the wrong order, the columns are, and the trial is unclear.

use std::collections::BTreeMap;

use super::cycle::{Cycle, counted, first_days, grouped, listed};
use super::product_file::Draft;
use super::proposal::{Cycles, Proposal};
use crate::date::{Date, parse_iso};
use crate::plan::{merge, validate};
use crate::product::{Product, SITE_FIELDS};
use crate::release_data::{ReleaseData, Skipped};
use crate::value::Value;
use crate::version::order;

/// A date that a person knows of a cycle.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Like {
    cycle: String,
    field: Option<String>,
    date: Date,
}

impl std::str::FromStr for Like {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong =
            || "not of the form CYCLE=DATE or CYCLE=FIELD:DATE, such as 17=2029-11-08".to_owned();
        let (cycle, known) = text.split_once('=').ok_or_else(wrong)?;
        let (field, date) = match known.rsplit_once(':') {
            Some((field, date)) if SITE_FIELDS.contains(&field) => (Some(field.to_owned()), date),
            Some((field, _)) => return Err(format!("`{field}` is not a field of release cycles")),
            None => (None, known),
        };
        Ok(Self {
            cycle: cycle.to_owned(),
            field,
            date: parse_iso(date).ok_or_else(wrong)?,
        })
    }
}

/// What entries came to.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The product file.
    pub file: String,
    /// The lines of its entries.
    pub entries: String,
    /// How good it is, beside other trials.
    pub score: i64,
    /// What no source gives.
    pub assumed: Vec<String>,
    /// Which cycles are not in the file, and why.
    pub left_out: Vec<String>,
    /// What is not clear, by field; a file with any of it is written on a person's word alone.
    pub unclear: Vec<(&'static str, String)>,
    /// What `check` finds in the file.
    pub findings: Vec<String>,
    cycles: Vec<Cycle>,
}

/// How many years ahead a date is believed.
const FAR: i64 = 20 * 366;

impl Trial {
    /// What these proposals collected together, where it is something.
    pub fn of(draft: &Draft, proposals: &[&Proposal], data: &ReleaseData) -> Option<Self> {
        let entries: Vec<&str> = proposals.iter().map(|proposal| &*proposal.entry).collect();
        let mut trial = Self {
            file: String::new(),
            entries: entries.concat(),
            score: 0,
            assumed: Vec::new(),
            left_out: Vec::new(),
            unclear: proposals
                .iter()
                .flat_map(|proposal| proposal.unclear.clone())
                .collect(),
            findings: Vec::new(),
            cycles: Vec::new(),
        };
        trial.cycles = listed(data, &mut trial.left_out);
        let by = proposals.iter().map(|proposal| proposal.cycles);
        let by = by
            .filter(|by| matches!(by, Cycles::Major | Cycles::Minor))
            .min_by_key(|by| *by == Cycles::Minor);
        if trial.cycles.is_empty() {
            let by = by?;
            trial.cycles = grouped(data, by, &mut trial.left_out);
            let kind = if by == Cycles::Major {
                "major"
            } else {
                "minor"
            };
            trial.assumed.push(format!("a cycle is a {kind} version"));
        }
        if trial.cycles.is_empty() {
            return None;
        }
        let count = first_days(&mut trial.cycles, data);
        if count > 0 {
            let first = "releaseDate is the day of the first version";
            trial
                .assumed
                .push(format!("{first}, for {}", counted(count)));
        }
        trial.judge_order();
        trial.complete(draft.today);
        trial.sort();
        trial.latest(draft, data);
        trial.file = draft.file(&entries, &trial.cycles);
        trial.leave_out_what_is_refused(draft, &entries);
        let is_unread = |skipped: &&Skipped| skipped.reason.is_unreadable();
        let unread = data.skipped.iter().filter(is_unread).count();
        trial.score = trial.score(unread, proposals);
        if unread > 0 {
            trial
                .left_out
                .push(format!("rows that are not understood: {unread}"));
        }
        (!trial.cycles.is_empty()).then_some(trial)
    }

    /// Whether `check` has nothing to say about the file.
    pub fn is_whole(&self) -> bool {
        self.findings.is_empty()
    }

    /// The cycles, the newest first: a line each.
    pub fn preview(&self) -> Vec<String> {
        let line = |cycle: &Cycle| {
            let fields = SITE_FIELDS
                .iter()
                .filter_map(|field| Some((field, cycle.fields.get(*field)?)));
            let fields: Vec<String> = fields
                .map(|(field, value)| format!("{field} {value}"))
                .collect();
            format!("{}  {}", cycle.name, fields.join(", "))
        };
        self.cycles.iter().map(line).collect()
    }

    /// How many cycles the file has, in words.
    pub fn count(&self) -> String {
        counted(self.cycles.len())
    }

    /// Whether it has what a person knows, and what that makes clear.
    pub fn agrees(&mut self, likes: &[Like]) -> bool {
        let agrees = likes.iter().all(|like| {
            let cycle = self.cycles.iter().find(|cycle| cycle.name == like.cycle);
            let mut fields = cycle.iter().flat_map(|cycle| &cycle.fields);
            fields.any(|(field, value)| {
                like.field.as_ref().is_none_or(|wanted| wanted == field)
                    && *value == Value::Date(like.date)
            })
        });
        if agrees {
            let is_stated = |field: &str| {
                likes
                    .iter()
                    .any(|like| like.field.as_deref() == Some(field))
            };
            self.unclear.retain(|(field, _)| !is_stated(field));
        }
        agrees
    }

    /// Columns whose days are mostly in the wrong order are not what they seem to be.
    fn judge_order(&mut self) {
        for pair in [
            ["releaseDate", "eoas"],
            ["releaseDate", "eol"],
            ["eoas", "eol"],
            ["eol", "eoes"],
        ] {
            let days = |cycle: &Cycle| Some((cycle.day(pair[0])?, cycle.day(pair[1])?));
            let both: Vec<_> = self.cycles.iter().filter_map(days).collect();
            let wrong = both.iter().filter(|(first, last)| first > last).count();
            if 3 * wrong > both.len() {
                let [first, last] = pair;
                let field = if last == "eoes" { "eoes" } else { "eol" };
                let why = format!(
                    "`{first}` is after `{last}` in {wrong} of {}",
                    counted(both.len())
                );
                self.unclear.push((field, why));
            }
        }
    }

    /// What the site wants of every cycle; those without a day of release are left out, where
    /// others have one.
    fn complete(&mut self, today: Date) {
        let is_dated = |cycle: &Cycle| cycle.fields.contains_key("releaseDate");
        if self.cycles.iter().any(is_dated) {
            let undated = self.cycles.extract_if(.., |cycle| !is_dated(cycle));
            let lines = undated.map(|cycle| format!("{}: no day of release", cycle.name));
            self.left_out.extend(lines);
        }
        self.leave_out_what_is_over(today);
        for field in ["eol", "eoas", "discontinued"] {
            let has = |cycle: &Cycle| cycle.fields.contains_key(field);
            if field != "eol" && !self.cycles.iter().any(has) {
                continue;
            }
            // Of a cycle that is over, active support is too.
            let is_over =
                |cycle: &Cycle| field == "eoas" && cycle.day("eol").is_some_and(|end| end <= today);
            for over in [false, true] {
                let mut names = Vec::new();
                let lacking = self.cycles.iter_mut();
                for cycle in lacking.filter(|cycle| !has(cycle) && is_over(cycle) == over) {
                    cycle.fields.insert(field.to_owned(), Value::Bool(over));
                    names.push(cycle.name.clone());
                }
                if !names.is_empty() {
                    let count = counted(names.len());
                    names.truncate(6);
                    let names = names.join(", ");
                    self.assumed
                        .push(format!("{field} is {over} for {count} ({names})"));
                }
            }
        }
    }

    /// A cycle without an end that is older than one that is over would be open for ever.
    fn leave_out_what_is_over(&mut self, today: Date) {
        let is_over = |cycle: &&Cycle| cycle.day("eol").is_some_and(|end| end <= today);
        let over = self.cycles.iter().filter(is_over);
        let Some(newest) = over.filter_map(|cycle| cycle.day("releaseDate")).max() else {
            return;
        };
        let is_unknown = |cycle: &mut Cycle| {
            !cycle.fields.contains_key("eol")
                && cycle
                    .day("releaseDate")
                    .is_some_and(|released| released < newest)
        };
        let unknown = self.cycles.extract_if(.., is_unknown);
        let lines =
            unknown.map(|cycle| format!("{}: no end, though newer ones are over", cycle.name));
        self.left_out.extend(lines);
    }

    /// The newest first, by the day of release and then by name.
    fn sort(&mut self) {
        let day = |cycle: &Cycle| cycle.day("releaseDate");
        self.cycles.sort_by(|a, b| {
            let names = order(&b.name, &a.name).unwrap_or(std::cmp::Ordering::Equal);
            day(b).cmp(&day(a)).then(names)
        });
    }

    /// The latest versions, as an update would write them.
    fn latest(&mut self, draft: &Draft, data: &ReleaseData) {
        let file = draft.file(&[], &self.cycles).into_bytes();
        let Ok(product) = Product::read(&draft.name, &draft.name, file) else {
            return;
        };
        for change in merge::merge(&product, data, draft.today).changes {
            if change.field.starts_with("latest") {
                self.cycles[change.index]
                    .fields
                    .insert(change.field, change.new);
            }
        }
    }

    /// Leaves out the cycles that the site refuses for what their sources give, and notes what it
    /// finds in the file then.
    fn leave_out_what_is_refused(&mut self, draft: &Draft, entries: &[&str]) {
        loop {
            let product =
                match Product::read(&draft.name, &draft.name, self.file.clone().into_bytes()) {
                    Ok(product) => product,
                    Err(error) => {
                        self.findings = vec![error.message];
                        return;
                    }
                };
            let findings = validate::check(&product, draft.today);
            let of_cycle =
                |finding: &&validate::Finding| finding.rule != "missing" && finding.cycle.is_some();
            let refused: BTreeMap<String, String> = findings
                .iter()
                .filter(of_cycle)
                .filter_map(|finding| {
                    let field = finding.field.as_deref().unwrap_or_default();
                    Some((
                        finding.cycle.clone()?,
                        format!("`{field}` {}", finding.message),
                    ))
                })
                .collect();
            if refused.is_empty() || refused.len() == self.cycles.len() {
                self.findings = shown(&findings);
                return;
            }
            self.cycles
                .retain(|cycle| !refused.contains_key(&cycle.name));
            self.left_out
                .extend(refused.iter().map(|(cycle, why)| format!("{cycle}: {why}")));
            self.file = draft.file(entries, &self.cycles);
        }
    }

    /// How good it is: fields that are dates, rows that were read, names that are numbers. Of cycles
    /// made of versions there is no number to prefer: as many as there are minor versions.
    fn score(&self, unread: usize, proposals: &[&Proposal]) -> i64 {
        let count = i64::try_from(self.cycles.len().max(1)).unwrap_or(i64::MAX);
        // Of 100 cycles, how many are so.
        let share = |is: &dyn Fn(&Cycle) -> bool| {
            let those = self.cycles.iter().filter(|cycle| is(cycle)).count();
            100 * i64::try_from(those).unwrap_or_default() / count
        };
        let has = |field: &'static str| share(&move |cycle| cycle.day(field).is_some());
        let is_far = |cycle: &Cycle| {
            let mut days = cycle.fields.values().filter_map(Value::date_or_quoted);
            let released = cycle.day("releaseDate");
            days.any(|day| released.is_some_and(|released| (day - released).num_days() > FAR))
        };
        let is_digit = |byte: u8| byte.is_ascii_digit() || byte == b'.';
        let unread = i64::try_from(unread + self.left_out.len()).unwrap_or_default();
        let of_kind = match proposals.first().map(|proposal| proposal.cycles) {
            Some(Cycles::Patches) => 10 * count.min(10) - 250,
            Some(Cycles::Major | Cycles::Minor) => 50,
            _ => 10 * count.min(10),
        };
        3 * has("eol")
            + 2 * has("releaseDate")
            + has("eoas") / 2
            + has("eoes") / 2
            + share(&|cycle| cycle.fields.contains_key("latest")) / 2
            + share(&|cycle| cycle.name.bytes().all(is_digit))
            - share(&is_far)
            - 100 * unread / (count + unread)
            + of_kind
    }
}

/// Findings, equal ones of several cycles on one line.
fn shown(findings: &[validate::Finding]) -> Vec<String> {
    let mut lines: Vec<(String, usize)> = Vec::new();
    for finding in findings {
        let line = format!(
            "`{}` {}",
            finding.field.as_deref().unwrap_or_default(),
            finding.message
        );
        match lines.iter_mut().find(|(known, _)| *known == line) {
            Some((_, count)) => *count += 1,
            None => lines.push((line, 1)),
        }
    }
    let lines = lines.into_iter();
    lines
        .map(|(line, count)| format!("{line}, in {}", counted(count)))
        .collect()
}
