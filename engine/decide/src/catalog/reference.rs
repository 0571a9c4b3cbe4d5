//! AWS's service authorization reference: every service's actions, resource types and condition keys.
//!
//! The data is generated from public packages (`cargo xtask catalog`), and is as old as
//! [`sources`](Catalog::sources) say. A name that it lacks may be newer than it: that is worth a
//! warning, never an error.

mod action;
mod columns;
mod fit;
mod service;

use std::fmt;

pub use action::{ListedAction, Support};
pub use fit::Fit;
pub use service::{AccessLevel, ListedKey, ListedService, ResourceType};

use super::ContextKey;
use crate::text::{ActionPattern, CaseRule, NoVariables, nearest};

use columns::Columns;
use service::Data;

/// The documented facts of all services, each decoded when it is first asked for.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{AccessLevel, Catalog};
/// # fn main() -> Result<(), polsim::catalog::CatalogError> {
/// # #[cfg(feature = "catalog")] {
/// let catalog = Catalog::embedded()?;
/// let pass = catalog.action("iam", "passrole").unwrap();
/// assert_eq!((pass.name(), pass.level()), ("PassRole", Some(AccessLevel::Write)));
/// assert_eq!(&*pass.resource_types()[0].0.name, "role");
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Catalog {
    columns: Columns,
    services: Vec<ListedService>,
}

/// The error of reading a catalogue.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{Catalog, CatalogError};
/// let error = Catalog::read("no catalogue".to_owned()).unwrap_err();
/// assert_eq!(error.to_string(), "this is no catalogue of polsim");
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum CatalogError {
    /// The data does not begin as a catalogue of this version does.
    NotACatalog,
    /// The data is not what its checksum says, or cannot be unpacked.
    Damaged,
    /// A part of the data does not fit the others; its name.
    Malformed(String),
}

/// A package that the data comes from.
///
/// ```
/// # use polsim_decide as polsim;
/// # fn main() -> Result<(), polsim::catalog::CatalogError> {
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded()?;
/// assert_eq!(catalog.sources()[0].licence, "MIT");
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct CatalogSource<'a> {
    /// The package's name.
    pub name: &'a str,
    /// The package's version.
    pub version: &'a str,
    /// The package's licence.
    pub licence: &'a str,
}

impl Catalog {
    /// The catalogue that is part of the program.
    ///
    /// # Errors
    /// Where the program itself is damaged.
    #[cfg(feature = "catalog")]
    pub fn embedded() -> Result<Self, CatalogError> {
        use std::io::Read;
        static PACKED: &[u8] = include_bytes!("../../data/catalog.bin");
        let mut text = String::new();
        flate2::read::GzDecoder::new(PACKED)
            .read_to_string(&mut text)
            .map_err(|_| CatalogError::Damaged)?;
        Self::read(text)
    }

    /// The catalogue of an unpacked text, as [`embedded`](Self::embedded) has it.
    ///
    /// # Errors
    /// Where the text is no catalogue, or not a whole one.
    pub fn read(text: String) -> Result<Self, CatalogError> {
        let columns = Columns::read(text)?;
        let services = columns
            .section("services")
            .map(ListedService::read)
            .collect::<Option<Vec<_>>>()
            .ok_or_else(|| CatalogError::Malformed("services".to_owned()))?;
        Ok(Self { columns, services })
    }

    /// Decodes every service, so that a part which does not fit the others is found.
    ///
    /// # Errors
    /// The first service that cannot be decoded.
    pub fn check(&self) -> Result<(), CatalogError> {
        for (at, service) in self.services.iter().enumerate() {
            let malformed = || CatalogError::Malformed(service.prefix.to_string());
            Data::decode(&self.columns, at, &service.prefix).ok_or_else(malformed)?;
        }
        Ok(())
    }

