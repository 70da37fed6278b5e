//! Where the values of a product come from, and why one is not there. Nothing is written.
//!
//! It plans as `update` does with the same options, so that what it explains is the run that
//! was asked for.

use std::sync::Arc;

use super::console::Console;
use super::exit_status::ExitStatus;
use super::finish::stale_copies;
use super::options::RunOptions;
use super::run::Run;
use crate::cli::Why as WhyArgs;
use crate::collect::{Collected, NotCollected, collect, steps};
use crate::explain::{Unknown, select, trace};
use crate::plan::Plan;
use crate::product::{Product, ProductError};
use crate::release_data::ReleaseData;
use crate::report::{self, Depth, Failure, Outcome, Why, failure};
use crate::store::products_dir;
use crate::text::visible;

pub(super) async fn run(args: &WhyArgs, console: &Console) -> anyhow::Result<ExitStatus> {
    let products = vec![args.product.clone()];
    let options = RunOptions {
        products_dir: products_dir(args.products_dir.as_deref(), &products),
        products,
        plan: &args.plan,
        validate: !args.no_validate,
        add: false,
        release_data: args.release_data.as_deref(),
        evidence: None,
        fetch: Some(&args.fetch),
        today: args.common.today,
    };
    let run = Run::open(&options, true).await?;
    let name = run.store.products.find(&args.product)?;
    let unusable = |wrong: &Failure| {
        console.print_message(&failure("", wrong));
        Ok(ExitStatus::Usage)
    };
    let product = match run.workers.read_to_collect(&run.store, &name).await {
        Ok(product) => Arc::new(product),
        Err(error) => return unusable(&Failure::of_product(&error)),
    };
    let entries = match entries(&product) {
        Ok(entries) => entries,
        Err(error) => return unusable(&Failure::of_product(&error)),
    };
    let known = run.store.known(&name, run.today)?;
    let sourced = sources(args, &run, &product, known.as_ref(), console).await?;
    let (data, not_collected, wrong) = match &sourced {
        Ok(Collected { data, error }) => {
            let failure = |error| Failure::of_method(error, &data.skipped);
            (data, None, error.as_ref().map(failure))
        }
        Err((data, NotCollected::Config(error))) => (data, None, Some(Failure::of_product(error))),
        Err((data, reason)) => (data, Some(reason), None),
    };
    let mut outcome = Outcome::waiting(&name);
    let history = run.history(&product, known.as_ref(), &mut outcome);
    for note in &outcome.notes {
        console.print_message(&format!("note: {}\n", visible(&note.to_string())));
    }
    if let Err(error) = run.workers.admit_plan(&run.store, &product, data).await {
        return unusable(&error);
    }
    let listed = Some(data).filter(|_| not_collected.is_none());
    // What is collected before a method fails is not written.
    let plan = || Plan::new(&product, listed, &history, &run.policy, run.today);
    let plan = wrong.is_none().then(plan);
    let all = trace(&product, data, plan.as_ref());
    let (cycle, field) = (args.cycle.as_deref(), args.field.as_deref());
    let cycles = match select(&product.name, all, cycle, field) {
        Ok(cycles) => cycles,
        Err(unknown) => return unusable(&not_there(&unknown)),
    };
    if let Some(wrong) = &wrong {
        console.print_message(&failure(&format!("{name}: "), wrong));
    }
    let why = Why {
        product: &product,
        cycles: &cycles,
        depth: match (cycle, field) {
            (None, _) => Depth::Product,
            (Some(_), None) => Depth::Cycle,
            (Some(_), Some(_)) => Depth::Field,
        },
        entries,
        not_collected,
        settings: &run.settings,
        is_failed: wrong.is_some(),
        verbose: args.common.verbose > 0,
    };
    let out = if args.common.is_json() {
        report::why_document(&why)
    } else {
        report::why(&why)
    };
    console.print_data(out.as_bytes())?;
    Ok(if wrong.is_some() {
        ExitStatus::Failure
    } else {
        ExitStatus::Success
    })
}

fn entries(product: &Product) -> Result<Vec<usize>, ProductError> {
    let Some(auto) = product.auto()? else {
        return Ok(Vec::new());
    };
    auto.configs()
        .map(|config| config.map(|config| config.line))
        .collect::<Result<_, _>>()
        .map_err(|error| product.error(error))
}

/// What the methods of a product collect now, or why none is run. What the file switches off
/// is not run.
async fn sources(
    args: &WhyArgs,
    run: &Run,
    product: &Arc<Product>,
    known: Option<&ReleaseData>,
    console: &Console,
) -> anyhow::Result<Result<Collected, (ReleaseData, NotCollected)>> {
    let steps = match steps(&run.registry, product, false) {
        Ok(steps) => steps,
        Err(reason) => return Ok(Err((ReleaseData::new(run.today), reason))),
    };
    let fetcher = args.fetch.fetcher(&run.policy.settings.named)?;
    let mut collected = collect(product, &steps, &fetcher, known, run.today, &run.workers).await;
    collected.data.finish();
    fetcher.finish()?;
    if args.common.verbose > 0 {
        let fetched = fetcher.statistics();
        console.print_message(&report::fetched(&fetched, args.common.verbosity()));
    }
    for copy in stale_copies(&fetcher) {
        let copy = visible(&copy.to_string()).into_owned();
        console.print_message(&format!("stale copy used: {copy}\n"));
    }
    Ok(Ok(collected))
}

/// A name that is not there, with the nearest that is.
fn not_there(unknown: &Unknown) -> Failure {
    const SHOWN: usize = 12;
    let quoted = |name: &String| format!("`{}`", crate::text::Excerpt(name));
    let hint = if let Some(near) = &unknown.nearest {
        format!("did you mean {}?", quoted(near))
    } else {
        let known: Vec<String> = unknown.known.iter().take(SHOWN).map(quoted).collect();
        let more = if unknown.known.len() > SHOWN {
            " and more"
        } else {
            ""
        };
        format!("known: {}{more}", known.join(", "))
    };
    Failure::new(unknown).hint(Some(hint))
}
