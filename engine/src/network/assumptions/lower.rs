//! The facts, one by one.

use super::super::context::{
    CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST, ENDPOINT_KEYS, IS_SERVICE, SOURCE_IP,
    SOURCE_VPC, SOURCE_VPCE, Slot, VIA, VPC_SOURCE_IP,
};
use super::super::model::Network;
use super::{Facts, starts_with};
use crate::catalog::network_keys::ServiceKey;
use crate::catalog::{ContextKey, FilledFrom, Host, Reach, ValueType, keys};
use crate::formula::{Atom, FormulaId, KeyTest, Predicate, PrincipalTest};
use crate::policy::ResourcePattern;
use crate::request::PrincipalKind;
use crate::text::{CaseRule, KeyName, Pattern, Piece};

const REGION: &str = keys::REQUESTED_REGION;

/// AX1, AX2, AX3, with the exceptions of AX16, of data planes inside a VPC (perimeter-2 §5.4) and of
/// console server calls behind Console Private Access, which have the VPC without the endpoint.
pub(super) fn network_path(facts: &mut Facts<'_>) -> FormulaId {
    let keys = [SOURCE_IP, SOURCE_VPCE, SOURCE_VPC, VPC_SOURCE_IP];
    if !keys.iter().any(|key| facts.is_read(key)) {
        return facts.nothing();
    }
    let [ip, vpce, vpc, vpc_ip] = keys.map(|key| facts.present(key));
    let mut all = Vec::new();
    if facts.is_read(SOURCE_VPC) {
        all.push(facts.formulas.implies(vpce, vpc));
        let both = facts.formulas.all([ip, vpc]);
        all.push(facts.formulas.not(both));
        let console = facts.may_be_console();
        let expected = facts.formulas.any([vpce, console]);
        all.push(facts.formulas.implies(vpc, expected));
    }
    if facts.is_read(VPC_SOURCE_IP) {
        let console = facts.may_be_console();
        let expected = facts.formulas.any([vpce, console]);
        all.push(facts.formulas.implies(vpc_ip, expected));
        let expected = facts.formulas.any([vpc_ip, console]);
        all.push(facts.formulas.implies(vpce, expected));
    }
    let both = facts.formulas.all([ip, vpce]);
    all.push(facts.formulas.not(both));
    let (via, service) = (facts.flag(VIA, true), facts.kind(PrincipalKind::Service));
    let role = facts.kind(PrincipalKind::RoleSession);
    let inside = inside_vpc(facts);
    let console = facts.may_be_console();
    let console = facts.formulas.all([console, vpc]);
    all.push(facts.formulas.any([via, service, role, ip, vpce, inside, console]));
    facts.formulas.all(all)
}

/// The calls to interfaces inside a VPC that are no endpoint's.
fn inside_vpc(facts: &mut Facts<'_>) -> FormulaId {
    let hosts = Host::all().iter().filter(|host| host.reach != Reach::Internet);
    let actions: Vec<FormulaId> = hosts
        .flat_map(|host| host.service.patterns())
        .map(|it| facts.formulas.atom(Atom::Action(it)))
        .collect();
    facts.formulas.any(actions)
}

/// Forwarded calls carry no key of an endpoint (AX4), and those with a chain are forwarded (AX5).
pub(super) fn forwarded_calls(facts: &mut Facts<'_>) -> FormulaId {
    let chain = [CALLED_VIA, CALLED_VIA_FIRST, CALLED_VIA_LAST];
    if !facts.is_read(VIA) && !chain.iter().any(|key| facts.is_read(key)) {
        return facts.nothing();
    }
    let via = facts.flag(VIA, true);
    let mut all = vec![facts.excludes(via, &ENDPOINT_KEYS)];
    let called = facts.present(CALLED_VIA);
    for key in [CALLED_VIA_FIRST, CALLED_VIA_LAST] {
        if !facts.is_read(key) {
            continue;
        }
        let end = facts.present(key);
        all.push(facts.formulas.implies(called, end));
        all.push(facts.formulas.implies(end, via));
        // What the end is, is one of the chain, where there is one.
        let tests: Vec<KeyTest> = facts
            .formulas
            .atoms()
            .filter_map(|atom| match atom {
                Atom::Key(name, test @ KeyTest::Some { hit: true, .. }) if name.is(key) => {
                    Some(test.clone())
                }
                _ => None,
            })
            .collect();
        for test in tests {
            let end = facts.formulas.atom(Atom::Key(KeyName::new(key), test.clone()));
            let link = facts.formulas.atom(Atom::Key(KeyName::new(CALLED_VIA), test));
            let in_chain = facts.formulas.implies(called, link);
            all.push(facts.formulas.implies(end, in_chain));
        }
    }
    all.push(facts.formulas.implies(called, via));
    facts.formulas.all(all)
}

