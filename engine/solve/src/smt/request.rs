//! The request as SMT-LIB declares it: the requester, the action and the resource.
//!
//! Texts that a request says twice are one constant: the account of a user stands in its ARN, in
//! `aws:PrincipalArn` and in `aws:PrincipalAccount`. What AWS derives from the principal is a term
//! over these constants, by kind of requester (policy language §2.4, §4, §6.1).

use std::collections::BTreeSet;

use super::regex::{ACCOUNT, class, concat, some, text, union};
use super::term::{self, and, equal, implies, not, or, string};
use polsim_check::key_facts::{Fact, KeyFacts};
use polsim_decide::catalog::keys;
use polsim_decide::request::PrincipalKind;
use polsim_decide::text::KeyName;

use PrincipalKind::{Anonymous, FederatedUser, Provider, RoleSession, Root, Service, User};

/// A constant of type text that every request has. Where a kind of requester has no such thing,
/// nothing reads it.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub(super) enum Part {
    Partition,
    Account,
    UserPath,
    UserName,
    UserId,
    /// The role's path and name, which follow `role/` in its ARN.
    RoleTail,
    RoleId,
    SessionName,
    FederatedName,
    /// The path and name of the user that made a federated session, which follow `user/` in its ARN.
    IssuerTail,
    ServiceName,
    Provider,
    /// Before the colon of the action; in lower case, for actions are compared so.
    ActionService,
    /// The action behind the colon.
    ActionName,
    ResourcePartition,
    ResourceService,
    ResourceRegion,
    /// The account component of the resource's ARN.
    ResourcePlace,
    ResourceRest,
    /// The account that owns the resource.
    Owner,
}

/// The parts of the request that a script reads.
#[derive(Debug, Default)]
pub(super) struct Request {
    parts: BTreeSet<Part>,
    arn: bool,
}

/// A text that AWS derives, for some kinds of requesters.
#[derive(Clone, Debug)]
pub(super) enum Derived {
    /// A text that is always the same.
    Fixed(&'static str),
    /// An account id of twelve digits.
    Account(Part),
    /// A text that is an ARN.
    Arn(ArnTerms),
    /// A text without further structure.
    Text(String),
}

/// An ARN as terms.
#[derive(Clone, Debug)]
pub(super) struct ArnTerms {
    /// The first five components, without colons.
    pub(super) head: [String; 5],
    /// The fixed text that the last component begins with.
    pub(super) word: &'static str,
    /// The terms of the last component behind `word`.
    pub(super) rest: Vec<String>,
}

impl ArnTerms {
    /// The last component of the ARN.
    pub(super) fn last(&self) -> String {
        let word = string(self.word);
        term::concat(&[&[word], &self.rest[..]].concat())
    }

    /// The six components of the ARN.
    pub(super) fn six(&self) -> [String; 6] {
        let [arn, partition, service, region, account] = self.head.clone();
        [arn, partition, service, region, account, self.last()]
    }

    fn whole(&self) -> String {
        joined(&self.six())
    }
}

impl Derived {
    /// The text as a term.
    pub(super) fn term(&self) -> String {
        match self {
            Self::Fixed(text) => string(text),
            Self::Account(part) => part.name().to_owned(),
            Self::Arn(arn) => arn.whole(),
            Self::Text(term) => term.clone(),
        }
    }
}

/// Components joined by colons.
pub(super) fn joined(components: &[String; 6]) -> String {
    let mut parts = Vec::new();
    for (at, component) in components.iter().enumerate() {
        if at > 0 {
            parts.push(string(":"));
        }
        parts.push(component.clone());
    }
    term::concat(&parts)
}

impl Request {
    /// The constant of a part.
    pub(super) fn part(&mut self, part: Part) -> String {
        self.parts.insert(part);
        part.name().to_owned()
    }

    /// The resource's ARN as a whole.
    pub(super) fn arn(&mut self) -> String {
        self.arn = true;
        self.parts.extend(RESOURCE);
        "resource-arn".to_owned()
    }

