//! Writes the file of a product that nobody has described yet.
//!
//! Each source is read once; what may read it is tried by the real methods on what was fetched,
//! and the best is shown. A person chooses at a terminal, or says `--yes` before. What is not clear
//! is never taken by `--yes`.

use std::io::{self, IsTerminal as _};
use std::sync::Arc;

use anyhow::Context as _;

use super::console::Console;
use super::exit_status::ExitStatus;
use super::options::today;
use super::worker::Workers;
use crate::cli::New;
use crate::collect::{collect, steps};
use crate::date::Date;
use crate::fetch::{FetchError, Fetcher, Request};
use crate::infer::{Draft, Proposal, Trial, is_category, is_name, named, proposals, saw};
use crate::job::Job;
use crate::page::Page;
use crate::presets::Registry;
use crate::product::Product;
use crate::report::{Failure, failure};
use crate::store;
use crate::text::{Excerpt, visible};

/// How many are shown, and how many cycles of each.
const SHOWN: usize = 3;
const CYCLES: usize = 5;
/// How many combinations of entries are tried.
const MOST: usize = 64;

pub(super) async fn run(args: &New, console: &Console) -> anyhow::Result<ExitStatus> {
    let draft = draft(args)?;
    let target = store::vacant(&args.products_dir, &args.name)?;
    let fetcher = args
        .fetch
        .fetcher_or_page(args.page.as_deref(), args.settings.file.as_deref())?;
    let workers = Workers::default();
    let mut sources = Vec::new();
    let mut seen = Vec::new();
    for source in &args.sources {
        let found = match named(source) {
            Some(found) => found,
            None => match fetcher.fetch(&Request::get(source)).await {
                Ok(page) => {
                    let (found, has) = proposed(&page, source, draft.today, &workers).await?;
                    let is_empty = found.is_empty();
                    let is_told = is_empty || args.sources.len() == 1;
                    seen.extend(has.into_iter().filter(|_| is_told));
                    found
                }
                Err(error) => {
                    fetcher.finish()?;
                    return Ok(failed(console, &error));
                }
            },
        };
        if found.is_empty() {
            fetcher.finish()?;
            return Ok(nothing(console, source, seen));
        }
        sources.push(found);
    }
    let mut trials = Vec::new();
    let mut errors = Vec::new();
    for chosen in combinations(&sources) {
        match tried(&draft, &chosen, &fetcher, &workers).await? {
            Ok(trial) => trials.extend(trial),
            Err(error) if !errors.contains(&error) => errors.push(error),
            Err(_) => {}
        }
    }
    fetcher.finish()?;
    let read = trials.len();
    trials.retain_mut(|trial| trial.agrees(&args.like));
    if trials.is_empty() {
        let mut lines = if read > 0 {
            vec![format!(
                "{read} ways to read it, and none gives what --like says"
            )]
        } else {
            errors
        };
        lines.extend(seen);
        return Ok(nothing(console, &args.sources.join(" "), lines));
    }
    trials.sort_by_key(|trial| (!trial.unclear.is_empty(), -trial.score));
    trials.dedup_by(|a, b| a.file == b.file);
    trials.truncate(SHOWN);
    for (trial, number) in trials.iter().zip(1..) {
        console.print_message(&shown(trial, number));
    }
    let Some(trial) = choice(args, &trials, console)? else {
        return Ok(ExitStatus::Usage);
    };
    if !trial.is_whole() && !args.partial {
        let error = anyhow::anyhow!("the file would not pass `check`, so it is not written");
        let hint = "name another source that gives what is missing, such as the repository, after \
            this one; or complete the file by hand: --partial writes it";
        let mut failure_of = Failure::new(error.as_ref()).hint(Some(hint.to_owned()));
        failure_of.details = short(&trial.findings, SHOWN);
        console.print_message(&failure("", &failure_of));
        return Ok(ExitStatus::Failure);
    }
    if args.dry_run {
        console.print_data(trial.file.as_bytes())?;
        return Ok(ExitStatus::Success);
    }
    store::create(&args.products_dir, &args.name, trial.file.as_bytes())?;
    let path = target.display().to_string();
    console.print_message(&format!("wrote {}: {}\n", visible(&path), trial.count()));
    for (key, value, is_given) in [
        ("title", &draft.title, args.title.is_some()),
        ("category", &draft.category, args.category.is_some()),
    ] {
        if !is_given {
            let value = Excerpt(value);
            console.print_message(&format!(
                "assumed: {key} `{value}`; --{key} states another\n"
            ));
        }
    }
    Ok(ExitStatus::Success)
}

