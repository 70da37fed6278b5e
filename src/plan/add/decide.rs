//! What becomes of a cycle that is to be added: it is written whole or not at all.

use crate::date::Date;
use crate::plan::addition::Addition;
use crate::plan::change::Change;
use crate::plan::decision::{Decision, Verdict};
use crate::plan::validate::reject_additions;
use crate::product::Product;

fn is_written(decision: &Decision) -> bool {
    matches!(decision.verdict, Verdict::Write { .. })
}

/// The cycles that are written, each with its fields.
pub(in crate::plan) fn written<'a, 'd>(
    additions: &'a [Addition],
    decisions: &'d [Decision],
) -> impl Iterator<Item = (&'a Addition, Vec<&'d Change>)> {
    additions.iter().filter_map(|addition| {
        let of_it = |decision: &&Decision| decision.change.index == addition.index;
        let fields = decisions.iter().filter(of_it);
        let fields = fields.filter(|decision| is_written(decision));
        let fields: Vec<&Change> = fields.map(|decision| &decision.change).collect();
        (!fields.is_empty()).then_some((addition, fields))
    })
}

/// Decides on each cycle: what stops one of its fields stops all, and what it would end goes on.
pub(in crate::plan) fn decide(
    product: &Product,
    additions: &[Addition],
    decisions: &mut [Decision],
    validate: bool,
    today: Date,
) {
    for addition in additions {
        let of_it = |decision: &&Decision| decision.change.index == addition.index;
        let mut stopped = decisions.iter().filter(of_it);
        let stopped = stopped.find(|decision| !is_written(decision));
        if let Some(verdict) = stopped.map(|decision| decision.verdict.clone()) {
            stop(addition, decisions, &verdict);
        }
    }
    if !validate {
        return;
    }
    let whole: Vec<_> = written(additions, decisions).collect();
    let rejected = reject_additions(product, &whole, today).into_iter();
    let whole = whole.iter().map(|(addition, _)| *addition);
    let rejected: Vec<_> = whole
        .zip(rejected)
        .filter_map(|(addition, violation)| Some((addition, violation?)))
        .collect();
    for (addition, violation) in rejected {
        let verdict = Verdict::Rejected {
            violation,
            despite: None,
        };
        stop(addition, decisions, &verdict);
    }
}

fn stop(addition: &Addition, decisions: &mut [Decision], verdict: &Verdict) {
    for decision in decisions.iter_mut().filter(|decision| is_written(decision)) {
        let change = &decision.change;
        let mut ends = addition.ends.iter();
        if change.index == addition.index
            || ends.any(|end| end.index == change.index && end.field == change.field)
        {
            decision.verdict = verdict.clone();
        }
    }
}
