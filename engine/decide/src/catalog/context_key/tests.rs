//! Rows that readers rest on, and the tables as a whole.

use super::{ContextKey, FilledFrom, Presence, keys};
use crate::catalog::network_keys::{ENDPOINT_KEYS, FORWARDED_KEYS};
use crate::text::KeyName;

#[test]
fn no_key_stands_in_two_rows() {
    for row in ContextKey::all() {
        let same = ContextKey::all().filter(|it| it.key() == row.key()).count();
        assert_eq!(same, 1, "{}", row.name());
        let found = ContextKey::find(row.name()).map(ContextKey::name);
        assert_eq!(found, Some(row.name()));
    }
}

#[test]
fn global_keys_are_listed_and_misspelt_ones_are_not() {
    let listed = |name| ContextKey::is_listed(name);
    for name in ["AWS:sourcevpce", "aws:PrincipalTag/team", "aws:ResourceTag/a/", "aws:userid"] {
        assert_eq!(listed(name), Some(true), "{name}");
    }
    for name in ["aws:SourceVpcEndpoint", "aws:PrincipalTag", "aws:RequestTag/", "aws:SourceIp/x"] {
        assert_eq!(listed(name), Some(false), "{name}");
    }
    assert_eq!(listed("sagemaker:VpcSubnetIds"), Some(false));
    assert_eq!(listed("sagemaker:ResourceTag/team"), Some(true));
    assert_eq!(listed("kms:ViaService"), None);
}

/// Policy language §6.1: the multivalued global keys.
#[test]
fn the_global_keys_with_several_values() {
    let many = ContextKey::of_prefix("aws").into_iter().filter(|row| row.multivalued);
    let expected = [
        keys::CALLED_VIA,
        keys::PRINCIPAL_ORG_PATHS,
        keys::PRINCIPAL_SERVICE_NAMES_LIST,
        keys::RESOURCE_ORG_PATHS,
        keys::SOURCE_ORG_PATHS,
        keys::TAG_KEYS,
        keys::VPCE_ORG_PATHS,
    ];
    assert_eq!(many.map(ContextKey::name).collect::<Vec<_>>(), expected);
}

/// Request notes §1.2, class A.
#[test]
fn the_global_keys_of_every_request() {
    let always = ContextKey::of_prefix("aws").into_iter();
    let always = always.filter(|row| row.presence == Presence::Always).map(ContextKey::name);
    let expected = [
        keys::CURRENT_TIME,
        keys::EPOCH_TIME,
        keys::PRINCIPAL_ACCOUNT,
        keys::PRINCIPAL_TYPE,
        keys::REQUESTED_REGION,
        keys::RESOURCE_ACCOUNT,
        keys::SECURE_TRANSPORT,
        keys::USER_AGENT,
        keys::VIA_AWS_SERVICE,
        keys::USER_ID,
    ];
    assert_eq!(always.collect::<Vec<_>>(), expected);
}

#[test]
fn the_groups_of_keys_that_go_together_are_those_of_the_rows() {
    for key in ENDPOINT_KEYS {
        let from = ContextKey::find(key).map(|row| row.from);
        assert!(
            matches!(from, Some(FilledFrom::Endpoint | FilledFrom::EndpointOf(_))),
            "{key}: {from:?}"
        );
    }
    let of_endpoints = ContextKey::all()
        .filter(|row| matches!(row.from, FilledFrom::Endpoint | FilledFrom::EndpointOf(_)));
    assert_eq!(of_endpoints.count(), ENDPOINT_KEYS.len());
    for key in FORWARDED_KEYS {
        assert_eq!(ContextKey::find(key).map(|row| row.from), Some(FilledFrom::Forwarding));
    }
}

#[test]
fn a_deprecated_key_names_one_that_exists() {
    let deprecated: Vec<_> = ContextKey::all().filter_map(ContextKey::replaced_by).collect();
    assert_eq!(deprecated.len(), 6);
    for name in deprecated {
        assert!(ContextKey::find(name).is_some_and(|row| row.replaced_by().is_none()), "{name}");
    }
    let volume = ContextKey::find("sagemaker:volumekmskey").unwrap();
    assert_eq!(volume.replaced_by(), Some(keys::SAGEMAKER_VOLUME_KMS_KEY_ARN));
    assert_eq!(volume.key(), &KeyName::new(keys::SAGEMAKER_VOLUME_KMS_KEY));
}
