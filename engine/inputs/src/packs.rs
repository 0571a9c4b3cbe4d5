//! Packs: questions that the things of the inputs raise, as properties of a scenario (inputs §8).

mod compute;
mod data;

use polsim::catalog::sagemaker::ENTRY;
use serde_json::{Value as Json, json};

use crate::Options;
use crate::model::{Attachment, Document, Model, Origin, Thing, ThingKind};
use crate::names::Names;
use crate::scenario::is_of_principals;
use crate::topology::Topology;
use crate::value::{Text, Value};
use data::{
    STRANGER, any_identity_policy, data_actions, service_of, strangers_own_policy, strangers_thing,
};

/// A group of questions.
///
/// ```
/// # use polsim_inputs::{PACKS, Pack};
/// assert!(PACKS.contains(&Pack::Network));
/// assert_eq!(Pack::Network.as_str(), "network");
/// assert_eq!("alive".parse(), Ok(Pack::Alive));
/// ```
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Pack {
    /// Off the network nobody enters SageMaker.
    Entry,
    /// Off the network nobody reaches data.
    Network,
    /// Strangers reach no resources and use no endpoints.
    Identities,
    /// Endpoints lead to no resources of strangers.
    Resources,
    /// Nothing is open to everybody.
    Public,
    /// Notebooks have no internet and no root.
    Notebook,
    /// Compute starts in a VPC only.
    VpcConfig,
    /// What should work works.
    Alive,
    /// Data is closed off the network whatever identity policies say.
    Guard,
    /// Properties of the user's own.
    Own,
}

/// The packs, in the order of reports.
pub const PACKS: &[Pack] = &[
    Pack::Entry,
    Pack::Network,
    Pack::Identities,
    Pack::Resources,
    Pack::Public,
    Pack::Notebook,
    Pack::VpcConfig,
    Pack::Alive,
    Pack::Guard,
];

/// The packs that are asked unless others are named.
pub(crate) const DEFAULT: &[Pack] = &[
    Pack::Entry,
    Pack::Network,
    Pack::Identities,
    Pack::Resources,
    Pack::Public,
    Pack::Notebook,
    Pack::Alive,
];

impl Pack {
    /// The word for the pack.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Entry => "entry",
            Self::Network => "network",
            Self::Identities => "identities",
            Self::Resources => "resources",
            Self::Public => "public",
            Self::Notebook => "notebook",
            Self::VpcConfig => "vpc-config",
            Self::Alive => "alive",
            Self::Guard => "guard",
            Self::Own => "own",
        }
    }
}

impl std::str::FromStr for Pack {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        PACKS.iter().copied().find(|it| it.as_str() == text).ok_or_else(|| {
            let names: Vec<&str> = PACKS.iter().map(|it| it.as_str()).collect();
            format!("the packs are {}", names.join(", "))
        })
    }
}

/// A question of a pack.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) pack: Pack,
    /// Thing, endpoint or account that it is about, as the user wrote it.
    pub(crate) thing: String,
    /// Sentence of what is wanted.
    pub(crate) wanted: String,
    /// The property; none for a fact that is a finding by itself.
    pub(crate) property: Option<Json>,
    pub(crate) wants_allowed: bool,
}

/// Makes the questions of a model in one world.
pub(crate) struct Asker<'m> {
    pub(crate) model: &'m Model,
    pub(crate) names: &'m Names,
    pub(crate) options: &'m Options,
    account: String,
    region: String,
    out: Vec<Question>,
}

impl<'m> Asker<'m> {
    pub(crate) fn new(model: &'m Model, names: &'m Names, options: &'m Options) -> Self {
        let account = model.account.as_deref().map_or_else(|| names.word("account"), str::to_owned);
        let region = model.region.as_deref().unwrap_or("us-east-1").to_owned();
        Self { model, names, options, account, region, out: Vec::new() }
    }

