//! Condition keys: what AWS lists under a name.

use polsim::catalog::{Catalog, ContextKey, FilledFrom, ListedKey, ValueType};

/// A condition key by its name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Key<'a> {
    /// A key of a list that is not closed: a claim of an identity provider, or of an unknown service.
    Foreign,
    /// A key that AWS lists.
    Listed(Facts<'a>),
    /// No key: AWS's list for the prefix does not have it.
    Unlisted,
}

/// The facts about a listed key.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Facts<'a> {
    /// The name as AWS spells it.
    pub(crate) name: &'a str,
    pub(crate) value: ValueType,
    pub(crate) multivalued: bool,
    /// True for a key that tells where the caller's credentials come from, whatever the action.
    pub(crate) of_session: bool,
}

impl<'a> Key<'a> {
    /// The key of this name. Without a catalogue, keys of services are foreign but for those that the
    /// engine knows itself.
    pub(crate) fn of(name: &str, catalog: Option<&'a Catalog>) -> Self {
        let Some((prefix, _)) = name.split_once(':') else { return Self::Foreign };
        if let Some(row) = ContextKey::find(name)
            && ContextKey::is_listed(name) != Some(false)
        {
            return Self::Listed(Facts::of_row(row));
        }
        if let Some(listed) = catalog.and_then(|it| it.key(name)) {
            return Self::Listed(Facts::of_listed(listed));
        }
        if ContextKey::is_listed(name) == Some(false) {
            return Self::Unlisted;
        }
        let is_provider = prefix.contains('.') || prefix.eq_ignore_ascii_case("saml");
        let Some(catalog) = catalog.filter(|_| !is_provider) else { return Self::Foreign };
        match catalog.service(prefix) {
            Some(service) if service.withdrawn => Self::Foreign,
            _ => Self::Unlisted,
        }
    }

    /// The facts, if it is listed.
    pub(crate) fn facts(self) -> Option<Facts<'a>> {
        match self {
            Self::Listed(facts) => Some(facts),
            Self::Foreign | Self::Unlisted => None,
        }
    }
}

impl<'a> Facts<'a> {
    fn of_row(row: &'static ContextKey) -> Self {
        Self {
            name: row.name(),
            value: row.value,
            multivalued: row.multivalued,
            of_session: matches!(row.from, FilledFrom::Credentials | FilledFrom::Derived(_)),
        }
    }

    fn of_listed(listed: &'a ListedKey) -> Self {
        let ListedKey { name, value, multivalued, .. } = listed;
        Self { name, value: *value, multivalued: *multivalued, of_session: false }
    }
}

/// The type of a key's values, for messages.
pub(crate) fn type_in_words(value: ValueType) -> &'static str {
    match value {
        ValueType::AccountId => "account ids",
        ValueType::Address => "addresses",
        ValueType::Arn => "ARNs",
        ValueType::Boolean => "truth values",
        ValueType::Date => "dates",
        ValueType::Epoch => "seconds since 1970",
        ValueType::Number => "numbers",
        ValueType::Text => "text",
    }
}
