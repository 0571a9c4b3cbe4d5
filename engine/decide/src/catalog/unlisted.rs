//! Keys that AWS does not list.

use super::global_keys;
use super::sagemaker::{KEYS, SageMakerKey};
use crate::policy::Policy;
use crate::text::{Code, Diagnostic, KeyName, nearest};

/// The code of the complaint.
pub const UNLISTED_KEY: Code = "W0201";

/// Whether AWS lists a key; `None` for keys of services whose lists are not in the catalogue. A key
/// that is not listed is in no request (policy language §6.1; perimeter §3.1).
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::lists;
/// # use polsim::text::KeyName;
/// assert_eq!(lists(&KeyName::new("aws:SourceVpce")), Some(true));
/// assert_eq!(lists(&KeyName::new("aws:SourceVcpe")), Some(false));
/// assert_eq!(lists(&KeyName::new("s3:prefix")), None);
/// ```
pub fn lists(key: &KeyName) -> Option<bool> {
    match prefix(key).as_str() {
        "aws" => Some(global_keys::is_known(key)),
        "sagemaker" => Some(SageMakerKey::find(key.as_str()).is_some()),
        _ => None,
    }
}

/// A warning at each key of a policy that AWS does not list: no request has it, so that a condition
/// that asks for it never holds, and one that asks for anything else always does.
pub fn unlisted_keys(policy: &Policy) -> Vec<Diagnostic> {
    let unlisted = policy.keys().into_iter().filter(|(_, key)| lists(key) == Some(false));
    let warning = |(span, key): (_, &KeyName)| {
        let message = format!("AWS lists no condition key `{}`: no request has it", key.as_str());
        let warning = Diagnostic::warning(UNLISTED_KEY, &policy.source, span, message);
        match near(key) {
            Some(near) => warning.with_help(format!("did you mean `{near}`?")),
            None => warning,
        }
    };
    unlisted.map(warning).collect()
}

fn near(key: &KeyName) -> Option<&'static str> {
    let sagemaker = KEYS.iter().map(|it| it.name).filter(|it| !it.ends_with('*'));
    nearest(key.as_str(), global_keys::NAMES.iter().copied().chain(sagemaker))
}

fn prefix(key: &KeyName) -> String {
    key.as_str().split(':').next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::unlisted_keys;
    use crate::policy::{Policy, PolicyType};
    use crate::text::Source;

    #[test]
    fn a_misspelt_key_is_told_where_it_stands() {
        let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*",
            "Resource": "*", "Condition": {
            "StringNotEquals": {"aws:SourceVcpe": "vpce-1", "s3:anything": "x"},
            "Null": {"sagemaker:VpcSubnetIds": "true", "AWS:sourceip": "true"}}}}"#;
        let source = Source::new("p.json", text);
        let policy = Policy::parse(&source, PolicyType::Identity).unwrap().policy;
        let told: Vec<(&str, String)> = unlisted_keys(&policy)
            .iter()
            .map(|it| (source.slice(it.span), it.help.clone().unwrap_or_default()))
            .collect();
        let told: Vec<(&str, &str)> = told.iter().map(|(at, help)| (*at, &**help)).collect();
        assert_eq!(
            told,
            [
                (r#""aws:SourceVcpe""#, "did you mean `aws:SourceVpce`?"),
                (r#""sagemaker:VpcSubnetIds""#, "did you mean `sagemaker:VpcSubnets`?"),
            ]
        );
    }
}
