//! Policies back to JSON.

use std::fmt::{self, Write};

use super::{
    Condition, Effect, Element, Polarity, Policy, PolicyType, PrincipalValue, ResourcePattern,
    Statement, Version,
};
use crate::text::{Pattern, Piece, Variable};

impl Policy {
    /// An equivalent document as compact JSON: what AWS reads in it is what it reads in the text
    /// that this policy was parsed from.
    ///
    /// ```
    /// # use polsim_decide as polsim;
    /// # use polsim::policy::{Policy, PolicyType};
    /// # use polsim::text::Source;
    /// let text = r#"{"Statement": {"Resource": ["*"], "Action": "s3:*", "Effect": "Deny"}}"#;
    /// let parsed = Policy::parse(&Source::new("p.json", text), PolicyType::Scp).unwrap();
    /// let json = r#"{"Version":"2008-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":"*"}]}"#;
    /// assert_eq!(parsed.policy.to_json(), json);
    /// ```
    pub fn to_json(&self) -> String {
        self.to_string()
    }
}

/// The document as compact JSON.
impl fmt::Display for Policy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let version = match self.version {
            Version::V2008 => "2008-10-17",
            Version::V2012 => "2012-10-17",
        };
        write!(f, "{{\"Version\":\"{version}\"")?;
        if let Some(id) = &self.id {
            f.write_str(",\"Id\":")?;
            string(f, &id.value)?;
        }
        f.write_str(",\"Statement\":[")?;
        for (at, written) in self.statements.iter().enumerate() {
            comma(f, at)?;
            statement(f, written, self)?;
        }
        f.write_str("]}")
    }
}

fn statement(f: &mut fmt::Formatter<'_>, statement: &Statement, policy: &Policy) -> fmt::Result {
    f.write_char('{')?;
    if let Some(sid) = &statement.sid {
        f.write_str("\"Sid\":")?;
        string(f, &sid.value)?;
        f.write_char(',')?;
    }
    let effect = match statement.effect.value {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    write!(f, "\"Effect\":\"{effect}\"")?;
    if let Some(element) = &statement.principal {
        name(f, element, "Principal")?;
        principals(f, element)?;
    }
    name(f, &statement.action, "Action")?;
    let actions = statement.action.values.iter().map(|action| action.value.to_string());
    list(f, actions)?;
    if let Some(element) = &statement.resource {
        name(f, element, "Resource")?;
        list(f, element.values.iter().map(|value| resource_text(&value.value, policy)))?;
    }
    if !statement.conditions.is_empty() {
        f.write_str(",\"Condition\":")?;
        conditions(f, &statement.conditions)?;
    }
    f.write_char('}')
}

/// The name of an element after a comma, with its colon.
fn name<T>(f: &mut fmt::Formatter<'_>, element: &Element<T>, listed: &str) -> fmt::Result {
    let not = match element.polarity {
        Polarity::AllBut => "Not",
        Polarity::Listed => "",
    };
    write!(f, ",\"{not}{listed}\":")
}

fn principals(f: &mut fmt::Formatter<'_>, element: &Element<PrincipalValue>) -> fmt::Result {
    if let [only] = &*element.values
        && only.value == PrincipalValue::Everyone
    {
        return f.write_str("\"*\"");
    }
    let mut kinds: Vec<(&str, Vec<String>)> = Vec::new();
    for value in &element.values {
        let (kind, text) = principal_text(&value.value);
        match kinds.iter_mut().find(|(known, _)| *known == kind) {
            Some((_, texts)) => texts.push(text),
            None => kinds.push((kind, vec![text])),
        }
    }
    f.write_char('{')?;
    for (at, (kind, texts)) in kinds.into_iter().enumerate() {
        comma(f, at)?;
        write!(f, "\"{kind}\":")?;
        list(f, texts)?;
    }
    f.write_char('}')
}

fn principal_text(value: &PrincipalValue) -> (&'static str, String) {
    match value {
        PrincipalValue::Everyone | PrincipalValue::EveryAws => ("AWS", "*".to_owned()),
        PrincipalValue::Account { partition: None, account } => ("AWS", account.to_string()),
        PrincipalValue::Account { partition: Some(partition), account } => {
            ("AWS", format!("arn:{partition}:iam::{account}:root"))
        }
        PrincipalValue::User(arn)
        | PrincipalValue::Role(arn)
        | PrincipalValue::RoleSession(arn)
        | PrincipalValue::FederatedUser(arn) => ("AWS", arn.to_string()),
        // Whatever kind it stood under: with a wildcard it matches nobody there, too.
        PrincipalValue::UniqueId(text) | PrincipalValue::Nobody(text) => ("AWS", text.to_string()),
        PrincipalValue::Provider(text) => ("Federated", text.to_string()),
        PrincipalValue::Service(text) => ("Service", text.to_string()),
        PrincipalValue::CanonicalUser(text) => ("CanonicalUser", text.to_string()),
    }
}

fn resource_text(value: &ResourcePattern, policy: &Policy) -> String {
    let (components, crosses_colons) = match value {
        ResourcePattern::Any => return "*".to_owned(),
        // Incomplete and without wildcard, as every text is that was read as `Never`.
        ResourcePattern::Never => return "arn:aws:none".to_owned(),
        ResourcePattern::Arn { components, crosses_colons } => (components, crosses_colons),
    };
    let written = match crosses_colons {
        Some(whole) => whole.split_components(6),
        None => components
            .iter()
            .take(written_components(components, policy.policy_type))
            .cloned()
            .collect(),
    };
    let mut out = String::new();
    for (at, component) in written.iter().enumerate() {
        if at != 0 {
            out.push(':');
        }
        let variables = at == 5 && policy.version == Version::V2012;
        component.pieces().iter().for_each(|piece| match piece {
            Piece::Text(text) if variables => escaped(&mut out, text),
            Piece::Variable(variable) => out.push_str(&variable_text(variable)),
            piece => out.push_str(&piece.to_string()),
        });
    }
    out
}

/// The number of components to write of an ARN whose asterisks do not cross colons. A component
/// before the last that ends in `*` would be read as crossing them, so an ARN that was completed is
/// written incomplete: with a `*` at its end where the policy type needs one to complete it.
fn written_components(components: &[Pattern; 6], policy_type: PolicyType) -> usize {
    let trailing = components.iter().rev().take_while(|component| component.is_any()).count();
    let kept = 6_usize.saturating_sub(trailing);
    let ends_with_run =
        components.iter().take(kept).next_back().is_some_and(Pattern::ends_with_run);
    let completes_all = matches!(policy_type, PolicyType::Identity | PolicyType::Boundary);
    match trailing {
        0 | 1 if !ends_with_run => 6,
        _ if ends_with_run || completes_all => kept,
        _ => kept.saturating_add(1),
    }
}

/// Literal text where wildcards and variables are read.
fn escaped(out: &mut String, text: &str) {
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '*' | '?' => out.extend(["${", c.encode_utf8(&mut [0; 4]), "}"]),
            '$' if chars.peek() == Some(&'{') => out.push_str("${$}"),
            _ => out.push(c),
        }
    }
}

