//! The rows of the facts (request notes §3.1 to §3.3).

use super::super::PrincipalKind::{
    self, Anonymous, FederatedUser, Provider, RoleSession, Root, Service, User,
};
use super::RefusedWhen::{
    Always, AwsManagedKey, AwsManagedKeyDirectly, Credentials, Forwarded, NotConsole, NotFromVpc,
    OtherAccount, OtherPartition, RootTask,
};
use super::{Refusal, RefusedOn, RefusedWhen, Stage};

/// Principals of accounts.
const IAM: &[PrincipalKind] = &[FederatedUser, RoleSession, Root, User];

/// The parts of taking a role.
const ASSUMING: &[&str] =
    &["sts:AssumeRole", "sts:SetContext", "sts:SetSourceIdentity", "sts:TagSession"];

/// Calls that change what a role is.
const CHANGES_OF_ROLES: &[&str] = &[
    "iam:AddRoleToInstanceProfile",
    "iam:AttachRolePolicy",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:RemoveRoleFromInstanceProfile",
    "iam:UpdateAssumeRolePolicy",
];

/// The same, with the description and the tags.
const CHANGES_OF_RESERVED_ROLES: &[&str] = &[
    "iam:AddRoleToInstanceProfile",
    "iam:AttachRolePolicy",
    "iam:DeleteRole",
    "iam:DeleteRolePermissionsBoundary",
    "iam:DeleteRolePolicy",
    "iam:DetachRolePolicy",
    "iam:PutRolePermissionsBoundary",
    "iam:PutRolePolicy",
    "iam:RemoveRoleFromInstanceProfile",
    "iam:TagRole",
    "iam:UntagRole",
    "iam:UpdateAssumeRolePolicy",
    "iam:UpdateRole",
    "iam:UpdateRoleDescription",
    "sts:AssumeRole",
];

const BUCKET_POLICY: &[&str] =
    &["s3:DeleteBucketPolicy", "s3:GetBucketPolicy", "s3:PutBucketPolicy"];

/// Calls of privileged root sessions: those of all tasks.
const ROOT_TASKS: &[&str] = &[
    "iam:CreateLoginProfile",
    "iam:DeactivateMFADevice",
    "iam:DeleteAccessKey",
    "iam:DeleteLoginProfile",
    "iam:DeleteSigningCertificate",
    "iam:DeleteVirtualMFADevice",
    "iam:GetAccessKeyLastUsed",
    "iam:GetAccountSummary",
    "iam:GetLoginProfile",
    "iam:GetUser",
    "iam:ListAccessKeys",
    "iam:ListMFADevices",
    "iam:ListSigningCertificates",
    "s3:DeleteBucketPolicy",
    "s3:GetBucketPolicy",
    "s3:ListAllMyBuckets",
    "s3:PutBucketPolicy",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:ListQueues",
    "sqs:SetQueueAttributes",
    "sts:GetCallerIdentity",
];

/// Actions that take requests without a signature; of S3, all but those of `S3_OF_ACCOUNTS`.
const UNSIGNED: &[&str] = &[
    "s3:*",
    "sqs:ChangeMessageVisibility",
    "sqs:DeleteMessage",
    "sqs:GetQueueAttributes",
    "sqs:GetQueueUrl",
    "sqs:PurgeQueue",
    "sqs:ReceiveMessage",
    "sqs:SendMessage",
    "sns:Publish",
    "sns:Subscribe",
    "lambda:InvokeFunction",
    "lambda:InvokeFunctionUrl",
    "execute-api:Invoke",
    "es:ESHttp*",
    "elasticfilesystem:ClientMount",
    "elasticfilesystem:ClientRootAccess",
    "elasticfilesystem:ClientWrite",
    "vpc-lattice-svcs:Invoke",
    "mediastore:DescribeObject",
    "mediastore:GetObject",
    // The sign-in page asks before it knows who signs in (perimeter-2 §5.3).
    "signin:*",
];

/// Actions of S3 that are an account's, and no bucket's.
const S3_OF_ACCOUNTS: &[&str] = &[
    "s3:*AccessGrant*",
    "s3:*AccessPoint*",
    "s3:*AccountPublicAccessBlock",
    "s3:*Job*",
    "s3:*StorageLens*",
    "s3:CreateBucket",
    "s3:GetDataAccess",
    "s3:ListAllMyBuckets",
];

