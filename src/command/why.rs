//! Where the values of a product come from, and why one is not there. Nothing is written.

use super::flight::Log;
use super::learn::{collect, is_cumulative, method_failure, product_failure};
use super::settle::{Listed, Settling};
use super::{Console, Ending};
use crate::cli::Why as Asked;
use crate::explain::{Stop, Stopped, Unknown, asked, cycles};
use crate::methods::steps;
use crate::plan::merge;
use crate::product::Product;
use crate::release_data::ReleaseData;
use crate::report::{self, Depth, Failure, Why, failure};
use crate::store::{Products, Releases, products_dir};

pub(super) async fn run(args: &Asked, console: &Console) -> anyhow::Result<Ending> {
    let wanted = std::slice::from_ref(&args.product);
    let products_dir = products_dir(args.products_dir.as_deref(), wanted);
    let products = Products::open(&products_dir)?;
    let product = match products.read(&products.find(&args.product)?) {
        Ok(product) => product,
        Err(error) => {
            console.say(&failure("", &product_failure(&error)));
            return Ok(Ending::Unusable);
        }
    };
    let today = args.common.today();
    let memories = super::memories(args.release_data.as_deref(), &args.fetch, &products);
    let settling = Settling::dry(products, &products_dir, memories, today)?;
    let stored = args
        .release_data
        .as_deref()
        .map(|dir| Releases::at(dir).read(&product.name, today))
        .transpose()?
        .flatten();
    let entries = match entries(&product) {
        Ok(entries) => entries,
        Err(error) => {
            console.say(&failure("", &product_failure(&error)));
            return Ok(Ending::Unusable);
        }
    };
    let Answered {
        data,
        wrong,
        idle,
        old_copies,
    } = learnt(args, &product, stored.clone(), today).await?;
    for page in old_copies {
        let page = crate::text::visible(&page).into_owned();
        console.say(&format!("old copy used: {page}\n"));
    }
    let listed = Listed {
        data: Some(&data).filter(|_| idle.is_none()),
        before: stored.as_ref(),
    };
    let stopped = if wrong.is_some() {
        not_whole(&product, &data)
    } else {
        settling.stopped(&product, listed)
    };
    let all = cycles(&product, &data, &data.skipped, &stopped);
    let cycles = match asked(
        &product.name,
        all,
        args.cycle.as_deref(),
        args.field.as_deref(),
    ) {
        Ok(cycles) => cycles,
        Err(unknown) => {
            console.say(&failure("", &not_there(&unknown)));
            return Ok(Ending::Unusable);
        }
    };
    if let Some(wrong) = &wrong {
        console.say(&failure(&format!("{}: ", product.name), wrong));
    }
    let why = Why {
        product: &product,
        cycles: &cycles,
        depth: match (&args.cycle, &args.field) {
            (None, _) => Depth::Product,
            (Some(_), None) => Depth::Cycle,
            (Some(_), Some(_)) => Depth::Field,
        },
        entries,
        idle,
        is_failed: wrong.is_some(),
    };
    let out = if args.common.is_json() {
        report::why_document(&why)
    } else {
        report::why(&why)
    };
    console.give(out.as_bytes())?;
    Ok(if wrong.is_some() {
        Ending::Wanting
    } else {
        Ending::Done
    })
}

/// The lines of the entries of `auto.methods`.
fn entries(product: &Product) -> Result<Vec<usize>, crate::product::ProductError> {
    let Some(auto) = product.auto()? else {
        return Ok(Vec::new());
    };
    auto.configs()
        .map(|config| config.map(|config| config.line))
        .collect::<Result<_, _>>()
        .map_err(|error| product.error(error))
}

/// What the methods learn now.
struct Answered {
    /// As far as they come.
    data: ReleaseData,
    /// What stopped them.
    wrong: Option<Failure>,
    /// Why none is asked.
    idle: Option<&'static str>,
    /// The old copies of pages that were used.
    old_copies: Vec<String>,
}

/// Asks the methods of a product. What the file switches off is not asked.
async fn learnt(
    args: &Asked,
    product: &Product,
    stored: Option<ReleaseData>,
    today: crate::date::Date,
) -> anyhow::Result<Answered> {
    let mut answered = Answered {
        data: ReleaseData::new(today),
        wrong: None,
        idle: None,
        old_copies: Vec::new(),
    };
    let auto = product.auto().ok().flatten();
    let steps = match steps(product, false) {
        Ok(_) if auto.as_ref().is_none_or(crate::product::Auto::is_empty) => {
            answered.idle = Some("has no methods");
            return Ok(answered);
        }
        Ok(steps) if steps.is_empty() || auto.is_some_and(|auto| auto.disabled) => {
            answered.idle = Some("has its methods switched off");
            return Ok(answered);
        }
        Ok(steps) => steps,
        Err(error) => {
            answered.wrong = Some(product_failure(&error));
            return Ok(answered);
        }
    };
    let fetcher = args.fetch.fetcher()?;
    let known = stored.filter(|_| is_cumulative(product));
    let collected = collect(product, &steps, &fetcher, known, today, &Log::default()).await;
    fetcher.finish()?;
    answered.data = collected.data;
    answered.data.finish();
    answered.wrong = collected.result.err().map(|error| method_failure(&error));
    answered.old_copies = super::stale_pages(&fetcher);
    Ok(answered)
}

/// What is learnt before a method fails is not written.
fn not_whole(product: &Product, data: &ReleaseData) -> Vec<Stopped> {
    let plan = merge::plan(product, data, data.today());
    let changes = plan.changes.into_iter();
    changes
        .map(|change| (change.index, change.field, Stop::Failed))
        .collect()
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
        format!("there is {}{more}", known.join(", "))
    };
    Failure::new(unknown).hint(Some(hint))
}
