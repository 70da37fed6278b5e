//! What the commands over products share: their folders, policy, day and fetcher, and the
//! first and the last step of a product.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};
use std::sync::Arc;

use anyhow::Context as _;

use super::observed::Observed;
use super::options::{RunOptions, history, policy, today};
use super::runner::Progress;
use super::worker::Workers;
use crate::collect::{Collected, NotCollected, collect, steps, unknown_methods, unread_field};
use crate::date::Date;
use crate::edit;
use crate::fetch::Fetcher;
use crate::plan::guard::{History, Rule};
use crate::plan::{GuardMode, Plan, Policy};
use crate::presets::Registry;
use crate::product::Product;
use crate::release_data::ReleaseData;
use crate::report::{self, Ended, Failure, Note, Outcome, RunNote};
use crate::store::{
    Apply, ApplyNote, EvidenceStore, HistoryStore, KnownNotices, Products, ReleaseDataStore,
    SettingsFile, Store, StoreError,
};

/// The folders, the policy and the day of a run.
pub(super) struct Run {
    pub(super) store: Store,
    pub(super) registry: Registry,
    pub(super) workers: Workers,
    pub(super) policy: Policy,
    /// The file of settings, as it is shown.
    pub(super) settings: String,
    pub(super) today: Date,
    pub(super) dry: bool,
    /// The folder of product files, as the user names it.
    products_dir: PathBuf,
    known: Option<KnownNotices>,
    /// Whether products with a method that is not known are left out.
    pub(super) known_only: bool,
}

/// A product whose methods ran.
pub(super) struct Sourced {
    pub(super) product: Arc<Product>,
    pub(super) known: Option<ReleaseData>,
    pub(super) data: ReleaseData,
    pub(super) outcome: Outcome,
}

impl Run {
    /// Opens the folders that a command names, and reads what people decided.
    pub(super) async fn open(options: &RunOptions<'_>, dry: bool) -> anyhow::Result<Self> {
        let products = Products::open(&options.products_dir)?;
        let settings = SettingsFile::read(options.plan.settings.file.as_deref(), &products)?;
        let today = today(options.today);
        let folder = &options.products_dir;
        let (workers, registry) = Workers::of(folder, today, options.add).await?;
        settings.check(&products, today)?;
        let store = Store {
            release_data: options.release_data.map(ReleaseDataStore::at),
            evidence: options.evidence.map(EvidenceStore::at),
            history: history(options, &products),
            products,
        };
        if !dry {
            store.sweep();
        }
        Ok(Self {
            store,
            registry,
            workers,
            settings: settings.shown(),
            policy: policy(options, settings.settings)?,
            today,
            dry,
            products_dir: options.products_dir.clone(),
            known: None,
            known_only: false,
        })
    }

    pub(super) fn knowing(mut self, path: Option<&Path>) -> anyhow::Result<Self> {
        let read = |path| KnownNotices::read(path).context("cannot read the known notices");
        self.known = path.map(read).transpose()?;
        Ok(self)
    }

    /// The first step: reads a product and runs its methods, which writes nothing. An error is
    /// how a product ended for which nothing can be planned; `None` there: it was not finished
    /// before the deadline.
    pub(super) async fn collect(
        &self,
        fetcher: &Fetcher,
        force: bool,
        name: &str,
        progress: &Progress,
    ) -> Result<Sourced, Option<Outcome>> {
        let mut outcome = Outcome::waiting(name);
        let failed = |error| Some(Outcome::failed(name, Failure::of_product(&error)));
        let read = self.workers.read_to_collect(&self.store, name);
        let product = read.await.map_err(failed)?;
        let product = Arc::new(product);
        let sourced = self.sources(fetcher, force, &product, progress, &mut outcome);
        let sourced = sourced.await;
        outcome.runs = progress.runs();
        match sourced {
            Ok((known, data)) => Ok(Sourced {
                product,
                known,
                data,
                outcome,
            }),
            Err(_) if !progress.begin_write() => Err(None),
            Err(ended) => {
                self.settle(&product, &mut outcome);
                Err(Some(Outcome { ended, ..outcome }))
            }
        }
    }

