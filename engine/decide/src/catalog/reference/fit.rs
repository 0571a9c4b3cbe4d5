//! Actions and resources that go together: the ARN formats of an action against a pattern of ARNs.

use super::{Catalog, ListedAction};
use crate::text::{Pattern, TextSet};

/// An answer to the question whether an action is ever about a resource of a pattern.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::Fit;
/// # use polsim::text::Pattern;
/// # fn main() -> Result<(), polsim::catalog::CatalogError> {
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded()?;
/// let list = catalog.action("s3", "ListBucket").unwrap();
/// let objects = Pattern::wildcard("arn:aws:s3:::reports/*").split_components(6);
/// let objects: [Pattern; 6] = objects.try_into().unwrap();
/// assert_eq!(catalog.fits(&list, &objects, None), Fit::No);
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Fit {
    /// No ARN of the pattern has a format of the action's resource types.
    No,
    /// Nothing can be said: the action has no resource types, and some services check such actions
    /// against the ARN of a collection.
    Unknown,
    /// Some ARN of the pattern has a format of one of the action's resource types.
    Yes,
}

/// Prefixes of ARNs that mean one service (AWS renamed it).
const RENAMED: [[&str; 2]; 1] = [["codeconnections", "codestar-connections"]];

impl Catalog {
    /// Tells whether the action is ever about a resource whose ARN is of a pattern: its six
    /// components, and the whole where an asterisk may cross colons (policy language §2.3).
    pub fn fits(
        &self,
        action: &ListedAction<'_>,
        components: &[Pattern; 6],
        crosses_colons: Option<&Pattern>,
    ) -> Fit {
        let types = action.resource_types();
        if action.is_withdrawn() || (types.is_empty() && action.is_partial()) {
            return Fit::Unknown;
        }
        if types.is_empty() {
            return without_types(&action.service().prefix, components);
        }
        let all = self.resource_types(&action.service().prefix);
        let sets = components.each_ref().map(TextSet::of);
        let whole = crosses_colons.map(TextSet::of);
        let fits = |format: &str| {
            let Some(parts) = split(format) else { return true };
            let slashes = !all.iter().any(|it| is_inside(&it.format, format));
            let is_own = parts.iter().zip(&sets).enumerate().all(|(at, (part, own))| {
                let forms = component(part, at, slashes);
                at == 2 && is_renamed(part, components.get(2)) || forms.meets(own)
            });
            is_own || whole.as_ref().is_some_and(|it| it.meets(&full(&parts, slashes)))
        };
        if types.iter().any(|(it, _)| fits(&it.format)) { Fit::Yes } else { Fit::No }
    }
}

/// An action that takes `*` only, as documented: another service's resource or a single resource does
/// not fit it.
fn without_types(prefix: &str, components: &[Pattern; 6]) -> Fit {
    let [_, _, service, _, _, resource] = components;
    let own = TextSet::of(service).meets(&TextSet::default().with_text(prefix));
    let wide = resource.is_any()
        || (resource.ends_with_run() && {
            let text = resource.to_string();
            let before = text.strip_suffix('*').unwrap_or_default();
            before.ends_with(['/', ':']) || before.is_empty()
        });
    if wide && (own || is_renamed(prefix, Some(service))) { Fit::Unknown } else { Fit::No }
}

/// The six components of a format.
fn split(format: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = format.splitn(6, ':').collect();
    (parts.len() == 6).then_some(parts)
}

/// True if `other` is `format` with a slash and more behind it.
fn is_inside(other: &str, format: &str) -> bool {
    other.strip_prefix(format).is_some_and(|rest| rest.starts_with('/'))
}

fn is_renamed(service: &str, entry: Option<&Pattern>) -> bool {
    let literal = entry.and_then(Pattern::as_literal);
    RENAMED
        .iter()
        .any(|names| names.contains(&service) && literal.is_some_and(|it| names.contains(&it)))
}

/// The texts of component number `at` of a format.
fn component(part: &str, at: usize, slashes: bool) -> TextSet {
    extend(TextSet::default(), part, at, slashes)
}

/// The texts of a whole format.
fn full(parts: &[&str], slashes: bool) -> TextSet {
    let mut set = TextSet::default();
    for (at, part) in parts.iter().enumerate() {
        set = extend(if at == 0 { set } else { set.with_text(":") }, part, at, slashes);
    }
    set
}

/// The texts of `set`, each with one of this component behind it. A name holds no slash where
/// `slashes` says so and it is the last of its format: another format goes on there.
fn extend(mut set: TextSet, part: &str, at: usize, slashes: bool) -> TextSet {
    let mut rest = part;
    while let Some((before, after)) = rest.split_once("${") {
        let (_, tail) = after.split_once('}').unwrap_or((after, ""));
        set = literal(set, before);
        let last = tail.is_empty();
        set = if at < 5 { set.with_component() } else { set.with_name(slashes || !last) };
        rest = tail;
    }
    literal(set, rest)
}

/// The text of a format outside of placeholders. Some formats of the reference have asterisks.
fn literal(mut set: TextSet, text: &str) -> TextSet {
    for (at, part) in text.split('*').enumerate() {
        set = if at == 0 { set } else { set.with_anything() };
        set = set.with_text(part);
    }
    set
}
