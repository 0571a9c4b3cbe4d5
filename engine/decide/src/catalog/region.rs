//! Regions, by partition (AWS General Reference, "Regions and endpoints"; state of September 2026).

/// A partition and its regions.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::Regions;
/// assert_eq!(Regions::having("cn-north-1").unwrap().partition, "aws-cn");
/// assert!(Regions::having("eu-wset-1").is_none());
/// ```
#[derive(Debug)]
pub struct Regions {
    /// The name of the partition.
    pub partition: &'static str,
    /// The names of its regions.
    pub names: &'static [&'static str],
}

impl Regions {
    /// All partitions whose regions are known.
    pub fn all() -> &'static [Self] {
        ALL
    }

    /// The partition that has this region.
    pub fn having(region: &str) -> Option<&'static Self> {
        ALL.iter().find(|it| it.names.contains(&region))
    }

    /// The regions of a partition.
    pub fn of(partition: &str) -> Option<&'static Self> {
        ALL.iter().find(|it| it.partition == partition)
    }
}

#[rustfmt::skip]
const ALL: &[Regions] = &[
    Regions { partition: "aws", names: &[
        "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3",
        "ap-south-1", "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3",
        "ap-southeast-4", "ap-southeast-5", "ap-southeast-6", "ap-southeast-7", "ca-central-1",
        "ca-west-1", "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2",
        "eu-west-1", "eu-west-2", "eu-west-3", "il-central-1", "me-central-1", "me-south-1",
        "mx-central-1", "sa-east-1", "us-east-1", "us-east-2", "us-west-1", "us-west-2",
    ] },
    Regions { partition: "aws-cn", names: &["cn-north-1", "cn-northwest-1"] },
    Regions { partition: "aws-eusc", names: &["eusc-de-east-1"] },
    Regions { partition: "aws-iso", names: &["us-iso-east-1", "us-iso-west-1"] },
    Regions { partition: "aws-iso-b", names: &["us-isob-east-1", "us-isob-west-1"] },
    Regions { partition: "aws-iso-e", names: &["eu-isoe-west-1"] },
    Regions { partition: "aws-iso-f", names: &["us-isof-east-1", "us-isof-south-1"] },
    Regions { partition: "aws-us-gov", names: &["us-gov-east-1", "us-gov-west-1"] },
];
