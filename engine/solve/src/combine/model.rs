//! Candidate models: values of fields and keys, and the request that they make up.

use std::collections::BTreeMap;

use polsim_check::fields::field::{Field, Flag};
use polsim_decide::catalog::keys;
use polsim_decide::formula::World;
use polsim_decide::request::{CallFacts, ContextValue, PrincipalKind, Request, RequestParts};
use polsim_decide::text::KeyName;

/// A candidate model: values for some fields of a request. A field without value is irrelevant.
#[derive(Clone, Debug, Default)]
pub(super) struct CandidateModel {
    pub(super) kind: Option<PrincipalKind>,
    pub(super) management_account: bool,
    /// The values that atoms give to choices.
    pub(super) world: World,
    /// The flags that atoms give.
    pub(super) flags: BTreeMap<Flag, bool>,
    pub(super) action: Option<Box<str>>,
    /// The values of parts of principal and resource.
    pub(super) fields: BTreeMap<Field, Box<str>>,
    /// The values of context keys in the order in which they were found; none for an absent key.
    pub(super) keys: Vec<(KeyName, Vec<Box<str>>)>,
}

impl CandidateModel {
    /// The request of the candidate, with plain values for all other fields.
    pub(super) fn request(&self) -> Option<Request> {
        let kind = self.kind.unwrap_or(PrincipalKind::RoleSession);
        let action = self.action.as_deref().unwrap_or("s3:GetObject");
        let owner = self.field(Field::ResourceAccount);
        let resource = self.resource(action);
        let mut context = self.context(kind);
        // Derived keys are filled in behind the others; what is known to be absent stays so.
        context.extend(self.keys.iter().map(|(key, values)| {
            let value = match &**values {
                [one] => ContextValue::One(one.clone()),
                many => ContextValue::Many(many.to_vec()),
            };
            (key.clone(), value)
        }));
        let issuer = (kind == PrincipalKind::FederatedUser).then(|| {
            let (partition, account) = (self.field(Field::Partition), self.field(Field::Account));
            format!("arn:{partition}:iam::{account}:user/{}", self.field(Field::IssuerTail))
        });
        Request::new(RequestParts {
            principal: &self.principal(kind),
            action,
            resource: &resource,
            resource_account: Some(owner),
            issuer: issuer.as_deref(),
            call: CallFacts::default(),
            context,
            complete: false,
            management_account: self.management_account,
            ..RequestParts::default()
        })
        .ok()
    }

    fn principal(&self, kind: PrincipalKind) -> String {
        let field = |field| self.field(field);
        let (partition, account) = (field(Field::Partition), field(Field::Account));
        match kind {
            PrincipalKind::Anonymous => "anonymous".to_owned(),
            PrincipalKind::FederatedUser => {
                format!(
                    "arn:{partition}:sts::{account}:federated-user/{}",
                    field(Field::FederatedName)
                )
            }
            PrincipalKind::Provider => format!("federated:{}", field(Field::Provider)),
            PrincipalKind::RoleSession => {
                let tail = field(Field::RoleTail);
                let name = tail.rsplit('/').next().unwrap_or(tail);
                let session = field(Field::SessionName);
                format!("arn:{partition}:sts::{account}:assumed-role/{name}/{session}")
            }
            PrincipalKind::Root => format!("arn:{partition}:iam::{account}:root"),
            PrincipalKind::Service => field(Field::Service).to_owned(),
            PrincipalKind::User => {
                let (path, name) = (field(Field::UserPath), field(Field::UserName));
                format!("arn:{partition}:iam::{account}:user/{path}{name}")
            }
        }
    }

    /// The derived keys that do not follow from the principal's ARN.
    fn context(&self, kind: PrincipalKind) -> Vec<(KeyName, ContextValue)> {
        let field = |field| self.field(field);
        let said = |key: &str, value: String| (KeyName::new(key), ContextValue::One(value.into()));
        match kind {
            PrincipalKind::RoleSession => {
                let (partition, account) = (field(Field::Partition), field(Field::Account));
                let tail = field(Field::RoleTail);
                let id = format!("{}:{}", field(Field::RoleId), field(Field::SessionName));
                vec![
                    said(
                        keys::PRINCIPAL_ARN,
                        format!("arn:{partition}:iam::{account}:role/{tail}"),
                    ),
                    said(keys::USER_ID, id),
                ]
            }
            PrincipalKind::User => vec![said(keys::USER_ID, field(Field::UserId).to_owned())],
            _ => Vec::new(),
        }
    }

