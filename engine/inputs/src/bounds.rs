//! Bounds of documents: the widest and the narrowest reading of what is not known.
//!
//! Whether a request is allowed grows with what an Allow statement covers and shrinks with what a Deny
//! statement covers, and every unknown stands in one of the two. So all unknowns are unate (the notes
//! on unknowns, lemma 2): a claim about every assignment of them is a claim about one of two models,
//! the one that allows most ([`Bounded::Open`]) and the one that allows least ([`Bounded::Closed`]).
//! What holds in neither by itself depends on them. Values of unknown texts that stand in several
//! places are bounded in each place by itself, which may call *depends* what is settled, never the
//! other way round.

use polsim::policy::PolicyType;
use serde_json::{Map, Value as Json, json};

use crate::model::{Bound, Class, Document, Model};
use crate::names::Names;
use crate::value::{Object, Part, Text, Value};

/// The reading of everything that is not known.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Bounded {
    /// The most is allowed.
    Open,
    /// The least is allowed.
    Closed,
}

/// Renders documents for one bound.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Renderer<'m> {
    pub(crate) model: &'m Model,
    pub(crate) names: &'m Names,
    pub(crate) bounded: Bounded,
}

/// A condition that holds whatever the request, never, or as written.
enum Condition {
    Always,
    Never,
    Written(Box<str>, Vec<Json>),
}