    /// The questions of these packs.
    pub(crate) fn questions(mut self, packs: &[Pack]) -> Vec<Question> {
        for pack in packs {
            match pack {
                Pack::Entry => self.entry(),
                Pack::Network => self.network(),
                Pack::Identities => self.identities(),
                Pack::Resources => self.resources(),
                Pack::Public => self.public(),
                Pack::Notebook => self.notebook(),
                Pack::VpcConfig => self.vpc_config(),
                Pack::Alive => self.alive(),
                Pack::Guard => self.guard(),
                Pack::Own => (),
            }
        }
        self.out
    }

    fn has_holders(&self) -> bool {
        self.model.policies.iter().any(|it| is_of_principals(it.policy_type))
    }

    /// Exemptions of calls that services forward or make themselves, and of principals by flag.
    fn exempt(&self) -> Vec<Json> {
        let mut all = vec![
            json!({"when": {"Bool": {"aws:ViaAWSService": "true"}}}),
            json!({"when": {"Bool": {"aws:PrincipalIsAWSService": "true"}}}),
        ];
        if !self.options.exempt.is_empty() {
            all.push(json!({"principals": self.options.exempt}));
        }
        all
    }

    fn inside(&self) -> Json {
        let mut principals = vec![self.account.clone()];
        principals.extend(self.options.own_accounts.iter().map(ToString::to_string));
        json!({"principals": principals})
    }

    fn pin(&self) -> Json {
        json!({"StringEquals": {
            "aws:ResourceAccount": self.account, "aws:RequestedRegion": self.region
        }})
    }

    fn ask(&mut self, pack: Pack, thing: &str, wanted: String, property: Json) {
        let wants_allowed = property.get("allow").is_some();
        let number = self.out.len();
        let mut property = property;
        if let Some(members) = property.as_object_mut() {
            members.insert("name".to_owned(), json!(format!("{number}")));
        }
        let thing = thing.to_owned();
        self.out.push(Question { pack, thing, wanted, property: Some(property), wants_allowed });
    }

    fn entry(&mut self) {
        if !self.has_holders() {
            return;
        }
        let actions: Vec<String> = ENTRY.iter().map(|it| format!("sagemaker:{it}")).collect();
        let resources = format!("arn:aws:sagemaker:{}:{}:*", self.region, self.account);
        let property = json!({
            "deny": {"from": "off-network", "actions": actions, "resources": [resources],
                "not": {"any": self.exempt()}},
            "by": "holder",
        });
        let thing = format!("account {}", self.account);
        self.ask(
            Pack::Entry,
            &thing,
            "off the network nobody enters SageMaker".to_owned(),
            property,
        );
    }

    fn things(&self) -> Vec<Thing> {
        let only = &self.options.only;
        let wanted = |thing: &&Thing| {
            only.is_empty()
                || only.iter().any(|glob| {
                    let arn = self.names.text(&thing.arn);
                    crate::names::wildcard_matches(glob, &thing.at)
                        || crate::names::wildcard_matches(glob, &arn)
                })
        };
        self.model.things.iter().filter(wanted).cloned().collect()
    }

    fn resources_of(&self, thing: &Thing) -> Vec<String> {
        let arn = self.names.text(&thing.arn);
        match thing.kind {
            ThingKind::Bucket | ThingKind::Table => {
                let inside = format!("{arn}/*");
                vec![arn, inside]
            }
            _ => vec![arn],
        }
    }