    /// The release data that is known of a product, and what its methods collect now.
    async fn sources(
        &self,
        fetcher: &Fetcher,
        force: bool,
        product: &Arc<Product>,
        progress: &Progress,
        outcome: &mut Outcome,
    ) -> Result<(Option<ReleaseData>, ReleaseData), Ended> {
        let steps = steps(&self.registry, product, force);
        let steps = steps.map_err(|reason| self.not_collected(product, reason))?;
        let keys = steps.iter().flat_map(|step| &step.retired_keys);
        outcome.notes.extend(keys.map(|key| Note::RetiredKey {
            path: product.path.clone(),
            key: key.clone(),
        }));
        let known = self.store.known(&product.name, self.today);
        let known = known.map_err(|error| Ended::failed(store_failure(&error)))?;
        let (workers, today) = (&self.workers, self.today);
        let observed = Observed { progress, workers };
        let Collected { mut data, error } =
            collect(product, &steps, fetcher, known.as_ref(), today, &observed).await;
        let error = error.or_else(|| unread_field(product, &steps, &data));
        if error.is_none() {
            data.finish();
        }
        if let Some(error) = error {
            outcome.skipped = data.skipped;
            return Err(Ended::failed(Failure::of_method(&error, &outcome.skipped)));
        }
        let admitted = workers.admit_plan(&self.store, product, &data).await;
        admitted.map_err(Ended::failed)?;
        Ok((known, data))
    }

    /// How a product ended of which no method is run.
    fn not_collected(&self, product: &Product, reason: NotCollected) -> Ended {
        let is_config = matches!(reason, NotCollected::Config(_));
        let auto = product.auto().ok().flatten();
        let auto = auto.filter(|_| is_config && self.known_only);
        let unknown = auto.map(|auto| unknown_methods(&self.registry, &auto));
        match unknown.filter(|unknown| !unknown.is_empty()) {
            Some(unknown) => Ended::Skipped(NotCollected::UnknownMethods(unknown)),
            None => Ended::not_collected(reason),
        }
    }

    /// The path of a product file as a diff names it.
    pub(super) fn diff_path(&self, product: &str) -> String {
        in_checkout(&self.products_dir.join(format!("{product}.md")))
    }

    /// What earlier runs did to a product. That it cannot be read is noted.
    pub(super) fn history(
        &self,
        product: &Product,
        known: Option<&ReleaseData>,
        outcome: &mut Outcome,
    ) -> History {
        let (history, error) = self.store.history(product, known);
        if let Some(error) = error {
            let note = Note::HistoryUnreadable(Failure::new(&error).whole());
            outcome.notes.push(note);
        }
        history
    }

    /// The last step of a product: makes the change, and writes it unless the run is dry.
    /// `collected` is the release data where this run collected it. `None`: the deadline was
    /// reached before anything was written.
    pub(super) fn apply(
        &self,
        product: &Product,
        collected: Option<&ReleaseData>,
        plan: Plan,
        history: &History,
        mut outcome: Outcome,
        progress: &Progress,
    ) -> Option<Outcome> {
        let added: Vec<_> = plan.added().collect();
        let edited = edit::apply_all(product, plan.writes(), &added);
        drop(added);
        if !progress.begin_write() {
            return None;
        }
        let written = match &edited {
            Ok(_) if self.dry => Ok(()),
            Ok(file) => {
                let applied = Apply {
                    product,
                    collected,
                    plan: &plan,
                    seen: history,
                    file,
                    today: self.today,
                };
                let notes = &mut outcome.notes;
                let applied = self
                    .store
                    .apply(&applied, |note| notes.push(of_apply(product, note)));
                applied.map_err(|error| Failure::new(&error).hint(error.hint()))
            }
            Err(error) => {
                // What the sources list is true whether or not the file can be changed.
                let data = collected.filter(|_| !self.dry);
                let notes = &mut outcome.notes;
                let note = |note| notes.push(of_apply(product, note));
                let kept = data.map(|data| self.store.keep(&product.name, data, &plan, note));
                let kept = kept.transpose().map_err(|error| store_failure(&error));
                kept.and(Err(Failure::new(error)))
            }
        };
        outcome.ended = match written {
            Ok(()) => {
                let file = edited.as_deref().unwrap_or(&product.file);
                let path = self.diff_path(&product.name);
                let diff = report::unified(&path, &product.file, file);
                Ended::Planned { plan, diff }
            }
            Err(failure) => {
                self.settle(product, &mut outcome);
                let plan = Some(plan);
                Ended::Failed { failure, plan }
            }
        };
        if let Some(known) = &self.known {
            let keys = outcome.keys_of_news(self.today).into_iter();
            outcome.known = keys.filter(|key| known.has(key)).collect();
        }
        Some(outcome)
    }

    /// The last step of a product for which nothing is planned: what earlier runs left pending
    /// is settled by the file as it reads.
    pub(super) fn settle(&self, product: &Product, outcome: &mut Outcome) {
        self.remember(product, outcome, |now| now);
    }

    /// Writes the history of a product, unless the run is dry. That it cannot be written is
    /// noted: the product file is of more use than what is known of it.
    pub(super) fn remember(
        &self,
        product: &Product,
        outcome: &mut Outcome,
        after: impl Fn(History) -> History,
    ) {
        if self.dry {
            return;
        }
        if let Err(error) = self.store.remember(product, after) {
            let note = ApplyNote::HistoryNotWritten(error);
            outcome.notes.push(of_apply(product, note));
        }
    }

