"""The decision: rules that simulators commonly get wrong, reasoned out by hand.

Every expectation follows from the rule that its test names, with the section of
the policy-language notes in brackets; none was read off a program. Run with

    python3 -m unittest discover tests/reference
"""

import unittest

import pool
from reference import decide

A, B = "111122223333", "444455556666"
ALICE = f"arn:aws:iam::{A}:user/alice"
ROOT = f"arn:aws:iam::{A}:root"
APP = f"arn:aws:iam::{A}:role/App"
SESSION = f"arn:aws:sts::{A}:assumed-role/App/s1"
FEDERATED = f"arn:aws:sts::{A}:federated-user/fred"
LINKED = f"arn:aws:iam::{A}:role/aws-service-role/x.amazonaws.com/AWSServiceRoleForX"
KEY = f"arn:aws:kms:us-east-1:{A}:key/1234abcd-12ab-34cd-56ef-1234567890ab"
TARGET = f"arn:aws:iam::{A}:role/Target"
QUEUE = f"arn:aws:sqs:us-east-1:{A}:q"
ALLOWED, EXPLICIT, IMPLICIT = "allowed", "explicitDeny", "implicitDeny"


def statement(effect="Allow", action="*", resource="*", principal=None, **more):
    """A statement; elements given as `None` are left out."""
    elements = {
        "Effect": effect,
        "Principal": principal,
        "Action": action,
        "Resource": resource,
        **more,
    }
    return {name: value for name, value in elements.items() if value is not None}


def policy(policy_type, *statements, version="2012-10-17", level=0):
    """A policy of a case."""
    document = {"Statement": list(statements)}
    if version:
        document["Version"] = version
    return {"type": policy_type, "document": document, "level": level}


ALLOW_ALL = statement()
IDENTITY = policy("identity", ALLOW_ALL)
NOTHING = statement(action="ec2:*")


class ReferenceTest(unittest.TestCase):
    """Decides small cases."""

    def assert_decision(
        self,
        expect,
        policies,
        principal=ALICE,
        action="s3:GetObject",
        resource="arn:aws:s3:::b/k",
        context=None,
        **request,
    ):
        request = {
            "complete": True,
            **request,
            "principal": principal,
            "action": action,
            "resource": resource,
            "context": context or {},
        }
        answer = decide({"policies": policies, "request": request})
        self.assertEqual(answer["decision"], expect, answer["reasons"])

    def assert_condition(
        self,
        holds,
        operator,
        values,
        key_values=None,
        key="aws:PrincipalTag/team",
        version="2012-10-17",
        **context,
    ):
        """Whether `operator` of the values holds on a request with these values of the key."""
        allow = statement(Condition={operator: {key: values}})
        context = {name.replace("__", ":"): value for name, value in context.items()}
        if key_values is not None:
            context[key] = key_values
        self.assert_decision(
            ALLOWED if holds else IMPLICIT,
            [policy("identity", allow, version=version)],
            context=context,
        )


