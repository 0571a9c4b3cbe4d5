//! Equivalence of atoms and their expansions, for every request of the universe.
#![expect(
    clippy::arithmetic_side_effects,
    clippy::string_slice,
    reason = "small numbers and ASCII, made here"
)]

use super::*;
use polsim_decide::formula::World;
use polsim_decide::policy::ResourcePattern;
use polsim_decide::request::{CallFacts, ContextValue, Request, RequestParts};
use polsim_decide::text::Decimal;
use proptest::prelude::*;

#[path = "../../tests/support/described.rs"]
mod support;
use support::{described, holds};

const ACCOUNTS: [&str; 2] = ["111122223333", "444455556666"];

fn account() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&ACCOUNTS)
}

/// Texts for the fields that a request does not have: texts that other requests have there, too, since
/// nothing may depend on them.
fn noise() -> impl Strategy<Value = &'static str> {
    prop::sample::select(&["al", "aws", "111122223333"])
}

/// Requests of the universe, of every kind of requester.
fn requests() -> impl Strategy<Value = Request> {
    let name = || prop::sample::select(&["al", "bo", "x"]);
    let path = prop::sample::select(&["", "x/", "x/y/", "aws-service-role/", "al/"]);
    let partition = prop::sample::select(&["aws", "aws-cn"]);
    let resource = (
        prop::sample::select(&["aws", "aws-cn"]),
        prop::sample::select(&["s3", "iam", "sqs"]),
        prop::sample::select(&["", "eu-west-1"]),
        0..4_u8,
        prop::sample::select(&["al", "x/al", "x:y", "role/x", "b/al/k", "111122223333"]),
    );
    let tags = (
        prop::option::of(prop::sample::select(&["al", "bo", "", "111122223333", "x/al"])),
        prop::option::of(prop::collection::vec(prop::sample::select(&["al", "x"]), 0..3)),
        any::<bool>(),
    );
    (0..7_u8, partition, account(), path, (name(), name()), resource, account(), tags).prop_map(
        |(kind, partition, account, path, (name, other), resource, owner, tags)| {
            let (tag, tags, management_account) = tags;
            let mut context = Vec::new();
            let mut say = |key: &str, value: &str| {
                context.push((KeyName::new(key), ContextValue::from(value)));
            };
            let mut issuer = None;
            let principal = match kind {
                0 => "anonymous".to_owned(),
                1 => "federated:accounts.google.com".to_owned(),
                2 => {
                    let ending = if partition == "aws-cn" { ".cn" } else { "" };
                    let service = format!("s3.amazonaws.com{ending}");
                    say("aws:PrincipalServiceName", &service);
                    service
                }
                3 => format!("arn:{partition}:iam::{account}:root"),
                4 => {
                    say("aws:userid", "AIDAX");
                    format!("arn:{partition}:iam::{account}:user/{path}{name}")
                }
                5 => {
                    issuer = Some(format!("arn:{partition}:iam::{account}:user/{path}{other}"));
                    format!("arn:{partition}:sts::{account}:federated-user/{name}")
                }
                _ => {
                    say("aws:userid", &format!("AROAX:{other}"));
                    say(
                        "aws:PrincipalArn",
                        &format!("arn:{partition}:iam::{account}:role/{path}{name}"),
                    );
                    format!("arn:{partition}:sts::{account}:assumed-role/{name}/{other}")
                }
            };
            if let Some(tag) = tag {
                say("k", tag);
            }
            if let Some(tags) = tags {
                let values = tags.into_iter().map(Box::from).collect();
                context.push((KeyName::new("m"), ContextValue::Many(values)));
            }
            let (part, service, region, form, rest) = resource;
            let place = match form {
                0 => "",
                1 => "amazon",
                _ => owner,
            };
            let none = form == 3;
            let resource = format!("arn:{part}:{service}:{region}:{place}:{rest}");
            // Without resource the caller's own account is acted in.
            let owner = if none && kind > 2 { account } else { owner };
            Request::new(RequestParts {
                principal: &principal,
                action: "s3:GetObject",
                resource: if none { "*" } else { &resource },
                resource_account: Some(owner),
                issuer: issuer.as_deref(),
                context,
                call: CallFacts::default(),
                complete: false,
                management_account,
                ..RequestParts::default()
            })
            .unwrap()
        },
    )
}

