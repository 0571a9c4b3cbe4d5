//! Principal and NotPrincipal (policy language §1.5).

use super::super::{Effect, Element, Polarity, PolicyType, PrincipalValue, Spanned, code};
use super::action::Nulls;
use super::reader::{DocumentReader, with_meant};
use super::rules::PrincipalRule;
use super::statement::{Found, Refused};
use crate::catalog::is_partition;
use crate::text::{Arn, Code, Diagnostic, Member, Node, Span, Value, nearest, quoted};

/// The kinds of principals.
const KINDS: [&str; 4] = ["AWS", "Service", "Federated", "CanonicalUser"];

impl DocumentReader<'_> {
    pub(super) fn principal_element(
        &mut self,
        statement: &Node,
        found: Found<'_>,
        effect: Option<Spanned<Effect>>,
    ) -> Result<Option<Element<PrincipalValue>>, Refused> {
        let (polarity, member) = match (found, self.rules.principal) {
            (Found::Refused, _) => return Err(Refused),
            (Found::Missing, PrincipalRule::Forbidden) => return Ok(None),
            (Found::Missing, _) => {
                let message = format!(
                    "element `Principal` is missing: a statement of {} policy names its principals",
                    self.article()
                );
                let help = "a policy without principals is of the type `identity`";
                self.error_with_help(code::NO_PRINCIPAL, statement.span, message, help);
                return Err(Refused);
            }
            (Found::Element(_, member), PrincipalRule::Forbidden) => {
                let message = format!(
                    "policy document should not specify a principal: {} policy has no `{}`",
                    self.article(),
                    member.key
                );
                let help = "principals stand in policies of the types `resource`, `key`, `trust` \
                            and `endpoint`";
                self.error_with_help(code::FORBIDDEN_ELEMENT, member.key_span, message, help);
                return Err(Refused);
            }
            (Found::Element(Polarity::AllBut, member), _) if !self.rules.not_principal => {
                let message = format!("{} policy cannot have `NotPrincipal`", self.article());
                self.error(code::FORBIDDEN_ELEMENT, member.key_span, message);
                return Err(Refused);
            }
            (Found::Element(polarity, member), PrincipalRule::Everyone) => {
                if member.value.as_str() != Some("*") {
                    let message = "the Principal of an rcp can only be `\"*\"`";
                    let help = "restrict it with a condition on an `aws:Principal…` key";
                    self.error_with_help(code::PRINCIPAL_FORM, member.value.span, message, help);
                    return Err(Refused);
                }
                (polarity, member)
            }
            (Found::Element(polarity, member), PrincipalRule::Any) => (polarity, member),
        };
        let values = self.principals(member).ok_or(Refused)?;
        let span = member.key_span.to(member.value.span);
        let element = Element { polarity, span, values };
        self.odd_principals(&element, member, effect.map(|effect| effect.value));
        Ok(Some(element))
    }

    fn principals(&mut self, member: &Member) -> Option<Vec<Spanned<PrincipalValue>>> {
        let span = member.value.span;
        match &member.value.value {
            Value::String(text) if &**text == "*" => {
                Some(vec![Spanned { span, value: PrincipalValue::Everyone }])
            }
            Value::Object(kinds) => {
                let mut values = Vec::new();
                let mut refused = false;
                for kind in kinds {
                    match self.principals_of(kind) {
                        Some(read) => values.extend(read),
                        None => refused = true,
                    }
                }
                (!refused).then_some(values)
            }
            _ => {
                let message = format!(
                    "`{}` is {}: expected `\"*\"` or an object such as `{{\"AWS\": \"111122223333\"}}`",
                    member.key,
                    member.value.as_str().map_or(member.value.kind().to_owned(), quoted),
                );
                self.error(code::PRINCIPAL_FORM, span, message);
                None
            }
        }
    }

    fn principals_of(&mut self, kind: &Member) -> Option<Vec<Spanned<PrincipalValue>>> {
        if !KINDS.contains(&&*kind.key) {
            let expected = KINDS.join("`, `");
            let message =
                format!("unknown kind of principal {}: expected `{expected}`", quoted(&kind.key));
            let diagnostic =
                Diagnostic::error(code::PRINCIPAL_KIND, self.source, kind.key_span, message);
            self.report(with_meant(diagnostic, nearest(&kind.key, KINDS)));
            return None;
        }
        let texts = self.strings(kind, Nulls::Refused)?;
        let count = texts.len();
        let read: Vec<_> = texts
            .into_iter()
            .filter_map(|(span, text)| {
                let value = match principal(&kind.key, text) {
                    Ok(value) => value,
                    Err((code, message)) => {
                        self.error(code, span, message);
                        return None;
                    }
                };
                self.odd_principal(&value, text, span);
                Some(Spanned { span, value })
            })
            .collect();
        (read.len() == count).then_some(read)
    }

    /// Warns of a value that AWS accepts and that never matches.
    fn odd_principal(&mut self, value: &PrincipalValue, text: &str, span: Span) {
        match value {
            PrincipalValue::Nobody(_) => {
                let message = format!(
                    "{} matches nobody: a wildcard stands in a principal only as the whole value",
                    quoted(text)
                );
                let help = "use `\"*\"` and a condition on `aws:PrincipalArn`";
                self.warn_with_help(code::MATCHES_NOBODY, span, message, help);
            }
            PrincipalValue::Provider(_) if self.policy_type != PolicyType::Trust => {
                let message = format!(
                    "identity providers call `sts:AssumeRoleWith…` only: {} is never seen by {} policy",
                    quoted(text),
                    self.article()
                );
                self.warn(code::UNSEEN_PRINCIPAL, span, message);
            }
            PrincipalValue::Service(name) if !is_service_name(name) => {
                let message = format!(
                    "{} is an unusual service principal: expected `name.amazonaws.com`",
                    quoted(text)
                );
                self.warn(code::UNUSUAL_NAME, span, message);
            }
            _ if text.contains("${") => self.literal_variable(span, "a principal"),
            _ => (),
        }
    }

    /// Warns of what the element as a whole does.
    fn odd_principals(
        &mut self,
        element: &Element<PrincipalValue>,
        member: &Member,
        effect: Option<Effect>,
    ) {
        let span = member.key_span;
        if element.values.is_empty() {
            let message = format!("`{}` names nobody", member.key);
            self.warn(code::EMPTY_PRINCIPAL, member.value.span, message);
        }
        if element.polarity == Polarity::AllBut {
            if effect == Some(Effect::Allow) {
                let message = "`Allow` with `NotPrincipal` allows everyone who is not listed, \
                               anonymous callers included";
                let help = "use `Principal`, or `Deny` with a condition on `aws:PrincipalArn`";
                self.warn_with_help(code::ALLOW_NOT_PRINCIPAL, span, message, help);
            }
            if self.policy_type == PolicyType::Endpoint {
                let message = "not every service reads `NotPrincipal` in an endpoint policy";
                let help = "use `\"*\"` and a condition on `aws:PrincipalArn`";
                self.warn_with_help(code::ENDPOINT_NOT_PRINCIPAL, span, message, help);
            }
        }
        let is_everyone =
            |it: &PrincipalValue| matches!(it, PrincipalValue::Everyone | PrincipalValue::EveryAws);
        let everyone = element.values.iter().any(|v| is_everyone(&v.value));
        if self.policy_type == PolicyType::Trust && effect == Some(Effect::Allow) && everyone {
            let message = "the role trusts everyone: anybody with an AWS account may assume it";
            let help = "name the accounts or principals that may assume it";
            self.warn_with_help(code::TRUSTS_EVERYONE, span, message, help);
        }
    }
}

