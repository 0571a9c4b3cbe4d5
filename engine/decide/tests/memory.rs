//! A reader that remembers policies answers as one that has seen nothing.
#![expect(clippy::unwrap_used, reason = "a test may fail")]

use polsim_decide::case::{CaseReader, NoFiles};

const ALLOW: &str = r#"[{"type":"identity","document":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}}]"#;
const DENY: &str = r#"[{"type":"identity","document":{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"s3:*","Resource":"*"}}}]"#;
const REQUEST: &str = r#"{"principal":"arn:aws:iam::111122223333:user/alice","action":"s3:GetObject","resource":"arn:aws:s3:::reports/1","context":{"team":"ml"}}"#;

/// The reader's answer to a line: the result, or the complaints.
fn said(reader: &mut CaseReader<NoFiles>, text: &str) -> String {
    match reader.read(text, 7) {
        Ok(case) => serde_json::to_string(&case.result()).unwrap(),
        Err(refused) => format!("{refused:?}"),
    }
}

#[test]
fn what_was_seen_before_changes_no_answer() {
    let mut remembering = CaseReader::new("lines", NoFiles);
    for policies in [ALLOW, DENY] {
        let line = format!(r#"{{"policies":{policies},"request":{REQUEST}}}"#);
        assert!(said(&mut remembering, &line).contains("[0]"));
    }
    let escaped = ALLOW.replace('"', "\\\"");
    let longer = ALLOW.replace("}]", "},{}]");
    let lines = [
        // Ordinary lines, in every order of the members.
        format!(r#"{{"id":"1","policies":{ALLOW},"request":{REQUEST}}}"#),
        format!(r#"{{"request":{REQUEST},"policies":{DENY},"id":"2"}}"#),
        format!(r#"{{"request":{REQUEST},"policies":{DENY}}}"#),
        format!(
            " {{ \"policies\" :\t{ALLOW} , \"request\" : {REQUEST} , \"expect\": \"allowed\" }} "
        ),
        // Known policies that are not the case's own.
        format!(r#"{{"why":"\"policies\":{escaped},","policies":{DENY},"request":{REQUEST}}}"#),
        format!(
            r#"{{"why":{{"policies":{ALLOW},"request":0}},"policies":{DENY},"request":{REQUEST}}}"#
        ),
        format!(r#"{{"why":{{"policies":{ALLOW}}},"policies":{DENY},"request":{REQUEST}}}"#),
        format!(r#"{{"policies":{ALLOW},"policies":{DENY},"request":{REQUEST}}}"#),
        format!(r#"{{"policies":{ALLOW},"request":{REQUEST},"policies":{DENY}}}"#),
        format!(r#"[{{"policies":{ALLOW},"request":{REQUEST}}}]"#),
        format!(r#"{{"case":{{"policies":{ALLOW},"request":{REQUEST}}}}}"#),
        // Something between the policies and what follows them.
        format!(r#"{{"policies":{ALLOW}5,"request":{REQUEST}}}"#),
        format!(r#"{{"policies":{ALLOW}e5,"request":{REQUEST}}}"#),
        format!(r#"{{"policies":{ALLOW}.5,"request":{REQUEST}}}"#),
        format!(r#"{{"policies":{ALLOW}],"request":{REQUEST}}}"#),
        format!(r#"{{"policies":{ALLOW},,"request":{REQUEST}}}"#),
        format!(r#"{{"policies":{ALLOW}"request":{REQUEST}}}"#),
        format!(r#"{{"policies":[{ALLOW}],"request":{REQUEST}}}"#),
        format!(r#"{{"policies":{longer},"request":{REQUEST}}}"#),
        format!(r#"{{"policies":0,"request":{REQUEST}}}"#),
        format!(r#"{{"policies":{ALLOW},"request":{REQUEST}"#),
        format!(r#"{{"policies":{ALLOW},"request":{REQUEST}}}x"#),
        format!(r#"{{"policies":{ALLOW},"requests":{REQUEST}}}"#),
        format!(r#"{{"policies":{ALLOW},"request":{REQUEST},"expect":"allow"}}"#),
    ];
    for line in lines {
        let fresh = said(&mut CaseReader::new("lines", NoFiles), &line);
        assert_eq!(said(&mut remembering, &line), fresh, "{line}");
        // Complaints do not teach the reader anything wrong either.
        assert_eq!(said(&mut remembering, &line), fresh, "again: {line}");
    }
}

#[test]
fn the_same_policies_are_read_for_the_target_of_each_request() {
    // A resource document on a role is its trust policy, whose grammar has no Resource.
    let policies = r#"[{"type":"resource","document":{"Version":"2012-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"},"Action":"*","Resource":"*"}}}]"#;
    let ask = |action: &str, resource: &str| {
        format!(
            r#"{{"policies":{policies},"request":{{"principal":"arn:aws:iam::111122223333:user/alice","action":"{action}","resource":"{resource}"}}}}"#
        )
    };
    let lines = [
        ask("s3:GetObject", "arn:aws:s3:::reports/1"),
        ask("sts:AssumeRole", "arn:aws:iam::111122223333:role/Ops"),
        ask("kms:Decrypt", "arn:aws:kms:eu-west-1:111122223333:key/1"),
        ask("s3:GetObject", "arn:aws:s3:::reports/2"),
    ];
    let mut remembering = CaseReader::new("lines", NoFiles);
    for line in lines.iter().chain(&lines) {
        let fresh = said(&mut CaseReader::new("lines", NoFiles), line);
        assert_eq!(&said(&mut remembering, line), &fresh, "{line}");
    }
}
