//! Formulas as JSON, for readers that have no lowering of their own (`docs/certificates.md`).
//!
//! Each numbered formula is one node, in the order of the numbers; literals are numbers, negative for
//! negations. Atoms are written out in full, so that nothing but the format's page is needed to read
//! them.

use serde_json::{Map, Value as Json, json};

use crate::fields::field::{Field, Flag};
use crate::numbering::Numbering;
use polsim_decide::formula::{
    Atom, FormulaId, Formulas, KeyTest, Node, Predicate, PrincipalTest, Relation,
};
use polsim_decide::policy::{ActionPattern, ResourcePattern};
use polsim_decide::request::PrincipalKind;
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece, Variable};

/// Named formulas as JSON: the nodes that they are made of, and a literal for each name.
pub fn named_formulas<'n>(
    formulas: &Formulas,
    named: impl IntoIterator<Item = (&'n str, FormulaId)>,
) -> Json {
    let named: Vec<(&str, FormulaId)> = named.into_iter().collect();
    let roots: Vec<FormulaId> = named.iter().map(|(_, id)| *id).collect();
    let numbering = Numbering::new(formulas, &roots);
    let literals: Map<String, Json> = named
        .iter()
        .map(|(name, id)| ((*name).to_owned(), json!(numbering.literal(formulas, *id))))
        .collect();
    json!({"nodes": nodes(formulas, &numbering), "named": literals})
}

/// The numbered formulas as JSON nodes.
pub(crate) fn nodes(formulas: &Formulas, numbering: &Numbering) -> Vec<Json> {
    let literals = |parts: &[FormulaId]| -> Vec<Json> {
        parts.iter().map(|part| json!(numbering.literal(formulas, *part))).collect()
    };
    let node = |id: &FormulaId| match formulas.node(*id) {
        Node::All(parts) => json!({"all": literals(parts)}),
        Node::Any(parts) => json!({"any": literals(parts)}),
        Node::Atom(atom) => json!({"atom": formulas.atom_of(*atom).map(atom_json)}),
        Node::Truth(value) => json!({"truth": value}),
        // Negations have no numbers.
        Node::Not(_) => Json::Null,
    };
    numbering.formulas().iter().map(node).collect()
}

/// An atom as JSON.
pub(crate) fn atom_json(atom: &Atom) -> Json {
    match atom {
        Atom::Action(ActionPattern::Any) => json!({"action": "any"}),
        Atom::Action(ActionPattern::Of { service, name }) => {
            json!({"action": {"service": pattern(service), "name": pattern(name)}})
        }
        Atom::Key(key, test) => {
            let mut object = Map::new();
            let (word, name) = key_words(key);
            object.insert(word.to_owned(), json!(name));
            key_test(test, &mut object);
            Json::Object(object)
        }
        Atom::Choice(choice) => json!({"choice": choice.name()}),
        Atom::ManagementAccount => json!({"request": "management-account"}),
        Atom::Principal(test) => json!({"principal": principal(test)}),
        Atom::Resource(ResourcePattern::Any) => json!({"resource": "any"}),
        Atom::Resource(ResourcePattern::Never) => json!({"resource": "never"}),
        Atom::Resource(ResourcePattern::Arn { components, crosses_colons }) => {
            let components: Vec<Json> = components.iter().map(pattern).collect();
            json!({"resource": {"components": components, "whole": crosses_colons.as_ref().map(pattern)}})
        }
        Atom::SameAccount => json!({"request": "same-account"}),
        Atom::SamePartition => json!({"request": "same-partition"}),
    }
}

/// The kind of thing that a key stands for, and its name.
fn key_words(key: &KeyName) -> (&'static str, &str) {
    let name = key.as_str();
    let plain = name.rsplit('/').next().unwrap_or(name);
    if Field::of(key).is_some() {
        ("field", plain)
    } else if Flag::of(key).is_some() {
        ("flag", plain)
    } else {
        ("key", name)
    }
}

fn key_test(test: &KeyTest, object: &mut Map<String, Json>) {
    let word = match test {
        KeyTest::Absent => "absent",
        KeyTest::Blank => "blank",
        KeyTest::Several => "several",
        KeyTest::Some { any_of, hit } => {
            let word = if *hit { "some" } else { "some-other" };
            object.insert(word.to_owned(), any_of.iter().map(predicate).collect());
            return;
        }
    };
    object.insert("is".to_owned(), json!(word));
}

