//! Which older cycles end as a new one comes, by the lifecycle rules of the file.

use super::file::{File, Place};
use crate::date::Date;
use crate::plan::change::Change;
use crate::plan::lifecycle::{FieldRule, Rows};
use crate::plan::notice::Notice;
use crate::release_data::{Origin, Place as OriginPlace, Rule};
use crate::value::Value;

impl File<'_> {
    /// Ends what the rows of before could not end: the cycles below a new one whose rule it
    /// completes.
    pub(super) fn end_older(&mut self, earlier: &Rows, at: usize) {
        for below in at + 1..self.rows.0.len() {
            let rules = self.rules.iter();
            let followed = rules.filter(|rule| rule.fit.is_followed());
            let ended: Vec<(&FieldRule, Date)> = followed
                .filter_map(|rule| {
                    // Nobody has said yet whether a new cycle has long-term support.
                    let is_new = matches!(self.places[below], Place::Added(_));
                    if is_new && !rule.is_of_all(&self.rows.0[below]) {
                        return None;
                    }
                    let was_known = earlier.day(below - 1, &rule.rule, rule.next()).is_some();
                    let day = self.rows.day(below, &rule.rule, rule.next())?;
                    (!was_known).then_some((rule, day))
                })
                .collect();
            let ended: Vec<(&'static str, Date, Origin)> = ended
                .into_iter()
                .map(|(rule, day)| (rule.fit.field, day, origin(rule)))
                .collect();
            for (field, day, origin) in ended {
                self.end(below, field, day, origin);
            }
        }
    }

    fn end(&mut self, below: usize, field: &'static str, day: Date, origin: Origin) {
        let row = &self.rows.0[below];
        if row.value(field) != Some(&Value::Bool(false)) {
            return;
        }
        let cycle = row.name.clone();
        let stated = self.data.release_of(&cycle);
        let stated = stated.and_then(|release| release.value(field));
        if let Some(stated) = stated.filter(|stated| **stated != Value::Null) {
            self.notices.push(Notice::RuleDiffers {
                cycle,
                field,
                stated: stated.clone(),
                gives: day,
                origin: Box::new(origin),
            });
            return;
        }
        self.rows.0[below].set(field, day.into());
        let number = self.added.len() - 1;
        match self.places[below] {
            Place::InFile(index) => self.added[number].ends.push(Change {
                index,
                cycle,
                field: field.to_owned(),
                old: Some(Value::Bool(false)),
                new: day.into(),
                origin,
            }),
            Place::Added(older) => {
                let mut fields = self.added[older].fields.iter_mut();
                if let Some(known) = fields.find(|known| known.field == field) {
                    known.new = day.into();
                    known.origin = origin;
                }
            }
        }
    }
}

/// A lifecycle rule as what a value comes from.
pub(super) fn origin(rule: &FieldRule) -> Origin {
    Origin {
        method: "policy".into(),
        place: OriginPlace::Line {
            line: rule.statement.line,
        },
        raw: (&*rule.statement.text).into(),
        rule: Some(Rule::Lifecycle),
        ..Origin::default()
    }
}
