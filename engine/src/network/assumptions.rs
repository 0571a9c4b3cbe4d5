//! Feasibility facts: what holds in every request that AWS could ever see (perimeter §1.5).
//!
//! Without them counterexamples are noise, with wrong ones proofs are unsound; so each has a name,
//! says what it says and where it comes from, and can be left out. A fact speaks only of keys that
//! something in the store reads: lower policies, origins and properties first. The facts marked
//! *permissive* rule nothing out; they are listed because they say what must *not* be assumed.

mod as_sent;
mod endpoints;
mod lower;
#[cfg(test)]
mod tests;

use super::context::{SOURCE_VPC, SOURCE_VPCE, is_read};
use super::model::{Network, Vpc};
use crate::catalog::{ContextKey, keys};
use crate::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use crate::policy::ActionPattern;
use crate::request::PrincipalKind;
use crate::text::{CaseRule, KeyName, Pattern, Piece, Variable};
use polsim_check::key_facts::Fact;

/// A fact about all requests.
///
/// ```
/// # use polsim::network::Assumption;
/// assert!(Assumption::all().iter().all(|fact| Assumption::find(fact.name).is_some()));
/// assert!(Assumption::find("aws-never-errs").is_none());
/// ```
#[derive(Debug)]
pub struct Assumption {
    /// Name, as a scenario's `assume` writes it.
    pub name: &'static str,
    /// Statement of the fact, a sentence.
    pub statement: &'static str,
    /// Source of the fact.
    pub source: &'static str,
    lower: fn(&mut Facts<'_>) -> FormulaId,
    key_fact: Option<Fact>,
}

impl Assumption {
    /// Facts of the model; together they are the meaning of `assume: aws`.
    pub fn all() -> &'static [Self] {
        ALL
    }

    /// The fact or premise called `name`.
    pub fn find(name: &str) -> Option<&'static Self> {
        ALL.iter().chain(ON_REQUEST).find(|fact| fact.name == name)
    }

    /// The part of the fact about single values, which the solver's theories and the checker know.
    pub fn key_fact(&self) -> Option<Fact> {
        self.key_fact
    }

    /// The requests in which the fact holds. Facts about known endpoints and accounts need the
    /// network; without it they say nothing.
    pub fn lower(&self, formulas: &mut Formulas, network: Option<&Network>) -> FormulaId {
        (self.lower)(&mut Facts { formulas, network })
    }
}

/// The requests without any global key that something reads and the catalogue does not list: AWS may
/// have such a key by now, and may not (perimeter-2 §1, AX12). None if there is no such key.
pub(crate) fn without_unlisted_keys(formulas: &mut Formulas) -> Option<FormulaId> {
    let mut facts = Facts { formulas, network: None };
    let unlisted =
        |key: &str| starts_with(key, "aws:") && ContextKey::is_listed(key) == Some(false);
    let keys = facts.read_keys(unlisted);
    if keys.is_empty() {
        return None;
    }
    let absent: Vec<FormulaId> = keys.iter().map(|key| facts.absent(key.as_str())).collect();
    Some(facts.formulas.all(absent))
}

/// The store that facts are lowered into, and the network they are about.
struct Facts<'a> {
    formulas: &'a mut Formulas,
    network: Option<&'a Network>,
}

