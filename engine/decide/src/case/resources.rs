//! The resources that an input describes: whose they are, where, with which tags (request notes §5.3).

use crate::call::KnownFacts;
use crate::lower::Scope;
use crate::request::{Resource, ResourceFacts, is_account_id};
use crate::text::{Diagnostic, Diagnostics, NoVariables, Node, Source, Span, Value, nearest};

/// The resources that an input describes.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::KnownResources;
/// # use polsim::text::{Source, json};
/// let source = Source::new("resources", r#"[{"arn": "arn:aws:s3:::vendor-*", "account": "444455556666"}]"#);
/// let node = json::parse(&source).expect("JSON");
/// let known = KnownResources::read(&source, &node).expect("resources");
/// assert_eq!(known.facts("arn:aws:s3:::vendor-data/key").account, Some("444455556666"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownResources {
    entries: Vec<KnownResource>,
}

/// A resource, or a pattern of resources, that an input describes.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::case::KnownResource;
/// let mut bucket = KnownResource::default();
/// bucket.arn = "arn:aws:s3:::lake".into();
/// assert!(bucket.covers("arn:aws:s3:::lake/key"));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct KnownResource {
    /// The ARN or a pattern of ARNs; that of a bucket covers its objects.
    pub arn: Box<str>,
    /// The account that owns it.
    pub account: Option<Box<str>>,
    /// The region that it is in.
    pub region: Option<Box<str>>,
    /// Its tags.
    pub tags: Vec<(Box<str>, Box<str>)>,
    /// The bucket uses tags in authorization, or not.
    pub abac: Option<bool>,
    /// The key is one that AWS manages.
    pub aws_managed: bool,
    /// The ARN of the key that encrypts it.
    pub key: Option<Box<str>>,
    /// The ARN of the bucket that an access point belongs to.
    pub access_point_of: Option<Box<str>>,
    /// The place that tells the account, for messages; a policy's if one says so.
    place: Box<str>,
    of_policy: bool,
}

const MEMBERS: &[&str] = &[
    "arn",
    "account",
    "region",
    "tags",
    "abac",
    "manager",
    "key",
    "accessPointOf",
    "public",
    "via",
];

impl KnownResources {
    /// Reads a list of resources.
    ///
    /// # Errors
    /// Every complaint about it, with its place.
    pub fn read(source: &Source, node: &Node) -> Result<Self, Diagnostics> {
        let mut found = Vec::new();
        let mut known = Self::default();
        if !matches!(node.value, Value::Array(_)) {
            let message = format!("`resources` is a list, found {}", node.kind());
            found.push(Diagnostic::error("C0016", source, node.span, message));
        }
        for (index, item) in node.items().iter().enumerate() {
            let place = format!("resources[{index}]");
            if let Some(entry) = KnownResource::read((source, item), place, &mut found) {
                known.add(entry, (source, item.span), &mut found);
            }
        }
        Diagnostics::check(found)?;
        Ok(known)
    }

    /// Adds a resource.
    fn add(&mut self, entry: KnownResource, at: (&Source, Span), found: &mut Vec<Diagnostic>) {
        let same = |it: &&KnownResource| it.arn == entry.arn && it.account.is_some();
        if let (Some(account), Some(other)) = (&entry.account, self.entries.iter().find(same))
            && other.account.as_ref() != Some(account)
        {
            let first = other.account.as_deref().unwrap_or_default();
            let message = format!(
                "{} has two owners: {first} ({}), {account} ({})",
                entry.arn, other.place, entry.place
            );
            found.push(Diagnostic::error("C0017", at.0, at.1, message));
        }
        self.entries.push(entry);
    }

    /// Adds the account of a policy that is attached to a resource.
    ///
    /// # Errors
    /// Where the resource belongs to another account already.
    pub fn add_policy(
        &mut self,
        (arn, account): (&str, &str),
        place: String,
        at: (&Source, Span),
    ) -> Result<(), Diagnostics> {
        let entry = KnownResource {
            arn: arn.into(),
            account: Some(account.into()),
            place: place.into(),
            of_policy: true,
            ..KnownResource::default()
        };
        let mut found = Vec::new();
        self.add(entry, at, &mut found);
        Diagnostics::check(found)
    }

    /// The resources, in the order in which they are written.
    pub fn entries(&self) -> &[KnownResource] {
        &self.entries
    }

