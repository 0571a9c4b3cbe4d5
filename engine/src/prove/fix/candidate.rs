//! Candidate conditions of fixes: the standard conditions of perimeters (perimeter §5), with the
//! values of a network.

use serde_json::{Map, Value as Json, json};

use crate::catalog::keys;
use crate::lower::AttachedPolicy;
use crate::network::Network;
use crate::policy::{Effect, Policy, PolicyType, Statement};
use crate::text::Source;

/// A condition: operator, key, values.
type Condition = (&'static str, &'static str, Vec<Box<str>>);

/// Conditions that hold together.
#[derive(Clone, Debug)]
pub(super) struct Block(Vec<Condition>);

/// Values that mark our own endpoints, VPCs, addresses and accounts: those of the network, or those
/// that the policies' conditions name.
#[derive(Clone, Debug, Default)]
pub(super) struct Values {
    endpoints: Vec<Box<str>>,
    vpcs: Vec<Box<str>>,
    addresses: Vec<Box<str>>,
    organization: Vec<Box<str>>,
    accounts: Vec<Box<str>>,
    subnets: Vec<Box<str>>,
    security_groups: Vec<Box<str>>,
}

impl Values {
    /// The values of a network; where it has none of a kind, those in the policies.
    pub(super) fn of(network: Option<&Network>, policies: &[AttachedPolicy]) -> Self {
        let mut values = network.map(Self::of_network).unwrap_or_default();
        let kinds = [
            (&mut values.endpoints, keys::SOURCE_VPCE),
            (&mut values.vpcs, keys::SOURCE_VPC),
            (&mut values.addresses, keys::SOURCE_IP),
            (&mut values.organization, keys::PRINCIPAL_ORG_ID),
            (&mut values.accounts, keys::RESOURCE_ACCOUNT),
            (&mut values.subnets, keys::SAGEMAKER_VPC_SUBNETS),
            (&mut values.security_groups, keys::SAGEMAKER_VPC_SECURITY_GROUP_IDS),
        ];
        for (known, key) in kinds {
            if known.is_empty() {
                *known = in_policies(policies, key);
            }
            known.sort();
            known.dedup();
        }
        values
    }

    fn of_network(network: &Network) -> Self {
        let mut values = Self::default();
        for vpc in network.vpcs.iter().filter(|it| !it.outside) {
            values.vpcs.push(vpc.id.clone());
            values.endpoints.extend(vpc.endpoints.iter().map(|it| it.id.clone()));
            values.subnets.extend(vpc.subnets.iter().map(|it| it.id.clone()));
            values.security_groups.extend(vpc.security_groups.iter().map(|it| it.id.clone()));
            let trusted = vpc.nat_gateways.iter().filter(|it| it.trusted);
            let addresses = trusted.flat_map(|it| &it.addresses);
            values.addresses.extend(addresses.map(|it| it.to_string().into()));
        }
        let ours = network.sites.iter().filter(|it| !it.outside);
        let egress = ours.flat_map(|it| &it.egress);
        values.addresses.extend(egress.map(|it| it.to_string().into()));
        values.organization.extend(network.organization.iter().map(|it| it.id.clone()));
        let members = network.accounts.iter().filter(|it| it.member);
        values.accounts.extend(members.map(|it| it.id.clone()));
        values.accounts.extend(
            network.vpcs.iter().filter(|it| !it.outside).filter_map(|it| it.account.clone()),
        );
        values
    }

    /// Condition blocks of a Deny of requests that are not ours, the shortest first.
    pub(super) fn denying(&self, of_sagemaker: bool, by_service: bool) -> Vec<Block> {
        let endpoint = not_one_of(keys::SOURCE_VPCE, &self.endpoints);
        let vpc = not_one_of(keys::SOURCE_VPC, &self.vpcs);
        let address = some("NotIpAddressIfExists", keys::SOURCE_IP, &self.addresses);
        let organization = not_one_of(keys::PRINCIPAL_ORG_ID, &self.organization);
        let pair = |one: &Option<Condition>, two: &Option<Condition>| {
            Some(vec![one.clone()?, two.clone()?])
        };
        let one = |it: &Option<Condition>| Some(vec![it.clone()?]);
        let networks: Vec<Vec<Condition>> = [
            one(&endpoint),
            one(&vpc),
            one(&address),
            pair(&endpoint, &address),
            pair(&vpc, &address),
        ]
        .into_iter()
        .flatten()
        .collect();
        let forwarded: Condition = ("BoolIfExists", keys::VIA_AWS_SERVICE, vec!["false".into()]);
        let service: Condition =
            ("BoolIfExists", keys::PRINCIPAL_IS_AWS_SERVICE, vec!["false".into()]);
        let mut blocks: Vec<Vec<Condition>> = networks.clone();
        blocks.extend(one(&organization));
        blocks.extend(one(&not_one_of(keys::RESOURCE_ORG_ID, &self.organization)));
        blocks.extend(one(&not_one_of(keys::RESOURCE_ACCOUNT, &self.accounts)));
        if of_sagemaker {
            for (key, values) in [
                (keys::SAGEMAKER_VPC_SUBNETS, &self.subnets),
                (keys::SAGEMAKER_VPC_SECURITY_GROUP_IDS, &self.security_groups),
            ] {
                blocks.push(vec![("Null", key, vec!["true".into()])]);
                blocks.extend(one(&some("ForAnyValue:StringNotEquals", key, values)));
            }
        }
        blocks.push(vec![("Bool", keys::SECURE_TRANSPORT, vec!["false".into()])]);
        if by_service {
            // Services say for whom they call; other callers have no such key.
            let called: Condition = ("Bool", keys::PRINCIPAL_IS_AWS_SERVICE, vec!["true".into()]);
            let for_others = not_one_of(keys::SOURCE_ACCOUNT, &self.accounts);
            blocks.extend(for_others.map(|for_others| vec![for_others, called]));
        }
        for network in networks.iter().chain(&one(&organization)) {
            for exceptions in [
                vec![forwarded.clone()],
                vec![service.clone()],
                vec![forwarded.clone(), service.clone()],
            ] {
                blocks.push([network.clone(), exceptions].concat());
            }
        }
        blocks.sort_by_key(Vec::len);
        blocks.into_iter().map(Block).collect()
    }

