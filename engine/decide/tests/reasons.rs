//! The layer that let a request in, as the sentence names it (policy language §5.10).
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use polsim_decide::case::{CaseReader, NoFiles};

fn reason(principal: &str) -> String {
    let text = r#"{"policies": [
        {"type": "identity", "document": {"Statement":
            {"Effect": "Allow", "Action": "*", "Resource": "*"}}},
        {"type": "resource", "document": {"Statement":
            {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}}}],
      "request": {"principal": "PRINCIPAL", "action": "s3:GetObject",
        "resource": "arn:aws:s3:::b/k", "resourceAccount": "111122223333"}}"#;
    let case = CaseReader::new("case", NoFiles).read(&text.replace("PRINCIPAL", principal), 1);
    let case = case.unwrap();
    case.set.explain(&case.request).reason(&case.request)
}

#[test]
fn nobody_without_credentials_is_let_in_by_an_identity_policy() {
    let by = |layer| format!("because {layer} allows the s3:GetObject action");
    assert_eq!(reason("anonymous"), by("a resource-based policy"));
    assert_eq!(reason("s3.amazonaws.com"), by("a resource-based policy"));
    let alice = reason("arn:aws:iam::111122223333:user/alice");
    assert_eq!(alice, by("an identity-based policy"));
}