    /// The value of a key that AWS derives, by kind of requester; kinds that are not listed do not
    /// have it. `None` for keys that are not derived.
    pub(super) fn derived(&mut self, key: &KeyName) -> Option<Vec<(Vec<PrincipalKind>, Derived)>> {
        let account = || Derived::Account(Part::Account);
        let joined =
            |one: String, other: String| Derived::Text(term::concat(&[one, string(":"), other]));
        let found = if key.is(keys::PRINCIPAL_ARN) {
            PrincipalKind::WITH_ACCOUNT
                .map(|kind| (vec![kind], Derived::Arn(self.principal_arn(kind))))
                .into()
        } else if key.is(keys::PRINCIPAL_ACCOUNT) {
            self.part(Part::Account);
            vec![
                (PrincipalKind::WITH_ACCOUNT.into(), account()),
                (vec![Anonymous], Derived::Fixed("anonymous")),
            ]
        } else if key.is(keys::PRINCIPAL_TYPE) {
            let fixed =
                |kind: PrincipalKind| Some((vec![kind], Derived::Fixed(kind.principal_type()?)));
            PrincipalKind::ALL.into_iter().filter_map(fixed).collect()
        } else if key.is(keys::USER_NAME) {
            vec![(vec![User], Derived::Text(self.part(Part::UserName)))]
        } else if key.is(keys::USER_ID) {
            let session = joined(self.part(Part::RoleId), self.part(Part::SessionName));
            let federated = joined(self.part(Part::Account), self.part(Part::FederatedName));
            vec![
                (vec![User], Derived::Text(self.part(Part::UserId))),
                (vec![RoleSession], session),
                (vec![FederatedUser], federated),
                (vec![Root], account()),
                (vec![Anonymous], Derived::Fixed("anonymous")),
            ]
        } else if key.is(keys::PRINCIPAL_IS_AWS_SERVICE) {
            vec![
                (vec![Service], Derived::Fixed("true")),
                (PrincipalKind::WITH_ACCOUNT.into(), Derived::Fixed("false")),
            ]
        } else if key.is(keys::PRINCIPAL_SERVICE_NAME) || key.is(keys::PRINCIPAL_SERVICE_NAMES_LIST)
        {
            vec![(vec![Service], Derived::Text(self.part(Part::ServiceName)))]
        } else if key.is(keys::RESOURCE_ACCOUNT) {
            self.part(Part::Owner);
            vec![(PrincipalKind::ALL.into(), Derived::Account(Part::Owner))]
        } else {
            return None;
        };
        Some(found)
    }

    /// `aws:PrincipalArn`: the ARN of the user, root or federated user, or of the session's role.
    pub(super) fn principal_arn(&mut self, kind: PrincipalKind) -> ArnTerms {
        match kind {
            FederatedUser => {
                let name = self.part(Part::FederatedName);
                self.arn_of("sts", "federated-user/", vec![name])
            }
            RoleSession => {
                let tail = self.part(Part::RoleTail);
                self.arn_of("iam", "role/", vec![tail])
            }
            User => {
                let rest = vec![self.part(Part::UserPath), self.part(Part::UserName)];
                self.arn_of("iam", "user/", rest)
            }
            _ => self.arn_of("iam", "root", Vec::new()),
        }
    }

    /// The ARN of the user that made a federated session: one of the same account.
    pub(super) fn issuer_arn(&mut self) -> ArnTerms {
        let tail = self.part(Part::IssuerTail);
        self.arn_of("iam", "user/", vec![tail])
    }

    fn arn_of(&mut self, service: &str, word: &'static str, rest: Vec<String>) -> ArnTerms {
        let partition = self.part(Part::Partition);
        let account = self.part(Part::Account);
        let head = [string("arn"), partition, string(service), string(""), account];
        ArnTerms { head, word, rest }
    }

