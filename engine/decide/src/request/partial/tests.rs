use super::{Constraint, PartialRequest, Possible, Presence, Slot};
use crate::request::{CallFacts, RequestParts};

fn parts(principal: &'static str) -> RequestParts<'static> {
    RequestParts {
        principal,
        action: "ec2:StopInstances",
        resource: "*",
        ..RequestParts::default()
    }
}

const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/App/alice";

#[test]
fn a_complete_request_has_nothing_unknown() {
    let parts = RequestParts { complete: true, ..parts(SESSION) };
    let request = PartialRequest::as_sent(parts, Vec::new()).unwrap();
    assert!(request.is_complete());
    assert!(request.unknown(&"aws:CurrentTime".into()).is_none());
}

#[test]
fn keys_that_aws_sends_are_unknown_unless_they_are_said() {
    let request = PartialRequest::as_sent(parts(SESSION), Vec::new()).unwrap();
    let unknown = |name: &str| request.unknown(&name.into());
    for name in ["aws:CurrentTime", "aws:epochtime", "aws:UserAgent", "aws:TokenIssueTime"] {
        assert_eq!(unknown(name), Some(Constraint::present()), "{name}");
    }
    let id = unknown("aws:userid").unwrap();
    assert_eq!(id.presence, Presence::Present);
    assert!(id.admits("AROAEXAMPLE:alice") && !id.admits("AROAEXAMPLE:bob"));
    // A service's key repeats the region.
    let region = unknown("ec2:Region").unwrap();
    assert!(region.admits("eu-west-1") && !region.admits("mars"));
    assert!(unknown("aws:SourceIp").is_none() && unknown("aws:username").is_none());

    let call =
        CallFacts { region: Some("eu-west-1"), now: Some("2026-01-01"), ..CallFacts::default() };
    let said =
        PartialRequest::as_sent(RequestParts { call, ..parts(SESSION) }, Vec::new()).unwrap();
    for name in ["ec2:Region", "aws:RequestedRegion", "aws:EpochTime"] {
        assert!(said.unknown(&name.into()).is_none(), "{name}");
    }
}

#[test]
fn users_have_an_issue_time_with_temporary_credentials_only() {
    let user = "arn:aws:iam::111122223333:user/alice";
    let unknown = |credentials| {
        let call = CallFacts { credentials, ..CallFacts::default() };
        let request = PartialRequest::as_sent(RequestParts { call, ..parts(user) }, Vec::new());
        request.unwrap().unknown(&"aws:TokenIssueTime".into()).is_some()
    };
    assert!(!unknown(None) && !unknown(Some("longTerm")) && unknown(Some("mfa")));
}

#[test]
fn an_unknown_key_is_not_derived_and_stands_in_one_place() {
    let slot = || (Slot::named("aws:PrincipalArn"), Constraint::default());
    let request = PartialRequest::as_sent(parts(SESSION), vec![slot()]).unwrap();
    assert_eq!(request.known().context().one("aws:PrincipalArn"), None);
    let arn = request.unknown(&"aws:principalarn".into()).unwrap();
    assert!(arn.admits("arn:aws:iam::111122223333:role/teams/App"));
    assert!(!arn.admits("arn:aws:iam::111122223333:role/teams/MyApp"));
    assert!(matches!(arn.values, Possible::Like(_)));

    let refused = |parts, slots| PartialRequest::as_sent(parts, slots).unwrap_err().to_string();
    let given =
        RequestParts { context: vec![("AWS:PrincipalArn".into(), "x".into())], ..parts(SESSION) };
    assert_eq!(
        refused(given, vec![slot()]),
        "`aws:PrincipalArn` cannot be unknown: the context gives it a value"
    );
    assert_eq!(
        refused(parts(SESSION), vec![slot(), slot()]),
        "`aws:PrincipalArn` cannot be unknown: it is listed twice"
    );
    let call = CallFacts { absent: vec!["aws:PrincipalArn"], ..CallFacts::default() };
    assert_eq!(
        refused(RequestParts { call, ..parts(SESSION) }, vec![slot()]),
        "`aws:PrincipalArn` cannot be unknown: it is called absent"
    );
}

#[test]
fn a_family_leaves_the_keys_that_are_given_alone() {
    let context = vec![("aws:PrincipalTag/stage".into(), "prod".into())];
    let slot = (Slot::named("aws:PrincipalTag/"), Constraint::default());
    let parts = RequestParts { context, ..parts(SESSION) };
    let request = PartialRequest::as_sent(parts, vec![slot]).unwrap();
    assert!(request.unknown(&"aws:PrincipalTag/team".into()).is_some());
    assert!(request.unknown(&"aws:PrincipalTag/Stage".into()).is_none());
}