impl Facts<'_> {
    fn is_read(&self, key: &str) -> bool {
        is_read(self.formulas, key)
    }

    /// The keys that some atom reads and that `wanted` picks, in the order of the store.
    fn read_keys(&self, wanted: impl Fn(&str) -> bool) -> Vec<KeyName> {
        let mut keys: Vec<KeyName> = Vec::new();
        for atom in self.formulas.atoms() {
            if let Atom::Key(key, _) = atom
                && wanted(key.as_str())
                && !keys.contains(key)
            {
                keys.push(key.clone());
            }
        }
        keys
    }

    fn absent(&mut self, key: &str) -> FormulaId {
        self.formulas.atom(Atom::Key(KeyName::new(key), KeyTest::Absent))
    }

    fn present(&mut self, key: &str) -> FormulaId {
        let absent = self.absent(key);
        self.formulas.not(absent)
    }

    fn flag(&mut self, key: &str, value: bool) -> FormulaId {
        let test = KeyTest::Some { any_of: [Predicate::Bool(value)].into(), hit: true };
        self.formulas.atom(Atom::Key(KeyName::new(key), test))
    }

    fn has_text(&mut self, key: &str, texts: &[&str]) -> FormulaId {
        let any_of =
            texts.iter().map(|it| Predicate::Text(Pattern::literal(it), CaseRule::Exact)).collect();
        let test = KeyTest::Some { any_of, hit: true };
        self.formulas.atom(Atom::Key(KeyName::new(key), test))
    }

    fn principal(&mut self, test: PrincipalTest) -> FormulaId {
        self.formulas.atom(Atom::Principal(test))
    }

    fn kind(&mut self, kind: PrincipalKind) -> FormulaId {
        self.principal(PrincipalTest::Kind(kind))
    }

    fn action(&mut self, service: &str, name: &str) -> FormulaId {
        let (service, name) = (Pattern::literal(service), Pattern::wildcard(name));
        self.formulas.atom(Atom::Action(ActionPattern::Of { service, name }))
    }

    /// The requests in which a text key begins with the value of another key, and goes on so.
    fn begins_with(&mut self, key: &str, of: &str, after: &str) -> FormulaId {
        let any_of = [Predicate::Text(around("", of, after), CaseRule::Exact)].into();
        self.formulas.atom(Atom::Key(KeyName::new(key), KeyTest::Some { any_of, hit: true }))
    }

    /// The requests in which the ARN of a VPC has the value of another key in its component of this
    /// number, after this text.
    fn vpc_arn_has(&mut self, component: usize, before: &str, of: &str) -> FormulaId {
        let mut components = ["arn", "aws*", "ec2", "*", "*", "vpc/vpc-*"].map(Pattern::wildcard);
        if let Some(own) = components.get_mut(component) {
            *own = around(before, of, "");
        }
        let any_of = [Predicate::Arn(components.into())].into();
        let name = KeyName::new(keys::SOURCE_VPC_ARN);
        self.formulas.atom(Atom::Key(name, KeyTest::Some { any_of, hit: true }))
    }

    /// For each text that something asks of a key or of its component of the VPC's ARN: under the
    /// condition both have it or neither. This follows from [`vpc_arn_has`](Self::vpc_arn_has); said
    /// so, the search needs no value of the key to know it.
    fn arn_agrees(
        &mut self,
        condition: FormulaId,
        component: usize,
        before: &str,
        of: &str,
    ) -> Vec<FormulaId> {
        let mut texts = self.literals(of);
        let in_arns = self.arn_components(component);
        texts.extend(in_arns.iter().filter_map(|it| it.strip_prefix(before).map(Box::from)));
        texts.sort_unstable();
        texts.dedup();
        let mut all = Vec::new();
        for text in texts {
            let mut components = ["*"; 6].map(Pattern::wildcard);
            if let Some(own) = components.get_mut(component) {
                *own = Pattern::literal(&format!("{before}{text}"));
            }
            let any_of = [Predicate::Arn(components.into())].into();
            let name = KeyName::new(keys::SOURCE_VPC_ARN);
            let test = KeyTest::Some { any_of, hit: true };
            let in_arn = self.formulas.atom(Atom::Key(name, test));
            let is = self.has_text(of, &[&text]);
            let same = self.iff(in_arn, is);
            all.push(self.formulas.implies(condition, same));
        }
        all
    }

    /// The texts without wildcards that something asks of a key.
    fn literals(&self, key: &str) -> Vec<Box<str>> {
        let tests = self.predicates(key);
        let patterns = tests.iter().flat_map(Predicate::patterns);
        patterns.filter_map(|it| it.as_literal().map(Box::from)).collect()
    }

    /// The texts without wildcards that something asks of a component of the VPC's ARN.
    fn arn_components(&self, component: usize) -> Vec<Box<str>> {
        let tests = self.predicates(keys::SOURCE_VPC_ARN);
        let of = |predicate: &Predicate| -> Option<Box<str>> {
            match predicate {
                Predicate::Arn(components) => {
                    components.get(component)?.as_literal().map(Box::from)
                }
                Predicate::Text(pattern, _) => {
                    pattern.as_literal()?.splitn(6, ':').nth(component).map(Box::from)
                }
                _ => None,
            }
        };
        tests.iter().filter_map(of).collect()
    }

    /// The predicates by which something asks for values of a key.
    fn predicates(&self, key: &str) -> Vec<Predicate> {
        let tests = self.formulas.atoms().filter_map(|atom| match atom {
            Atom::Key(name, KeyTest::Some { any_of, .. }) if name.is(key) => Some(any_of),
            _ => None,
        });
        tests.flat_map(|any_of| any_of.iter().cloned()).collect()
    }

    /// The requests whose VPC is none of these of the network, or that cross one of its endpoints or
    /// the console's; none if there are no such VPCs.
    fn only_known(&mut self, of: impl Fn(&Vpc) -> bool) -> Option<FormulaId> {
        let network = self.network?;
        let own = network.own_vpcs().filter(|vpc| !vpc.endpoints.is_empty() && of(vpc));
        let vpcs: Vec<&str> = own.map(|vpc| &*vpc.id).collect();
        if vpcs.is_empty() {
            return None;
        }
        let ids: Vec<&str> = network.endpoints().map(|(_, endpoint)| &*endpoint.id).collect();
        let known = self.has_text(SOURCE_VPCE, &ids);
        let ours = self.has_text(SOURCE_VPC, &vpcs);
        let console = self.absent(SOURCE_VPCE);
        let known = self.formulas.any([known, console]);
        Some(self.formulas.implies(ours, known))
    }

    /// The requests that may be made by the console's web servers for a page behind Console Private
    /// Access: all, unless the network is known to have no endpoint for the console.
    fn may_be_console(&mut self) -> FormulaId {
        let none = self.network.is_some_and(|network| {
            !network.endpoints().any(|(_, endpoint)| endpoint.service.is_console())
        });
        self.formulas.truth(!none)
    }

    fn iff(&mut self, left: FormulaId, right: FormulaId) -> FormulaId {
        let there = self.formulas.implies(left, right);
        let back = self.formulas.implies(right, left);
        self.formulas.all([there, back])
    }

    fn nothing(&mut self) -> FormulaId {
        self.formulas.truth(true)
    }

    /// `condition` rules out all of these keys that are read.
    fn excludes(&mut self, condition: FormulaId, keys: &[&str]) -> FormulaId {
        let read: Vec<&str> = keys.iter().copied().filter(|key| self.is_read(key)).collect();
        let absent: Vec<FormulaId> = read.into_iter().map(|key| self.absent(key)).collect();
        let absent = self.formulas.all(absent);
        self.formulas.implies(condition, absent)
    }

    /// The principal's tags, and everything else that only members of an organization and IAM
    /// principals have.
    fn identity_keys(&self) -> Vec<String> {
        let own = [keys::PRINCIPAL_ORG_ID, keys::PRINCIPAL_ORG_PATHS, keys::PRINCIPAL_ARN];
        let of_tag = |key: &str| starts_with(key, keys::PRINCIPAL_TAG);
        let tags = self.read_keys(of_tag).into_iter().map(|key| key.as_str().to_owned());
        own.iter().map(|key| (*key).to_owned()).chain(tags).collect()
    }
}

