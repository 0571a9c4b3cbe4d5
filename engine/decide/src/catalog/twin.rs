//! Keys of services that repeat a global key (request notes §2.1, §2.2).
//!
//! Wherever a request has both they are equal; where it has one it has the other. Services that list
//! a twin for some resource types only, other than these, are not here yet (`ecs`, `ssm`, `dms`,
//! `license-manager`, `ram`).

use super::keys;

/// A key of a service that repeats a global key in every request of that service, with exceptions.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::{Twin, keys};
/// let twin = Twin::all().iter().find(|it| it.key == "ec2:Region").unwrap();
/// assert_eq!(twin.of, keys::REQUESTED_REGION);
/// assert!(twin.comes_with("EC2", "RunInstances", None));
/// assert!(!twin.comes_with("s3", "GetObject", None));
/// ```
#[derive(Debug)]
pub struct Twin {
    /// The service's key; that of a family ends with a slash.
    pub key: &'static str,
    /// The global key that it repeats: a family if it is one.
    pub of: &'static str,
    /// The prefix of the actions that have it.
    pub service: &'static str,
    /// The names of the service's actions that do not have it.
    pub except: &'static [&'static str],
    /// The beginnings of the resources that have it, behind the fifth colon of their ARNs; none: all.
    pub resources: &'static [&'static str],
}

impl Twin {
    /// All twins.
    pub fn all() -> &'static [Self] {
        TWINS
    }

    /// Tells whether requests for an action have the key, as far as they have the global one.
    /// `resource` is what stands behind the fifth colon of the ARN.
    pub fn comes_with(&self, service: &str, action: &str, resource: Option<&str>) -> bool {
        let of_resource = self.resources.is_empty()
            || resource.is_some_and(|it| self.resources.iter().any(|start| it.starts_with(start)));
        of_resource
            && self.service.eq_ignore_ascii_case(service)
            && !self.except.iter().any(|name| name.eq_ignore_ascii_case(action))
    }

    /// The name of the other key for one name of either family; the other key itself for twins that
    /// are no families.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::catalog::Twin;
    /// let tags = Twin::all().iter().find(|it| it.key == "ec2:ResourceTag/").unwrap();
    /// assert_eq!(tags.named("aws:resourcetag/team").unwrap(), "ec2:ResourceTag/team");
    /// assert_eq!(tags.repeated("ec2:ResourceTag/team").unwrap(), "aws:ResourceTag/team");
    /// assert_eq!(tags.named("aws:TagKeys"), None);
    /// ```
    pub fn named(&self, global: &str) -> Option<String> {
        renamed(global, self.of, self.key)
    }

    /// The global key that one of the service's keys repeats.
    pub fn repeated(&self, own: &str) -> Option<String> {
        renamed(own, self.key, self.of)
    }
}

/// `name` with another beginning; `None` if it does not begin so, or says less or more.
fn renamed(name: &str, from: &str, to: &str) -> Option<String> {
    let (start, rest) = name.split_at_checked(from.len())?;
    let fits = start.eq_ignore_ascii_case(from) && rest.is_empty() != from.ends_with('/');
    fits.then(|| format!("{to}{rest}"))
}

const fn twin(key: &'static str, of: &'static str, service: &'static str) -> Twin {
    Twin { key, of, service, except: &[], resources: &[] }
}

/// The tags of one kind of resources.
const fn tags_of(
    key: &'static str,
    service: &'static str,
    resources: &'static [&'static str],
) -> Twin {
    Twin { resources, ..twin(key, keys::RESOURCE_TAG, service) }
}

/// KMS operations without a key, and the one that KMS itself calls (AWS KMS Developer Guide, "AWS KMS
/// condition keys"; service authorization reference).
const WITHOUT_CALLER_ACCOUNT: &[&str] = &[
    "GenerateRandom",
    "ListAliases",
    "ListKeys",
    "ListRetirableGrants",
    "SynchronizeMultiRegionKey",
];