/// The flag tells services from signed callers; only services carry a service name (AX6, AX7).
pub(super) fn service_principals(facts: &mut Facts<'_>) -> FormulaId {
    let service = facts.kind(PrincipalKind::Service);
    let mut all = Vec::new();
    if facts.is_read(IS_SERVICE) {
        let yes = facts.flag(IS_SERVICE, true);
        all.push(facts.iff(yes, service));
        let no = facts.flag(IS_SERVICE, false);
        let kinds = [
            PrincipalKind::FederatedUser,
            PrincipalKind::RoleSession,
            PrincipalKind::Root,
            PrincipalKind::User,
        ]
        .map(|kind| facts.kind(kind));
        let signed = facts.formulas.any(kinds);
        all.push(facts.iff(no, signed));
    }
    for key in [keys::PRINCIPAL_SERVICE_NAME, keys::PRINCIPAL_SERVICE_NAMES_LIST] {
        if facts.is_read(key) {
            let present = facts.present(key);
            all.push(facts.iff(present, service));
        }
    }
    let identity = facts.identity_keys();
    let certificate_tag = [keys::PRINCIPAL_TAG, "x509"].concat();
    let (tags, identity): (Vec<&str>, Vec<&str>) =
        identity.iter().map(String::as_str).partition(|key| starts_with(key, &certificate_tag));
    all.push(facts.excludes(service, &identity));
    // IAM Roles Anywhere assumes roles with tags from the certificate.
    let anywhere = PrincipalTest::Id("rolesanywhere.amazonaws.com".into());
    let anywhere = facts.principal(anywhere);
    let other = facts.formulas.not(anywhere);
    let other = facts.formulas.all([service, other]);
    all.push(facts.excludes(other, &tags));
    all.push(facts.excludes(service, &ENDPOINT_KEYS));
    all.push(facts.excludes(service, &[SOURCE_IP]));
    if facts.is_read(VIA) {
        let via = facts.flag(VIA, true);
        let not_service = facts.formulas.not(service);
        all.push(facts.formulas.implies(via, not_service));
    }
    // The keys that only a service principal's own call carries.
    for row in ContextKey::all().filter(|row| row.from == FilledFrom::OnBehalf) {
        if facts.is_read(row.name()) {
            let present = facts.present(row.name());
            all.push(facts.formulas.implies(present, service));
        }
    }
    facts.formulas.all(all)
}

/// Anonymous requests carry no keys of a principal (AX8).
pub(super) fn anonymous_requests(facts: &mut Facts<'_>) -> FormulaId {
    let anonymous = facts.kind(PrincipalKind::Anonymous);
    let mut keys = facts.identity_keys();
    keys.push(IS_SERVICE.to_owned());
    let keys: Vec<&str> = keys.iter().map(String::as_str).collect();
    let mut all = vec![facts.excludes(anonymous, &keys)];
    if facts.is_read(keys::PRINCIPAL_ACCOUNT) {
        let account = facts.has_text(keys::PRINCIPAL_ACCOUNT, &["anonymous"]);
        all.push(facts.iff(anonymous, account));
    }
    facts.formulas.all(all)
}

/// The keys that follow from the kind of principal.
pub(super) fn principal_keys(facts: &mut Facts<'_>) -> FormulaId {
    use PrincipalKind as Kind;
    let mut all = Vec::new();
    if facts.is_read(keys::USER_NAME) {
        let (present, user) = (facts.present(keys::USER_NAME), facts.kind(Kind::User));
        all.push(facts.iff(present, user));
    }
    if facts.is_read(keys::PRINCIPAL_TYPE) {
        for kind in
            [Kind::Anonymous, Kind::FederatedUser, Kind::RoleSession, Kind::Root, Kind::User]
        {
            let Some(name) = kind.principal_type() else { continue };
            let (is, named) = (facts.kind(kind), facts.has_text(keys::PRINCIPAL_TYPE, &[name]));
            all.push(facts.iff(is, named));
        }
    }
    if facts.is_read(keys::PRINCIPAL_ARN) {
        let present = facts.present(keys::PRINCIPAL_ARN);
        let kinds = [Kind::FederatedUser, Kind::RoleSession, Kind::Root, Kind::User]
            .map(|kind| facts.kind(kind));
        let signed = facts.formulas.any(kinds);
        all.push(facts.iff(present, signed));
    }
    facts.formulas.all(all)
}