impl Renderer<'_> {
    /// The document with its unknowns at the bound; none if the policy says nothing then.
    pub(crate) fn document(&self, document: &Document, policy_type: PolicyType) -> Option<Json> {
        match document {
            Document::Written(written) => Some(self.written(written, policy_type)),
            Document::Hole { bound, .. } => self.hole(bound, policy_type),
        }
    }

    fn hole(&self, bound: &Bound, policy_type: PolicyType) -> Option<Json> {
        let allows = self.bounded == Bounded::Open;
        let (effect, action) = match (bound, allows) {
            (Bound::Any | Bound::OnlyAllow, true) => ("Allow", "*".to_owned()),
            (Bound::OnlyAllowService(service), true) => ("Allow", format!("{service}:*")),
            (Bound::Any, false) => ("Deny", "*".to_owned()),
            (Bound::OnlyAllow | Bound::OnlyAllowService(_), false) => return None,
        };
        Some(whole(&[Self::everything(effect, &action, policy_type)]))
    }

    /// A statement about everybody and everything.
    fn everything(effect: &str, action: &str, policy_type: PolicyType) -> Json {
        let mut statement = Map::new();
        statement.insert("Effect".to_owned(), json!(effect));
        let action = match policy_type {
            PolicyType::Trust if action == "*" => "sts:*",
            _ => action,
        };
        statement.insert("Action".to_owned(), json!(action));
        if has_principal(policy_type) {
            statement.insert("Principal".to_owned(), json!("*"));
        }
        if policy_type != PolicyType::Trust {
            statement.insert("Resource".to_owned(), json!("*"));
        }
        Json::Object(statement)
    }

    fn written(&self, document: &Value, policy_type: PolicyType) -> Json {
        let Value::Object(object) = document else { return self.plain(document) };
        let mut out = Map::new();
        for (key, value) in &object.members {
            if &**key != "Statement" {
                out.insert(key.to_string(), self.plain(value));
                continue;
            }
            let items = value.items().iter();
            let statements: Vec<Json> = items
                .filter_map(|item| match item {
                    Value::Object(statement) if item.is_known() && !self.is_open_value(item) => {
                        Some(self.plain(&Value::Object(statement.clone())))
                    }
                    Value::Object(statement) => self.statement(statement, policy_type),
                    Value::Unknown(_) => {
                        let allows = self.bounded == Bounded::Open;
                        let effect = if allows { "Allow" } else { "Deny" };
                        Some(Self::everything(effect, "*", policy_type))
                    }
                    other => Some(self.plain(other)),
                })
                .collect();
            out.insert(key.to_string(), Json::Array(statements));
        }
        // A document whose every statement falls away says nothing: a statement that never applies.
        if out.get("Statement").and_then(Json::as_array).is_some_and(Vec::is_empty) {
            let mut nothing = Self::everything("Allow", "*", policy_type);
            if let Some(statement) = nothing.as_object_mut() {
                let never = json!({"StringEquals": {"aws:PrincipalAccount": "none"}});
                statement.insert("Condition".to_owned(), never);
            }
            out.insert("Statement".to_owned(), json!([nothing]));
        }
        Json::Object(out)
    }

    /// A statement with unknown elements; none if it never applies.
    fn statement(&self, statement: &Object, policy_type: PolicyType) -> Option<Json> {
        let allows = match statement.get("Effect") {
            Some(Value::Unknown(_)) => self.bounded == Bounded::Open,
            Some(effect) => effect.as_literal().as_deref() == Some("Allow"),
            None => true,
        };
        let widen = allows == (self.bounded == Bounded::Open);
        let mut out = Map::new();
        for (key, value) in &statement.members {
            let rendered = match &**key {
                "Effect" => json!(if allows { "Allow" } else { "Deny" }),
                "Action" | "Resource" => self.list(value, widen)?,
                "NotAction" | "NotResource" => {
                    let Some(list) = self.list(value, !widen) else {
                        // Nothing is exempt: the statement is about everything.
                        let positive = if &**key == "NotAction" { "Action" } else { "Resource" };
                        out.insert(positive.to_owned(), json!("*"));
                        continue;
                    };
                    list
                }
                "Principal" => self.principal(value, widen)?,
                "NotPrincipal" => self.principal(value, !widen)?,
                "Condition" => match self.conditions(value, widen)? {
                    Json::Object(block) if block.is_empty() => continue,
                    block => block,
                },
                _ => self.plain(value),
            };
            out.insert(key.to_string(), rendered);
        }
        let _ = policy_type;
        Some(Json::Object(out))
    }

    /// A list of patterns, widened or narrowed; none if nothing is left.
    fn list(&self, value: &Value, widen: bool) -> Option<Json> {
        let mut out = Vec::new();
        for item in value.items() {
            match item {
                Value::Unknown(unknown) if widen => {
                    if unknown.about.is_empty() {
                        return Some(json!("*"));
                    }
                    for thing in &unknown.about {
                        let arn = self.pattern(thing, widen);
                        out.push(json!(format!("{arn}/*")));
                        out.push(json!(arn));
                    }
                }
                Value::Unknown(_) => (),
                Value::Text(text) => out.push(json!(self.pattern(text, widen))),
                other => out.push(self.plain(other)),
            }
        }
        (!out.is_empty()).then_some(Json::Array(out))
    }

    /// A text with symbols: those that may equal anything are wildcards where it is widened.
    fn pattern(&self, text: &Text, widen: bool) -> String {
        let mut out = String::new();
        for part in text.parts() {
            match part {
                Part::Literal(literal) => out.push_str(literal),
                Part::Symbol(name) if widen && self.is_open(name) => out.push('*'),
                Part::Symbol(name) => out.push_str(&self.names.word(name)),
            }
        }
        out
    }

    fn principal(&self, value: &Value, widen: bool) -> Option<Json> {
        let unknown = |value: &Value| {
            let open = self.is_open_value(value);
            !value.is_known() || open
        };
        if !unknown(value) {
            return Some(self.plain(value));
        }
        if widen {
            return Some(json!("*"));
        }
        let Value::Object(kinds) = value else { return None };
        let mut out = Map::new();
        for (kind, names) in &kinds.members {
            let known: Vec<Json> =
                names.items().iter().filter(|it| !unknown(it)).map(|it| self.plain(it)).collect();
            if !known.is_empty() {
                out.insert(kind.to_string(), Json::Array(known));
            }
        }
        (!out.is_empty()).then_some(Json::Object(out))
    }

    /// The condition block; none if it never holds.
    fn conditions(&self, value: &Value, widen: bool) -> Option<Json> {
        let Value::Object(operators) = value else {
            // A block of which nothing is known holds always or never.
            return widen.then(|| json!({}));
        };
        let mut out = Map::new();
        for (operator, keys) in &operators.members {
            let Value::Object(keys) = keys else {
                if widen {
                    continue;
                }
                return None;
            };
            for (key, values) in &keys.members {
                let (operator, values) = match self.condition(operator, values, widen) {
                    Condition::Always => continue,
                    Condition::Never => return None,
                    Condition::Written(operator, values) => (operator, values),
                };
                let block = out.entry(operator.to_string()).or_insert_with(|| json!({}));
                let Some(block) = block.as_object_mut() else { continue };
                if block.contains_key(&**key) {
                    // Two conditions of one operator on one key cannot both be written.
                    if widen {
                        continue;
                    }
                    return None;
                }
                block.insert(key.to_string(), Json::Array(values));
            }
        }
        Some(Json::Object(out))
    }

    /// A condition; with unknown values it is brought to hold as often, or as seldom, as it may.
    fn condition(&self, operator: &str, values: &Value, widen: bool) -> Condition {
        let open = |value: &Value| !value.is_known() || self.is_open_value(value);
        let plain = |it: &Value| self.plain(it);
        if !values.items().iter().any(open) {
            let values = values.items().iter().map(plain).collect();
            return Condition::Written(operator.into(), values);
        }
        let (quantifier, rest) = match operator.split_once(':') {
            Some((quantifier, rest)) => (format!("{quantifier}:"), rest),
            None => (String::new(), operator),
        };
        let (base, if_exists) = match rest.strip_suffix("IfExists") {
            Some(base) => (base, "IfExists"),
            None => (rest, ""),
        };
        let negated = base.contains("Not");
        if widen == negated {
            // The unknown values hit as little as they may: only themselves.
            let known = values.items().iter().filter(|it| it.is_known()).map(plain);
            let mut known: Vec<Json> = known.collect();
            if known.is_empty() && base.starts_with("String") {
                known.push(json!("value-that-is-not-known"));
            }
            if !known.is_empty() {
                return Condition::Written(operator.into(), known);
            }
        } else if let Some((base, everything)) = covering(base) {
            return Condition::Written(format!("{quantifier}{base}{if_exists}").into(), everything);
        }
        if widen { Condition::Always } else { Condition::Never }
    }

    /// True if a symbol in the value may equal anything.
    fn is_open_value(&self, value: &Value) -> bool {
        let mut found = false;
        value.each_text(&mut |text| found |= text.symbols().any(|name| self.is_open(name)));
        found
    }

    fn is_open(&self, name: &str) -> bool {
        self.model.symbols.get(name).is_some_and(|it| it.class == Class::Given)
    }

    fn plain(&self, value: &Value) -> Json {
        value.to_json(&|name| self.names.word(name))
    }
}

