use std::collections::BTreeMap;

use super::{Assertion, Script};
use polsim_check::key_facts::KeyFacts;
use polsim_decide::formula::{
    Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest, Relation,
};
use polsim_decide::policy::{ActionPattern, ResourcePattern};
use polsim_decide::text::{CaseRule, KeyName, Pattern};

fn script(formulas: &Formulas, formula: FormulaId) -> Script {
    let names = BTreeMap::from([(formula, "bucket.json, statement 1: all of it".to_owned())]);
    let assertion = Assertion { what: "It is allowed.".to_owned(), formula };
    Script::new(formulas, &KeyFacts::all(), &[assertion], &names, "a question", Some(true))
}

fn some(formulas: &mut Formulas, key: &str, any_of: Vec<Predicate>) -> FormulaId {
    let test = KeyTest::Some { any_of: any_of.into(), hit: true };
    formulas.atom(Atom::Key(KeyName::new(key), test))
}

fn text(pattern: &str, case: CaseRule) -> Predicate {
    Predicate::Text(Pattern::with_variables(pattern, true).unwrap(), case)
}

/// The lines of the script that hold all of these words.
fn line(script: &Script, words: &[&str]) -> String {
    let found = script.text().lines().find(|line| words.iter().all(|word| line.contains(word)));
    found.unwrap_or_else(|| panic!("no line with {words:?} in\n{}", script.text())).to_owned()
}

#[test]
fn a_list_of_values_is_one_regular_expression() {
    let mut formulas = Formulas::new();
    let values = vec![text("vpc-*", CaseRule::Exact), text("vpc1", CaseRule::Exact)];
    let formula = some(&mut formulas, "aws:SourceVpc", values);
    let script = script(&formulas, formula);
    assert_eq!(
        line(&script, &["define-fun f", "SourceVpc"]),
        "(define-fun f2 () Bool (and |aws:SourceVpc present| (str.in_re |aws:SourceVpc| (re.union \
         (re.++ (str.to_re \"vpc-\") re.all) (str.to_re \"vpc1\")))))"
    );
    assert!(script.text().contains("; bucket.json, statement 1: all of it\n(define-fun f2"));
    assert!(script.text().contains("; It is allowed.\n(assert f2)"));
    assert!(script.text().contains("(set-info :status sat)"));
    assert!(script.inexact().is_empty());
}

#[test]
fn a_key_of_unknown_type_has_several_values() {
    let mut formulas = Formulas::new();
    let formula = some(&mut formulas, "ex:list", vec![text("a", CaseRule::Exact)]);
    let script = script(&formulas, formula);
    assert_eq!(
        line(&script, &["define-fun f"]),
        "(define-fun f2 () Bool (or (and |ex:list present| (= |ex:list| \"a\")) \
         (and |ex:list 2 present| (= |ex:list 2| \"a\"))))"
    );
    assert_eq!(
        line(&script, &["=>", "|ex:list 2 present|"]),
        "(assert (=> |ex:list 2 present| |ex:list present|))"
    );
}

#[test]
fn variables_are_concatenations_and_need_exactly_one_value() {
    let mut formulas = Formulas::new();
    let formula = some(
        &mut formulas,
        "s3:prefix",
        vec![text("home/${aws:username}/*/${ex:tag}", CaseRule::Exact)],
    );
    let script = script(&formulas, formula);
    let written = line(&script, &["define-fun f"]);
    for part in [
        "(and iam-user (and |ex:tag present| (not |ex:tag 2 present|))",
        "(str.prefixof (str.++ \"home/\" user-name \"/\") |s3:prefix|)",
        "(str.suffixof (str.++ \"/\" |ex:tag|) |s3:prefix|)",
        "(<= (+ (+ (str.len \"home/\") (str.len user-name) (str.len \"/\")) \
         (+ (str.len \"/\") (str.len |ex:tag|))) (str.len |s3:prefix|))",
    ] {
        assert!(written.contains(part), "{part}\n{written}");
    }
}