/// The keys of credentials that an EC2 instance was given come together, and only with sessions of
/// roles.
pub(super) fn instance_credentials(facts: &mut Facts<'_>) -> FormulaId {
    const KEYS: [&str; 4] = [
        keys::EC2_INSTANCE_SOURCE_VPC,
        keys::EC2_INSTANCE_SOURCE_PRIVATE_IPV4,
        keys::EC2_SOURCE_INSTANCE_ARN,
        keys::EC2_ROLE_DELIVERY,
    ];
    let read: Vec<&str> = KEYS.into_iter().filter(|key| facts.is_read(key)).collect();
    let Some((first, others)) = read.split_first() else { return facts.nothing() };
    let present = facts.present(first);
    let role = facts.kind(PrincipalKind::RoleSession);
    let mut all = vec![facts.formulas.implies(present, role)];
    for key in others {
        let other = facts.present(key);
        all.push(facts.iff(present, other));
    }
    if facts.is_read(KEYS[0]) {
        let present = facts.present(KEYS[0]);
        let shape = Predicate::Text(Pattern::wildcard("vpc-?*"), CaseRule::Exact);
        let test = KeyTest::Some { any_of: [shape].into(), hit: true };
        let shape = facts.formulas.atom(Atom::Key(KeyName::new(KEYS[0]), test));
        all.push(facts.formulas.implies(present, shape));
    }
    facts.formulas.all(all)
}

/// The fact that `aws:SourceIp` is public.
pub(super) fn public_addresses(facts: &mut Facts<'_>) -> FormulaId {
    if !facts.is_read(SOURCE_IP) {
        return facts.nothing();
    }
    Slot::Optional(Box::new(Slot::public_except(&[]))).lower(SOURCE_IP, facts.formulas)
}

/// Single-valued keys have exactly one value (AX13).
pub(super) fn single_valued_keys(facts: &mut Facts<'_>) -> FormulaId {
    let single = |key: &str| {
        let row = ContextKey::find(key);
        let listed = starts_with(key, "aws:") || row.is_some_and(|row| row.prefix() == "sagemaker");
        listed && row.is_none_or(|row| !row.multivalued)
    };
    let mut all = Vec::new();
    for key in facts.read_keys(single) {
        let several = facts.formulas.atom(Atom::Key(key, KeyTest::Several));
        all.push(facts.formulas.not(several));
    }
    facts.formulas.all(all)
}

/// Boolean keys hold `true` or `false`.
pub(super) fn boolean_values(facts: &mut Facts<'_>) -> FormulaId {
    let is_global_flag =
        |row: &&ContextKey| row.prefix() == "aws" && row.value == ValueType::Boolean;
    let mut all = Vec::new();
    let read: Vec<&str> = ContextKey::all()
        .filter(is_global_flag)
        .map(ContextKey::name)
        .filter(|key| facts.is_read(key))
        .collect();
    for key in read {
        let parts = [facts.absent(key), facts.flag(key, true), facts.flag(key, false)];
        all.push(facts.formulas.any(parts));
    }
    facts.formulas.all(all)
}

/// `aws:RequestedRegion` is always there, and is the region of the resource.
pub(super) fn requested_region(facts: &mut Facts<'_>) -> FormulaId {
    if !facts.is_read(REGION) {
        return facts.nothing();
    }
    let mut regions: Vec<Box<str>> = facts.network.map(Network::regions).unwrap_or_default();
    for atom in facts.formulas.atoms() {
        let literals: Vec<&str> = match atom {
            Atom::Key(key, KeyTest::Some { any_of, .. }) if key.is(REGION) => {
                let patterns = any_of.iter().flat_map(Predicate::patterns);
                patterns.filter_map(Pattern::as_literal).collect()
            }
            Atom::Resource(ResourcePattern::Arn { components, .. }) => {
                components.get(3).and_then(Pattern::as_literal).into_iter().collect()
            }
            _ => Vec::new(),
        };
        for region in literals.into_iter().filter(|it| !it.is_empty()) {
            if !regions.iter().any(|known| **known == *region) {
                regions.push(region.into());
            }
        }
    }
    let in_region = |facts: &mut Facts<'_>, region: Pattern| {
        let any = || Pattern::wildcard("*");
        let components = [Pattern::literal("arn"), any(), any(), region, any(), any()];
        let arn = ResourcePattern::Arn { components: components.into(), crosses_colons: None };
        facts.formulas.atom(Atom::Resource(arn))
    };
    let regional = in_region(facts, Pattern::wildcard("?*"));
    let mut all = vec![facts.present(REGION)];
    for region in regions {
        let called = facts.has_text(REGION, &[&region]);
        let lies = in_region(facts, Pattern::literal(&region));
        all.push(facts.formulas.implies(lies, called));
        let here = facts.formulas.all([regional, called]);
        all.push(facts.formulas.implies(here, lies));
    }
    facts.formulas.all(all)
}