/// An operator of the family, and values that every value of the key hits.
fn covering(base: &str) -> Option<(&'static str, Vec<Json>)> {
    let not = base.contains("Not");
    Some(match base {
        _ if base.starts_with("String") => {
            (if not { "StringNotLike" } else { "StringLike" }, vec![json!("*")])
        }
        _ if base.starts_with("Arn") => {
            (if not { "ArnNotLike" } else { "ArnLike" }, vec![json!("arn:*:*:*:*:*")])
        }
        "IpAddress" | "NotIpAddress" => (
            if not { "NotIpAddress" } else { "IpAddress" },
            vec![json!("0.0.0.0/0"), json!("::/0")],
        ),
        _ => return None,
    })
}

/// True if statements of the type name principals.
fn has_principal(policy_type: PolicyType) -> bool {
    matches!(
        policy_type,
        PolicyType::Resource
            | PolicyType::Key
            | PolicyType::Trust
            | PolicyType::Endpoint
            | PolicyType::Rcp
    )
}

/// A document with these statements.
pub(crate) fn whole(statements: &[Json]) -> Json {
    json!({"Version": "2012-10-17", "Statement": statements})
}

#[cfg(test)]
mod tests {
    use super::{Bounded, Renderer};
    use crate::model::{Bound, Class, Document, Kind, Model};
    use crate::names::Names;
    use crate::value::{Text, Unknown, Value};
    use polsim::policy::PolicyType;
    use serde_json::{Value as Json, json};