/// The entries that could read a page, and what it has.
async fn proposed(
    page: &Page,
    source: &str,
    today: Date,
    workers: &Workers,
) -> anyhow::Result<(Vec<Proposal>, Vec<String>)> {
    let job = Job::Infer {
        page,
        source,
        today,
    };
    let admitted = workers.admit(job).await;
    let _slot = admitted.with_context(|| format!("reading {}", Excerpt(source)))?;
    Ok((proposals(page, source, today), saw(page)))
}

/// What the file says beside its sources, if the name and the category may be.
fn draft(args: &New) -> anyhow::Result<Draft> {
    if !is_name(&args.name) {
        anyhow::bail!(
            "`{}` is not the name of a product: lower-case letters, digits and `-`",
            Excerpt(&args.name)
        );
    }
    let category = args.category.as_deref().unwrap_or("app");
    if let Err(words) = is_category(category) {
        let word = Excerpt(category);
        anyhow::bail!(
            "`{word}` is not a category: it is one of {}",
            words.join(", ")
        );
    }
    // It goes into the text of a page as it is written, where blanks, braces and tags have a meaning.
    let is_odd = |c: char| c.is_whitespace() || "<>\"{}|\\^`".contains(c);
    let odd = |source: &&String| source.contains(is_odd) || visible(source) != **source;
    if let Some(source) = args.sources.iter().find(odd) {
        anyhow::bail!(
            "`{}` has a character that no URL has; write a blank as `%20`, and others so too",
            Excerpt(source)
        );
    }
    if let Some(title) = args
        .title
        .as_ref()
        .filter(|title| visible(title) != ***title)
    {
        anyhow::bail!(
            "the title `{}` has a character that nobody sees",
            Excerpt(title)
        );
    }
    let title = || {
        let words = args.name.split('-').map(|word| {
            let (first, rest) = word.split_at(word.len().min(1));
            first.to_uppercase() + rest
        });
        words.collect::<Vec<_>>().join(" ")
    };
    let policy = args
        .sources
        .iter()
        .find(|source| source.starts_with("http") && named(source).is_none());
    Ok(Draft {
        name: args.name.clone(),
        title: args.title.clone().unwrap_or_else(title),
        category: category.to_owned(),
        policy: policy.cloned(),
        today: today(args.today),
    })
}

/// One proposal of each source, those of the first sources last.
fn combinations(sources: &[Vec<Proposal>]) -> Vec<Vec<&Proposal>> {
    let mut all: Vec<Vec<&Proposal>> = vec![Vec::new()];
    for source in sources {
        let longer = all
            .iter()
            .flat_map(|chosen| source.iter().map(|one| [&chosen[..], &[one]].concat()));
        all = longer.take(MOST).collect();
    }
    all
}

/// What the methods collect by these proposals, as a file; or why they fail.
async fn tried(
    draft: &Draft,
    chosen: &[&Proposal],
    fetcher: &Fetcher,
    workers: &Workers,
) -> anyhow::Result<Result<Option<Trial>, String>> {
    let entries: Vec<&str> = chosen.iter().map(|proposal| &*proposal.entry).collect();
    let file = format!(
        "---\nauto:\n  methods:\n{}releases: []\n---\n",
        entries.concat()
    );
    let product = Product::read(&draft.name, &draft.name, file.into_bytes())?;
    let Ok(steps) = steps(&Registry::default(), &product, false) else {
        return Ok(Err("an entry is not understood".to_owned()));
    };
    let product = Arc::new(product);
    let mut collected = collect(&product, &steps, fetcher, None, draft.today, workers).await;
    if let Some(error) = collected.error {
        return Ok(Err(
            Failure::of_method(&error, &collected.data.skipped).whole()
        ));
    }
    collected.data.finish();
    Ok(Ok(Trial::of(draft, chosen, &collected.data)))
}