/// The organization keys follow from the accounts that the network names.
pub(super) fn organization_keys(facts: &mut Facts<'_>) -> FormulaId {
    let Some(network) = facts.network else { return facts.nothing() };
    let Some(organization) = &network.organization else { return facts.nothing() };
    let mut all = Vec::new();
    for account in &network.accounts {
        let principal = facts.principal(PrincipalTest::Account(account.id.clone()));
        let owner = facts.has_text(keys::RESOURCE_ACCOUNT, &[&account.id]);
        let mut tied = vec![(principal, keys::PRINCIPAL_ORG_ID), (owner, keys::RESOURCE_ORG_ID)];
        // What fills in the owner of an endpoint fills in the owner's organization.
        let [_, vpce_account, vpce_organization, _] = ServiceKey::ALL.map(ServiceKey::name);
        if facts.is_read(vpce_account) {
            let behind = facts.has_text(vpce_account, &[&account.id]);
            tied.push((behind, vpce_organization));
        }
        if facts.is_read(keys::SOURCE_ACCOUNT) && facts.is_read(keys::SOURCE_ORG_ID) {
            // A service may leave the organization out.
            let acts = facts.has_text(keys::SOURCE_ACCOUNT, &[&account.id]);
            let told = facts.present(keys::SOURCE_ORG_ID);
            tied.push((facts.formulas.all([acts, told]), keys::SOURCE_ORG_ID));
        }
        for (condition, key) in tied {
            if !facts.is_read(key) {
                continue;
            }
            let ours = facts.has_text(key, &[&organization.id]);
            let then = if account.member { ours } else { facts.formulas.not(ours) };
            all.push(facts.formulas.implies(condition, then));
        }
    }
    if let Some(management) = &organization.management {
        let principal = facts.principal(PrincipalTest::Account(management.clone()));
        let in_management = facts.formulas.atom(Atom::ManagementAccount);
        all.push(facts.iff(principal, in_management));
    }
    facts.formulas.all(all)
}

/// `aws:SecureTransport` is there, but perhaps not between services.
pub(super) fn secure_transport(facts: &mut Facts<'_>) -> FormulaId {
    use keys::SECURE_TRANSPORT as KEY;
    if !facts.is_read(KEY) {
        return facts.nothing();
    }
    let (present, via) = (facts.present(KEY), facts.flag(VIA, true));
    let service = facts.kind(PrincipalKind::Service);
    facts.formulas.any([present, via, service])
}

/// User names have no slash, colon, blank, wildcard or brace in them.
pub(super) fn username_charset(facts: &mut Facts<'_>) -> FormulaId {
    use keys::USER_NAME as KEY;
    if !facts.is_read(KEY) {
        return facts.nothing();
    }
    let with = |text: &str| {
        let pattern =
            Pattern::from_pieces([Piece::AnyRun, Piece::Text(text.into()), Piece::AnyRun]);
        Predicate::Text(pattern, CaseRule::Exact)
    };
    let odd = ["/", ":", " ", "*", "?", "$", "{", "}", "'", "\""];
    let test = KeyTest::Some { any_of: odd.into_iter().map(with).collect(), hit: true };
    let odd = facts.formulas.atom(Atom::Key(KeyName::new(KEY), test));
    facts.formulas.not(odd)
}

/// SCPs and RCPs do not reach the management account, so a request from there would go past them all.
pub(super) fn member_accounts(facts: &mut Facts<'_>) -> FormulaId {
    let known = facts.network.and_then(|network| network.organization.as_ref());
    if known.is_some_and(|organization| organization.management.is_some()) {
        return facts.nothing();
    }
    let management = facts.formulas.atom(Atom::ManagementAccount);
    facts.formulas.not(management)
}

pub(super) fn permissive(facts: &mut Facts<'_>) -> FormulaId {
    facts.nothing()
}
