//! What is found under a name.

use polsim::catalog::{
    AccessLevel, Catalog, ContextKey, ListedAction, ListedKey, Presence, Service, ValueType,
};
use polsim::text::{ActionPattern, Pattern};
use serde::Serialize;

/// An answer, as its JSON has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) enum Found {
    Action(Action),
    Actions(Vec<String>),
    Catalog(About),
    Key(Key),
    Service(ServiceFacts),
}

/// The data as a whole.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct About {
    pub(super) date: String,
    pub(super) services: usize,
    pub(super) actions: usize,
    pub(super) sources: Vec<Source>,
}

#[derive(Debug, Serialize)]
pub(super) struct Source {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) licence: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Action {
    pub(super) name: String,
    pub(super) service: String,
    /// `listed`, `partial` or `withdrawn`.
    pub(super) state: &'static str,
    pub(super) level: Option<String>,
    pub(super) resource_types: Vec<ResourceType>,
    pub(super) keys: Vec<String>,
    pub(super) dependent_actions: Vec<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct ResourceType {
    pub(super) name: String,
    pub(super) arn: String,
    pub(super) required: bool,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Key {
    pub(super) name: String,
    #[serde(rename = "type")]
    pub(super) value: &'static str,
    pub(super) multivalued: bool,
    pub(super) presence: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) when: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) replaced_by: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) source: Option<&'static str>,
    /// The actions of its own service that list it.
    pub(super) actions: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ServiceFacts {
    pub(super) prefix: String,
    pub(super) name: String,
    pub(super) withdrawn: bool,
    /// RCPs apply to its resources.
    pub(super) rcps: bool,
    /// Its VPC endpoints take policies.
    pub(super) endpoint_policies: bool,
    /// The region of its one endpoint, if it has one for the world.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) region: Option<&'static str>,
    pub(super) actions: Vec<String>,
    pub(super) resource_types: Vec<ResourceType>,
    pub(super) keys: Vec<String>,
}

impl Found {
    /// What a name stands for: an action first, then a key; without a colon, a service.
    pub(super) fn of(catalog: &Catalog, name: &str) -> Option<Self> {
        let Some((prefix, rest)) = name.split_once(':') else {
            return service(catalog, name).map(Self::Service);
        };
        if rest.contains(['*', '?']) {
            let pattern = ActionPattern::Of {
                service: Pattern::wildcard(prefix),
                name: Pattern::wildcard(rest),
            };
            let names: Vec<String> = catalog.expand(&pattern).map(|it| full_name(&it)).collect();
            return (!names.is_empty()).then_some(Self::Actions(names));
        }
        match catalog.action(prefix, rest) {
            Some(found) => Some(Self::Action(action(&found))),
            None => key(catalog, name).map(Self::Key),
        }
    }
}

pub(super) fn about(catalog: &Catalog) -> About {
    let sources = catalog.sources().into_iter().map(|it| Source {
        name: it.name.to_owned(),
        version: it.version.to_owned(),
        licence: it.licence.to_owned(),
    });
    About {
        date: catalog.date().to_owned(),
        services: catalog.services().iter().filter(|it| !it.withdrawn).count(),
        actions: catalog.expand(&ActionPattern::Any).count(),
        sources: sources.collect(),
    }
}

fn full_name(action: &ListedAction<'_>) -> String {
    format!("{}:{}", action.service().prefix, action.name())
}

fn action(action: &ListedAction<'_>) -> Action {
    let types = action.resource_types().into_iter().map(|(it, required)| ResourceType {
        name: it.name.to_string(),
        arn: it.format.to_string(),
        required,
    });
    Action {
        name: full_name(action),
        service: action.service().name.to_string(),
        state: match action.level() {
            _ if action.is_withdrawn() => "withdrawn",
            None => "partial",
            Some(_) => "listed",
        },
        level: action.level().map(|level: AccessLevel| level.to_string()),
        resource_types: types.collect(),
        keys: action.keys().iter().map(|key| key.name.to_string()).collect(),
        dependent_actions: action.dependent_actions().map(str::to_owned).collect(),
    }
}

fn service(catalog: &Catalog, prefix: &str) -> Option<ServiceFacts> {
    let service = catalog.service(prefix)?;
    let facts = Service::find(prefix);
    let live =
        catalog.actions(prefix).into_iter().filter(|it| service.withdrawn || !it.is_withdrawn());
    let types = catalog.resource_types(prefix).iter().map(|it| ResourceType {
        name: it.name.to_string(),
        arn: it.format.to_string(),
        required: false,
    });
    Some(ServiceFacts {
        prefix: service.prefix.to_string(),
        name: service.name.to_string(),
        withdrawn: service.withdrawn,
        rcps: facts.is_some_and(|it| it.has_rcps),
        endpoint_policies: facts.is_none_or(|it| it.has_endpoint_policies),
        region: facts.and_then(|it| it.region),
        actions: live.map(|it| it.name().to_owned()).collect(),
        resource_types: types.collect(),
        keys: catalog.keys(prefix).iter().map(|key| key.name.to_string()).collect(),
    })
}

/// The row of a key that AWS fills in, or what its service lists of it.
fn key(catalog: &Catalog, name: &str) -> Option<Key> {
    let listed = catalog.key(name);
    let prefix = name.split(':').next().unwrap_or_default();
    let actions = catalog.actions(prefix);
    let has = |it: &&ListedAction<'_>| it.keys().iter().any(|key| key.is_called(name));
    let actions: Vec<String> = actions.iter().filter(has).map(full_name).collect();
    if let Some(row) = ContextKey::find(name)
        .filter(|row| !row.is_family() || row.name().len() < name.len() || listed.is_none())
    {
        return Some(Key {
            name: row.name().to_owned(),
            value: type_name(row.value),
            multivalued: row.multivalued,
            presence: presence(row.presence),
            when: Some(row.when).filter(|it| !it.is_empty()),
            replaced_by: row.replaced_by(),
            source: Some(row.source),
            actions,
        });
    }
    let key: &ListedKey = listed?;
    Some(Key {
        name: key.name.to_string(),
        value: type_name(key.value),
        multivalued: key.multivalued,
        presence: presence(Presence::ByAction),
        when: None,
        replaced_by: None,
        source: None,
        actions,
    })
}

fn presence(presence: Presence) -> &'static str {
    match presence {
        Presence::Always => "in every request",
        Presence::ByAction => "with the actions that list it",
        Presence::ByCaller => "decided by the kind of caller or call",
        Presence::Open => "in some requests",
    }
}

fn type_name(value: ValueType) -> &'static str {
    match value {
        ValueType::AccountId => "account id",
        ValueType::Address => "IP address",
        ValueType::Arn => "ARN",
        ValueType::Boolean => "true or false",
        ValueType::Date => "date",
        ValueType::Epoch => "seconds since 1970",
        ValueType::Number => "number",
        ValueType::Text => "text",
    }
}