/// One to choose: its entries, its first cycles, and what is to be said of them.
fn shown(trial: &Trial, number: usize) -> String {
    let mut lines = vec![format!("{number}. {}", trial.count())];
    lines.extend(trial.entries.lines().map(str::to_owned));
    let cycles = short(&trial.preview(), CYCLES).into_iter();
    lines.extend(cycles.map(|line| format!("   {line}")));
    let unclear: Vec<String> = trial.unclear.iter().map(|(_, why)| why.clone()).collect();
    for (word, about) in [
        ("unclear", &unclear),
        ("assumed", &trial.assumed),
        ("left out", &trial.left_out),
        ("missing", &trial.findings),
    ] {
        let about = short(about, CYCLES).into_iter();
        lines.extend(about.map(|line| format!("   {word}: {line}")));
    }
    let lines = lines.iter().flat_map(|line| [visible(line), "\n".into()]);
    lines.collect()
}

/// The first lines, and how many there are more.
fn short(lines: &[String], most: usize) -> Vec<String> {
    let mut out: Vec<String> = lines.iter().take(most).cloned().collect();
    if lines.len() > most {
        out.push(format!("and {} more", lines.len() - most));
    }
    out
}

/// Which one a person wants: the best where that was said before, else the number that is typed.
fn choice<'t>(
    args: &New,
    trials: &'t [Trial],
    console: &Console,
) -> anyhow::Result<Option<&'t Trial>> {
    if args.yes || args.dry_run {
        let best = trials.first().filter(|trial| trial.unclear.is_empty());
        if best.is_none() {
            let error = anyhow::anyhow!("not even the best is clear, so none is taken");
            let hint = "name a date that you know: --like CYCLE=FIELD:DATE makes FIELD clear";
            let of = Failure::new(error.as_ref()).hint(Some(hint.to_owned()));
            console.print_message(&failure("", &of));
        }
        return Ok(best);
    }
    if !io::stdin().is_terminal() {
        console.print_message("nothing written: --yes takes the first, and --like CYCLE=DATE chooses by a date that you know\n");
        return Ok(None);
    }
    console.print_message(&format!("Which one? [1-{}, none] ", trials.len()));
    let trial = answered(trials, io::stdin().lock()).context("cannot read the answer")?;
    if trial.is_none() {
        console.print_message("nothing written\n");
    }
    Ok(trial)
}

/// The one whose number is typed; any other answer is none.
fn answered<T>(all: &[T], mut answer: impl io::BufRead) -> io::Result<Option<&T>> {
    let mut line = String::new();
    answer.read_line(&mut line)?;
    let number = line.trim().parse().unwrap_or(0_usize);
    Ok(number.checked_sub(1).and_then(|at| all.get(at)))
}

/// Says that nothing fits, and what there is instead.
fn nothing(console: &Console, source: &str, details: Vec<String>) -> ExitStatus {
    let error = anyhow::anyhow!(
        "no place with cycles and dates on {}; nothing written",
        Excerpt(source)
    );
    let failure_of = Failure {
        details,
        ..Failure::new(error.as_ref())
    };
    console.print_message(&failure("", &failure_of));
    ExitStatus::Failure
}

fn failed(console: &Console, error: &FetchError) -> ExitStatus {
    console.print_message(&failure("", &Failure::new(error).hint(error.hint())));
    ExitStatus::Failure
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_the_number_of_one_that_is_shown_is_an_answer() {
        let taken = |answer: &str| super::answered(&["a", "b"], answer.as_bytes()).unwrap();
        assert_eq!(taken("2\n"), Some(&"b"));
        assert_eq!(taken(" 1"), Some(&"a"));
        for answer in ["", "\n", "0\n", "3\n", "none\n", "yes\n", "-1\n"] {
            assert_eq!(taken(answer), None, "{answer:?}");
        }
    }
}
