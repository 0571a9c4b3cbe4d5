//! Keys of tags.

use polsim_decide::request::ContextValue;
use polsim_decide::text::KeyName;
use serde_json::Value;

use super::Asked;
use crate::observation::{Knowledge, SeenAction};
use crate::parameters::{Parameter, scalar};

/// The parameters in which calls give tags.
const PARAMETERS: [&str; 6] =
    ["tags", "tagSet", "tagSpecificationSet", "tagList", "addTags", "x-amz-tagging"];

impl Asked<'_> {
    /// The knowledge about a key of tags; none for any other key.
    pub(super) fn tag(&self, key: &KeyName, name: &str) -> Option<Knowledge> {
        let (family, _) = name.split_once('/').unwrap_or((name, ""));
        let tag = key.as_str().split_once('/').map(|(_, tag)| tag).unwrap_or_default();
        Some(match family {
            "aws:principaltag" if !self.caller.is_iam() => Knowledge::Absent,
            "aws:principaltag" | "aws:resourcetag" => Knowledge::unknown(),
            "aws:requesttag" => match self.request_tags() {
                Tags::Given(tags) => {
                    let found = tags.iter().find(|(key, _)| key.eq_ignore_ascii_case(tag));
                    Knowledge::given(found.map(|(_, value)| value.as_str()))
                }
                Tags::Missing => Knowledge::Absent,
                Tags::Unknown => Knowledge::unknown(),
            },
            "aws:tagkeys" => match self.request_tags() {
                Tags::Given(tags) => {
                    let keys = tags.into_iter().map(|(key, _)| key.into()).collect();
                    Knowledge::Known(ContextValue::Many(keys))
                }
                Tags::Missing => Knowledge::Absent,
                Tags::Unknown => Knowledge::unknown(),
            },
            _ if family.ends_with(":resourcetag") => Knowledge::unknown(),
            _ => return None,
        })
    }

    /// The tags that the call gives.
    fn request_tags(&self) -> Tags {
        if self.derived {
            return Tags::Unknown;
        }
        for name in PARAMETERS {
            match self.parameters.get(name) {
                Parameter::Given(value) => {
                    let mut tags = Vec::new();
                    return match collect(value, &mut tags) {
                        Some(()) => Tags::Given(tags),
                        None => Tags::Unknown,
                    };
                }
                Parameter::Hidden => return Tags::Unknown,
                Parameter::Missing => (),
            }
        }
        // Missing tells nothing unless the action is known to take tags under one of these names.
        let SeenAction::Known(action) = self.action else { return Tags::Unknown };
        let takes = ["s3:PutObject", "sts:AssumeRole", "ec2:CreateVolume", "ec2:CreateSnapshot"];
        if takes.iter().any(|it| it.eq_ignore_ascii_case(action)) {
            Tags::Missing
        } else {
            Tags::Unknown
        }
    }
}

/// The tags of a call.
enum Tags {
    Given(Vec<(String, String)>),
    Missing,
    Unknown,
}

/// The tags in one of the shapes of AWS's calls: a list of keys and values, lists inside lists, a
/// map, a query string.
fn collect(value: &Value, tags: &mut Vec<(String, String)>) -> Option<()> {
    match value {
        Value::String(text) => {
            for pair in text.split('&').filter(|it| !it.is_empty()) {
                let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
                tags.push((key.to_owned(), value.to_owned()));
            }
        }
        Value::Array(items) => {
            for item in items {
                collect(item, tags)?;
            }
        }
        Value::Object(members) => {
            let get = |names: [&str; 3]| names.into_iter().find_map(|it| members.get(it));
            if let Some(key) = get(["key", "Key", "tagKey"]) {
                let value = get(["value", "Value", "tagValue"]).and_then(scalar);
                tags.push((scalar(key)?, value.unwrap_or_default()));
            } else if let Some(inner) =
                get(["items", "tags", "tagSet"]).or_else(|| members.get("tag"))
            {
                collect(inner, tags)?;
            } else {
                for (key, value) in members {
                    tags.push((key.clone(), scalar(value)?));
                }
            }
        }
        _ => return None,
    }
    Some(())
}