class Decisions(ReferenceTest):
    """§5: which policies count for whom, and what an Allow is worth."""

    def test_a_user_session_or_star_grant_beats_implicit_denies_and_a_role_grant_does_not(self):
        # §5.4, checklist 1
        for restricting in ("boundary", "session"):
            for principal, expect in (
                (SESSION, ALLOWED),
                ("*", ALLOWED),
                (APP, IMPLICIT),
                (ROOT, IMPLICIT),
            ):
                element = "*" if principal == "*" else {"AWS": principal}
                with self.subTest(restricting=restricting, principal=principal):
                    policies = [
                        policy("resource", statement(principal=element)),
                        policy(restricting, NOTHING),
                        IDENTITY,
                    ]
                    self.assert_decision(
                        expect,
                        policies,
                        SESSION,
                        resource=QUEUE,
                        action="sqs:SendMessage",
                        context={"aws:PrincipalArn": APP},
                    )
        grant = policy("resource", statement(principal={"AWS": ALICE}))
        self.assert_decision(ALLOWED, [grant, policy("boundary", NOTHING)])

    def test_a_role_grant_needs_no_identity_policy_while_boundary_and_session_allow(self):
        # §5.4
        grant = policy("resource", statement(principal={"AWS": APP}))
        context = {"aws:PrincipalArn": APP}
        self.assert_decision(ALLOWED, [grant], SESSION, context=context)
        self.assert_decision(
            ALLOWED,
            [grant, policy("boundary", ALLOW_ALL), policy("session", ALLOW_ALL)],
            SESSION,
            context=context,
        )

    def test_the_own_account_in_a_resource_policy_only_delegates(self):
        # §5.3, checklist 2, U-27
        for value in (A, ROOT):
            grant = policy("resource", statement(principal={"AWS": value}))
            self.assert_decision(IMPLICIT, [grant])
            self.assert_decision(ALLOWED, [grant, IDENTITY])

    def test_the_strongest_of_several_grants_counts(self):
        # §5.3: Direct before Role before Account, whatever their order
        statements = [statement(principal={"AWS": v}) for v in (A, APP, SESSION)]
        for order in (statements, statements[::-1]):
            policies = [policy("resource", *order), policy("boundary", NOTHING)]
            self.assert_decision(ALLOWED, policies, SESSION, context={"aws:PrincipalArn": APP})

    def test_every_scp_level_must_allow(self):
        # §5.3, checklist 6
        levels = [
            policy("scp", ALLOW_ALL, level=0),
            policy("scp", NOTHING, level=1),
            policy("scp", ALLOW_ALL, level=2),
        ]
        self.assert_decision(IMPLICIT, [IDENTITY, *levels])
        self.assert_decision(ALLOWED, [IDENTITY, *levels, policy("scp", ALLOW_ALL, level=1)])

    def test_scps_bind_root_and_spare_management_account_linked_roles_and_services(self):
        # §5.2, checklist 6
        scp = policy("scp", ALLOW_ALL, statement("Deny"))
        star = policy("resource", statement(principal="*"))
        self.assert_decision(EXPLICIT, [scp], ROOT)
        self.assert_decision(ALLOWED, [scp], ROOT, managementAccount=True)
        self.assert_decision(ALLOWED, [scp, IDENTITY], LINKED)
        self.assert_decision(ALLOWED, [scp, star], "lambda.amazonaws.com")
        self.assert_decision(ALLOWED, [scp, star], "anonymous")

    def test_rcps_hit_everybody_but_linked_roles(self):
        # §5.2, checklist 7
        rcp = policy("rcp", statement("Deny", "s3:*", principal="*"))
        star = policy("resource", statement(principal="*"))
        for principal in (
            ALICE,
            ROOT,
            "anonymous",
            "lambda.amazonaws.com",
            f"arn:aws:iam::{B}:user/alice",
        ):
            with self.subTest(principal=principal):
                self.assert_decision(EXPLICIT, [rcp, star, IDENTITY], principal)
        self.assert_decision(ALLOWED, [rcp, IDENTITY], LINKED)

    def test_an_rcp_never_denies_implicitly(self):
        # §1.12: RCPFullAWSAccess is always attached
        self.assert_decision(
            ALLOWED, [policy("rcp", statement("Deny", "sqs:*", principal="*")), IDENTITY]
        )

    def test_rcps_do_not_reach_unsupported_services_nor_retire_grant_nor_the_management_account(
        self,
    ):
        # §1.12, §5.2
        rcp = policy("rcp", statement("Deny", ["sns:*", "kms:*", "s3:*"], principal="*"))
        self.assert_decision(
            ALLOWED, [rcp, IDENTITY], action="sns:Publish", resource=f"arn:aws:sns:us-east-1:{A}:t"
        )
        key_policy = policy("key", statement(principal={"AWS": ALICE}))
        self.assert_decision(ALLOWED, [rcp, key_policy], action="kms:RetireGrant", resource=KEY)
        self.assert_decision(EXPLICIT, [rcp, key_policy], action="kms:Decrypt", resource=KEY)
        self.assert_decision(ALLOWED, [rcp, IDENTITY], managementAccount=True)

    def test_kms_and_trust_have_no_account_default(self):
        # §5.5, §5.6, checklist 8
        self.assert_decision(IMPLICIT, [IDENTITY], action="kms:Decrypt", resource=KEY)
        self.assert_decision(IMPLICIT, [], ROOT, action="kms:Decrypt", resource=KEY)
        self.assert_decision(IMPLICIT, [IDENTITY], action="sts:AssumeRole", resource=TARGET)
        for kind in ("key", "resource"):
            delegating = policy(kind, statement(principal={"AWS": A}))
            self.assert_decision(ALLOWED, [delegating], ROOT, action="kms:Decrypt", resource=KEY)
            self.assert_decision(IMPLICIT, [delegating], action="kms:Decrypt", resource=KEY)
            self.assert_decision(
                ALLOWED, [delegating, IDENTITY], action="kms:Decrypt", resource=KEY
            )

    def test_operations_without_a_key_ask_identity_policies_only(self):
        # §5.5
        self.assert_decision(ALLOWED, [IDENTITY], action="kms:CreateKey", resource="*")

    def test_a_trust_policy_that_names_the_user_is_enough_in_the_account_only(self):
        # §5.6
        trust = policy(
            "trust", statement(action="sts:AssumeRole", resource=None, principal={"AWS": ALICE})
        )
        self.assert_decision(ALLOWED, [trust], action="sts:AssumeRole", resource=TARGET)
        other = TARGET.replace(A, B)
        self.assert_decision(IMPLICIT, [trust], action="sts:AssumeRole", resource=other)
        self.assert_decision(ALLOWED, [trust, IDENTITY], action="sts:AssumeRole", resource=other)

    def test_a_web_identity_needs_its_provider_by_name(self):
        # §5.3, §5.6
        provider = "accounts.google.com"
        for principal, expect in (({"Federated": provider}, ALLOWED), ("*", IMPLICIT)):
            trust = policy(
                "trust",
                statement(
                    action="sts:AssumeRoleWithWebIdentity", resource=None, principal=principal
                ),
            )
            self.assert_decision(
                expect, [trust], f"federated:{provider}", "sts:AssumeRoleWithWebIdentity", TARGET
            )

    def test_an_endpoint_policy_is_one_more_gate_and_never_grants(self):
        # §5.8, checklist 11
        open_, shut = (
            policy("endpoint", statement(principal="*")),
            policy("endpoint", statement(action="ec2:*", principal="*")),
        )
        self.assert_decision(IMPLICIT, [open_])
        self.assert_decision(ALLOWED, [open_, IDENTITY])
        star = policy("resource", statement(principal="*"))
        for principal in (ALICE, ROOT, "anonymous", "lambda.amazonaws.com"):
            with self.subTest(principal=principal):
                self.assert_decision(IMPLICIT, [shut, IDENTITY, star], principal)

    def test_services_without_endpoint_policies_let_everything_through(self):
        # §5.8
        shut = policy("endpoint", statement("Deny", principal="*"))
        self.assert_decision(
            ALLOWED,
            [shut, IDENTITY],
            action="route53:GetHostedZone",
            resource="arn:aws:route53:::hostedzone/Z",
        )

    def test_an_account_in_an_endpoint_policy_passes_the_gate(self):
        # §5.8, U-33
        self.assert_decision(
            ALLOWED, [policy("endpoint", statement(principal={"AWS": A})), IDENTITY]
        )

    def test_a_federated_session_without_a_session_policy_may_do_nothing_of_its_own(self):
        # §5.4, checklist 13, U-26
        self.assert_decision(IMPLICIT, [IDENTITY], FEDERATED)
        self.assert_decision(ALLOWED, [IDENTITY, policy("session", ALLOW_ALL)], FEDERATED)
        for principal in ({"AWS": FEDERATED}, "*"):
            self.assert_decision(
                ALLOWED, [policy("resource", statement(principal=principal))], FEDERATED
            )

    def test_a_signed_cross_account_request_needs_both_sides_even_with_star(self):
        # §5.11, checklist 14
        star = policy("resource", statement(principal="*"))
        foreign = {"aws:ResourceAccount": B}
        self.assert_decision(IMPLICIT, [star], context=foreign)
        self.assert_decision(IMPLICIT, [IDENTITY], context=foreign)
        self.assert_decision(ALLOWED, [star, IDENTITY], context=foreign)
        self.assert_decision(ALLOWED, [star], "anonymous", context=foreign)

    def test_cross_account_the_boundary_counts_even_for_a_grant_to_the_user(self):
        # §5.3 cross_account
        grant = policy("resource", statement(principal={"AWS": ALICE}))
        self.assert_decision(
            IMPLICIT, [grant, IDENTITY, policy("boundary", NOTHING)], resourceAccount=B
        )

    def test_root_of_another_account_needs_the_resource_side_only(self):
        # §5.11
        for principal, expect in (({"AWS": A}, ALLOWED), ({"AWS": B}, IMPLICIT)):
            self.assert_decision(
                expect,
                [policy("resource", statement(principal=principal))],
                ROOT,
                resourceAccount=B,
            )

    def test_get_caller_identity_cannot_be_denied(self):
        # §5.3, checklist 15, U-32
        for kind in ("identity", "scp"):
            self.assert_decision(
                ALLOWED,
                [policy(kind, statement("Deny"))],
                action="sts:getCallerIdentity",
                resource="*",
            )

    def test_the_owners_root_gets_its_bucket_policy_back(self):
        # §5.7
        deny = policy("resource", statement("Deny", principal="*"))
        request = {"resource": "arn:aws:s3:::b", "context": {"aws:ResourceAccount": A}}
        for action in ("s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"):
            self.assert_decision(ALLOWED, [deny], ROOT, action, **request)
        self.assert_decision(EXPLICIT, [deny], ROOT, "s3:ListBucket", **request)
        self.assert_decision(EXPLICIT, [deny], ALICE, "s3:GetBucketPolicy", **request)
        self.assert_decision(EXPLICIT, [deny], ROOT.replace(A, B), "s3:GetBucketPolicy", **request)
        self.assert_decision(
            EXPLICIT,
            [deny, policy("scp", statement("Deny"))],
            ROOT,
            "s3:GetBucketPolicy",
            **request,
        )
        self.assert_decision(
            IMPLICIT,
            [deny, policy("endpoint", statement(action="ec2:*", principal="*"))],
            ROOT,
            "s3:GetBucketPolicy",
            **request,
        )

    def test_layers_that_a_requester_cannot_have_are_not_asked(self):
        # §5.2
        for kind in ("identity", "boundary", "session"):
            self.assert_decision(ALLOWED, [policy(kind, statement("Deny"))], ROOT)
        self.assert_decision(ALLOWED, [IDENTITY, policy("session", statement("Deny"))], ALICE)
        self.assert_decision(ALLOWED, [IDENTITY, policy("boundary", statement("Deny"))], LINKED)

    def test_nothing_matches_across_partitions(self):
        # §5.7
        foreign = ALICE.replace("arn:aws:", "arn:aws-cn:")
        star = policy("resource", statement(principal="*"))
        self.assert_decision(IMPLICIT, [IDENTITY, star], foreign)
        self.assert_decision(ALLOWED, [IDENTITY], foreign, resource="arn:aws-cn:s3:::b/k")
        root = policy(
            "resource", statement(principal={"AWS": ROOT.replace("arn:aws:", "arn:aws-cn:")})
        )
        self.assert_decision(IMPLICIT, [IDENTITY, root], resourceAccount=B)


