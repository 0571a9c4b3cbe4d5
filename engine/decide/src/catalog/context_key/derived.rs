//! The keys that AWS derives from principal and resource (policy language §4, §6.1), in the order in
//! which a request lists them.

use super::context_keys;
use crate::catalog::FilledFrom::{Derived, Forwarding};
use crate::catalog::{Derivation, Derived as Value, PrincipalKind};

use PrincipalKind::{Anonymous, FederatedUser, RoleSession, Root, Service, User};

#[rustfmt::skip]
context_keys! {
    source "policy language §4, §6.1";
    PRINCIPAL_TYPE = "aws:PrincipalType", one Text, Always, Derived(PRINCIPAL_TYPE_VALUES), "every request: Account, User, FederatedUser, AssumedRole or Anonymous";
    PRINCIPAL_ACCOUNT = "aws:PrincipalAccount", one AccountId, Always, Derived(PRINCIPAL_ACCOUNT_VALUES), "every request: the principal's account, `anonymous` for unsigned requests";
    USER_ID = "aws:userid", one Text, Always, Derived(USER_ID_VALUES), "every request";
    USER_NAME = "aws:username", one Text, ByCaller, Derived(USER_NAME_VALUES), "requests of IAM users; not of root, roles and federated users";
    PRINCIPAL_ARN = "aws:PrincipalArn", one Arn, ByCaller, Derived(PRINCIPAL_ARN_VALUES), "requests signed by an IAM principal; of a role session the ARN of the role with its path";
    PRINCIPAL_IS_AWS_SERVICE = "aws:PrincipalIsAWSService", one Boolean, ByCaller, Derived(IS_SERVICE_VALUES), "signed requests; true only for direct calls of a service principal";
    PRINCIPAL_SERVICE_NAME = "aws:PrincipalServiceName", one Text, ByCaller, Derived(SERVICE_NAME_VALUES), "direct calls of a service principal";
    PRINCIPAL_SERVICE_NAMES_LIST = "aws:PrincipalServiceNamesList", many Text, ByCaller, Derived(SERVICE_NAME_VALUES), "direct calls of a service principal, its regional names included";
    VIA_AWS_SERVICE = "aws:ViaAWSService", one Boolean, Always, Forwarding, "every request; true where a service forwards it with the caller's credentials";
    RESOURCE_ACCOUNT = "aws:ResourceAccount", one AccountId, Always, Derived(RESOURCE_ACCOUNT_VALUES), "nearly every request: the account that owns the resource";
}

const fn of(kinds: &'static [PrincipalKind], value: Value) -> Derivation {
    Derivation { kinds, value }
}

const WITH_ACCOUNT: &[PrincipalKind] = &PrincipalKind::WITH_ACCOUNT;

const PRINCIPAL_TYPE_VALUES: &[Derivation] =
    &[of(&[Anonymous, FederatedUser, RoleSession, Root, User], Value::PrincipalType)];

const PRINCIPAL_ACCOUNT_VALUES: &[Derivation] =
    &[of(WITH_ACCOUNT, Value::Account), of(&[Anonymous], Value::Literal("anonymous"))];

/// Policy language §4, the table of `aws:userid`.
const USER_ID_VALUES: &[Derivation] = &[
    of(&[User], Value::UserId),
    of(&[RoleSession], Value::RoleIdAndSession),
    of(&[FederatedUser], Value::AccountAndName),
    of(&[Root], Value::Account),
    of(&[Anonymous], Value::Literal("anonymous")),
];

const USER_NAME_VALUES: &[Derivation] = &[of(&[User], Value::UserName)];

const PRINCIPAL_ARN_VALUES: &[Derivation] = &[of(WITH_ACCOUNT, Value::Arn)];

const IS_SERVICE_VALUES: &[Derivation] =
    &[of(&[Service], Value::Literal("true")), of(WITH_ACCOUNT, Value::Literal("false"))];

const SERVICE_NAME_VALUES: &[Derivation] = &[of(&[Service], Value::ServiceName)];

const RESOURCE_ACCOUNT_VALUES: &[Derivation] = &[of(&PrincipalKind::ALL, Value::ResourceAccount)];