    fn resource(&self, action: &str) -> String {
        if self.flags.get(&Flag::NoResource) == Some(&true) {
            return "*".to_owned();
        }
        let service = match self.fields.get(&Field::ResourceService) {
            Some(service) => service,
            None => own_service(action),
        };
        // Buckets have no account in their ARN, most other resources have.
        let names_owner = self.flags.get(&Flag::NamesOwner).copied();
        let names_owner = names_owner
            .unwrap_or_else(|| service != "s3" && !self.fields.contains_key(&Field::ResourceWord));
        let in_place = if names_owner { Field::ResourceAccount } else { Field::ResourceWord };
        let place = self.field(in_place);
        let partition = self.field(Field::ResourcePartition);
        let region = match self.fields.get(&Field::ResourceRegion) {
            Some(region) => region,
            None if names_owner && service != "iam" => "eu-west-1",
            None => "",
        };
        let rest = match self.fields.get(&Field::ResourceRest) {
            Some(rest) => rest,
            None if service == "iam" => "role/Example",
            None => plain(Field::ResourceRest),
        };
        format!("arn:{partition}:{service}:{region}:{place}:{rest}")
    }

    /// The value of a field, else a plain one.
    fn field(&self, field: Field) -> &str {
        if let Some(value) = self.fields.get(&field) {
            return value;
        }
        match field {
            // One partition and one account, unless something else is said.
            Field::Partition => self.or(Field::ResourcePartition, "aws"),
            Field::ResourcePartition => self.or(Field::Partition, "aws"),
            Field::Account => self.or(Field::ResourceAccount, plain(field)),
            Field::ResourceAccount => self.or(Field::Account, plain(field)),
            _ => plain(field),
        }
    }

    fn or<'a>(&'a self, other: Field, otherwise: &'a str) -> &'a str {
        self.fields.get(&other).map_or(otherwise, |value| value)
    }
}

/// The service to which the resources of an action mostly belong.
fn own_service(action: &str) -> &str {
    match action.split(':').next().unwrap_or_default() {
        // Its calls are about roles.
        "sts" => "iam",
        "" => "s3",
        service => service,
    }
}

/// The value of a field that no atom constrains.
fn plain(field: Field) -> &'static str {
    hints(field).first().copied().unwrap_or_default()
}

/// Plausible values of a field, the best first.
pub(super) fn hints(field: Field) -> &'static [&'static str] {
    match field {
        Field::Account | Field::ResourceAccount => {
            &["111122223333", "444455556666", "777788889999"]
        }
        Field::FederatedName | Field::UserName => &["alice", "bob", "mallory"],
        Field::IssuerTail => &["alice", "bob"],
        Field::Partition | Field::ResourcePartition => &["aws", "aws-cn", "aws-us-gov"],
        Field::Provider => &["accounts.google.com", "www.amazon.com"],
        Field::ResourceRegion => &["", "eu-west-1", "us-east-1"],
        Field::ResourceRest => &["example", "example/key", "other"],
        Field::ResourceService => &["s3"],
        Field::ResourceWord | Field::UserPath => &[""],
        Field::RoleId => &["AROAEXAMPLEID", "AROAOTHERID"],
        Field::RoleTail => &["DataScientist", "Admin", "Other"],
        Field::Service => &["sagemaker.amazonaws.com", "s3.amazonaws.com", "ec2.amazonaws.com"],
        Field::SessionName => &["session", "alice"],
        Field::UserId => &["AIDAEXAMPLEID", "AIDAOTHERID"],
    }
}

impl CandidateModel {
    /// A plausible value of a field beside those that the candidate has.
    pub(super) fn near(&self, field: Field) -> Option<Box<str>> {
        let other = match field {
            Field::Account => Field::ResourceAccount,
            Field::Partition => Field::ResourcePartition,
            Field::ResourceAccount => Field::Account,
            Field::ResourcePartition => Field::Partition,
            Field::ResourceService => {
                return self.action.as_deref().map(own_service).map(Box::from);
            }
            _ => return None,
        };
        self.fields.get(&other).cloned()
    }
}