    fn network(&mut self) {
        for thing in self.things() {
            let shown = shown(&thing);
            let of = |by: &str, not: Vec<Json>, principals: Option<Vec<String>>| {
                let mut shape = json!({
                    "from": "off-network", "actions": data_actions(thing.kind),
                    "resources": self.resources_of(&thing), "when": self.pin(),
                    "not": {"any": not},
                });
                if let (Some(principals), Some(shape)) = (principals, shape.as_object_mut()) {
                    shape.insert("principals".to_owned(), json!(principals));
                }
                json!({"deny": shape, "by": by})
            };
            let mut all = Vec::new();
            if self.has_holders() {
                let wanted = format!("off the network no principal of ours reaches {shown}");
                all.push((wanted, of("holder", self.exempt(), None)));
            }
            let named = self.named_principals(&thing);
            if !named.is_empty() {
                let wanted =
                    format!("off the network nobody whom its policy names reaches {shown}");
                all.push((wanted, of("anyone", self.exempt(), Some(named))));
            }
            if self.has_policy(&thing) {
                let mut not = self.exempt();
                not.push(self.inside());
                let wanted = format!("off the network no stranger reaches {shown}");
                all.push((wanted, of("anyone", not, None)));
            }
            for (wanted, property) in all {
                self.ask(Pack::Network, &shown, wanted, property);
            }
        }
    }

    fn has_policy(&self, thing: &Thing) -> bool {
        self.policies_of(thing).next().is_some()
    }

    fn policies_of<'a>(&'a self, thing: &'a Thing) -> impl Iterator<Item = &'a Document> {
        self.model.policies.iter().filter_map(|policy| match &policy.attachment {
            Attachment::Resources(list) if list.contains(&thing.arn) => Some(&policy.document),
            _ => None,
        })
    }

    /// Principals of ours that the policy of a thing names and that carry nothing in the inputs.
    fn named_principals(&self, thing: &Thing) -> Vec<String> {
        let carriers: Vec<String> =
            self.model.principals.iter().map(|it| self.names.text(it)).collect();
        let start = format!("arn:aws:iam::{}:", self.account);
        let mut out: Vec<String> = Vec::new();
        for document in self.policies_of(thing) {
            let Document::Written(document) = document else { continue };
            for statement in document.get("Statement").map(Value::items).unwrap_or_default() {
                let allows = statement.get("Effect").and_then(Value::as_literal);
                if allows.as_deref() != Some("Allow") {
                    continue;
                }
                let Some(named) = statement.get("Principal").and_then(|it| it.get("AWS")) else {
                    continue;
                };
                for name in named.items().iter().filter_map(Value::as_text) {
                    let name = self.names.text(name);
                    let ours = name.starts_with(&start) && !name.ends_with(":root");
                    if ours && !carriers.contains(&name) && !out.contains(&name) {
                        out.push(name);
                    }
                }
            }
        }
        out
    }

    fn identities(&mut self) {
        for thing in self.things() {
            if !self.has_policy(&thing) {
                continue;
            }
            let shown = shown(&thing);
            let service = format!("{}:*", service_of(thing.kind));
            let services = json!({"when": {"Bool": {"aws:PrincipalIsAWSService": "true"}}});
            let property = json!({
                "deny": {"actions": [service], "resources": self.resources_of(&thing),
                    "when": self.pin(), "not": {"any": [self.inside(), services]}},
                "by": "anyone",
            });
            let wanted = format!("no stranger reaches {shown}");
            self.ask(Pack::Identities, &shown, wanted, property);
        }
        for endpoint in self.endpoints() {
            let property = json!({
                "deny": {"from": endpoint.id, "actions": endpoint.actions,
                    "not": {"any": [self.inside()]}},
                "by": "anyone",
            });
            let wanted = format!("no stranger uses {}", endpoint.shown);
            self.ask(Pack::Identities, &endpoint.shown, wanted, property);
        }
    }

    fn resources(&mut self) {
        for endpoint in self.endpoints() {
            let mut ours = vec![self.account.clone()];
            ours.extend(self.options.own_accounts.iter().map(ToString::to_string));
            let owned = json!({"when": {"StringEquals": {"aws:ResourceAccount": ours}}});
            let property = json!({
                "deny": {"from": endpoint.id, "actions": endpoint.actions, "not": {"any": [owned]}},
                "by": "anyone",
            });
            let wanted = format!("{} leads to no resource of strangers", endpoint.shown);
            self.ask(Pack::Resources, &endpoint.shown, wanted, property);
            let Some((policy, arn)) = strangers_thing(&endpoint.service, &self.region) else {
                continue;
            };
            // A stranger opens what is theirs, and whoever is ours may do anything.
            let inside = format!("{arn}/*");
            let property = json!({
                "deny": {"from": endpoint.id, "actions": endpoint.actions,
                    "resources": [arn, inside], "not": {"any": [owned]}},
                "by": "anyone",
                "policies": ["all", any_identity_policy(), policy, strangers_own_policy()],
            });
            let wanted = format!("{} leads to nothing that a stranger opens", endpoint.shown);
            self.ask(Pack::Resources, &endpoint.shown, wanted, property);
        }
    }