#[test]
fn addresses_are_bit_vectors_of_their_family() {
    let mut formulas = Formulas::new();
    let ranges = ["203.0.113.0/24", "2001:db8::/32", "0.0.0.0/0", "10.0.0.1"];
    let ranges = ranges.map(|range| Predicate::Address(range.parse().unwrap()));
    let formula = some(&mut formulas, "aws:SourceIp", ranges.into());
    let written = line(&script(&formulas, formula), &["define-fun f"]);
    for part in [
        "(= ((_ extract 31 8) |aws:SourceIp v4|) ((_ extract 31 8) #xcb007100))",
        "(= ((_ extract 127 96) |aws:SourceIp v6|) \
         ((_ extract 127 96) #x20010db8000000000000000000000000))",
        "(= |aws:SourceIp v4| #x0a000001)",
    ] {
        assert!(written.contains(part), "{part}\n{written}");
    }
}

#[test]
fn texts_and_numbers_of_one_key_are_tied_by_the_texts_that_are_named() {
    let mut formulas = Formulas::new();
    let number = Predicate::Number(Relation::Less, "5.5".parse().unwrap());
    let less = some(&mut formulas, "ex:n", vec![number]);
    let five = some(&mut formulas, "ex:n", vec![text("5", CaseRule::Exact)]);
    let both = formulas.all([less, five]);
    let exact = script(&formulas, both);
    assert!(exact.inexact().is_empty());
    line(&exact, &["(=> (= |ex:n| \"5\") (and |ex:n is-number| (= |ex:n number| 5.0)))"]);
    // With a wildcard, the number is not tied to the text: a model may be no request.
    let pattern = some(&mut formulas, "ex:n", vec![text("1*", CaseRule::Exact)]);
    let both = formulas.all([less, pattern]);
    let inexact = script(&formulas, both);
    assert_eq!(inexact.inexact().len(), 1);
    assert!(!inexact.text().contains(":status"));
}

#[test]
fn dates_are_nanoseconds() {
    let mut formulas = Formulas::new();
    let date = Predicate::Date(Relation::GreaterOrEqual, "1970-01-01T00:00:01.5Z".parse().unwrap());
    let formula = some(&mut formulas, "aws:CurrentTime", vec![date]);
    line(&script(&formulas, formula), &["(>= |aws:CurrentTime date| 1500000000)"]);
}

#[test]
fn actions_are_compared_in_lower_case_and_resources_by_component() {
    let mut formulas = Formulas::new();
    let action = |name: &str| ActionPattern::Of {
        service: Pattern::literal("S3"),
        name: Pattern::wildcard(name),
    };
    let actions = ["Get*", "PutObject"].map(|name| formulas.atom(Atom::Action(action(name))));
    let actions = formulas.any(actions);
    let six = ["arn", "aws", "s3", "", "", "b/*"].map(Pattern::wildcard);
    let resource = ResourcePattern::Arn { components: six.into(), crosses_colons: None };
    let resource = formulas.atom(Atom::Resource(resource));
    let role = "arn:aws:iam::111122223333:role/path/app".parse().unwrap();
    let role = formulas.atom(Atom::Principal(PrincipalTest::SessionOf(role)));
    let all = formulas.all([actions, resource, role]);
    let script = script(&formulas, all);
    line(
        &script,
        &["(and (= action-service \"s3\") (str.in_re action-name (re.union (re.++ (str.to_re \
           \"get\") re.all) (str.to_re \"putobject\"))))"],
    );
    line(
        &script,
        &["(= resource-service \"s3\") (= resource-region \"\") (= resource-place \"\") \
           (str.in_re resource-rest (re.++ (str.to_re \"b/\") re.all))"],
    );
    line(
        &script,
        &["(and role-session (and (= partition \"aws\") (= account \"111122223333\") \
           (= role-tail \"path/app\")))"],
    );
}