/// Operations on keys with "Cross-account use: No".
const KMS_OWN: &[&str] = &[
    "kms:CancelKeyDeletion",
    "kms:ConnectCustomKeyStore",
    "kms:CreateAlias",
    "kms:CreateCustomKeyStore",
    "kms:DeleteAlias",
    "kms:DeleteCustomKeyStore",
    "kms:DeleteImportedKeyMaterial",
    "kms:DescribeCustomKeyStores",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:DisconnectCustomKeyStore",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:GetKeyLastUsage",
    "kms:GetKeyPolicy",
    "kms:GetParametersForImport",
    "kms:ImportKeyMaterial",
    "kms:ListKeyPolicies",
    "kms:ListKeyRotations",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateAlias",
    "kms:UpdateCustomKeyStore",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
];

/// Calls that manage a key.
const KMS_MANAGING: &[&str] = &[
    "kms:CancelKeyDeletion",
    "kms:DeleteImportedKeyMaterial",
    "kms:DisableKey",
    "kms:DisableKeyRotation",
    "kms:EnableKey",
    "kms:EnableKeyRotation",
    "kms:ImportKeyMaterial",
    "kms:PutKeyPolicy",
    "kms:ReplicateKey",
    "kms:RotateKeyOnDemand",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
    "kms:UpdatePrimaryRegion",
];

/// Calls that use a key.
const KMS_CRYPTOGRAPHIC: &[&str] = &[
    "kms:Decrypt",
    "kms:DeriveSharedSecret",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:GenerateMac",
    "kms:ReEncryptFrom",
    "kms:ReEncryptTo",
    "kms:Sign",
    "kms:Verify",
    "kms:VerifyMac",
];

const SQS_OWN: &[&str] = &[
    "sqs:AddPermission",
    "sqs:CancelMessageMoveTask",
    "sqs:CreateQueue",
    "sqs:DeleteQueue",
    "sqs:ListMessageMoveTasks",
    "sqs:ListQueueTags",
    "sqs:ListQueues",
    "sqs:RemovePermission",
    "sqs:SetQueueAttributes",
    "sqs:StartMessageMoveTask",
    "sqs:TagQueue",
    "sqs:UntagQueue",
];

const AWS_POLICY: &[&str] = &[
    "iam:CreatePolicyVersion",
    "iam:DeletePolicy",
    "iam:DeletePolicyVersion",
    "iam:SetDefaultPolicyVersion",
    "iam:TagPolicy",
    "iam:UntagPolicy",
];

/// Resources of IAM in anybody's account.
const fn iam(start: &'static str) -> RefusedOn {
    RefusedOn { service: "iam", account: None, start }
}

const LINKED: &[RefusedOn] = &[iam("role/aws-service-role/")];
const RESERVED: &[RefusedOn] = &[iam("role/aws-reserved/")];
const SERVICE_PATHS: &[RefusedOn] = &[iam("role/aws-reserved/"), iam("role/aws-service-role/")];
const OF_AWS: &[RefusedOn] =
    &[RefusedOn { service: "iam", account: Some("aws"), start: "policy/" }];
const AWS_ALIASES: &[RefusedOn] =
    &[RefusedOn { service: "kms", account: None, start: "alias/aws/" }];

const SAML: RefusedWhen = RefusedWhen::Provider { saml: true };
const WEB: RefusedWhen = RefusedWhen::Provider { saml: false };

/// A row with nothing said; the rows below say what differs.
const ROW: Refusal = Refusal {
    fact: "",
    stage: Stage::Before,
    callers: IAM,
    of: &[],
    but: &[],
    on: &[],
    when: Always,
    in_proofs: true,
    sentence: "",
    source: "",
};

/// The same, refused by the service.
const AT_SERVICE: Refusal = Refusal { stage: Stage::Service, ..ROW };

