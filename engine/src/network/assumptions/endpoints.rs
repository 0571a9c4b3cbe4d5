//! Facts about VPC endpoints and the keys that come with them.

use super::super::constraint::{arn_pattern, crossing_regions, requests_to_other_hosts};
use super::super::context::{ENDPOINT_KEYS, SOURCE_VPC, SOURCE_VPCE, Slot, comes_with};
use super::Facts;
use crate::catalog::keys::{self, REQUESTED_REGION as REGION};
use crate::catalog::network_keys::ServiceKey;
use crate::formula::{Atom, FormulaId};

/// Requests through a known endpoint carry the keys of its VPC and owner (AX9).
pub(super) fn known_endpoints(facts: &mut Facts<'_>) -> FormulaId {
    let Some(network) = facts.network else { return facts.nothing() };
    let keys = ENDPOINT_KEYS;
    if !keys.iter().any(|key| facts.is_read(key)) {
        return facts.nothing();
    }
    let mut all = Vec::new();
    for (vpc, endpoint) in network.endpoints() {
        let crossed = facts.has_text(SOURCE_VPCE, &[&endpoint.id]);
        let set = network.through(vpc, endpoint, Slot::any_address(), endpoint.display());
        let mut then = Vec::new();
        if facts.is_read(SOURCE_VPC) {
            then.push(facts.has_text(SOURCE_VPC, &[&vpc.id]));
        }
        for (key, slot) in &set.service_keys {
            if facts.is_read(key.name()) {
                let there = slot.lower(key.name(), facts.formulas);
                let absent = facts.absent(key.name());
                let filled_in = comes_with(*key, facts.formulas);
                then.push(facts.formulas.choose(filled_in, there, absent));
            }
        }
        let service = endpoint.service;
        if facts.is_read(REGION) && !service.is_global() && !service.names_other_regions() {
            then.push(facts.has_text(REGION, &[endpoint.region(vpc)]));
        }
        // Only requests to its own service cross it.
        let mut prefixes: Vec<&str> =
            endpoint.service.actions.iter().filter_map(|it| it.split(':').next()).collect();
        prefixes.dedup();
        // The check of a role that is passed travels with the call that takes it.
        let mut actions: Vec<FormulaId> =
            prefixes.into_iter().map(|prefix| facts.action(prefix, "*")).collect();
        actions.push(facts.action("iam", "PassRole"));
        if !service.is_console() {
            then.push(facts.formulas.any(actions));
            let elsewhere = requests_to_other_hosts(service, facts.formulas);
            then.extend(elsewhere.iter().map(|it| facts.formulas.not(*it)));
        }
        let then = facts.formulas.all(then);
        all.push(facts.formulas.implies(crossed, then));
    }
    facts.formulas.all(all)
}

/// AX10, as far as VPC ids go.
pub(super) fn unknown_endpoints(facts: &mut Facts<'_>) -> FormulaId {
    let Some(network) = facts.network else { return facts.nothing() };
    if !facts.is_read(SOURCE_VPC) || !facts.is_read(SOURCE_VPCE) {
        return facts.nothing();
    }
    let mut all = Vec::new();
    let crosses = crossing_regions(facts.formulas);
    for region in network.regions() {
        let here = facts.has_text(keys::REQUESTED_REGION, &[&region]);
        let elsewhere = facts.formulas.not(here);
        let elsewhere = facts.formulas.any([elsewhere, crosses]);
        if let Some(known) = facts.only_known(|vpc| vpc.region == region) {
            all.push(facts.formulas.any([elsewhere, known]));
        }
    }
    facts.formulas.all(all)
}

/// VPC ids do not repeat between regions.
pub(super) fn distinct_vpc_ids(facts: &mut Facts<'_>) -> FormulaId {
    if !facts.is_read(SOURCE_VPC) || !facts.is_read(SOURCE_VPCE) {
        return facts.nothing();
    }
    facts.only_known(|_| true).unwrap_or_else(|| facts.nothing())
}

