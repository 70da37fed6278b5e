//! An entry of `auto.methods` that is understood: a method with its config, or the several of
//! a preset, as one step of a product.

use std::cell::Cell;
use std::sync::Arc;

use super::context::{Context, Items};
use super::method::{Method, MethodError, MethodErrorKind, Next, Round};
use crate::fetch::Environment;
use crate::product::{AutoConfig, Product, RetiredKey};
use crate::release_data::ReleaseData;

/// An entry of `auto.methods` that is understood and can be run.
pub struct Step {
    /// The name of the method or preset, under which all is recorded.
    pub method: Arc<str>,
    pub number: usize,
    pub line: usize,
    pub disabled: bool,
    pub retired_keys: Vec<RetiredKey>,
    /// What it stands for, in order: itself, or the entries of a preset.
    pub parts: Vec<Part>,
}

/// A method with its config.
pub struct Part {
    config: AutoConfig,
    recipe: Box<dyn Recipe>,
}

/// A method with its config, whichever it is.
pub(super) trait Recipe: Send + Sync + 'static {
    fn requests(&self, cx: &Context<'_>) -> Next;
    fn read(&self, cx: &Context<'_>, round: &Round<'_>, data: &mut ReleaseData) -> Next;
}

pub(super) struct Bound<M: Method>(pub(super) M::Config);

impl<M: Method> Recipe for Bound<M> {
    fn requests(&self, cx: &Context<'_>) -> Next {
        M::requests(cx, &self.0)
    }

    fn read(&self, cx: &Context<'_>, round: &Round<'_>, data: &mut ReleaseData) -> Next {
        M::read(cx, &self.0, round, data)
    }
}

/// What a method is given beside its entry and its pages.
#[derive(Clone, Copy)]
pub struct Given<'a> {
    /// The product.
    pub product: &'a Product,
    /// The registries that the environment names.
    pub environment: &'a Environment,
}

impl Part {
    pub(super) fn new(config: AutoConfig, recipe: impl Recipe) -> Self {
        let recipe = Box::new(recipe);
        Self { config, recipe }
    }

    /// The value after the method's name.
    pub fn argument(&self) -> &str {
        &self.config.argument
    }

    /// What to fetch first.
    pub fn requests(&self, step: &Step, given: Given<'_>, data: &ReleaseData) -> Next {
        self.recipe
            .requests(&self.context(step, given, data, Items::default()))
    }

    /// Reads a round. `items` counts those of the rounds before, and of this one.
    pub fn read(
        &self,
        step: &Step,
        given: Given<'_>,
        round: &Round<'_>,
        items: &mut Items,
        data: &mut ReleaseData,
    ) -> Next {
        let cx = self.context(step, given, data, *items);
        let next = self.recipe.read(&cx, round, data);
        *items = cx.items.get();
        next
    }

    fn context<'a>(
        &'a self,
        step: &Step,
        given: Given<'a>,
        data: &ReleaseData,
        items: Items,
    ) -> Context<'a> {
        Context {
            product: given.product,
            config: &self.config,
            method: Arc::clone(&step.method),
            environment: given.environment,
            today: data.today(),
            items: Cell::new(items),
        }
    }
}

impl Step {
    /// A step of an entry, to which its parts are still to be added.
    pub fn new(entry: &AutoConfig) -> Self {
        Self {
            method: Arc::clone(&entry.method),
            number: entry.number,
            line: entry.line,
            disabled: entry.disabled,
            retired_keys: entry.retired_keys.clone(),
            parts: Vec::new(),
        }
    }

    /// The error of this step.
    pub fn error(&self, product: &Product, kind: MethodErrorKind) -> MethodError {
        MethodError {
            method: self.method.to_string(),
            entry: self.number,
            path: product.path.clone(),
            line: self.line,
            kind,
        }
    }
}