#[rustfmt::skip]
pub(super) const ALL: &[Refusal] = &[
    Refusal { fact: "partition", but: &["sts:GetCallerIdentity"], when: OtherPartition, in_proofs: false, sentence: "credentials of one partition are nothing in another", source: "policy language §5.7", ..ROW },
    Refusal { fact: "root-assumes-role", callers: &[Root], of: ASSUMING, sentence: "the root user cannot assume roles; …:root in a trust policy stands for the account", source: "IAM User Guide, Compare AWS STS credentials", ..ROW },
    Refusal { fact: "root-assumes-root", callers: &[Root], of: &["sts:AssumeRoot"], sentence: "AssumeRoot takes a user or role of the management or a delegated administrator account", source: "AWS STS API Reference, AssumeRoot", ..ROW },
    Refusal { fact: "assume-root-task", callers: &[Root], but: ROOT_TASKS, when: RootTask, sentence: "a privileged root session has one task", source: "AWS managed policies root-task/…", ..ROW },
    Refusal { fact: "federated-iam", callers: &[FederatedUser], of: &["iam:*"], when: NotConsole, in_proofs: false, sentence: "a federated user cannot call IAM through the API", source: "IAM User Guide, Compare AWS STS credentials; AWS STS API Reference, GetFederationToken", ..ROW },
    Refusal { fact: "federated-sts", callers: &[FederatedUser], of: &["sts:*"], but: &["sts:GetCallerIdentity", "sts:GetDelegatedAccessToken", "sts:GetScopedCredentials"], sentence: "a federated user cannot call STS (no roles, no further sessions)", source: "AWS STS API Reference, GetFederationToken", ..ROW },
    Refusal { fact: "session-token-iam", callers: &[Root, User], of: &["iam:*"], when: Credentials(&["session"]), in_proofs: false, sentence: "temporary credentials of a user call IAM only with MFA", source: "IAM User Guide, Compare AWS STS credentials; AWS STS API Reference, GetSessionToken", ..ROW },
    Refusal { fact: "session-token-sts", callers: &[Root, User], of: &["sts:*"], but: &["sts:AssumeRole", "sts:GetCallerIdentity", "sts:GetDelegatedAccessToken", "sts:GetScopedCredentials", "sts:GetWebIdentityToken", "sts:SetContext", "sts:SetSourceIdentity", "sts:TagSession"], when: Credentials(&["mfa", "session"]), in_proofs: false, sentence: "temporary credentials of a user call STS for roles only", source: "AWS STS API Reference, GetSessionToken", ..ROW },
    Refusal { fact: "role-session-sts", callers: &[RoleSession], of: &["sts:GetFederationToken", "sts:GetSessionToken"], sentence: "a role's session cannot make user sessions", source: "IAM User Guide, Compare AWS STS credentials", ..ROW },
    Refusal { fact: "web-identity-signed", of: &["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"], sentence: "the caller of this call is the token: ask as federated:PROVIDER", source: "AWS STS API Reference, AssumeRoleWithSAML, AssumeRoleWithWebIdentity", ..ROW },
    Refusal { fact: "provider-kind", callers: &[Provider], but: &["sts:AssumeRoleWithSAML", "sts:AssumeRoleWithWebIdentity"], sentence: "an identity provider's token asks for a role and nothing else", source: "AWS STS API Reference, AssumeRoleWithSAML, AssumeRoleWithWebIdentity", ..ROW },
    Refusal { fact: "provider-kind", callers: &[Provider], of: &["sts:AssumeRoleWithWebIdentity"], when: SAML, in_proofs: false, sentence: "the tokens of a SAML provider come with AssumeRoleWithSAML", source: "AWS STS API Reference, AssumeRoleWithWebIdentity", ..ROW },
    Refusal { fact: "provider-kind", callers: &[Provider], of: &["sts:AssumeRoleWithSAML"], when: WEB, in_proofs: false, sentence: "the tokens of this provider come with AssumeRoleWithWebIdentity", source: "AWS STS API Reference, AssumeRoleWithSAML", ..ROW },
    Refusal { fact: "unsigned-forwarded", callers: &[Anonymous], when: Forwarded, sentence: "nothing is forwarded for nobody", source: "IAM User Guide, Forward access sessions", ..ROW },
    Refusal { fact: "service-forwarded", callers: &[Service], when: Forwarded, sentence: "a service's own call is not forwarded", source: "IAM User Guide, Forward access sessions", ..ROW },
    Refusal { fact: "unsigned", callers: &[Anonymous], but: UNSIGNED, sentence: "SERVICE takes signed requests only", source: "request notes §3.3", ..ROW },
    Refusal { fact: "unsigned", callers: &[Anonymous], of: S3_OF_ACCOUNTS, sentence: "this call of SERVICE is an account's: it takes signed requests only", source: "Amazon S3 API Reference, CreateBucket; request notes §3.3", ..ROW },
    Refusal { fact: "unsigned", callers: &[Anonymous], of: &["sns:Publish", "sns:Subscribe"], in_proofs: false, sentence: "SERVICE takes signed requests only, as far as its pages tell", source: "request notes §3.3", ..ROW },
    Refusal { fact: "bucket-policy-owner", stage: Stage::Service, callers: &[Anonymous], of: BUCKET_POLICY, in_proofs: false, sentence: "a bucket's policy is its owner's account's", source: "Amazon S3 API Reference, PutBucketPolicy (405)", ..ROW },
    Refusal { fact: "linked-role-caller", of: &["sts:AssumeRole"], on: LINKED, sentence: "a service-linked role is assumed by its service only", source: "IAM User Guide, Create a service-linked role", ..ROW },
    Refusal { fact: "iam-own-account", of: &["iam:*"], but: &["iam:PassRole"], when: OtherAccount, in_proofs: false, sentence: "IAM takes calls about an account from that account only", source: "policy language §5.2", ..ROW },
    Refusal { fact: "linked-role-kept", of: CHANGES_OF_ROLES, on: LINKED, sentence: "only its service changes a service-linked role", source: "IAM API Reference, UnmodifiableEntityException", ..AT_SERVICE },
    Refusal { fact: "reserved-role-kept", of: CHANGES_OF_RESERVED_ROLES, on: RESERVED, sentence: "a permission set's role is changed in Identity Center only", source: "IAM Identity Center User Guide, Referencing permission sets in resource policies", ..AT_SERVICE },
    Refusal { fact: "reserved-path", of: &["iam:CreateRole"], on: SERVICE_PATHS, sentence: "roles of this path are made by AWS", source: "IAM User Guide, Create a service-linked role", ..AT_SERVICE },
    Refusal { fact: "aws-policy-kept", of: AWS_POLICY, on: OF_AWS, sentence: "AWS's managed policies cannot be changed", source: "IAM User Guide, Managed policies and inline policies", ..AT_SERVICE },
    Refusal { fact: "aws-alias-kept", of: &["kms:CreateAlias", "kms:DeleteAlias", "kms:UpdateAlias"], on: AWS_ALIASES, sentence: "aliases that begin with aws/ are AWS's", source: "AWS KMS API Reference, CreateAlias", ..AT_SERVICE },
    Refusal { fact: "aws-managed-key", of: KMS_MANAGING, when: AwsManagedKey, in_proofs: false, sentence: "the keys that AWS manages are not changed by their accounts", source: "AWS KMS Developer Guide, AWS KMS keys", ..AT_SERVICE },
    Refusal { fact: "aws-managed-key", of: KMS_CRYPTOGRAPHIC, when: AwsManagedKeyDirectly, in_proofs: false, sentence: "the keys that AWS manages are used through a service only", source: "AWS KMS Developer Guide, AWS KMS keys", ..AT_SERVICE },
    Refusal { fact: "kms-own-account", of: KMS_OWN, when: OtherAccount, sentence: "KMS takes this operation from the key's own account only", source: "AWS KMS API Reference, each operation (cross-account use: no)", ..AT_SERVICE },
    Refusal { fact: "bucket-policy-owner", of: BUCKET_POLICY, when: OtherAccount, sentence: "a bucket's policy is its owner's account's", source: "Amazon S3 API Reference, PutBucketPolicy (405)", ..AT_SERVICE },
    Refusal { fact: "sqs-own-account", of: SQS_OWN, when: OtherAccount, sentence: "SQS takes this from the queue's own account only", source: "Amazon SQS Developer Guide, Basic examples of Amazon SQS policies", ..AT_SERVICE },
    Refusal { fact: "pass-own-account", of: &["iam:PassRole"], when: OtherAccount, sentence: "a role is passed within its account", source: "IAM User Guide, Grant a user permissions to pass a role to an AWS service", ..AT_SERVICE },
    Refusal { fact: "access-point-vpc", callers: &[Anonymous, FederatedUser, RoleSession, Root, User], of: &["s3:*"], when: NotFromVpc, in_proofs: false, sentence: "an access point of a VPC takes requests from that VPC", source: "Amazon S3 User Guide, Creating access points restricted to a virtual private cloud", ..AT_SERVICE },
];
