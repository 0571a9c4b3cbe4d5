//! Records to observations.

use std::sync::OnceLock;

use polsim_decide::catalog::{Catalog, CatalogError};
use polsim_decide::text::{CaseRule, KeyName, NoVariables, Pattern};

use crate::calls::{self, Also};
use crate::keys::Asked;
use crate::network::Way;
use crate::observation::{About, Class, Knowledge, Observation, Observed, Seen, SeenAction};
use crate::options::Options;
use crate::parameters::Parameters;
use crate::principal::{self, Caller, Who};
use crate::record::{Named, Record};
use crate::resource::Place;

/// A reader of records, with the facts and the keys that it is asked about.
///
/// ```
/// use polsim_replay::{Class, Observer, Options};
/// let observer = Observer::new(Options::default(), []).expect("the catalogue");
/// let signed_in = r#"{"eventVersion": "1.08", "eventType": "AwsConsoleSignIn",
///   "eventSource": "signin.amazonaws.com", "eventName": "ConsoleLogin",
///   "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/bob"}}"#;
/// assert_eq!(observer.observe(signed_in).class, Class::NotACall);
/// ```
#[derive(Debug)]
pub struct Observer {
    pub(crate) options: Options,
    catalog: &'static Catalog,
    /// The keys, each with its name in small letters.
    keys: Vec<(KeyName, Box<str>)>,
    asks_endpoint: bool,
    filters: Filters,
}

/// The records that are replayed; an empty filter lets all through.
///
/// ```
/// use polsim_replay::{Class, Filters, Observer, Options};
/// let filters = Filters { since: Some("2026-09-01".into()), ..Filters::default() };
/// let observer = Observer::new(Options::default(), []).expect("the catalogue").with_filters(filters);
/// let old = r#"{"eventVersion": "1.08", "eventTime": "2026-08-31T23:00:00Z", "eventName": "ListBuckets",
///   "eventSource": "s3.amazonaws.com",
///   "userIdentity": {"type": "IAMUser", "arn": "arn:aws:iam::111122223333:user/bob"}}"#;
/// assert_eq!(observer.observe(old).class, Class::Window);
/// ```
#[derive(Clone, Debug, Default)]
pub struct Filters {
    /// The first time, in ISO notation.
    pub since: Option<String>,
    /// The first time that is too late.
    pub until: Option<String>,
    /// The accounts of callers.
    pub accounts: Vec<String>,
    /// The regions.
    pub regions: Vec<String>,
    /// The names of events.
    pub events: Vec<String>,
    /// Patterns of principals, a role without its session.
    pub principals: Vec<Pattern>,
}

impl Filters {
    fn let_through(&self, record: &Record<'_>, caller: &Caller<'_>) -> bool {
        let time = Record::text(&record.event_time);
        let among = |list: &[String], text: &str| {
            list.is_empty() || list.iter().any(|it| it.eq_ignore_ascii_case(text))
        };
        let is_called = |it: &Pattern| it.matches(caller.group(), CaseRule::Exact, &NoVariables);
        self.since.as_deref().is_none_or(|it| time >= it)
            && self.until.as_deref().is_none_or(|it| time < it)
            && among(&self.accounts, caller.account.unwrap_or_default())
            && among(&self.regions, Record::text(&record.aws_region))
            && among(&self.events, Record::text(&record.event_name))
            && (self.principals.is_empty() || self.principals.iter().any(is_called))
    }
}

/// The keys that a decision may read without a policy's naming them.
static OWN_KEYS: [(KeyName, &str); 3] = [
    (KeyName::from_static("aws:PrincipalArn"), "aws:principalarn"),
    (KeyName::from_static("aws:ResourceAccount"), "aws:resourceaccount"),
    (KeyName::from_static("aws:userid"), "aws:userid"),
];

static SOURCE_VPCE: KeyName = KeyName::from_static("aws:SourceVpce");

/// The words of an error code that denies.
const DENIALS: [&str; 7] = [
    "AccessDenied",
    "AuthorizationError",
    "NotAuthorized",
    "Unauthorized",
    "UnauthorizedAccess",
    "UnauthorizedOperation",
    "VpceAccessDenied",
];

