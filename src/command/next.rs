//! What ends when, over a folder. Nothing is written.

use std::time::Duration;

use chrono::Days;

use super::console::Console;
use super::each_product::each_product;
use super::exit_status::ExitStatus;
use super::options::today;
use super::worker::Blocking;
use crate::cli::{Format, Next};
use crate::date::Date;
use crate::report::count;
use crate::report::timeline::{Ending, endings_document, endings_text};
use crate::store::Products;

pub(super) fn run(args: &Next, console: &Console) -> anyhow::Result<ExitStatus> {
    let (products_dir, wanted) = args.folder.selection();
    let products = Products::open(&products_dir)?;
    let names = products.select(&wanted)?;
    let today = today(args.today);
    let workers = Blocking::without_methods()?;
    let read = |name: &str| workers.read_to_show(&products, name);
    let within = args.within.max(args.fail_within.unwrap_or_default());
    let until = after(today, within);
    let (endings, mut status) = each_product(read, &names, console, |product| {
        let ends = Ending::of(&product).filter(|end| (today..=until).contains(&end.date));
        Ok(ends.collect::<Vec<_>>())
    });
    let mut endings = endings.concat();
    // Of one day they stay sorted by product, and in the order of its file.
    endings.sort_by_key(|ending| ending.date);
    match args.format {
        Format::Text => console.print_text(&endings_text(&endings, today), false)?,
        Format::Json => {
            console.print_data(endings_document(&endings, today, until).as_bytes())?;
        }
    }
    let within = |until: Date| {
        let ending = endings.iter().filter(|ending| ending.date <= until).count();
        let days = usize::try_from((until - today).num_days()).unwrap_or_default();
        let words = format!("{} within {}", count(ending, "date"), count(days, "day"));
        (ending, words)
    };
    let (products, words) = (count(names.len(), "product"), within(until).1);
    let mut summary = format!("{words}, in {products}");
    if let Some(time) = args.fail_within {
        let (ending, words) = within(after(today, time));
        summary = format!("{summary}; --fail-within: {words}");
        if ending > 0 {
            status = ExitStatus::Failure;
        }
    }
    console.print_message(&format!("{summary}\n"));
    Ok(status)
}

/// The day after a time; a part of a day counts as one.
fn after(today: Date, time: Duration) -> Date {
    let days = time.as_secs().div_ceil(24 * 60 * 60);
    let day = today.checked_add_days(Days::new(days));
    day.unwrap_or(Date::MAX)
}
