//! Keys that AWS does not list.

use super::Policy;
use crate::catalog::ContextKey;
use crate::text::{Code, Diagnostic, KeyName, nearest};

/// The code of a warning about a key that AWS does not list.
pub const UNLISTED_KEY: Code = "W0201";

/// A warning at each key of a policy that AWS does not list: no request has it, so a condition with a
/// positive operator never holds for it, and one with a negated operator always does.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::policy::{Policy, PolicyType, unlisted_keys};
/// # use polsim::text::Source;
/// let text = r#"{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*",
///     "Resource": "*", "Condition": {"Null": {"aws:SourceVcpe": "true"}}}}"#;
/// let policy = Policy::parse(&Source::new("guard.json", text), PolicyType::Scp).unwrap().policy;
/// assert_eq!(unlisted_keys(&policy)[0].help.as_deref(), Some("did you mean `aws:SourceVpce`?"));
/// ```
pub fn unlisted_keys(policy: &Policy) -> Vec<Diagnostic> {
    let unlisted = policy
        .keys()
        .into_iter()
        .filter(|(_, key)| ContextKey::is_listed(key.as_str()) == Some(false));
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
    let single = |row: &&ContextKey| !row.is_family();
    let global = ContextKey::of_prefix("aws").into_iter().filter(single);
    let sagemaker = ContextKey::of_prefix("sagemaker").into_iter().filter(single);
    nearest(key.as_str(), global.chain(sagemaker).map(ContextKey::name))
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