impl Observer {
    /// A reader that tells these keys, and those of the options.
    ///
    /// # Errors
    /// The reason, if the catalogue of AWS's actions cannot be read.
    pub fn new(options: Options, keys: impl IntoIterator<Item = KeyName>) -> Result<Self, String> {
        static CATALOG: OnceLock<Result<Catalog, CatalogError>> = OnceLock::new();
        let catalog = CATALOG.get_or_init(Catalog::embedded);
        let catalog = catalog.as_ref().map_err(ToString::to_string)?;
        let given: Vec<KeyName> = options.keys.iter().map(|it| KeyName::new(it)).collect();
        let asks_endpoint = options.asks.as_deref() == Some("endpoint");
        let filters = Filters::default();
        let none = Self { options, catalog, keys: Vec::new(), asks_endpoint, filters };
        Ok(none.asked_for(given.into_iter().chain(keys)))
    }

    /// The same reader, which tells these keys too.
    pub(crate) fn asked_for(mut self, keys: impl IntoIterator<Item = KeyName>) -> Self {
        for key in keys {
            if !self.keys.iter().any(|(it, _)| *it == key) {
                let name = key.as_str().to_ascii_lowercase();
                self.keys.push((key, name.into()));
            }
        }
        self
    }

    /// The same reader, asked about an endpoint policy too.
    #[must_use]
    pub fn with_endpoint_policy(mut self) -> Self {
        self.asks_endpoint = true;
        self
    }

    /// The same reader for the records that the filters let through.
    #[must_use]
    pub fn with_filters(mut self, filters: Filters) -> Self {
        self.filters = filters;
        self
    }

    /// The observation of a record, of an EventBridge envelope around one, or of an entry of a
    /// `LookupEvents` answer.
    pub fn observe(&self, text: &str) -> Observation {
        let record: Record<'_> = match serde_json::from_str(text) {
            Ok(record) => record,
            Err(error) => return not_understood("", &format!("no record: {error}")),
        };
        if let Some(inner) = &record.cloud_trail_event {
            return self.observe(inner);
        }
        if record.event_name.is_none()
            && let Some(detail) = record.detail
        {
            return self.observe(detail.get());
        }
        self.of_record(&record)
    }

    fn of_record(&self, record: &Record<'_>) -> Observation {
        let id = Record::text(&record.event_id);
        let is = |class| Observation {
            event_id: id.into(),
            class,
            reason: None,
            requests: Vec::new(),
            about: About {
                time: Record::text(&record.event_time).into(),
                shared: record.shared_event_id.as_ref().map(|it| (&*it.0).into()),
                copy_rank: copy_rank(record),
                ..About::default()
            },
        };
        let version = Record::text(&record.event_version);
        if version.split('.').next() != Some("1") {
            return not_understood(id, &format!("event version `{version}`"));
        }
        let (source, operation) =
            (Record::text(&record.event_source), Record::text(&record.event_name));
        if source.is_empty() || operation.is_empty() {
            return not_understood(id, "no event source or no event name");
        }
        let category = Record::text(&record.event_category);
        let is_network_event = category == "NetworkActivity";
        let provider = || {
            let parameters = Parameters::read(record.request_parameters, is_network_event);
            parameters.text("principalArn")
        };
        let is_saml =
            record.user_identity.as_ref().is_some_and(|it| Record::text(&it.kind) == "SAMLUser");
        let who = principal::who(record, is_saml.then(provider).flatten());
        if matches!(who, Who::Unreadable) {
            return not_understood(id, "no readable principal");
        }
        let event_type = Record::text(&record.event_type);
        let is_call = matches!(event_type, "AwsApiCall" | "AwsVpceEvent" | "");
        if category == "Insight" || !is_call {
            return is(Class::NotACall);
        }
        if is_network_event && !self.asks_endpoint {
            return is(Class::NetworkActivity);
        }
        let Who::Caller(caller) = who else { return is(Class::NoAuthorization) };
        if !self.filters.let_through(record, &caller) {
            return is(Class::Window);
        }
        let error = Record::text(&record.error_code);
        if is_denial(error) {
            return is(Class::AlreadyDenied);
        }
        let mut observation = is(Class::Replayed);
        observation.about = about(record, &caller, self);
        observation.about.failed = !error.is_empty();
        let reader = Reading {
            observer: self,
            record,
            caller: &caller,
            parameters: Parameters::read(record.request_parameters, is_network_event),
            named: record.named(),
            is_network_event,
            operation,
            prefix: calls::prefix(source),
        };
        let mut assumptions = std::mem::take(&mut observation.about.assumptions);
        observation.requests = reader.requests(&mut assumptions);
        assumptions.sort_unstable();
        assumptions.dedup();
        observation.about.assumptions = assumptions;
        observation
    }
}