    /// The packages that the data comes from.
    pub fn sources(&self) -> Vec<CatalogSource<'_>> {
        let source = |line| {
            let mut words = str::split(line, ' ');
            let mut word = || words.next().unwrap_or_default();
            CatalogSource { name: word(), version: word(), licence: word() }
        };
        self.columns.section("sources").map(source).collect()
    }

    /// The date of the data, `2026-09-26`.
    pub fn date(&self) -> &str {
        self.columns.section("date").next().unwrap_or_default()
    }

    /// The services by prefix, withdrawn ones included.
    pub fn services(&self) -> &[ListedService] {
        &self.services
    }

    /// The service of this prefix, letter case not counted.
    pub fn service(&self, prefix: &str) -> Option<&ListedService> {
        self.at(prefix).and_then(|at| self.services.get(at))
    }

    /// The actions of a service in the order of their names: live and partial ones, then those that
    /// are withdrawn.
    pub fn actions(&self, prefix: &str) -> Vec<ListedAction<'_>> {
        let Some((service, data)) = self.data(prefix) else { return Vec::new() };
        data.actions.iter().map(|row| ListedAction { service, data, row }).collect()
    }

    /// The action, letter case not counted.
    pub fn action(&self, prefix: &str, name: &str) -> Option<ListedAction<'_>> {
        let (service, data) = self.data(prefix)?;
        let row = data.find(name)?;
        Some(ListedAction { service, data, row })
    }

    /// The actions that a pattern matches and that are not withdrawn, in the order of the catalogue.
    pub fn expand<'a>(
        &'a self,
        pattern: &'a ActionPattern,
    ) -> impl Iterator<Item = ListedAction<'a>> {
        let matches = |part: &crate::text::Pattern, text: &str| {
            part.matches(text, CaseRule::AsciiFolded, &NoVariables)
        };
        let services = self.services.iter().filter(move |it| match pattern {
            ActionPattern::Any => true,
            ActionPattern::Of { service, .. } => matches(service, &it.prefix),
        });
        services.flat_map(|service| self.actions(&service.prefix)).filter(move |action| {
            let named = match pattern {
                ActionPattern::Any => true,
                ActionPattern::Of { name, .. } => name.is_any() || matches(name, action.name()),
            };
            named && !action.is_withdrawn()
        })
    }

    /// The resource types of a service.
    pub fn resource_types(&self, prefix: &str) -> &[ResourceType] {
        self.data(prefix).map_or(&[], |(_, data)| &data.types)
    }

    /// The condition keys that a service lists, global ones among them.
    pub fn keys(&self, prefix: &str) -> &[ListedKey] {
        self.data(prefix).map_or(&[], |(_, data)| &data.keys)
    }

    /// The condition key of this name as its own service lists it; templates such as
    /// `s3:ExistingObjectTag/<key>` stand for the keys that they fit.
    pub fn key(&self, name: &str) -> Option<&ListedKey> {
        let prefix = name.split(':').next().unwrap_or_default();
        self.keys(prefix).iter().find(|key| key.is_called(name))
    }

    /// Tells whether AWS documents the key for the action, by the action or by any of its resource
    /// types. For a proof, *no* is a premise: it holds at the date of the data.
    pub fn supports(&self, action: &ListedAction<'_>, key: &str) -> Support {
        if action.keys().iter().any(|listed| listed.is_called(key)) {
            return Support::Yes;
        }
        let prefix = key.split(':').next().unwrap_or_default();
        let by_action = if prefix.eq_ignore_ascii_case("aws") {
            ContextKey::find(key).is_some_and(ContextKey::is_read_by_action)
        } else {
            let has = |it: &ListedAction<'_>| it.keys().iter().any(|it| it.is_called(key));
            self.actions(prefix).iter().any(has)
        };
        if action.level().is_none() || !by_action { Support::Unknown } else { Support::No }
    }

    /// The nearest prefix of a service, for "did you mean".
    pub fn nearest_service(&self, prefix: &str) -> Option<&str> {
        nearest(prefix, self.services.iter().filter(|it| !it.withdrawn).map(|it| &*it.prefix))
    }

    /// The nearest action of the service, or else the action of that name in the nearest service.
    pub fn nearest_action(&self, prefix: &str, name: &str) -> Option<String> {
        let prefix = match self.service(prefix) {
            Some(service) => &service.prefix,
            None => self.nearest_service(prefix)?,
        };
        let actions = self.actions(prefix);
        let live = actions.iter().filter(|it| !it.is_withdrawn());
        let name = nearest(name, live.map(|it| it.row.name.as_ref()))?;
        Some(format!("{prefix}:{name}"))
    }

    /// The nearest condition key: a global one, or one of the name's own service.
    pub fn nearest_key(&self, name: &str) -> Option<&str> {
        let prefix = name.split(':').next().unwrap_or_default();
        let prefix = match self.service(prefix) {
            None if !prefix.eq_ignore_ascii_case("aws") => self.nearest_service(prefix),
            _ => Some(prefix),
        };
        let own = prefix.map(|prefix| self.keys(prefix)).unwrap_or_default();
        let global = ContextKey::all().map(|row| -> &str { row.name() });
        nearest(name, global.chain(own.iter().map(|key| &*key.name)))
    }

    fn at(&self, prefix: &str) -> Option<usize> {
        let folded = prefix.to_ascii_lowercase();
        self.services.binary_search_by(|it| (*it.prefix).cmp(&folded)).ok()
    }

    fn data(&self, prefix: &str) -> Option<(&ListedService, &Data)> {
        let at = self.at(prefix)?;
        let service = self.services.get(at)?;
        let data = service.data.get_or_init(|| {
            // `check` holds that this does not happen to the data of a release.
            Data::decode(&self.columns, at, &service.prefix).unwrap_or_default()
        });
        Some((service, data))
    }
}

impl fmt::Display for CatalogError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotACatalog => f.write_str("this is no catalogue of polsim"),
            Self::Damaged => f.write_str("the catalogue is damaged: its checksum is another"),
            Self::Malformed(part) => write!(f, "the catalogue cannot be read at `{part}`"),
        }
    }
}

impl std::error::Error for CatalogError {}

#[cfg(test)]
mod tests;