    /// Writes the notices of a run, so that the next one knows them.
    pub(super) fn keep_known(&self, outcomes: &[Outcome]) -> anyhow::Result<()> {
        let Some(known) = self.known.as_ref().filter(|_| !self.dry) else {
            return Ok(());
        };
        let planned = outcomes.iter().filter_map(|outcome| {
            outcome.plan().filter(|_| !outcome.is_failed())?;
            let keys = outcome.keys_of_news(self.today);
            Some((&*outcome.product, keys.into_iter().collect()))
        });
        // A product that was skipped has no notices any more.
        let skipped = outcomes.iter();
        let skipped = skipped.filter(|outcome| matches!(outcome.ended, Ended::Skipped(_)));
        let skipped = skipped.map(|outcome| (&*outcome.product, Vec::new()));
        known
            .write(planned.chain(skipped))
            .context("cannot write the known notices")
    }

    /// What is to be said of ids that nothing of the run has.
    pub(super) fn unused_ids(&self, outcomes: &[Outcome]) -> Vec<RunNote> {
        let plans = outcomes.iter().filter_map(Outcome::plan);
        let used: BTreeSet<&str> = plans.flat_map(Plan::accepted_ids).collect();
        let unused = self.policy.accepted.ids().filter(|id| !used.contains(id));
        let unused = unused.map(str::to_owned);
        unused.map(|id| RunNote::UnusedId { id }).collect()
    }

    /// What lies in the folder and is not read, and the release data whose product is gone, where
    /// the whole folder is looked at.
    pub(super) fn orphans(&self, options: &RunOptions<'_>) -> anyhow::Result<Vec<RunNote>> {
        if !options.is_all() {
            return Ok(Vec::new());
        }
        let products = &self.store.products;
        let mut notes: Vec<_> = not_read(products).collect();
        if let Some(release_data) = &self.store.release_data {
            let orphans = release_data.orphans(products)?.into_iter();
            notes.extend(orphans.map(|path| RunNote::OrphanReleaseData { path }));
        }
        Ok(notes)
    }

    /// That no history is there, and which rules are silent because of it.
    pub(super) fn no_history(&self) -> Option<RunNote> {
        let store = self.store.history.as_ref();
        let dir = store.map(HistoryStore::dir)?;
        let is_missing = self.policy.guard != GuardMode::Off && !dir.is_dir();
        let rules = Rule::ALL
            .iter()
            .copied()
            .filter(|rule| rule.needs_history());
        is_missing.then(|| RunNote::NoHistory {
            path: dir.display().to_string(),
            rules: rules.map(Rule::name).collect(),
        })
    }
}

/// What lies in a folder of products and looks as if it were to be read.
pub(super) fn not_read(products: &Products) -> impl Iterator<Item = RunNote> {
    let strays = products.strays().map(|path| RunNote::Stray { path });
    strays.chain(products.not_utf8().map(|path| RunNote::NotUtf8 { path }))
}

pub(super) fn of_apply(product: &Product, note: ApplyNote) -> Note {
    match note {
        ApplyNote::EvidenceNotWritten(error) => {
            Note::EvidenceNotWritten(Failure::new(&error).whole())
        }
        ApplyNote::HistoryNotWritten(error) => {
            Note::HistoryNotWritten(Failure::new(&error).whole())
        }
        ApplyNote::OtherNames(others) => Note::OtherNames {
            path: product.path.clone(),
            others,
        },
    }
}

pub(super) fn store_failure(error: &StoreError) -> Failure {
    Failure::new(error).hint(error.hint())
}

/// The path of a file in the checkout: as the user names it, or the file and its folder where
/// that path leads elsewhere.
pub(super) fn in_checkout(path: &Path) -> String {
    let mut parts = Vec::new();
    let mut leads_elsewhere = false;
    for part in path.components() {
        match part {
            Component::Normal(name) => parts.push(name.to_string_lossy()),
            Component::CurDir => {}
            _ => leads_elsewhere = true,
        }
    }
    if leads_elsewhere {
        parts.drain(..parts.len().saturating_sub(2));
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_that_git_takes() {
        for (path, shown) in [
            ("products/foo.md", "products/foo.md"),
            ("./website/products/foo.md", "website/products/foo.md"),
            ("/tmp/x/products/foo.md", "products/foo.md"),
            ("../products/foo.md", "products/foo.md"),
            ("./foo.md", "foo.md"),
        ] {
            assert_eq!(in_checkout(Path::new(path)), shown);
        }
    }
}
