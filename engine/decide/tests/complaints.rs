//! Every code of a complaint, with a document that draws it and the place that it points at.

use std::collections::BTreeSet;

use PolicyType::{Boundary, Endpoint, Identity, Key, Rcp, Resource, Scp, Session, Trust};
use polsim_decide::policy::{Policy, PolicyType};
use polsim_decide::text::{Diagnostic, Source};

/// A statement of an identity policy, for documents that are wrong elsewhere.
const FINE: &str = r#"{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}"#;

/// The code, the policy type, a statement or a whole document, and the text that is complained of.
/// The place is where that text stands last.
const ROWS: &[(&str, PolicyType, &str, &str)] = &[
    ("P0001", Identity, r#"{"Version":"2012-10-17",}"#, "}"),
    ("P0002", Identity, "\u{FEFF}{}", "\u{FEFF}"),
    ("P0005", Identity, r#"{"Effect":"Allow","Effect":"Deny"}"#, r#""Effect""#),
    ("P0101", Identity, "[]", "[]"),
    ("P0103", Identity, r#"{"Sid":"snow ☃"}"#, "☃"),
    ("P0103", Trust, r#"{"Sid":"snow ☃"}"#, "☃"),
    ("P0104", Identity, r#"{"Version":"2012-10-17","Statment":[]}"#, r#""Statment""#),
    ("P0104", Identity, r#"{"Effect":"Allow","Actions":"s3:*","Resource":"*"}"#, r#""Actions""#),
    ("P0105", Identity, r#"{"Version":"2012-10-18","Statement":[]}"#, r#""2012-10-18""#),
    ("P0105", Rcp, r#"{"Version":"2008-10-17","Statement":[]}"#, r#""2008-10-17""#),
    ("P0106", Identity, r#"{"Version":"2012-10-17","Statement":[]}"#, "[]"),
    ("P0106", Identity, r#"{"Version":"2012-10-17"}"#, r#"{"Version":"2012-10-17"}"#),
    ("P0107", Identity, r#"{"Effect":"Allow","Action":7,"Resource":"*"}"#, "7"),
    ("P0107", Identity, r#"{"Effect":"Allow","Action":["s3:*",null],"Resource":"*"}"#, "null"),
    ("P0107", Identity, r#"{"Effect":"Allow","Action":"s3:*","Resource":{}}"#, "{}"),
    (
        "P0107",
        Identity,
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":[]}"#,
        "[]",
    ),
    (
        "P0107",
        Identity,
        r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"a:b":null}}}"#,
        "null",
    ),
    ("P0108", Identity, r#"{"Effect":"Allow","Principal":"*"}"#, r#""Principal""#),
    ("P0108", Boundary, r#"{"Effect":"Allow","NotPrincipal":"*"}"#, r#""NotPrincipal""#),
    ("P0108", Scp, r#"{"Effect":"Allow","Principal":"*"}"#, r#""Principal""#),
    ("P0108", Trust, r#"{"Effect":"Allow","NotPrincipal":"*"}"#, r#""NotPrincipal""#),
    ("P0108", Trust, r#"{"Effect":"Allow","Resource":"*"}"#, r#""Resource""#),
    ("P0108", Key, r#"{"Effect":"Allow","NotResource":"*"}"#, r#""NotResource""#),
    ("P0108", Rcp, r#"{"Effect":"Deny","NotAction":"s3:*"}"#, r#""NotAction""#),
    ("P0110", Identity, r#"{"Action":"s3:*"}"#, r#"{"Action":"s3:*"}"#),
    ("P0111", Identity, r#"{"Effect":"allow"}"#, r#""allow""#),
    ("P0111", Identity, r#"{"Effect":"Permit"}"#, r#""Permit""#),
    ("P0112", Rcp, r#"{"Effect":"Allow","Principal":"*"}"#, r#""Allow""#),
    ("P0113", Identity, r#"{"NotAction":"s3:*","Action":"s3:*"}"#, r#""Action""#),
    ("P0114", Identity, r#"{"Sid":"Allow Read"}"#, r#""Allow Read""#),
    (
        "P0115",
        Identity,
        r#"{"Version":"2012-10-17","Statement":[{"Sid":"A"},{"Sid":"A"}]}"#,
        r#""A""#,
    ),
    (
        "P0116",
        Endpoint,
        r#"{"VpcEndpoints":[{"PolicyDocument":{"Statement":[]}},{"PolicyDocument":{"Statement":[]}}]}"#,
        r#""VpcEndpoints""#,
    ),
    ("P0120", Identity, r#"{"Effect":"Allow"}"#, r#"{"Effect":"Allow"}"#),
    ("P0120", Identity, r#"{"Effect":"Allow","NotAction":[]}"#, "[]"),
    ("P0121", Identity, r#"{"Action":["s3:*","getobject"]}"#, r#""getobject""#),
    ("P0121", Scp, r#"{"Action":"**"}"#, r#""**""#),
    ("P0122", Identity, r#"{"Action":"s3:Get:Object"}"#, r#""s3:Get:Object""#),
    ("P0123", Identity, r#"{"Action":"s*:GetObject"}"#, r#""s*:GetObject""#),
    ("P0123", Scp, r#"{"Action":":GetObject"}"#, r#"":GetObject""#),
    ("P0124", Trust, r#"{"Action":"s3:GetObject"}"#, r#""s3:GetObject""#),
    ("P0124", Rcp, r#"{"Action":"*"}"#, r#""*""#),
    ("P0124", Rcp, r#"{"Action":"*:*"}"#, r#""*:*""#),
    ("P0130", Identity, r#"{"Action":"s3:*"}"#, r#"{"Action":"s3:*"}"#),
    ("P0130", Identity, r#"{"Resource":[]}"#, "[]"),
    ("P0131", Identity, r#"{"Resource":"my-bucket"}"#, r#""my-bucket""#),
    ("P0131", Endpoint, r#"{"Resource":"urn:aws:s3:::b"}"#, r#""urn:aws:s3:::b""#),
    ("P0132", Identity, r#"{"Resource":"arn:awz:s3:::b"}"#, r#""arn:awz:s3:::b""#),
    ("P0133", Identity, r#"{"Resource":"arn:aws:s*:::b"}"#, r#""arn:aws:s*:::b""#),
    (
        "P0134",
        Identity,
        r#"{"Resource":"arn:aws:s3:eu-west-1::b"}"#,
        r#""arn:aws:s3:eu-west-1::b""#,
    ),
    ("P0134", Session, r#"{"Resource":"arn:aws:iam:x::role/a"}"#, r#""arn:aws:iam:x::role/a""#),
    ("P0135", Identity, r#"{"Resource":"arn:aws:iam::*:roles/a"}"#, r#""arn:aws:iam::*:roles/a""#),
    ("P0136", Session, r#"{"Resource":"arn:aws:sqs"}"#, r#""arn:aws:sqs""#),
    ("P0136", Scp, r#"{"Resource":"arn:aws:sqs"}"#, r#""arn:aws:sqs""#),
    ("P0136", Rcp, r#"{"Resource":"arn:aws:sqs:*"}"#, r#""arn:aws:sqs:*""#),
    ("P0137", Identity, r#"{"Resource":"arn:aws:s3::b"}"#, r#""arn:aws:s3::b""#),
    ("P0137", Resource, r#"{"Resource":"arn:aws::::b"}"#, r#""arn:aws::::b""#),
    ("P0138", Identity, r#"{"Resource":"arn:aws:s3:::${a:b"}"#, r#""arn:aws:s3:::${a:b""#),
    (
        "P0138",
        Identity,
        r#"{"Condition":{"StringEquals":{"a:b":["x","${a:b, none}"]}}}"#,
        r#""${a:b, none}""#,
    ),
    ("P0139", Identity, r#"{"Resource":"arn:aws:sqs:*:1111:q"}"#, r#""arn:aws:sqs:*:1111:q""#),
    ("P0139", Resource, r#"{"Principal":{"AWS":"11112222333"}}"#, r#""11112222333""#),
    ("P0140", Resource, r#"{"Effect":"Allow"}"#, r#"{"Effect":"Allow"}"#),
    (
        "P0141",
        Resource,
        r#"{"Principal":"arn:aws:iam::111122223333:root"}"#,
        r#""arn:aws:iam::111122223333:root""#,
    ),
    ("P0141", Rcp, r#"{"Principal":{"AWS":"*"}}"#, r#"{"AWS":"*"}"#),
    ("P0142", Resource, r#"{"Principal":{"Aws":"*"}}"#, r#""Aws""#),
    ("P0143", Resource, r#"{"Principal":{"Service":"*"}}"#, r#""*""#),
    ("P0143", Resource, r#"{"Principal":{"Service":"ec2"}}"#, r#""ec2""#),
    ("P0143", Trust, r#"{"Principal":{"Federated":"okta"}}"#, r#""okta""#),
    ("P0143", Resource, r#"{"Principal":{"CanonicalUser":"me"}}"#, r#""me""#),
    ("P0143", Key, r#"{"Principal":{"AWS":"alice"}}"#, r#""alice""#),
    (
        "P0143",
        Resource,
        r#"{"Principal":{"AWS":"arn:aws:iam::111122223333:group/g"}}"#,
        r#""arn:aws:iam::111122223333:group/g""#,
    ),
    ("P0150", Identity, r#"{"Condition":{"stringEquals":{"a:b":"c"}}}"#, r#""stringEquals""#),
    ("P0151", Identity, r#"{"Condition":{"NullIfExists":{"a:b":"true"}}}"#, r#""NullIfExists""#),
    ("P0152", Identity, r#"{"Condition":{"Bool":{"a:b":"true","A:B":"true"}}}"#, r#""A:B""#),
    ("P0153", Identity, r#"{"Condition":{"DateEquals":{"a:b":"today"}}}"#, r#""today""#),
    (
        "P0154",
        Identity,
        r#"{"Condition":{"IpAddress":{"a:b":["::/0","10.0.0.0/33"]}}}"#,
        r#""10.0.0.0/33""#,
    ),
    ("W0101", Identity, r#"{"Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}"#, ""),
    (
        "W0102",
        Identity,
        r#"{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}"#,
        r#""2008-10-17""#,
    ),
    (
        "W0103",
        Identity,
        r#"{"Id":"x","Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}"#,
        r#""Id""#,
    ),
    (
        "W0104",
        Identity,
        r#"{"Conditions":1,"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"*"}}"#,
        r#""Conditions""#,
    ),
    (
        "W0104",
        Identity,
        r#"{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Nope":{}}}"#,
        r#""Nope""#,
    ),
    ("W0105", Scp, r#"{"Sid":"a b","Effect":"Allow","Action":"a:b","Resource":"*"}"#, r#""a b""#),
    (
        "W0107",
        Identity,
        r#"{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:sqs:${a:b}:*:*"}"#,
        r#""arn:aws:sqs:${a:b}:*:*""#,
    ),
    ("W0107", Identity, r#"{"Effect":"Allow","Action":"a:${b}","Resource":"*"}"#, r#""a:${b}""#),
    (
        "W0107",
        Identity,
        r#"{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Bool":{"a:b":"${a}"}}}"#,
        r#""${a}""#,
    ),
    (
        "W0107",
        Identity,
        r#"{"Version":"2008-10-17","Statement":{"Effect":"Allow","Action":"a:b","Resource":"arn:aws:s3:::${a:b}"}}"#,
        r#""arn:aws:s3:::${a:b}""#,
    ),
    (
        "W0108",
        Resource,
        r#"{"Effect":"Allow","Principal":"*","Action":"a:b","Resource":"arn:aws:sqs"}"#,
        r#""arn:aws:sqs""#,
    ),
    (
        "W0109",
        Resource,
        r#"{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/al*"},"Action":"a:b","Resource":"*"}"#,
        r#""arn:aws:iam::111122223333:user/al*""#,
    ),
    ("W0110", Resource, r#"{"Effect":"Allow","Principal":{},"Action":"a:b","Resource":"*"}"#, "{}"),
    (
        "W0111",
        Resource,
        r#"{"Effect":"Allow","NotPrincipal":{"AWS":"111122223333"},"Action":"a:b","Resource":"*"}"#,
        r#""NotPrincipal""#,
    ),
    (
        "W0112",
        Endpoint,
        r#"{"Effect":"Deny","NotPrincipal":{"AWS":"111122223333"},"Action":"a:b","Resource":"*"}"#,
        r#""NotPrincipal""#,
    ),
    (
        "W0113",
        Trust,
        r#"{"Effect":"Allow","Principal":"*","Action":"sts:AssumeRole"}"#,
        r#""Principal""#,
    ),
    (
        "W0114",
        Trust,
        r#"{"Effect":"Allow","Principal":{"AWS":"111122223333"},"NotAction":"sts:TagSession"}"#,
        r#""NotAction""#,
    ),
    (
        "W0115",
        Rcp,
        r#"{"Effect":"Deny","Principal":"*","Action":"sagemaker:*","Resource":"*"}"#,
        r#""sagemaker:*""#,
    ),
    (
        "W0116",
        Identity,
        r#"{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"NumericEquals":{"a:b":"1e3"}}}"#,
        r#""1e3""#,
    ),
    (
        "W0116",
        Identity,
        r#"{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"ArnLike":{"a:b":"*"}}}"#,
        r#""*""#,
    ),
    (
        "W0116",
        Identity,
        r#"{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"BinaryEquals":{"a:b":"a"}}}"#,
        r#""a""#,
    ),
    (
        "W0117",
        Identity,
        r#"{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{"Bool":{"key":"true"}}}"#,
        r#""key""#,
    ),
    (
        "W0118",
        Resource,
        r#"{"Effect":"Allow","Principal":{"Federated":"accounts.google.com"},"Action":"a:b","Resource":"*"}"#,
        r#""accounts.google.com""#,
    ),
    ("W0119", Identity, r#"{"Effect":"Allow","Action":"s3:","Resource":"*"}"#, r#""s3:""#),
    (
        "W0123",
        Identity,
        r#"{"PolicyVersion":{"Document":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"a:b","Resource":"*"}]}}}"#,
        r#""PolicyVersion""#,
    ),
];

/// Codes whose documents are too long for the table: see `hostile.rs` and the tests below.
const ELSEWHERE: &[&str] = &["P0003", "P0004", "P0100", "P0102", "P0109", "W0100", "W0106"];

fn complaints(policy_type: PolicyType, document: &str) -> Vec<Diagnostic> {
    match Policy::parse(&Source::new("p.json", document), policy_type) {
        Ok(parsed) => parsed.warnings,
        Err(errors) => errors.into_vec(),
    }
}

#[test]
fn each_complaint_has_its_code_and_its_place() {
    for (code, policy_type, text, place) in ROWS {
        let whole = text.contains("Statement") || text.contains("Statment") || !text.contains(':');
        let document =
            if whole || text.starts_with('\u{FEFF}') || *code == "P0001" || *code == "P0106" {
                (*text).to_owned()
            } else {
                format!(r#"{{"Version":"2012-10-17","Statement":[{text}]}}"#)
            };
        let said = complaints(*policy_type, &document);
        let Some(complaint) = said.iter().find(|complaint| complaint.code == *code) else {
            panic!("{code} is not said of {document}: {said:#?}");
        };
        let at = complaint.source.slice(complaint.span);
        if place.is_empty() {
            continue;
        }
        assert_eq!(at, *place, "{code} in {document}");
        let last = document.rfind(place).unwrap();
        assert_eq!(complaint.span.range().start, last, "{code} in {document}");
    }
}

#[test]
fn every_code_has_a_row() {
    let listed = include_str!("../src/policy/code.rs")
        .lines()
        .filter_map(|line| line.strip_prefix("//! | `")?.split('`').next());
    let listed: BTreeSet<&str> = listed.collect();
    let shown: BTreeSet<&str> =
        ROWS.iter().map(|row| row.0).chain(ELSEWHERE.iter().copied()).collect();
    assert!(listed.len() > 60);
    assert_eq!(listed, shown);
}

#[test]
fn messages_are_one_lower_case_line_without_a_full_stop() {
    for (_, policy_type, text, _) in ROWS {
        for document in
            [(*text).to_owned(), format!(r#"{{"Version":"2012-10-17","Statement":[{text}]}}"#)]
        {
            for complaint in complaints(*policy_type, &document) {
                let message = &complaint.message;
                let first = message.split([' ', '`']).next().unwrap_or_default();
                let name = first.chars().skip(1).any(char::is_uppercase)
                    || ["Effect", "Version"].contains(&first);
                let lower = name || !first.starts_with(char::is_uppercase);
                assert!(lower && !message.ends_with('.') && !message.contains('\n'), "{message}");
            }
        }
    }
}

#[test]
fn all_mistakes_of_a_document_are_listed_in_order() {
    let document = r#"{
  "Version": "2012-10-17",
  "Statment": [],
  "Statement": [
    {"Efect": "Allow", "Action": ["getobject", "s3:Get:x"], "Resource": "b"},
    {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": "*",
     "Condition": {"IpAddres": {"aws:SourceIp": "10.0.0.0/8"},
                   "DateLessThan": {"aws:CurrentTime": "soon"}}}
  ]
}"#;
    let said: Vec<(u32, u32, &str)> = complaints(Identity, document)
        .iter()
        .map(|complaint| {
            let at = complaint.source.position(complaint.span.start);
            (at.line, at.column, complaint.code)
        })
        .collect();
    assert_eq!(
        said,
        [
            (3, 3, "P0104"),
            (5, 6, "P0104"),
            (5, 35, "P0121"),
            (5, 48, "P0122"),
            (5, 73, "P0131"),
            (6, 24, "P0108"),
            (7, 20, "P0150"),
            (8, 56, "P0153"),
        ]
    );
}

#[test]
fn near_names_are_suggested() {
    let help = |text: &str| complaints(Identity, text).swap_remove(0).help.unwrap_or_default();
    let of =
        |statement: &str| help(&format!(r#"{{"Version":"2012-10-17","Statement":{statement}}}"#));
    assert_eq!(
        help(&format!(r#"{{"Verson":"2012-10-17","Statement":{FINE}}}"#)),
        "did you mean `Version`?"
    );
    assert_eq!(of(r#"{"Effect":"Alow","Action":"a:b","Resource":"*"}"#), "did you mean `Allow`?");
    let condition = |name: &str| {
        of(&format!(
            r#"{{"Effect":"Allow","Action":"a:b","Resource":"*","Condition":{{"{name}":{{"a:b":"c"}}}}}}"#
        ))
    };
    assert_eq!(condition("stringequals"), "did you mean `StringEquals`?");
    assert_eq!(condition("ForAnyValues:StringLike"), "did you mean `ForAnyValue:StringLike`?");
    assert_eq!(condition("IpAddressIfExist"), "did you mean `IpAddressIfExists`?");
    assert!(!condition("Equals").contains("did you mean"));
    // One such member is taken out; of two nobody knows which is meant.
    let wrapped = complaints(Identity, r#"{"KeyPolicy":{},"PolicyVersion":{"Document":{}}}"#);
    let helps: Vec<_> = wrapped.iter().filter_map(|complaint| complaint.help.as_deref()).collect();
    let meant = |name| format!("the policy is what stands inside `{name}`: give that alone");
    assert_eq!(helps, [meant("KeyPolicy"), meant("PolicyVersion")]);
    let misplaced = complaints(Identity, r#"{"Effect":"Allow"}"#);
    let helps: Vec<_> =
        misplaced.iter().filter_map(|complaint| complaint.help.as_deref()).collect();
    assert_eq!(helps, ["`Effect` belongs into a statement"]);
}

#[test]
fn a_policy_inside_a_bigger_document_has_its_places_there() {
    let text = format!(
        "{{\"id\": 1,\n \"document\": {{\"Version\": \"2012-10-17\",\n \"Statement\": {}}}}}",
        r#"{"Effect":"Allow","Action":"getobject","Resource":"*"}"#
    );
    let source = Source::new("cases.jsonl", text);
    let line = polsim_decide::text::json::parse(&source).unwrap();
    let node = &line.member("document").unwrap().value;
    let refused = Policy::from_node(&source, node, Identity).unwrap_err();
    let said = refused[0].to_string();
    assert!(said.starts_with("cases.jsonl:3:42: action `getobject` must be prefaced"), "{said}");
}