    /// Condition blocks of an Allow of requests that are ours, one condition each where one suffices.
    pub(super) fn allowing(&self, of_sagemaker: bool, by_service: bool) -> Vec<Block> {
        let mut blocks: Vec<Vec<Condition>> = Vec::new();
        let is = |key, values| some("StringEquals", key, values);
        if by_service {
            blocks.extend(is(keys::SOURCE_ACCOUNT, &self.accounts).map(|it| vec![it]));
        }
        let ours = [
            is(keys::SOURCE_VPCE, &self.endpoints),
            is(keys::SOURCE_VPC, &self.vpcs),
            some("IpAddress", keys::SOURCE_IP, &self.addresses),
            is(keys::PRINCIPAL_ORG_ID, &self.organization),
            is(keys::RESOURCE_ORG_ID, &self.organization),
            is(keys::RESOURCE_ACCOUNT, &self.accounts),
            Some(("Bool", keys::VIA_AWS_SERVICE, vec!["false".into()])),
            Some(("Bool", keys::SECURE_TRANSPORT, vec!["true".into()])),
        ];
        blocks.extend(ours.into_iter().flatten().map(|it| vec![it]));
        if of_sagemaker {
            for (key, values) in [
                (keys::SAGEMAKER_VPC_SUBNETS, &self.subnets),
                (keys::SAGEMAKER_VPC_SECURITY_GROUP_IDS, &self.security_groups),
            ] {
                let there: Condition = ("Null", key, vec!["false".into()]);
                blocks.push(vec![there.clone()]);
                let only = some("ForAllValues:StringEquals", key, values);
                blocks.extend(only.map(|only| vec![there, only]));
            }
        }
        blocks.sort_by_key(Vec::len);
        blocks.into_iter().map(Block).collect()
    }
}

fn not_one_of(key: &'static str, values: &[Box<str>]) -> Option<Condition> {
    some("StringNotEqualsIfExists", key, values)
}

fn some(operator: &'static str, key: &'static str, values: &[Box<str>]) -> Option<Condition> {
    (!values.is_empty()).then(|| (operator, key, values.to_vec()))
}

/// The values without wildcards or variables that the policies' conditions compare a key with.
fn in_policies(policies: &[AttachedPolicy], key: &str) -> Vec<Box<str>> {
    policies
        .iter()
        .flat_map(|it| &it.policy.statements)
        .flat_map(|it| &it.conditions)
        .filter(|it| it.key.value.is(key))
        .flat_map(|it| &it.values)
        .map(|it| it.value.text.clone())
        .filter(|text| !text.contains(['*', '?', '$']) && &**text != "true" && &**text != "false")
        .collect()
}

impl Block {
    /// The condition keys of the block.
    pub(super) fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(_, key, _)| *key)
    }

    /// The block as the value of a Condition element.
    pub(super) fn json(&self) -> Json {
        let mut block = Map::new();
        for (operator, key, values) in &self.0 {
            let values = match &values[..] {
                [one] => json!(one),
                many => json!(many),
            };
            let keys = block.entry(*operator).or_insert_with(|| json!({}));
            if let Some(keys) = keys.as_object_mut() {
                keys.insert((*key).to_owned(), values);
            }
        }
        Json::Object(block)
    }

    /// A statement with these conditions, as JSON.
    pub(super) fn statement(
        &self,
        policy_type: PolicyType,
        effect: Effect,
        actions: &[String],
    ) -> String {
        let effect = match effect {
            Effect::Allow => "Allow",
            Effect::Deny => "Deny",
        };
        let principal = if policy_type.has_principal() { r#","Principal":"*""# } else { "" };
        let actions = match actions {
            [one] => json!(one),
            many => json!(many),
        };
        let resource = match policy_type {
            PolicyType::Trust => "",
            _ => r#","Resource":"*""#,
        };
        let condition = self.json();
        format!(
            r#"{{"Effect":"{effect}"{principal},"Action":{actions}{resource},"Condition":{condition}}}"#
        )
    }

    /// The statement with these conditions, read as AWS would; `None` if a policy of the type cannot have it.
    pub(super) fn parsed(
        &self,
        policy_type: PolicyType,
        effect: Effect,
        actions: &[String],
    ) -> Option<Statement> {
        let statement = self.statement(policy_type, effect, actions);
        let document = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        let source = Source::new("the change", document);
        let parsed = Policy::parse(&source, policy_type).ok()?;
        parsed.policy.statements.into_iter().next()
    }
}