    /// The declarations of everything that has been read, and what every request satisfies.
    pub(super) fn declare(&self, documented: &KeyFacts, out: &mut Vec<String>) {
        out.push("; The requester is of exactly one kind.".to_owned());
        for kind in PrincipalKind::ALL {
            out.push(format!("(declare-const {} Bool)", kind_is(kind)));
        }
        out.push(format!("(assert {})", any_kind(&PrincipalKind::ALL)));
        for (at, one) in PrincipalKind::ALL.into_iter().enumerate() {
            for other in PrincipalKind::ALL.into_iter().skip(at.saturating_add(1)) {
                out.push(format!("(assert (not (and {} {})))", kind_is(one), kind_is(other)));
            }
        }
        out.push("(declare-const management-account Bool)".to_owned());
        out.push("; The request has no resource: it is `*`.".to_owned());
        out.push("(declare-const no-resource Bool)".to_owned());
        let mut parts = self.parts.clone();
        // Without a resource a request acts in the caller's own account.
        parts.extend([Part::Account, Part::Owner]);
        if parts.contains(&Part::ResourcePlace) {
            parts.extend(RESOURCE);
        }
        for part in &parts {
            let name = part.name();
            out.push(format!("(declare-const {name} String) ; {}", part.meaning()));
            out.push(format!("(assert (str.in_re {name} {}))", part.shape(documented)));
        }
        out.push("; Without a resource, the caller acts in his own account.".to_owned());
        let own = equal(Part::Account.name(), Part::Owner.name());
        let alone = and(["no-resource".to_owned(), any_kind(&PrincipalKind::WITH_ACCOUNT)]);
        out.push(format!("(assert {})", implies(&alone, &own)));
        if parts.contains(&Part::ResourcePlace) {
            out.push(
                "; In the account's place of the resource's ARN stands its owner, or no account."
                    .to_owned(),
            );
            let place = Part::ResourcePlace.name();
            let word = concat(vec![class(|c| c.is_ascii_lowercase()), "(re.* not-colon)".into()]);
            let other = format!("(str.in_re {place} {word})");
            let choices = [equal(place, Part::Owner.name()), equal(place, "\"\""), other];
            out.push(format!("(assert {})", or(choices)));
        }
        if self.arn {
            let six = [
                string("arn"),
                Part::ResourcePartition.name().to_owned(),
                Part::ResourceService.name().to_owned(),
                Part::ResourceRegion.name().to_owned(),
                Part::ResourcePlace.name().to_owned(),
                Part::ResourceRest.name().to_owned(),
            ];
            out.push(format!("(define-fun resource-arn () String {})", joined(&six)));
        }
    }
}

/// The parts of a resource's ARN.
const RESOURCE: [Part; 6] = [
    Part::ResourcePartition,
    Part::ResourceService,
    Part::ResourceRegion,
    Part::ResourcePlace,
    Part::ResourceRest,
    Part::Owner,
];

/// The requester is of this kind.
pub(super) fn kind_is(kind: PrincipalKind) -> &'static str {
    match kind {
        Anonymous => "anonymous",
        FederatedUser => "federated-user",
        Provider => "web-identity",
        RoleSession => "role-session",
        Root => "root-user",
        Service => "aws-service",
        User => "iam-user",
    }
}

/// The requester is of one of these kinds.
pub(super) fn any_kind(kinds: &[PrincipalKind]) -> String {
    or(kinds.iter().map(|kind| kind_is(*kind).to_owned()))
}

/// The requester belongs to an account.
pub(super) fn has_account() -> String {
    any_kind(&PrincipalKind::WITH_ACCOUNT)
}

/// The requester's partition is `other`: that of its ARN; `aws` for those without, but for the
/// services of China.
pub(super) fn partition_is(request: &mut Request, other: &str) -> String {
    let own = equal(&request.part(Part::Partition), other);
    let by_arn = and([has_account(), own]);
    let unsigned = and([any_kind(&[Anonymous, Provider]), equal(&string("aws"), other)]);
    let name = request.part(Part::ServiceName);
    let chinese = format!("(str.suffixof \".amazonaws.com.cn\" {name})");
    let service = or([
        and([chinese.clone(), equal(&string("aws-cn"), other)]),
        and([not(&chinese), equal(&string("aws"), other)]),
    ]);
    or([by_arn, unsigned, and([kind_is(Service).to_owned(), service])])
}