/// The newer keys tell the same thing as the older ones: the ARN is that of the VPC, its account
/// owns the endpoint, whose path is in its organization, and its region is the requested one where
/// endpoints do not cross regions.
pub(super) fn network_keys(facts: &mut Facts<'_>) -> FormulaId {
    let [arn, account, id, paths] = ServiceKey::ALL.map(ServiceKey::name);
    let mut all = Vec::new();
    for (key, form) in [(SOURCE_VPC, "vpc-?*"), (SOURCE_VPCE, "vpce-?*"), (id, "o-*")] {
        if facts.is_read(key) {
            let form =
                Slot::Foreign { shape: form.into(), except: Vec::new(), sample: form.into() };
            all.push(Slot::Optional(Box::new(form)).lower(key, facts.formulas));
        }
    }
    if facts.is_read(arn) {
        let present = facts.present(arn);
        let of_vpc = facts.vpc_arn_has(5, "vpc/", SOURCE_VPC);
        all.push(facts.formulas.implies(present, of_vpc));
        all.extend(facts.arn_agrees(present, 5, "vpc/", SOURCE_VPC));
        if facts.is_read(account) {
            let owned = facts.present(account);
            let both = facts.formulas.all([present, owned]);
            let of_owner = facts.vpc_arn_has(4, "", account);
            all.push(facts.formulas.implies(both, of_owner));
            all.extend(facts.arn_agrees(both, 4, "", account));
        }
        if facts.is_read(REGION) {
            let crosses = crossing_regions(facts.formulas);
            let here = facts.vpc_arn_has(3, "", REGION);
            let expected = facts.formulas.any([crosses, here]);
            all.push(facts.formulas.implies(present, expected));
        }
    }
    if facts.is_read(id) && facts.is_read(paths) {
        let (member, path) = (facts.present(id), facts.present(paths));
        let below = facts.begins_with(paths, id, "/*");
        let expected = facts.formulas.all([member, below]);
        all.push(facts.formulas.implies(path, expected));
    }
    facts.formulas.all(all)
}

/// The services that fill in the newer keys do, and no other does.
pub(super) fn service_keys(facts: &mut Facts<'_>) -> FormulaId {
    let mut all = Vec::new();
    for key in ServiceKey::ALL {
        if !facts.is_read(key.name()) {
            continue;
        }
        let present = facts.present(key.name());
        let crossed = facts.present(SOURCE_VPCE);
        let filled_in = comes_with(key, facts.formulas);
        let expected = facts.formulas.all([crossed, filled_in]);
        all.push(facts.formulas.implies(present, expected));
        if matches!(key, ServiceKey::SourceVpcArn | ServiceKey::VpceAccount) {
            all.push(facts.formulas.implies(expected, present));
        }
    }
    facts.formulas.all(all)
}

/// S3 refuses what is made through an access point with network origin VPC from anywhere but its
/// VPC. The calls that manage access points carry the key as a setting.
pub(super) fn access_points(facts: &mut Facts<'_>) -> FormulaId {
    const ORIGIN: &str = "s3:AccessPointNetworkOrigin";
    let bound = facts.network.map(|network| &*network.access_points).unwrap_or_default();
    if bound.is_empty() && !facts.is_read(ORIGIN) {
        return facts.nothing();
    }
    let managing = facts.action("s3", "*AccessPoint*");
    let mut all = Vec::new();
    if facts.is_read(ORIGIN) {
        let vpc = facts.has_text(ORIGIN, &["VPC"]);
        let through = facts.present(SOURCE_VPC);
        let expected = facts.formulas.any([managing, through]);
        all.push(facts.formulas.implies(vpc, expected));
    }
    for point in bound {
        let arns = [point.arn.to_string(), format!("{}/object/*", point.arn)];
        let arns = arns.iter().filter_map(|it| arn_pattern(it));
        let arns: Vec<FormulaId> = arns.map(|it| facts.formulas.atom(Atom::Resource(it))).collect();
        let through = facts.formulas.any(arns);
        let mut from = vec![facts.has_text(SOURCE_VPC, &[&point.vpc])];
        // An endpoint of that VPC, not of a twin with its id in another region.
        let vpc = facts.network.and_then(|network| network.vpc(&point.vpc));
        let listed = vpc.filter(|vpc| !vpc.outside && !vpc.endpoints.is_empty());
        if let Some(vpc) = listed {
            let ids: Vec<&str> = vpc.endpoints.iter().map(|it| &*it.id).collect();
            from.push(facts.has_text(SOURCE_VPCE, &ids));
        }
        let from = facts.formulas.all(from);
        let expected = facts.formulas.any([managing, from]);
        all.push(facts.formulas.implies(through, expected));
    }
    facts.formulas.all(all)
}