/// The pattern of a text with the value of a key in it.
fn around(before: &str, of: &str, after: &str) -> Pattern {
    let pieces = |text: &str| Pattern::wildcard(text).pieces().to_vec();
    let variable = Piece::Variable(Variable { key: KeyName::new(of), default: None });
    Pattern::from_pieces(pieces(before).into_iter().chain([variable]).chain(pieces(after)))
}

fn starts_with(text: &str, prefix: &str) -> bool {
    text.as_bytes()
        .get(..prefix.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(prefix.as_bytes()))
}

#[rustfmt::skip]
const ALL: &[Assumption] = &[
    Assumption { name: "network-path", statement: "a request that crosses a VPC endpoint has aws:SourceVpce, aws:SourceVpc and aws:VpcSourceIp, any other none of them (but console server calls behind a console endpoint, which have the VPC); never both aws:SourceIp and aws:SourceVpce; one of the two, but for forwarded calls, services, services that use a role, and data planes inside a VPC", source: "perimeter §1.5, AX1 to AX3; perimeter-2 §1, §5.4", lower: lower::network_path, key_fact: None },
    Assumption { name: "forwarded-calls", statement: "a forwarded call carries no key of a VPC endpoint; aws:CalledVia is there only on forwarded calls, and its ends are in it", source: "perimeter §1.5, AX4, AX5; perimeter-2 §1", lower: lower::forwarded_calls, key_fact: None },
    Assumption { name: "service-principals", statement: "aws:PrincipalIsAWSService is true for service principals, false for other signed requests; services have no organization, tags (but those from a certificate, IAM Roles Anywhere) or network keys, and only they have aws:SourceAccount, aws:SourceArn and aws:SourceOrgID", source: "perimeter §1.5, AX6, AX7", lower: lower::service_principals, key_fact: Some(Fact::Services) },
    Assumption { name: "anonymous-requests", statement: "an anonymous request has no principal keys but aws:PrincipalAccount, which is `anonymous`", source: "perimeter §1.5, AX8", lower: lower::anonymous_requests, key_fact: None },
    Assumption { name: "known-endpoints", statement: "a request that crosses an endpoint of the network has that endpoint's VPC, owner and organization, and goes to its service, or passes a role to it", source: "perimeter §1.5, AX9; §2.2; perimeter-2 §1", lower: endpoints::known_endpoints, key_fact: None },
    Assumption { name: "unknown-endpoints", statement: "an endpoint that the network does not list is in none of its VPCs, in the region of the VPC; elsewhere, and with services whose endpoints cross regions, a VPC may have the same id", source: "perimeter §1.5, AX10", lower: endpoints::unknown_endpoints, key_fact: None },
    Assumption { name: "service-keys", statement: "aws:SourceVpcArn, aws:VpceAccount, aws:VpceOrgID and aws:VpceOrgPaths come only through an endpoint and only with the services that fill them in", source: "perimeter §1.3", lower: endpoints::service_keys, key_fact: None },
    Assumption { name: "network-keys", statement: "ids of VPCs, endpoints and organizations begin with vpc-, vpce- and o-; aws:SourceVpcArn is the ARN of the VPC in aws:SourceVpc, in the account of aws:VpceAccount and, where endpoints do not cross regions, the requested region; aws:VpceOrgPaths is in aws:VpceOrgID", source: "perimeter-2 §1", lower: endpoints::network_keys, key_fact: None },
    Assumption { name: "instance-credentials", statement: "the keys of credentials that an EC2 instance was given come together, and only with sessions of roles", source: "perimeter-2 §6", lower: lower::instance_credentials, key_fact: None },
    Assumption { name: "access-points", statement: "a request through an S3 access point with network origin VPC comes from a VPC, from the one that the network binds it to", source: "perimeter-2 §4", lower: endpoints::access_points, key_fact: None },
    Assumption { name: "public-addresses", statement: "aws:SourceIp is a public address", source: "perimeter §1.3; AX11 is part of the origins", lower: lower::public_addresses, key_fact: None },
    Assumption { name: "catalogue", statement: "an action is asked about resources of its service, and a service's key comes with its own requests only (what comes with credentials apart); a key of SageMaker is there only for the actions listed for it; subnets and security groups are never empty texts; no key of SageMaker exists that is not listed", source: "perimeter §1.5, AX12; §3.1; policy language §6.1", lower: as_sent::catalogue, key_fact: None },
    Assumption { name: "single-valued-keys", statement: "a single-valued key has one value at most", source: "perimeter §1.5, AX13", lower: lower::single_valued_keys, key_fact: Some(Fact::Single) },
    Assumption { name: "foreign-tags", statement: "strangers may carry any principal tag (permissive)", source: "perimeter §1.5, AX14", lower: lower::permissive, key_fact: None },
    Assumption { name: "via-service-either", statement: "a direct call has aws:ViaAWSService as false or not at all (permissive)", source: "perimeter §1.5, AX15", lower: lower::permissive, key_fact: None },
    Assumption { name: "service-side-calls", statement: "a service may use a role with no network key at all (permissive; the exception in network-path)", source: "perimeter §1.5, AX16", lower: lower::permissive, key_fact: None },
    Assumption { name: "endpoint-policies", statement: "an endpoint's policy is asked exactly about the requests that cross it (part of the decision)", source: "perimeter §1.5, AX17", lower: lower::permissive, key_fact: None },
    Assumption { name: "boolean-values", statement: "boolean keys are `true` or `false`", source: "policy language §6.1", lower: lower::boolean_values, key_fact: None },
    Assumption { name: "principal-keys", statement: "aws:username, aws:PrincipalType and aws:PrincipalArn follow from the kind of principal", source: "policy language §4, §6.1", lower: lower::principal_keys, key_fact: None },
    Assumption { name: "organization-keys", statement: "the accounts that the network lists, and their endpoints, are in the organization or not, as it says", source: "perimeter §1.3", lower: lower::organization_keys, key_fact: None },
    Assumption { name: "requested-region", statement: "aws:RequestedRegion is there, and is the region in the resource's ARN if that names one", source: "perimeter §1.3", lower: lower::requested_region, key_fact: None },
    Assumption { name: "secure-transport-present", statement: "aws:SecureTransport is there, but perhaps not between services", source: "policy language §6.1", lower: lower::secure_transport, key_fact: None },
    Assumption { name: "member-accounts", statement: "nobody asks from the organization's management account, unless the network says which account that is", source: "policy language §5.2", lower: lower::member_accounts, key_fact: None },
    Assumption { name: "typed-keys", statement: "a value of a documented key is of its documented type: an address, a boolean, a date, a number, an ARN, an account id", source: "policy language §6.1; perimeter §3.1", lower: lower::permissive, key_fact: Some(Fact::Types) },
    Assumption { name: "callers", statement: "AWS refuses some calls whatever policies say: the root user assumes no role, services other than a few take no unsigned requests, sessions of roles and federated users have few calls of STS, service-linked roles, AWS's policies and aliases are kept, some operations are for the resource's own account", source: "request notes §3", lower: as_sent::callers, key_fact: None },
    Assumption { name: "twins", statement: "a service's key that repeats a global one, such as ec2:ResourceTag/… or s3:ResourceAccount, is there where the global one is, and has its value", source: "request notes §2", lower: as_sent::twins, key_fact: None },
    Assumption { name: "stored-ids", statement: "the unique id of a user or role that a policy names belongs to nobody any more: AWS shows it only where the entity is gone, and gives it to no other", source: "request notes §3.4", lower: as_sent::stored_ids, key_fact: None },
    Assumption { name: "username-charset", statement: "user names are letters, digits and + = , . @ _ -", source: "policy language §4", lower: lower::username_charset, key_fact: Some(Fact::Charset) },
];

#[rustfmt::skip]
const ON_REQUEST: &[Assumption] = &[
    Assumption { name: "distinct-vpc-ids", statement: "no two regions have VPCs of one id", source: "perimeter-2 §1, AX10", lower: endpoints::distinct_vpc_ids, key_fact: None },
];