impl Part {
    /// The name of the constant.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Partition => "partition",
            Self::Account => "account",
            Self::UserPath => "user-path",
            Self::UserName => "user-name",
            Self::UserId => "user-id",
            Self::RoleTail => "role-tail",
            Self::RoleId => "role-id",
            Self::SessionName => "session-name",
            Self::FederatedName => "federated-name",
            Self::IssuerTail => "issuer-tail",
            Self::ServiceName => "service-name",
            Self::Provider => "provider",
            Self::ActionService => "action-service",
            Self::ActionName => "action-name",
            Self::ResourcePartition => "resource-partition",
            Self::ResourceService => "resource-service",
            Self::ResourceRegion => "resource-region",
            Self::ResourcePlace => "resource-place",
            Self::ResourceRest => "resource-rest",
            Self::Owner => "resource-account",
        }
    }

    fn meaning(self) -> &'static str {
        match self {
            Self::Partition => "of the requester's ARN",
            Self::Account => "of the requester",
            Self::UserPath => "path of the user: empty, or ending in a slash",
            Self::UserName => "name of the user",
            Self::UserId => "unique id of the user",
            Self::RoleTail => "path and name of the session's role",
            Self::RoleId => "unique id of the session's role",
            Self::SessionName => "name of the role session",
            Self::FederatedName => "name of the federated user",
            Self::IssuerTail => "path and name of the user that made the federated session",
            Self::ServiceName => "of the calling service",
            Self::Provider => "identity provider of an unsigned caller",
            Self::ActionService => "before the colon of the action, in lower case",
            Self::ActionName => "after the colon of the action, in lower case",
            Self::ResourcePartition
            | Self::ResourceService
            | Self::ResourceRegion
            | Self::ResourceRest => "of the resource's ARN",
            Self::ResourcePlace => "what stands in the account's place of the resource's ARN",
            Self::Owner => "the account that owns the resource",
        }
    }

    /// The regular expression of the values of the part.
    fn shape(self, documented: &KeyFacts) -> String {
        let charset = documented.has(Fact::Charset);
        // Names of users, roles and sessions (policy language §1.5).
        let name = || {
            some(&if charset {
                class(|c| c.is_ascii_alphanumeric() || "+=,.@_-".contains(c))
            } else {
                class(|c| !matches!(c, ':' | '/'))
            })
        };
        let path = || {
            let path =
                if charset { class(|c| matches!(c, '!'..='~')) } else { "re.allchar".into() };
            concat(vec![some(&path), text("/")])
        };
        match self {
            Self::Account | Self::Owner => ACCOUNT.to_owned(),
            Self::UserName | Self::SessionName | Self::FederatedName => name(),
            Self::UserPath => union([text(""), path()]),
            Self::IssuerTail => union([name(), concat(vec![path(), name()])]),
            // AWS's own roles are called `aws:…` (perimeter §1.4, O35).
            Self::RoleTail => {
                let own = concat(vec![text("aws:"), name()]);
                union([name(), concat(vec![path(), name()]), own])
            }
            Self::UserId => unique_id("AIDA"),
            Self::RoleId => unique_id("AROA"),
            Self::ServiceName if documented.has(Fact::Services) => {
                let label = class(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
                let ends = union([text(".amazonaws.com"), text(".amazonaws.com.cn")]);
                concat(vec![some(&label), ends])
            }
            Self::ServiceName => {
                let label = class(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
                let any = format!("(re.* {label})");
                let middle = union([text(".amazonaws.com"), text(".aws")]);
                concat(vec![any.clone(), middle, any])
            }
            Self::Provider => {
                let kind = union([text(":saml-provider/"), text(":oidc-provider/")]);
                let arn = concat(vec![
                    text("arn:"),
                    "(re.* not-colon)".to_owned(),
                    text(":iam::"),
                    ACCOUNT.to_owned(),
                    kind,
                    some("re.allchar"),
                ]);
                union([some("not-colon"), arn])
            }
            // A request's action has one colon and neither blanks nor control characters
            // (policy language §2.2).
            Self::ActionService | Self::ActionName => some(&class(|c| {
                c != ':' && !c.is_whitespace() && !c.is_control() && !c.is_ascii_uppercase()
            })),
            Self::Partition | Self::ResourcePartition | Self::ResourceService => some("not-colon"),
            Self::ResourceRegion | Self::ResourcePlace => "(re.* not-colon)".to_owned(),
            Self::ResourceRest => some("re.allchar"),
        }
    }
}

fn unique_id(prefix: &str) -> String {
    let class = class(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
    concat(vec![text(prefix), format!("(re.* {class})")])
}