class Principals(ReferenceTest):
    """§2.4: who is meant."""

    def deny_all_but(self, listed, principal, expect, *more, context=None):
        deny = statement("Deny", principal=None, NotPrincipal=listed)
        self.assert_decision(
            expect, [IDENTITY, policy("resource", deny), *more], principal, context=context
        )

    def test_not_principal_exempts_only_who_is_listed_completely(self):
        # §2.4, U-15, checklist 12
        self.deny_all_but({"AWS": [ALICE, ROOT]}, ALICE, ALLOWED)
        self.deny_all_but({"AWS": [ALICE, A]}, ALICE, ALLOWED)
        self.deny_all_but({"AWS": ALICE}, ALICE, EXPLICIT)
        self.deny_all_but({"AWS": ROOT}, ALICE, EXPLICIT)
        self.deny_all_but({"AWS": ROOT}, ROOT, ALLOWED)
        context = {"aws:PrincipalArn": APP}
        self.deny_all_but({"AWS": [SESSION, APP, ROOT]}, SESSION, ALLOWED, context=context)
        self.deny_all_but({"AWS": [APP, ROOT]}, SESSION, EXPLICIT, context=context)

    def test_not_principal_denies_whoever_has_a_boundary(self):
        # §2.4, checklist 12
        self.deny_all_but({"AWS": [ALICE, ROOT]}, ALICE, EXPLICIT, policy("boundary", ALLOW_ALL))

    def test_not_principal_never_exempts_anonymous_requests(self):
        # §2.4
        star = policy("resource", statement(principal="*"))
        self.deny_all_but({"AWS": [ALICE, ROOT]}, "anonymous", EXPLICIT, star)

    def test_a_role_arn_must_carry_the_real_path(self):
        # §2.4
        real = f"arn:aws:iam::{A}:role/team/App"
        for written, expect in ((real, ALLOWED), (APP, IMPLICIT)):
            grant = policy("resource", statement(principal={"AWS": written}))
            self.assert_decision(expect, [grant], SESSION, context={"aws:PrincipalArn": real})

    def test_without_an_arn_in_the_context_a_session_is_of_the_pathless_role(self):
        grant = policy("resource", statement(principal={"AWS": APP}))
        self.assert_decision(ALLOWED, [grant], SESSION, complete=False)
        self.assert_decision(ALLOWED, [grant], APP, complete=False)

    def test_unique_ids_mean_the_entity_with_that_id(self):
        # §1.5
        user = policy("resource", statement(principal={"AWS": pool.USER_ID}))
        self.assert_decision(ALLOWED, [user], context={"aws:userid": pool.USER_ID})
        self.assert_decision(IMPLICIT, [user], context={"aws:userid": "AIDAOTHER"})
        role = policy("resource", statement(principal={"AWS": pool.ROLE_ID}))
        context = {"aws:userid": f"{pool.ROLE_ID}:s1", "aws:PrincipalArn": APP}
        self.assert_decision(ALLOWED, [role], SESSION, context=context)
        self.assert_decision(
            IMPLICIT, [role, policy("boundary", NOTHING)], SESSION, context=context
        )

    def test_a_service_answers_to_all_of_its_names(self):
        # §2.4
        grant = policy("resource", statement(principal={"Service": "logs.us-east-1.amazonaws.com"}))
        names = {
            "aws:PrincipalServiceNamesList": ["logs.amazonaws.com", "logs.us-east-1.amazonaws.com"]
        }
        self.assert_decision(ALLOWED, [grant], "logs.amazonaws.com", context=names)
        self.assert_decision(IMPLICIT, [grant], "logs.amazonaws.com")

    def test_principals_are_compared_exactly(self):
        # §2.4, §1.5, P-1, checklist 16
        for value in (ALICE.upper(), ALICE[:-1] + "*", f"arn:aws:iam::{A}:user/x/alice"):
            self.assert_decision(
                IMPLICIT, [policy("resource", statement(principal={"AWS": value}))]
            )

    def test_an_empty_principal_means_nobody(self):
        # §1.5, P-4
        for principal in ({}, {"AWS": []}):
            self.assert_decision(IMPLICIT, [policy("resource", statement(principal=principal))])