/// A pattern that is near `text`, with a variable perhaps.
fn near(text: &str, changes: &[(u8, usize)]) -> Pattern {
    let mut pattern: Vec<char> = text.chars().collect();
    let mut put_in = Vec::new();
    for (change, at) in changes {
        let at = at % (pattern.len() + 1);
        let to = (at + 4).min(pattern.len());
        match change {
            0 if at < pattern.len() => pattern[at] = '?',
            1 => pattern.insert(at, '*'),
            2 => drop(pattern.splice(at..to, ['*'])),
            3 => drop(pattern.splice(at.., ['*'])),
            4 => put_in.push((at, "${k}")),
            5 => put_in.push((at, "${k, 'al'}")),
            6 => put_in.push((at, "${aws:username}")),
            7 => put_in.push((at, "${aws:PrincipalAccount}")),
            8 => put_in.push((at, "${aws:userid, 'x'}")),
            9 => put_in.push((at, "${m}")),
            _ => (),
        }
    }
    let mut pattern: String = pattern.into_iter().collect();
    for (at, variable) in put_in {
        let at = (0..=at.min(pattern.len())).rev().find(|at| pattern.is_char_boundary(*at));
        let at = at.unwrap_or(0);
        // The variable takes the place of the next letters, as many as its value may have.
        let to = (at + 2).min(pattern.len());
        if pattern.is_char_boundary(to) && !pattern[at..to].contains(['$', '{', '}', '\'', ',']) {
            pattern.replace_range(at..to, variable);
        }
    }
    Pattern::with_variables(&pattern, true).unwrap_or_else(|_| Pattern::wildcard("*"))
}

fn arn_of(pattern: &Pattern) -> Option<Box<[Pattern; 6]>> {
    let parts: [Pattern; 6] = pattern.split_components(6).try_into().ok()?;
    Some(parts.into())
}

const KEYS: [&str; 12] = [
    "aws:PrincipalArn",
    "aws:PrincipalArn",
    "aws:PrincipalAccount",
    "aws:PrincipalType",
    "aws:username",
    "aws:userid",
    "aws:PrincipalIsAWSService",
    "aws:PrincipalServiceName",
    "aws:PrincipalServiceNamesList",
    "aws:ResourceAccount",
    "k",
    "m",
];

/// A pattern around the key's own variable, and a key that is compared with it.
fn around_itself() -> impl Strategy<Value = (&'static str, Pattern)> {
    let piece = prop::sample::select(&[
        "*",
        "*",
        "?",
        "l",
        "${own}",
        "${own}",
        "${own, 'al'}",
        "${k}",
        "${k, ''}",
        "${m}",
        "${aws:username}",
        "${aws:PrincipalAccount}",
    ]);
    let pieces = prop::collection::vec(piece, 0..4);
    (prop::sample::select(&KEYS), pieces, 0..4_usize).prop_map(|(key, mut pieces, at)| {
        pieces.insert(at.min(pieces.len()), "${own}");
        let text = pieces.concat().replace("own", key);
        (key, Pattern::with_variables(&text, true).unwrap())
    })
}