/// The refusal of a principal: its code and message.
type Refusal = (Code, String);

fn refuse<T>(text: &str, why: &str) -> Result<T, Refusal> {
    refuse_as(code::PRINCIPAL, text, why)
}

fn refuse_as<T>(code: Code, text: &str, why: &str) -> Result<T, Refusal> {
    Err((code, format!("invalid principal {}: {why}", quoted(text))))
}

fn principal(kind: &str, text: &str) -> Result<PrincipalValue, Refusal> {
    match (kind, text) {
        ("AWS", "*") => Ok(PrincipalValue::EveryAws),
        // P-2: the lone asterisk stands for everyone under `AWS` only.
        (_, "*") => {
            Err((code::PRINCIPAL, format!("`*` is no {kind} principal: name the principal")))
        }
        (_, text) if text.contains(['*', '?']) => Ok(PrincipalValue::Nobody(text.into())),
        ("AWS", text) => aws_principal(text),
        ("Service", text) => service(text),
        ("Federated", text) => provider(text),
        (_, text) => canonical_user(text),
    }
}

fn aws_principal(text: &str) -> Result<PrincipalValue, Refusal> {
    if is_account_id(text) {
        return Ok(PrincipalValue::Account { partition: None, account: text.into() });
    }
    if !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) {
        return refuse_as(code::ACCOUNT, text, "an account id has 12 digits");
    }
    if text.starts_with("arn:") {
        return principal_arn(text);
    }
    let id = |prefix: &str| {
        text.strip_prefix(prefix).is_some_and(|rest| {
            !rest.is_empty()
                && rest.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit())
        })
    };
    if id("AIDA") || id("AROA") {
        return Ok(PrincipalValue::UniqueId(text.into()));
    }
    if id("AGPA") {
        return refuse(text, "a group is never a principal");
    }
    refuse(text, "expected `*`, an account id of 12 digits, or the ARN of a principal")
}

