//! The embedded catalogue: what AWS's pages say, and refusal of what is no catalogue.
#![cfg(feature = "catalog")]

use super::{AccessLevel, Catalog, CatalogError, Support};
use crate::catalog::{Actions, ContextKey, EndpointService, FilledFrom, Service, ValueType};
use crate::text::{ActionPattern, Pattern};

fn catalog() -> Catalog {
    Catalog::embedded().unwrap()
}

fn pattern(text: &str) -> ActionPattern {
    let (service, name) = text.split_once(':').unwrap();
    ActionPattern::Of { service: Pattern::wildcard(service), name: Pattern::wildcard(name) }
}

/// The counts of the packages, as their own files have them.
#[test]
fn nothing_is_lost() {
    let catalog = catalog();
    catalog.check().unwrap();
    let live = catalog.services().iter().filter(|it| !it.withdrawn).count();
    assert_eq!(live, 459);
    let all: Vec<_> =
        catalog.services().iter().flat_map(|it| catalog.actions(&it.prefix)).collect();
    let full = all.iter().filter(|it| it.level().is_some()).count();
    assert_eq!(full, 22_091);
    assert_eq!(all.iter().filter(|it| it.is_partial()).count(), 254);
    assert!(all.iter().filter(|it| it.is_withdrawn()).count() > 200);
    let types: usize =
        catalog.services().iter().map(|it| catalog.resource_types(&it.prefix).len()).sum();
    assert_eq!(types, 2_334);
    let keys: usize = catalog.services().iter().map(|it| catalog.keys(&it.prefix).len()).sum();
    assert_eq!(keys, 2_578);
    let dependent = all.iter().filter(|it| it.dependent_actions().next().is_some()).count();
    assert_eq!(dependent, 1_693);
}

/// Rows of "Actions, resources, and condition keys for AWS services".
#[test]
fn samples_from_the_pages_of_aws() {
    use AccessLevel::{List, Permissions, Read, Tagging, Write};
    let catalog = catalog();
    for (service, name, level, types) in [
        ("s3", "GetObject", Read, &["accesspointobject", "object"][..]),
        ("s3", "ListAllMyBuckets", List, &[]),
        ("s3", "PutBucketPolicy", Permissions, &["bucket"]),
        ("iam", "PassRole", Write, &["role"]),
        ("sts", "AssumeRole", Write, &["role"]),
        ("sts", "GetCallerIdentity", Read, &[]),
        ("sqs", "SendMessage", Write, &["queue"]),
        ("kms", "Decrypt", Write, &["key"]),
        ("sagemaker", "CreateModel", Write, &["model"]),
        ("sagemaker", "AddTags", Tagging, &["action"]),
        ("ec2", "DescribeInstances", List, &[]),
    ] {
        let action = catalog.action(service, &name.to_ascii_uppercase()).unwrap();
        assert_eq!((action.name(), action.level()), (name, Some(level)));
        let listed: Vec<&str> = action.resource_types().iter().map(|(it, _)| &*it.name).collect();
        match types {
            ["action"] => assert!(listed.contains(&"action"), "{name}"),
            _ => assert_eq!(listed, types, "{service}:{name}"),
        }
    }
    let format = |service: &str, name: &str| {
        let types = catalog.resource_types(service).iter();
        types.clone().find(|it| *it.name == *name).map(|it| it.format.to_string())
    };
    for (service, name, expected) in [
        ("s3", "bucket", "arn:${Partition}:s3:::${BucketName}"),
        ("iam", "role", "arn:${Partition}:iam::${Account}:role/${RoleNameWithPath}"),
        ("kms", "key", "arn:${Partition}:kms:${Region}:${Account}:key/${KeyId}"),
        ("sqs", "queue", "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}"),
    ] {
        assert_eq!(format(service, name).as_deref(), Some(expected));
    }
    let pass = catalog.action("sagemaker", "CreateTrainingJob").unwrap();
    assert!(pass.dependent_actions().any(|it| it == "iam:PassRole"));
}

#[test]
fn keys_are_of_their_actions() {
    let catalog = catalog();
    let supports = |action: &str, key: &str| {
        let (service, name) = action.split_once(':').unwrap();
        catalog.supports(&catalog.action(service, name).unwrap(), key)
    };
    for (action, key, expected) in [
        ("iam:PassRole", "iam:PassedToService", Support::Yes),
        ("s3:GetObject", "S3:ExistingObjectTag/team", Support::Yes),
        ("s3:GetObject", "s3:prefix", Support::No),
        ("s3:ListBucket", "s3:prefix", Support::Yes),
        ("kms:Decrypt", "kms:EncryptionContext:app", Support::Yes),
        ("kms:Decrypt", "kms:ViaService", Support::Yes),
        ("s3:GetObject", "kms:ViaService", Support::No),
        ("ec2:RunInstances", "aws:RequestTag/team", Support::Yes),
        ("ec2:DescribeInstances", "aws:RequestTag/team", Support::No),
        ("s3:GetObject", "aws:SourceVpce", Support::Unknown),
        ("s3:GetObject", "saml:aud", Support::Unknown),
    ] {
        assert_eq!(supports(action, key), expected, "{action} {key}");
    }
    let key = |name: &str| catalog.key(name).map(|it| (it.value, it.multivalued));
    assert_eq!(key("kms:GrantOperations"), Some((ValueType::Text, true)));
    assert_eq!(key("s3:signatureAge"), Some((ValueType::Number, false)));
    assert_eq!(key("ec2:ResourceTag/team"), Some((ValueType::Text, false)));
    assert_eq!(key("s3:Prefixes"), None);
}