fn variable_text(variable: &Variable) -> String {
    Piece::Variable(variable.clone()).to_string()
}

fn conditions(f: &mut fmt::Formatter<'_>, conditions: &[Condition]) -> fmt::Result {
    let mut operators = Vec::new();
    for condition in conditions {
        if !operators.contains(&condition.operator.value) {
            operators.push(condition.operator.value);
        }
    }
    f.write_char('{')?;
    for (at, operator) in operators.into_iter().enumerate() {
        comma(f, at)?;
        write!(f, "\"{operator}\":{{")?;
        let under = conditions.iter().filter(|condition| condition.operator.value == operator);
        for (at, condition) in under.enumerate() {
            comma(f, at)?;
            string(f, condition.key.value.as_str())?;
            f.write_char(':')?;
            list(f, condition.values.iter().map(|value| &value.value.text))?;
        }
        f.write_char('}')?;
    }
    f.write_char('}')
}

/// A list, or its only value.
fn list<T: AsRef<str>>(
    f: &mut fmt::Formatter<'_>,
    texts: impl IntoIterator<Item = T>,
) -> fmt::Result {
    let texts: Vec<T> = texts.into_iter().collect();
    if let [only] = &*texts {
        return string(f, only.as_ref());
    }
    f.write_char('[')?;
    for (at, text) in texts.iter().enumerate() {
        comma(f, at)?;
        string(f, text.as_ref())?;
    }
    f.write_char(']')
}

fn comma(f: &mut fmt::Formatter<'_>, at: usize) -> fmt::Result {
    if at == 0 { Ok(()) } else { f.write_char(',') }
}

fn string(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&serde_json::to_string(text).map_err(|_| fmt::Error)?)
}