fn not_understood(id: &str, reason: &str) -> Observation {
    Observation {
        event_id: id.into(),
        class: Class::NotUnderstood,
        reason: Some(reason.into()),
        requests: Vec::new(),
        about: About::default(),
    }
}

fn is_denial(code: &str) -> bool {
    let code = code.strip_prefix("Client.").unwrap_or(code);
    let code = code.strip_suffix("Exception").unwrap_or(code);
    DENIALS.contains(&code)
}

/// The rank of a record among its copies.
fn copy_rank(record: &Record<'_>) -> u8 {
    let Some(identity) = &record.user_identity else { return 2 };
    let account = Record::text(&identity.account_id);
    if !account.is_empty() && account == Record::text(&record.recipient_account_id) {
        return 0;
    }
    if identity.arn.is_some() { 1 } else { 2 }
}

fn about(record: &Record<'_>, caller: &Caller<'_>, observer: &Observer) -> About {
    let way = Way::of(record, &observer.options);
    let source = match way {
        Way::Endpoint(id) => id,
        _ => Record::text(&record.source_ip_address),
    };
    let account = caller.account.unwrap_or_default();
    let principal = match caller.group() {
        "" if account.is_empty() => "unknown",
        "" => account,
        name => name,
    };
    About {
        time: Record::text(&record.event_time).into(),
        principal: principal.into(),
        account: account.into(),
        source: source.into(),
        assumptions: way.assumptions(record),
        shared: record.shared_event_id.as_ref().map(|it| (&*it.0).into()),
        copy_rank: copy_rank(record),
        failed: false,
    }
}

/// A record on the way to its requests.
struct Reading<'a> {
    observer: &'a Observer,
    record: &'a Record<'a>,
    caller: &'a Caller<'a>,
    parameters: Parameters<'a>,
    named: Vec<Named<'a>>,
    is_network_event: bool,
    operation: &'a str,
    prefix: &'a str,
}