    /// The entry with the longest pattern that covers this ARN and of which `has` holds.
    pub fn find(&self, arn: &str, has: impl Fn(&KnownResource) -> bool) -> Option<&KnownResource> {
        // Of patterns of one length the first counts.
        let entries = self.entries.iter().rev().filter(|it| it.covers(arn) && has(it));
        entries.max_by_key(|it| it.arn.len())
    }

    /// The facts about the resource with this ARN.
    pub fn facts(&self, arn: &str) -> ResourceFacts<'_> {
        let text = |it: &Option<Box<str>>| it.is_some();
        let owned = |of_policy: bool| {
            let has = |it: &KnownResource| it.of_policy == of_policy && text(&it.account);
            self.find(arn, has).and_then(|it| it.account.as_deref())
        };
        let tags = self.find(arn, |it| !it.tags.is_empty()).map(|it| &it.tags[..]);
        ResourceFacts {
            account: owned(false),
            policy_account: owned(true),
            region: self.find(arn, |it| text(&it.region)).and_then(|it| it.region.as_deref()),
            tags: tags.unwrap_or_default().iter().map(|(key, value)| (&**key, &**value)).collect(),
            abac: self.find(arn, |it| it.abac.is_some()).and_then(|it| it.abac),
            aws_managed: self.find(arn, |it| it.aws_managed).is_some(),
        }
    }
}

impl KnownFacts for KnownResources {
    fn facts(&self, arn: &str) -> ResourceFacts<'_> {
        self.facts(arn)
    }

    fn buckets(&self, access_point: &str) -> Vec<&str> {
        let of = self.entries.iter().filter(|it| it.covers(access_point));
        of.filter_map(|it| it.access_point_of.as_deref()).collect()
    }
}

impl KnownResource {
    /// Tells whether the entry is about the resource with this ARN.
    pub fn covers(&self, arn: &str) -> bool {
        let Ok(resource) = arn.parse::<Resource>() else { return false };
        match Scope::of_resource(&self.arn) {
            Some(Scope::Resources(patterns)) => {
                patterns.iter().any(|it| it.matches(&resource, &NoVariables))
            }
            _ => false,
        }
    }

    fn read(
        (source, node): (&Source, &Node),
        place: String,
        found: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let mut entry = Self { place: place.into(), ..Self::default() };
        for member in node.members() {
            let text = || member.value.as_text().map(Box::from);
            let mut expect = |expected: &str| {
                let message = format!("`{}` is {expected}", member.key);
                found.push(Diagnostic::error("C0016", source, member.value.span, message));
            };
            match &*member.key {
                "arn" => entry.arn = text().unwrap_or_default(),
                "account" => {
                    entry.account = text();
                    let digits = entry.account.as_deref().unwrap_or_default();
                    if !is_account_id(digits) {
                        let count = digits.chars().count();
                        expect(&format!("an account: that is 12 digits, this has {count}"));
                    }
                }
                "region" => entry.region = text(),
                "key" => entry.key = text(),
                "accessPointOf" => entry.access_point_of = text(),
                "manager" => match member.value.as_text() {
                    Some(manager @ ("aws" | "customer")) => entry.aws_managed = manager == "aws",
                    _ => expect("`aws` or `customer`"),
                },
                "abac" => match member.value.value {
                    Value::Bool(value) => entry.abac = Some(value),
                    _ => expect("true or false"),
                },
                "tags" => {
                    let pair = |it: &crate::text::Member| {
                        Some((it.key.clone(), Box::from(it.value.as_text()?)))
                    };
                    entry.tags = member.value.members().iter().filter_map(pair).collect();
                }
                "public" | "via" => (),
                other => {
                    let message = format!("unknown member `{other}` in a resource");
                    let complaint = Diagnostic::error("C0016", source, member.key_span, message);
                    let near = nearest(other, MEMBERS.iter().copied());
                    found.push(match near {
                        Some(near) => complaint.with_help(format!("did you mean `{near}`?")),
                        None => complaint,
                    });
                }
            }
        }
        if Scope::of_resource(&entry.arn).is_none() {
            let message = "a resource has an `arn`, which may have wildcards";
            found.push(Diagnostic::error("C0016", source, node.span, message));
            return None;
        }
        Some(entry)
    }
}