    fn render(document: &Document, bounded: Bounded) -> Option<Json> {
        let mut model = Model::default();
        model.symbol("given", Kind::Vpce, Class::Given);
        model.symbol("new", Kind::Vpce, Class::Created);
        let names = Names::new(&model);
        Renderer { model: &model, names: &names, bounded }.document(document, PolicyType::Resource)
    }

    fn statement(effect: &str, condition: Value, resource: Value) -> Document {
        Document::Written(Value::object([(
            "Statement",
            Value::List(vec![Value::object([
                ("Effect", Value::text(effect)),
                ("Principal", Value::text("*")),
                ("Action", Value::text("s3:*")),
                ("Resource", resource),
                ("Condition", condition),
            ])]),
        )]))
    }

    fn unless(value: Value) -> Value {
        let keys = Value::object([("aws:SourceVpce", value)]);
        Value::object([("StringNotEquals", keys)])
    }

    #[test]
    fn a_given_id_in_a_deny_lets_every_endpoint_through_or_none() {
        let given = Value::Text(Text::symbol("given"));
        let document = statement("Deny", unless(given), Value::text("*"));
        let open = render(&document, Bounded::Open).unwrap();
        let condition = &open["Statement"][0]["Condition"];
        assert_eq!(condition, &json!({"StringNotLike": {"aws:SourceVpce": ["*"]}}));
        let closed = render(&document, Bounded::Closed).unwrap();
        let values = &closed["Statement"][0]["Condition"]["StringNotEquals"]["aws:SourceVpce"];
        assert!(values[0].as_str().unwrap().starts_with("vpce-0"));
    }

    #[test]
    fn a_created_id_is_itself_in_both() {
        let document =
            statement("Deny", unless(Value::Text(Text::symbol("new"))), Value::text("*"));
        assert_eq!(render(&document, Bounded::Open), render(&document, Bounded::Closed));
    }

    #[test]
    fn an_unknown_resource_is_about_its_thing_or_about_nothing() {
        let unknown = Unknown { about: vec![Text::from("arn:aws:s3:::lake")], because: Vec::new() };
        let document = |effect| {
            statement(
                effect,
                Value::Object(crate::value::Object::default()),
                Value::List(vec![Value::Unknown(unknown.clone())]),
            )
        };
        let wide = json!(["arn:aws:s3:::lake/*", "arn:aws:s3:::lake"]);
        let resources = |effect, bounded| {
            render(&document(effect), bounded).unwrap()["Statement"][0]["Resource"].clone()
        };
        assert_eq!(resources("Allow", Bounded::Open), wide);
        assert_eq!(resources("Deny", Bounded::Closed), wide);
        // What never applies leaves an Allow behind that never applies.
        for (effect, bounded) in [("Allow", Bounded::Closed), ("Deny", Bounded::Open)] {
            let rendered = render(&document(effect), bounded).unwrap();
            let account =
                &rendered["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalAccount"];
            assert_eq!(account, &json!("none"), "{effect}");
        }
    }

    #[test]
    fn a_managed_policy_that_is_not_there_denies_nothing() {
        let hole = |bound| Document::Hole { bound, why: "x".into(), settle: "y".into() };
        assert!(render(&hole(Bound::OnlyAllow), Bounded::Closed).is_none());
        let denied = render(&hole(Bound::Any), Bounded::Closed).unwrap();
        assert_eq!(denied["Statement"][0]["Effect"], json!("Deny"));
        let of = render(&hole(Bound::OnlyAllowService("dynamodb".into())), Bounded::Open).unwrap();
        assert_eq!(of["Statement"][0]["Action"], json!("dynamodb:*"));
    }
}