    fn public(&mut self) {
        for thing in self.things() {
            // RestrictPublicBuckets: a public policy serves only the owner's account and services (S3
            // User Guide, "Blocking public access").
            if !self.has_policy(&thing) || thing.restricts_public {
                continue;
            }
            let shown = shown(&thing);
            let service = format!("{}:*", service_of(thing.kind));
            let property = json!({
                "deny": {"actions": [service], "resources": self.resources_of(&thing),
                    "when": self.pin(), "principals": ["anonymous", STRANGER]},
                "by": "anyone",
            });
            let wanted = format!("{shown} is not open to everybody");
            self.ask(Pack::Public, &shown, wanted, property);
        }
    }

    fn guard(&mut self) {
        for thing in self.things() {
            let shown = shown(&thing);
            let mut not = self.exempt();
            not.push(json!({"principals": [format!("arn:aws:iam::{}:root", self.account)]}));
            let property = json!({
                "deny": {"from": "off-network", "actions": data_actions(thing.kind),
                    "resources": self.resources_of(&thing), "when": self.pin(),
                    "not": {"any": not}},
                "by": "anyone",
            });
            let mut property = property;
            if let Some(members) = property.as_object_mut() {
                members.insert("policies".to_owned(), json!(["all", any_identity_policy()]));
            }
            let wanted =
                format!("off the network nobody reaches {shown}, whatever identity policies say");
            self.ask(Pack::Guard, &shown, wanted, property);
        }
    }

    fn endpoints(&self) -> Vec<AskedEndpoint> {
        let vpcs = self.model.network.get("vpcs").map(Value::items).unwrap_or_default();
        let mut out = Vec::new();
        for endpoint in
            vpcs.iter().flat_map(|vpc| vpc.get("endpoints").map(Value::items).unwrap_or_default())
        {
            let Some(id) = endpoint.get("id").and_then(Value::as_text) else { continue };
            let name = endpoint.get("name").and_then(Value::as_text).unwrap_or(id);
            let service = endpoint.get("service").and_then(Value::as_literal).unwrap_or_default();
            let Some(row) = Topology::service(&service, &self.region) else { continue };
            let mut actions: Vec<String> = row.patterns().map(|it| it.to_string()).collect();
            actions.sort_unstable();
            actions.dedup();
            if actions.is_empty() || !Topology::takes_policy(&service, &self.region) {
                continue;
            }
            out.push(AskedEndpoint {
                id: self.names.text(id),
                shown: format!("endpoint {name}"),
                service,
                actions,
            });
        }
        out
    }
}

/// An endpoint that packs ask about.
#[derive(Clone, Debug)]
struct AskedEndpoint {
    id: String,
    shown: String,
    service: String,
    actions: Vec<String>,
}

/// The thing in words: `bucket ml-lake (aws_s3_bucket.lake)`.
fn shown(thing: &Thing) -> String {
    let name: &Text = &thing.name;
    format!("{} {name} ({})", thing.kind.as_str(), thing.at)
}

/// True if the model has policies of its own: AWS's defaults alone are not what anybody wrote.
pub(crate) fn has_policies(model: &Model) -> bool {
    model.policies.iter().any(|it| it.origin != Origin::Default)
        || model.policies.iter().any(|it| matches!(it.attachment, Attachment::Endpoint(_)))
        || !model.things.is_empty()
}
