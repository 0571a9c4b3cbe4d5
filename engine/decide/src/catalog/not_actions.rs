//! Operations of AWS's APIs that have no action of their own, and the actions that IAM checks instead
//! (lint notes §4.2; the service authorization reference).

use super::Catalog;

/// An operation, and the actions that are checked for it.
type Operation = (&'static str, &'static [&'static str]);

/// A row a service: its operations.
#[rustfmt::skip]
const ROWS: &[(&str, &[Operation])] = &[
    ("bedrock", &[
        ("Converse", &["InvokeModel"]),
        ("ConverseStream", &["InvokeModelWithResponseStream"]),
    ]),
    ("dynamodb", &[
        ("TransactGetItems", &["GetItem"]),
        ("TransactWriteItems", &["PutItem", "UpdateItem", "DeleteItem", "ConditionCheckItem"]),
    ]),
    ("kms", &[("ReEncrypt", &["ReEncryptFrom", "ReEncryptTo"])]),
    ("lambda", &[("Invoke", &["InvokeFunction"])]),
    ("s3", &[
        ("CompleteMultipartUpload", &["PutObject"]),
        ("CopyObject", &["GetObject", "PutObject"]),
        ("CreateMultipartUpload", &["PutObject"]),
        ("DeleteObjects", &["DeleteObject"]),
        ("GetBucketEncryption", &["GetEncryptionConfiguration"]),
        ("GetBucketLifecycle", &["GetLifecycleConfiguration"]),
        ("GetBucketLifecycleConfiguration", &["GetLifecycleConfiguration"]),
        ("GetBucketNotificationConfiguration", &["GetBucketNotification"]),
        ("GetBucketReplication", &["GetReplicationConfiguration"]),
        ("HeadBucket", &["ListBucket"]),
        ("HeadObject", &["GetObject"]),
        ("ListBuckets", &["ListAllMyBuckets"]),
        ("ListObjects", &["ListBucket"]),
        ("ListObjectsV2", &["ListBucket"]),
        ("PutBucketEncryption", &["PutEncryptionConfiguration"]),
        ("PutBucketLifecycleConfiguration", &["PutLifecycleConfiguration"]),
        ("PutBucketNotificationConfiguration", &["PutBucketNotification"]),
        ("PutBucketReplication", &["PutReplicationConfiguration"]),
        ("UploadPart", &["PutObject"]),
    ]),
];

/// Services and actions that AWS has withdrawn and that no package of the reference lists any more: AWS
/// IoT 1-Click (ended in December 2024) and AWS CloudHSM Classic; `*` stands for all of a service.
const GONE: &[(&str, &[&str])] = &[
    (
        "cloudhsm",
        &[
            "AddTagsToResource",
            "CreateHapg",
            "CreateHsm",
            "CreateLunaClient",
            "DeleteHapg",
            "DeleteHsm",
            "DeleteLunaClient",
            "DescribeHapg",
            "DescribeHsm",
            "DescribeLunaClient",
            "GetConfig",
            "ListAvailableZones",
            "ListHapgs",
            "ListHsms",
            "ListLunaClients",
            "ModifyHapg",
            "ModifyHsm",
            "ModifyLunaClient",
            "RemoveTagsFromResource",
        ],
    ),
    ("iot1click", &["*"]),
];

/// The actions that API Gateway checks for its operations: the methods of HTTP.
const METHODS: &[&str] = &["DELETE", "GET", "PATCH", "POST", "PUT"];

impl Catalog {
    /// Tells whether AWS has withdrawn an action, or a whole service, whose name the data does not have.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// use polsim::catalog::Catalog;
    /// assert!(Catalog::is_gone("iot1click", "*") && !Catalog::is_gone("iot", "*"));
    /// ```
    pub fn is_gone(prefix: &str, name: &str) -> bool {
        let row = GONE.iter().find(|(service, _)| service.eq_ignore_ascii_case(prefix));
        row.is_some_and(|(_, names)| {
            names.iter().any(|gone| *gone == "*" || gone.eq_ignore_ascii_case(name))
        })
    }

    /// The names of the actions that IAM checks for an operation that has no action of its own; none
    /// where the name is that of an action, or of nothing known.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # fn main() -> Result<(), polsim::catalog::CatalogError> {
    /// # #[cfg(feature = "catalog")] {
    /// let catalog = polsim::catalog::Catalog::embedded()?;
    /// assert_eq!(catalog.instead_of("s3", "HeadObject"), ["GetObject"]);
    /// assert!(catalog.instead_of("s3", "GetObject").is_empty());
    /// # }
    /// # Ok(())
    /// # }
    /// ```
    pub fn instead_of(&self, prefix: &str, name: &str) -> &'static [&'static str] {
        if self.action(prefix, name).is_some() {
            return &[];
        }
        if prefix.eq_ignore_ascii_case("apigateway") {
            return METHODS;
        }
        let rows = ROWS.iter().filter(|(service, _)| service.eq_ignore_ascii_case(prefix));
        let mut rows = rows.flat_map(|(_, rows)| rows.iter());
        rows.find(|(operation, _)| operation.eq_ignore_ascii_case(name)).map_or(&[], |row| row.1)
    }
}

#[cfg(all(test, feature = "catalog"))]
mod tests {
    use super::{Catalog, METHODS, ROWS};

    #[test]
    fn operations_are_no_actions_and_what_is_checked_is() {
        let catalog = Catalog::embedded().unwrap();
        let live = |prefix, name| catalog.action(prefix, name).is_some_and(|it| !it.is_withdrawn());
        for (prefix, rows) in ROWS {
            for (operation, checked) in *rows {
                assert!(!live(prefix, operation), "{prefix}:{operation} is an action");
                for name in *checked {
                    assert!(live(prefix, name), "{prefix}:{name} is none");
                }
            }
        }
        assert!(METHODS.iter().all(|name| live("apigateway", name)));
    }
}
