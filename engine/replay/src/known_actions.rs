//! Actions of the catalogue, looked up once for each thread.

use std::cell::RefCell;

use polsim_decide::catalog::{Catalog, ListedAction};
use rustc_hash::FxHashMap;

/// The most actions that a thread keeps.
const KEEP: usize = 4_096;

/// The actions of a service, by name; none where the catalogue has none of that name.
type OfService = FxHashMap<Box<str>, Option<ListedAction<'static>>>;

thread_local! {
    static KNOWN: RefCell<FxHashMap<Box<str>, OfService>> = RefCell::default();
}

/// The action of this name, as the catalogue lists it.
pub(crate) fn listed(
    catalog: &'static Catalog,
    prefix: &str,
    name: &str,
) -> Option<ListedAction<'static>> {
    KNOWN.with_borrow_mut(|known| {
        if let Some(seen) = known.get(prefix).and_then(|it| it.get(name)) {
            return *seen;
        }
        let found = catalog.action(prefix, name);
        if known.values().map(FxHashMap::len).sum::<usize>() >= KEEP {
            known.clear();
        }
        known.entry(prefix.into()).or_default().insert(name.into(), found);
        found
    })
}