class DerivedKeys(ReferenceTest):
    """§6.3 and §4: what AWS fills in by itself."""

    def has(self, principal, key, value, derived=True):
        allow = statement(principal="*", Condition={"StringEquals": {key: value}})
        for complete in (False, True):
            expect = ALLOWED if derived and not complete else IMPLICIT
            self.assert_decision(
                expect, [policy("resource", allow)], principal, resource=QUEUE, complete=complete
            )

    def test_each_requester_brings_its_own_keys(self):
        self.has(ALICE, "aws:PrincipalArn", ALICE)
        self.has(ALICE, "aws:username", "alice")
        self.has(f"arn:aws:iam::{A}:user/team/bob", "aws:username", "bob")
        self.has(ALICE, "aws:PrincipalType", "User")
        self.has(ALICE, "aws:PrincipalIsAWSService", "false")
        self.has(ALICE, "aws:ViaAWSService", "false")
        self.has(ALICE, "aws:ResourceAccount", A)
        self.has(SESSION, "aws:PrincipalArn", APP)  # checklist 10
        self.has(SESSION, "aws:PrincipalType", "AssumedRole")
        self.has(SESSION, "aws:username", "App", derived=False)
        self.has(FEDERATED, "aws:userid", f"{A}:fred")
        self.has("anonymous", "aws:PrincipalAccount", "anonymous")
        self.has("anonymous", "aws:userid", "anonymous")
        self.has("anonymous", "aws:PrincipalIsAWSService", "false", derived=False)
        self.has("lambda.amazonaws.com", "aws:PrincipalIsAWSService", "true")

    def test_root_is_known_by_its_account(self):
        deny = statement(
            "Deny", Condition={"StringEquals": {"aws:userid": A, "aws:PrincipalType": "Account"}}
        )
        self.assert_decision(EXPLICIT, [policy("scp", ALLOW_ALL, deny)], ROOT, complete=False)

    def test_what_the_case_says_stays(self):
        allow = policy("identity", statement(Condition={"StringEquals": {"aws:username": "bob"}}))
        self.assert_decision(ALLOWED, [allow], complete=False, context={"AWS:UserName": "bob"})

    def test_keys_of_network_and_mfa_are_never_made_up(self):
        allow = policy("identity", statement(Condition={"Null": {"aws:SourceIp": "false"}}))
        self.assert_decision(IMPLICIT, [allow], complete=False)


if __name__ == "__main__":
    unittest.main()