impl Reading<'_> {
    fn requests(&self, assumptions: &mut Vec<&'static str>) -> Vec<Observed> {
        let Self { prefix, operation, .. } = *self;
        let catalog = self.observer.catalog;
        let mut requests = Vec::new();
        let mut add = |action: &SeenAction, resource: &Seen, derived: bool| {
            requests.push(self.request(action, resource, derived, assumptions));
        };
        let account = self.account();
        let place = Place {
            catalog,
            parameters: &self.parameters,
            named: &self.named,
            partition: self.partition(),
            region: Record::text(&self.record.aws_region),
            operation,
            prefix,
            account: account.as_deref(),
        };
        if prefix == "kms" && operation == "ReEncrypt" {
            for name in ["kms:ReEncryptFrom", "kms:ReEncryptTo"] {
                let action = SeenAction::Known(name.into());
                for resource in place.resources(&action) {
                    add(&action, &resource, false);
                }
            }
            return requests;
        }
        let action = calls::action(catalog, prefix, operation, &self.parameters);
        let resources = place.resources(&action);
        for resource in &resources {
            add(&action, resource, false);
        }
        for also in calls::also(prefix, operation, &self.parameters) {
            match also {
                Also::Action(name) => {
                    let action = SeenAction::Known(name.into());
                    let first = resources.first().cloned().unwrap_or(Seen::Unknown);
                    add(&action, &first, false);
                }
                Also::CopySource => {
                    let versioned = self
                        .parameters
                        .text("x-amz-copy-source")
                        .is_some_and(|it| it.contains("?versionId="));
                    let name = if versioned { "s3:GetObjectVersion" } else { "s3:GetObject" };
                    let source = place.copy_source().unwrap_or(Seen::Unknown);
                    add(&SeenAction::Known(name.into()), &source, false);
                }
                Also::PassRole => {
                    let role = calls::passed_role(&self.parameters);
                    let role = role.map_or(Seen::Unknown, |it| Seen::Known(it.into()));
                    add(&SeenAction::Known("iam:PassRole".into()), &role, true);
                }
            }
        }
        requests
    }

    /// The partition: the caller's, else the region's.
    fn partition(&self) -> &str {
        let by_name = match &self.caller.name {
            Seen::Known(name) => name.strip_prefix("arn:").and_then(|it| it.split(':').next()),
            _ => None,
        };
        by_name.unwrap_or_else(|| principal::partition(self.record))
    }

    /// The account that owns the resource where its ARN does not say.
    fn account(&self) -> Option<String> {
        let is_own = |it: &&Named<'_>| {
            let arn = it.arn().or(it.arn_prefix()).unwrap_or_default();
            arn.split(':').nth(2).is_some_and(|it| it.eq_ignore_ascii_case(self.prefix))
        };
        let recorded =
            self.named.iter().filter(is_own).find_map(|it| it.account().map(str::to_owned));
        recorded.or_else(|| self.by_copy())
    }

    /// The caller's account, where the record has a single copy and that is the caller's.
    fn by_copy(&self) -> Option<String> {
        let recipient = Record::text(&self.record.recipient_account_id);
        let own = self.caller.account.filter(|it| *it == recipient)?;
        let is_shared = self.record.shared_event_id.is_some();
        (!is_shared && self.prefix != "s3").then(|| own.to_owned())
    }

    /// The account that owns a resource.
    fn account_of(&self, resource: &Seen) -> Option<String> {
        let text = match resource {
            Seen::Known(text) | Seen::Pattern(text) => &**text,
            Seen::Unknown => "",
        };
        let by_arn = text.split(':').nth(4).unwrap_or_default();
        let is_account = by_arn.len() == 12 && by_arn.bytes().all(|it| it.is_ascii_digit());
        if is_account {
            return Some(by_arn.to_owned());
        }
        let recorded = self.named.iter().find(|it| {
            let arn = it.arn().or(it.arn_prefix()).unwrap_or_default();
            !arn.is_empty()
                && it.account().is_some()
                && text.strip_prefix(arn).is_some_and(|rest| {
                    rest.is_empty() || rest.starts_with('/') || arn.ends_with('/')
                })
        });
        if let Some(account) = recorded.and_then(|it| it.account().map(str::to_owned)) {
            return Some(account);
        }
        match resource {
            Seen::Unknown => self.account(),
            _ => self.by_copy(),
        }
    }

    fn request(
        &self,
        action: &SeenAction,
        resource: &Seen,
        derived: bool,
        assumptions: &mut Vec<&'static str>,
    ) -> Observed {
        let Self { observer, record, caller, .. } = self;
        let account = self.account_of(resource);
        let context = Record::value(record.event_context);
        let asked = Asked {
            record,
            caller,
            way: Way::of(record, &observer.options),
            parameters: &self.parameters,
            options: &observer.options,
            catalog: observer.catalog,
            context: &context,
            prefix: self.prefix,
            action,
            resource,
            resource_account: account.as_deref(),
            partition: self.partition(),
            derived,
            is_network_event: self.is_network_event,
        };
        let mut keys = Vec::with_capacity(observer.keys.len());
        for (key, name) in &observer.keys {
            let (knowledge, assumption) = asked.key(key, name);
            assumptions.extend(assumption);
            keys.push((key.clone(), knowledge));
        }
        let own_keys = OWN_KEYS.iter().map(|(key, name)| {
            let (knowledge, _) = asked.key(key, name);
            (key.clone(), knowledge)
        });
        let own_keys: Vec<(KeyName, Knowledge)> = own_keys.collect();
        let (endpoint, _) = asked.key(&SOURCE_VPCE, "aws:sourcevpce");
        let management = observer.options.management_account.as_deref();
        Observed {
            principal: caller.name.clone(),
            action: action.clone(),
            resource: resource.clone(),
            resource_account: account.map(Into::into),
            keys,
            derived,
            management_account: management.is_some() && caller.account == management,
            caller_account: caller.account.map(Into::into),
            kind: caller.kind,
            issuer: caller.issuer.map(Into::into),
            endpoint,
            own_keys,
        }
    }
}