fn principal_arn(text: &str) -> Result<PrincipalValue, Refusal> {
    let arn: Arn = match text.parse() {
        Ok(arn) => arn,
        Err(error) => return refuse(text, &error.to_string()),
    };
    let named = |kind: &str, parts: usize| {
        let mut names = arn.resource().strip_prefix(kind).unwrap_or_default().split('/');
        names.clone().count() >= parts && names.all(|name| !name.is_empty())
    };
    let kind: fn(Arn) -> PrincipalValue = match (arn.service(), arn.resource()) {
        ("iam", "root") => |arn| PrincipalValue::Account {
            partition: Some(arn.partition().into()),
            account: arn.account().into(),
        },
        ("iam", _) if named("user/", 1) => PrincipalValue::User,
        ("iam", _) if named("role/", 1) => PrincipalValue::Role,
        ("sts", _) if named("assumed-role/", 2) => PrincipalValue::RoleSession,
        ("sts", _) if named("federated-user/", 1) => PrincipalValue::FederatedUser,
        ("iam", resource) if resource.starts_with("group/") => {
            return refuse(text, "a group is never a principal");
        }
        _ => {
            let expected = "expected the ARN of a `root`, `user/…` or `role/…` of `iam`, \
                            or of an `assumed-role/…/…` or `federated-user/…` of `sts`";
            return refuse(text, expected);
        }
    };
    if !is_partition(arn.partition()) {
        let why = format!("partition {} is not valid", quoted(arn.partition()));
        return refuse_as(code::PARTITION, text, &why);
    }
    if !arn.region().is_empty() {
        return refuse(text, "the ARN of a principal has no region");
    }
    // CloudFront's origin access identities are users of no account.
    let access_identity = arn.account() == "cloudfront" && arn.resource().starts_with("user/");
    if !is_account_id(arn.account()) && !access_identity {
        let why = format!("{} is no account id, expected 12 digits", quoted(arn.account()));
        return refuse_as(code::ACCOUNT, text, &why);
    }
    Ok(kind(arn))
}

fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn service(text: &str) -> Result<PrincipalValue, Refusal> {
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if text.contains('.') && text.chars().all(letters) {
        Ok(PrincipalValue::Service(text.into()))
    } else {
        refuse(text, "expected a service principal such as `ec2.amazonaws.com`")
    }
}

/// True if `text` looks like the name of a service in one of the partitions.
fn is_service_name(text: &str) -> bool {
    [".amazonaws.com", ".amazonaws.com.cn", ".amazonaws.eu", ".gov"]
        .into_iter()
        .any(|suffix| text.ends_with(suffix))
}

fn provider(text: &str) -> Result<PrincipalValue, Refusal> {
    let expected = "expected the ARN of an `oidc-provider/…` or `saml-provider/…`, or a host such as \
         `cognito-identity.amazonaws.com`";
    if text.starts_with("arn:") {
        let Ok(arn) = text.parse::<Arn>() else { return refuse(text, expected) };
        if !is_account_id(arn.account()) {
            let why = format!("{} is no account id, expected 12 digits", quoted(arn.account()));
            return refuse_as(code::ACCOUNT, text, &why);
        }
        let known = ["oidc-provider/", "saml-provider/"]
            .into_iter()
            .any(|kind| arn.resource().strip_prefix(kind).is_some_and(|name| !name.is_empty()));
        if arn.service() != "iam" || !known {
            return refuse(text, expected);
        }
        return Ok(PrincipalValue::Provider(text.into()));
    }
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-');
    if text.contains('.') && text.chars().all(letters) {
        Ok(PrincipalValue::Provider(text.into()))
    } else {
        refuse(text, expected)
    }
}

/// An S3 canonical user id has 64 hexadecimal digits, that of an origin access identity 96.
fn canonical_user(text: &str) -> Result<PrincipalValue, Refusal> {
    if text.len() >= 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        Ok(PrincipalValue::CanonicalUser(text.into()))
    } else {
        refuse(text, "expected a canonical user id of 64 hexadecimal digits")
    }
}