#[test]
fn patterns_expand_to_actions() {
    let catalog = catalog();
    let names = |text: &str| {
        let pattern = pattern(text);
        let names =
            catalog.expand(&pattern).map(|it| format!("{}:{}", it.service().prefix, it.name()));
        names.collect::<Vec<_>>()
    };
    assert_eq!(names("SQS:get*"), ["sqs:GetQueueAttributes", "sqs:GetQueueUrl"]);
    assert_eq!(names("sqs:Nothing*"), [""; 0]);
    assert!(names("*:TagResource").len() > 200);
    assert_eq!(catalog.expand(&ActionPattern::Any).count(), 22_091 + 254);
}

#[test]
fn did_you_mean() {
    let catalog = catalog();
    let action = |service, name| catalog.nearest_action(service, name);
    assert_eq!(action("s3", "GetObjct").as_deref(), Some("s3:GetObject"));
    assert_eq!(action("sagmaker", "CreateModel").as_deref(), Some("sagemaker:CreateModel"));
    assert_eq!(action("s3", "Nonsense"), None);
    assert_eq!(catalog.nearest_service("dynamodbb"), Some("dynamodb"));
    assert_eq!(catalog.nearest_key("aws:SourceVcpe"), Some("aws:SourceVpce"));
    assert_eq!(catalog.nearest_key("kms:ViaServce"), Some("kms:ViaService"));
}

/// Calls that travel through endpoints and are no actions of the reference (perimeter, second part).
const BEYOND: [&str; 5] = [
    "geo-maps:GetGlyphs",
    "geo-maps:GetSprites",
    "geo-maps:GetStyleDescriptor",
    "iot:AssumeRoleWithCertificate",
    "neptune-graph:GetStatisticsSummary",
];

/// The hand-written tables of the catalogue against AWS's data.
#[test]
fn the_hand_written_tables_agree() {
    let catalog = catalog();
    for service in Service::all() {
        // No prefix of actions yet: its list is ahead of the data.
        if service.prefix != "cloudtrail-data" {
            assert!(catalog.service(service.prefix).is_some(), "{}", service.prefix);
        }
        for name in service.permissionless_actions {
            assert!(catalog.action(service.prefix, name).is_some(), "{name}");
        }
    }
    for service in EndpointService::all() {
        for text in service.actions.iter().filter(|it| !it.contains('*')) {
            let (prefix, name) = text.split_once(':').unwrap();
            let known = BEYOND.contains(text);
            assert!(known || catalog.action(prefix, name).is_some(), "{text} of {}", service.name);
        }
    }
    for row in ContextKey::of_prefix("sagemaker") {
        let listed = catalog.key(&format!("{}x", row.name())).or_else(|| catalog.key(row.name()));
        let listed = listed.unwrap_or_else(|| panic!("{}", row.name()));
        assert_eq!(
            (listed.value, listed.multivalued),
            (row.value, row.multivalued),
            "{}",
            row.name()
        );
        let FilledFrom::Parameters(Actions::Only(names)) = row.from else { continue };
        // The reference has deprecated keys, but no longer with actions.
        if row.replaced_by().is_some() {
            continue;
        }
        for name in names {
            let action = catalog.action("sagemaker", name).unwrap();
            let key =
                if row.is_family() { format!("{}x", row.name()) } else { row.name().to_owned() };
            assert_eq!(catalog.supports(&action, &key), Support::Yes, "{name} {key}");
        }
    }
}

#[test]
fn what_is_no_catalogue_is_refused() {
    let read = |text: &str| Catalog::read(text.to_owned()).unwrap_err();
    assert_eq!(read(""), CatalogError::NotACatalog);
    assert_eq!(read("polsim-catalog 2 0\n"), CatalogError::NotACatalog);
    assert_eq!(read("polsim-catalog 1 0000000000000000\n# a 1\nx\n"), CatalogError::Damaged);
    let of = |body: &str| {
        let hash = crate::text::Fnv1a::new().text(body).value();
        Catalog::read(format!("polsim-catalog 1 {hash:016x}\n{body}")).map(|it| it.services().len())
    };
    assert_eq!(of("# services 1\ns3\tAmazon S3\n"), Ok(1));
    for body in ["stray\n", "# services many\n", "# services 2\ns3\tS3\n", "# services 1\nno tab\n"]
    {
        assert!(matches!(of(body), Err(CatalogError::Malformed(_))), "{body}");
    }
}