fn predicate(predicate: &Predicate) -> Json {
    match predicate {
        Predicate::Address(range) => json!({"address": range.to_string()}),
        Predicate::Arn(components) => {
            json!({"arn": components.iter().map(pattern).collect::<Vec<_>>()})
        }
        Predicate::Binary(bytes) => json!({"bytes": bytes}),
        Predicate::Bool(value) => json!({"bool": value}),
        Predicate::Date(relation, instant) => {
            let seconds = json!([instant.seconds, instant.nanoseconds]);
            json!({"date": relation_word(*relation), "than": seconds})
        }
        Predicate::Never => json!({"never": true}),
        Predicate::Number(relation, number) => {
            json!({"number": relation_word(*relation), "than": number.to_string()})
        }
        Predicate::Text(text, case) => {
            let case = match case {
                CaseRule::Exact => "exact",
                CaseRule::AsciiFolded => "ascii",
                CaseRule::Folded => "folded",
            };
            json!({"like": pattern(text), "case": case})
        }
    }
}

fn relation_word(relation: Relation) -> &'static str {
    match relation {
        Relation::Equal => "=",
        Relation::Greater => ">",
        Relation::GreaterOrEqual => ">=",
        Relation::Less => "<",
        Relation::LessOrEqual => "<=",
    }
}

/// A pattern as its pieces: texts, wildcards and variables.
fn pattern(pattern: &Pattern) -> Json {
    let piece = |piece: &Piece| match piece {
        Piece::AnyOne => json!({"wild": "?"}),
        Piece::AnyRun => json!({"wild": "*"}),
        Piece::Text(text) => json!(text),
        Piece::Variable(variable) => {
            let (word, name) = key_words(&variable.key);
            let mut object = Map::new();
            object.insert(format!("{word}-value"), json!(name));
            if let Some(default) = &variable.default {
                object.insert("default".to_owned(), json!(default));
            }
            Json::Object(object)
        }
    };
    pattern.pieces().iter().map(piece).collect()
}

/// The parts of an atom that some value of the key matches one pattern.
pub(crate) fn read_single_pattern(atom: &Json) -> Option<(KeyName, Pattern, CaseRule)> {
    let member = |name: &str| atom.get(name)?.as_str();
    let key = match (member("key"), member("field")) {
        (Some(key), None) => KeyName::new(key),
        (None, Some(field)) => field_key(field)?,
        _ => return None,
    };
    let [predicate] = &atom.get("some")?.as_array()?[..] else { return None };
    let case = match predicate.get("case")?.as_str()? {
        "exact" => CaseRule::Exact,
        "folded" => CaseRule::Folded,
        _ => return None,
    };
    let pieces: Option<Vec<Piece>> =
        predicate.get("like")?.as_array()?.iter().map(read_piece).collect();
    Some((key, Pattern::from_pieces(pieces?), case))
}

/// The reserved key of the field of this name.
fn field_key(name: &str) -> Option<KeyName> {
    let key = |field: &&Field| key_words(&field.key()).1 == name;
    Some(Field::ALL.iter().find(key)?.key())
}

fn read_piece(piece: &Json) -> Option<Piece> {
    if let Some(text) = piece.as_str() {
        return Some(Piece::Text(text.into()));
    }
    let member = |name: &str| piece.get(name)?.as_str();
    if let Some(wild) = member("wild") {
        return match wild {
            "?" => Some(Piece::AnyOne),
            "*" => Some(Piece::AnyRun),
            _ => None,
        };
    }
    let key = match (member("key-value"), member("field-value")) {
        (Some(key), None) => KeyName::new(key),
        (None, Some(field)) => field_key(field)?,
        _ => return None,
    };
    Some(Piece::Variable(Variable { key, default: member("default").map(Box::from) }))
}

fn principal(test: &PrincipalTest) -> Json {
    match test {
        PrincipalTest::Account(account) => json!({"account": account}),
        PrincipalTest::Id(id) => json!({"id": id}),
        PrincipalTest::IssuedBy(user) => json!({"issued-by": user.as_str()}),
        PrincipalTest::Kind(kind) => json!({"kind": kind_word(*kind)}),
        PrincipalTest::Partition(partition) => json!({"partition": partition}),
        PrincipalTest::ServiceLinked => json!({"service-linked": true}),
        PrincipalTest::SessionOf(role) => json!({"session-of": role.as_str()}),
        PrincipalTest::UniqueId(id) => json!({"unique-id": id}),
    }
}

fn kind_word(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::Anonymous => "anonymous",
        PrincipalKind::FederatedUser => "federated-user",
        PrincipalKind::Provider => "provider",
        PrincipalKind::RoleSession => "role-session",
        PrincipalKind::Root => "root",
        PrincipalKind::Service => "service",
        PrincipalKind::User => "user",
    }
}