/// An atom about something that `request` has, or nearly.
fn atom_near(request: &Request, (which, key): (u8, usize), changes: &[Vec<(u8, usize)>]) -> Atom {
    let mut changes = changes.iter().cycle();
    let mut change = || changes.next().cloned().unwrap_or_default();
    let id = request.principal().id().to_owned();
    let plain = |changes: Vec<(u8, usize)>| -> Vec<(u8, usize)> {
        changes.into_iter().filter(|(change, _)| *change < 4).collect()
    };
    match which {
        0 => Atom::SameAccount,
        1 => Atom::SamePartition,
        2 => Atom::Principal(PrincipalTest::Id(id.into())),
        3 => Atom::Principal(PrincipalTest::Account(ACCOUNTS[key % 2].into())),
        4 => Atom::Principal(PrincipalTest::Partition(["aws", "aws-cn"][key % 2].into())),
        5 => Atom::Principal(PrincipalTest::ServiceLinked),
        6 => Atom::Principal(PrincipalTest::UniqueId(["AIDAX", "AROAX"][key % 2].into())),
        7 => {
            let arn = request.context().one("aws:PrincipalArn").unwrap_or("arn:aws:iam::1:role/x");
            Atom::Principal(PrincipalTest::SessionOf(arn.parse().unwrap()))
        }
        8 => {
            let arn = "arn:aws:iam::111122223333:user/x/bo".parse().unwrap();
            Atom::Principal(PrincipalTest::IssuedBy(arn))
        }
        9..=13 => {
            let text = request.resource().to_string();
            let text = if text == "*" { "arn:aws:s3:::al".to_owned() } else { text };
            let pattern = near(&text, &change());
            let Some(components) = arn_of(&pattern) else { return Atom::SameAccount };
            // Only the last component of a resource pattern has variables.
            let head = components[..5].iter().all(|it| it.variables().next().is_none());
            let stretch = (key % 3 == 0).then_some(pattern);
            if head {
                Atom::Resource(ResourcePattern::Arn { components, crosses_colons: stretch })
            } else {
                Atom::Resource(ResourcePattern::Any)
            }
        }
        _ => {
            let key = KEYS[key % KEYS.len()];
            let test = match which {
                14 => KeyTest::Absent,
                15 => KeyTest::Blank,
                16 => KeyTest::Several,
                _ => {
                    let value = request.context().one(key).unwrap_or("al").to_owned();
                    let mut predicates = Vec::new();
                    for _ in 0..=which % 3 {
                        let pattern = near(&value, &change());
                        predicates.push(match which % 7 {
                            0 => arn_of(&pattern).map_or(Predicate::Bool(true), Predicate::Arn),
                            1 => Predicate::Bool(which % 2 == 0),
                            2 => Predicate::Text(
                                Pattern::literal(&near(&value, &plain(change())).to_string()),
                                CaseRule::Folded,
                            ),
                            3 if value.parse::<Decimal>().is_ok() => Predicate::Number(
                                polsim_decide::formula::Relation::LessOrEqual,
                                value.parse().unwrap(),
                            ),
                            _ => Predicate::Text(pattern, CaseRule::Exact),
                        });
                    }
                    KeyTest::Some { any_of: predicates.into(), hit: which % 5 != 0 }
                }
            };
            Atom::Key(KeyName::new(key), test)
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn an_atom_written_out_says_the_same(
        request in requests(),
        other in requests(),
        noise in noise(),
        which in (0..40_u8, 0..100_usize),
        changes in prop::collection::vec(
            prop::collection::vec((0..12_u8, 0..60_usize), 0..4), 1..4),
    ) {
        let mut formulas = Formulas::new();
        let atom = atom_near(&request, which, &changes);
        let id = formulas.atom(atom.clone());
        if atoms::is_plain(&atom) {
            prop_assert_eq!(atoms::expand(&mut formulas, id, &atom), id);
        }
        let written = Universe::new().expand(&mut formulas, id);
        for request in [request, other] {
            let described = described(&request, noise);
            let expected = atom.test(&request, &World::default());
            prop_assert_eq!(
                holds(&formulas, written, &described), expected, "{:?} of {:?}", atom, request
            );
        }
    }

    #[test]
    fn a_test_of_a_value_against_itself_says_the_same(
        request in requests(),
        (key, pattern) in around_itself(),
        others in prop::collection::vec(
            prop::sample::select(&["al", "x*", "${k}", "${aws:username}*", "*"]), 0..3),
        noise in noise(),
        which in 0..6_u8,
    ) {
        let case = [CaseRule::Exact, CaseRule::Folded, CaseRule::AsciiFolded][usize::from(which % 3)];
        let mut any_of = vec![Predicate::Text(pattern, case)];
        for other in others {
            let pattern = Pattern::with_variables(other, true).unwrap();
            any_of.push(Predicate::Text(pattern, CaseRule::Exact));
        }
        let test = KeyTest::Some { any_of: any_of.into(), hit: which < 4 };
        let atom = Atom::Key(KeyName::new(key), test);
        let mut formulas = Formulas::new();
        let id = formulas.atom(atom.clone());
        let written = Universe::new().expand(&mut formulas, id);
        let described = described(&request, noise);
        prop_assert_eq!(
            holds(&formulas, written, &described), atom.test(&request, &World::default()), "{:?} of {:?}", atom, request
        );
    }

    #[test]
    fn an_arn_holds_itself_in_no_component(
        request in requests(), component in 0..6_usize, text in "[al*?:]{0,2}", hit in any::<bool>(),
    ) {
        let key = KeyName::new("aws:PrincipalArn");
        let mut six: [Pattern; 6] = std::array::from_fn(|_| Pattern::wildcard("*"));
        six[component] = Pattern::with_variables(&format!("${{aws:PrincipalArn}}{text}"), true).unwrap();
        let atom = Atom::Key(key, KeyTest::Some { any_of: [Predicate::Arn(six.into())].into(), hit });
        let mut formulas = Formulas::new();
        let id = formulas.atom(atom.clone());
        let written = Universe::new().expand(&mut formulas, id);
        let described = described(&request, "al");
        prop_assert_eq!(holds(&formulas, written, &described), atom.test(&request, &World::default()));
    }

    #[test]
    fn the_facts_hold_for_every_request(request in requests(), noise in noise()) {
        let mut formulas = Formulas::new();
        for fact in Universe::facts(&mut formulas) {
            prop_assert!(holds(&formulas, fact, &described(&request, noise)), "{:?}", request);
        }
    }
}

#[test]
fn a_common_pattern_is_written_out_plainly() {
    let mut formulas = Formulas::new();
    let pattern = Pattern::wildcard("arn:aws:iam::111122223333:role/admin-*");
    let test =
        KeyTest::Some { any_of: [Predicate::Arn(arn_of(&pattern).unwrap())].into(), hit: true };
    let atom = formulas.atom(Atom::Key(KeyName::new("aws:PrincipalArn"), test));
    let written = Universe::new().expand(&mut formulas, atom);
    let Node::All(parts) = formulas.node(written) else { panic!("{:?}", formulas.node(written)) };
    let shown: Vec<_> = parts.iter().map(|part| formulas.node(*part)).collect();
    // Role session, and partition, account and role.
    assert_eq!(parts.len(), 2, "{shown:?}");
}
