//! Actions as the reference lists them.

use super::service::{ActionRow, Data, Listing};
use super::{AccessLevel, ListedKey, ListedService, ResourceType};

/// An action of a [`Catalog`](super::Catalog).
///
/// ```
/// # use polsim_decide as polsim;
/// # fn main() -> Result<(), polsim::catalog::CatalogError> {
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded()?;
/// let model = catalog.action("sagemaker", "CreateModel").unwrap();
/// assert!(model.keys().iter().any(|key| &*key.name == "sagemaker:VpcSubnets"));
/// assert!(model.dependent_actions().any(|it| it == "iam:PassRole"));
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug)]
pub struct ListedAction<'a> {
    pub(super) service: &'a ListedService,
    pub(super) data: &'a Data,
    pub(super) row: &'a ActionRow,
}

/// An answer to the question whether AWS documents a condition key for an action.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::Support;
/// # fn main() -> Result<(), polsim::catalog::CatalogError> {
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded()?;
/// let get = catalog.action("s3", "GetObject").unwrap();
/// assert_eq!(catalog.supports(&get, "s3:ExistingObjectTag/team"), Support::Yes);
/// assert_eq!(catalog.supports(&get, "s3:prefix"), Support::No);
/// assert_eq!(catalog.supports(&get, "aws:SourceIp"), Support::Unknown);
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Support {
    /// Not documented for this action, but for others.
    No,
    /// Nothing can be said: no action has the key, or the action is known in part.
    Unknown,
    /// Documented.
    Yes,
}

impl<'a> ListedAction<'a> {
    /// The service that it belongs to.
    pub fn service(&self) -> &'a ListedService {
        self.service
    }

    /// The name as AWS spells it; in lower case where the listing [is partial](Self::is_partial).
    pub fn name(&self) -> &'a str {
        &self.row.name
    }

    /// AWS's access level, for actions that are listed in full.
    pub fn level(&self) -> Option<AccessLevel> {
        match &self.row.listing {
            Listing::Full(level, _) => Some(*level),
            Listing::Partial(_) | Listing::Withdrawn => None,
        }
    }

    /// True for an action that AWS lists no longer.
    pub fn is_withdrawn(&self) -> bool {
        matches!(self.row.listing, Listing::Withdrawn)
    }

    /// True for an action that is younger than the base of the data: its level and keys are unknown.
    pub fn is_partial(&self) -> bool {
        matches!(self.row.listing, Listing::Partial(_))
    }

    /// The resource types that it is about, and whether a request must name one of them. None: it
    /// takes `*` alone.
    pub fn resource_types(&self) -> Vec<(&'a ResourceType, bool)> {
        let types = &self.data.types;
        match &self.row.listing {
            Listing::Full(_, row) => {
                let row = self.data.rows.get(*row);
                let of_row = row.into_iter().flat_map(|row| &row.types);
                of_row.filter_map(|it| Some((types.get(it.index)?, it.required))).collect()
            }
            Listing::Partial(list) => {
                list.iter().filter_map(|it| Some((types.get(*it)?, false))).collect()
            }
            Listing::Withdrawn => Vec::new(),
        }
    }

    /// The condition keys that its requests may carry: its own, those that a resource type has with
    /// it, and those of its resource types.
    pub fn keys(&self) -> Vec<&'a ListedKey> {
        let Listing::Full(_, row) = &self.row.listing else { return Vec::new() };
        let Some(row) = self.data.rows.get(*row) else { return Vec::new() };
        let mut all: Vec<usize> = row.keys.clone();
        for it in &row.types {
            all.extend(&it.keys);
            all.extend(self.data.types.get(it.index).into_iter().flat_map(|it| &it.keys));
        }
        all.sort_unstable();
        all.dedup();
        all.into_iter().filter_map(|key| self.data.keys.get(key)).collect()
    }

    /// The condition keys that its requests about a resource of this type may carry; of a request
    /// without a resource, those of the action alone.
    pub fn keys_about(&self, resource: Option<&ResourceType>) -> Vec<&'a ListedKey> {
        let Listing::Full(_, row) = &self.row.listing else { return Vec::new() };
        let Some(row) = self.data.rows.get(*row) else { return Vec::new() };
        let mut all: Vec<usize> = row.keys.clone();
        for it in &row.types {
            let Some(listed) = self.data.types.get(it.index) else { continue };
            if resource.is_some_and(|wanted| wanted.name == listed.name) {
                all.extend(&it.keys);
                all.extend(&listed.keys);
            }
        }
        all.into_iter().filter_map(|key| self.data.keys.get(key)).collect()
    }

    /// The actions that it needs besides, such as `iam:PassRole`.
    pub fn dependent_actions(&self) -> impl Iterator<Item = &'a str> {
        self.row.depends.iter().map(|name| &**name)
    }
}