const TWINS: &[Twin] = &[
    twin("autoscaling:ResourceTag/", keys::RESOURCE_TAG, "autoscaling"),
    twin("ec2:Region", keys::REQUESTED_REGION, "ec2"),
    twin("ec2:ResourceTag/", keys::RESOURCE_TAG, "ec2"),
    twin("ecr:ResourceTag/", keys::RESOURCE_TAG, "ecr"),
    twin("ecr-public:ResourceTag/", keys::RESOURCE_TAG, "ecr-public"),
    twin("elasticloadbalancing:ResourceTag/", keys::RESOURCE_TAG, "elasticloadbalancing"),
    twin("elasticmapreduce:RequestTag/", keys::REQUEST_TAG, "elasticmapreduce"),
    twin("elasticmapreduce:ResourceTag/", keys::RESOURCE_TAG, "elasticmapreduce"),
    // Policies, instance profiles and providers have the global key alone.
    tags_of("iam:ResourceTag/", "iam", &["role/", "user/"]),
    tags_of("iam:ResourceTag/", "sts", &["role/"]),
    Twin {
        except: WITHOUT_CALLER_ACCOUNT,
        ..twin("kms:CallerAccount", keys::PRINCIPAL_ACCOUNT, "kms")
    },
    tags_of("rds:cluster-tag/", "rds", &["cluster:"]),
    tags_of("rds:cluster-pg-tag/", "rds", &["cluster-pg:"]),
    tags_of("rds:cluster-snapshot-tag/", "rds", &["cluster-snapshot:"]),
    tags_of("rds:db-tag/", "rds", &["db:"]),
    tags_of("rds:es-tag/", "rds", &["es:"]),
    tags_of("rds:og-tag/", "rds", &["og:"]),
    tags_of("rds:pg-tag/", "rds", &["pg:"]),
    tags_of("rds:ri-tag/", "rds", &["ri:"]),
    tags_of("rds:secgrp-tag/", "rds", &["secgrp:"]),
    tags_of("rds:snapshot-tag/", "rds", &["snapshot:"]),
    tags_of("rds:subgrp-tag/", "rds", &["subgrp:"]),
    Twin {
        // S3 User Guide, "Bucket policy examples using condition keys".
        except: &["AllowVendedLogDeliveryForResource", "PutAccessPointPublicAccessBlock"],
        ..twin("s3:ResourceAccount", keys::RESOURCE_ACCOUNT, "s3")
    },
    twin(keys::SAGEMAKER_RESOURCE_TAG, keys::RESOURCE_TAG, "sagemaker"),
    tags_of("ssm:resourceTag/", "ssm", &["parameter/"]),
    twin("secretsmanager:ResourceTag/", keys::RESOURCE_TAG, "secretsmanager"),
];

#[cfg(all(test, feature = "catalog"))]
mod tests {
    use super::Twin;
    use crate::catalog::{Catalog, Support, keys};

    /// AWS's reference has the keys, and types of resources whose ARNs begin so.
    #[test]
    fn the_resources_of_tags_exist() {
        let catalog = Catalog::embedded().unwrap();
        for twin in Twin::all() {
            let named = catalog.key(&format!("{}x", twin.key)).or_else(|| catalog.key(twin.key));
            assert!(named.is_some(), "{}", twin.key);
            let owner = twin.key.split(':').next().unwrap();
            for start in twin.resources {
                let rest = |format: &str| format.splitn(6, ':').nth(5).map(str::to_owned);
                let begins = |format: &str| rest(format).is_some_and(|it| it.starts_with(start));
                let mut types = catalog.resource_types(owner).iter();
                assert!(types.any(|it| begins(&it.format)), "{} {start}", twin.key);
            }
        }
    }

    /// AWS's reference lists a tag's twin exactly where it lists `aws:ResourceTag`, and the others
    /// for every action but the exceptions.
    #[test]
    fn the_reference_lists_them_so() {
        let catalog = Catalog::embedded().unwrap();
        for twin in Twin::all().iter().filter(|it| it.resources.is_empty()) {
            let name =
                |key: &str| if key.ends_with('/') { format!("{key}x") } else { key.to_owned() };
            let actions = catalog.actions(twin.service);
            assert!(!actions.is_empty(), "{}", twin.service);
            for action in actions.iter().filter(|it| it.level().is_some()) {
                let supports = |key: &str| catalog.supports(action, &name(key)) == Support::Yes;
                let comes = twin.comes_with(twin.service, action.name(), None);
                let expected = match twin.of {
                    keys::RESOURCE_TAG | keys::REQUEST_TAG => supports(twin.of),
                    _ => comes,
                };
                assert_eq!(supports(twin.key), expected, "{} {}", action.name(), twin.key);
            }
        }
    }
}
