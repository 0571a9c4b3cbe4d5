//! The elements Resource and NotResource.

use super::super::{
    ActionPattern, Element, Polarity, PolicyType, ResourcePattern, Spanned, Version, code,
};
use super::action::Nulls;
use super::reader::DocumentReader;
use super::rules::{Completion, ResourceRule};
use super::statement::{Found, Refused};
use crate::catalog::{IAM_PATHS, REGIONAL_S3_PATHS, Service, is_partition};
use crate::text::{Code, Node, Pattern, PatternError, Piece, Span, quoted};

/// The rule for the service of an ARN.
const QUALIFIED: &str = "resource vendor must be fully qualified and cannot contain regexes";
/// The beginning of a resource in the policy of an API, in short form.
const OF_API: &str = "execute-api:/";
/// The form of an ARN, for messages.
const ARN_FORM: &str = "an ARN is written `arn:partition:service:region:account:resource`";

impl DocumentReader<'_> {
    pub(super) fn resource_element(
        &mut self,
        statement: &Node,
        found: Found<'_>,
        action: Option<&Element<ActionPattern>>,
    ) -> Result<Option<Element<ResourcePattern>>, Refused> {
        let (polarity, member) = match found {
            Found::Element(polarity, member) => (polarity, member),
            Found::Refused => return Err(Refused),
            Found::Missing => return self.no_resource(statement, action),
        };
        match self.rules.resource {
            ResourceRule::Forbidden => {
                let message = format!(
                    "has prohibited field {}: a trust policy is about the role that it hangs on",
                    member.key
                );
                self.error(code::FORBIDDEN_ELEMENT, member.key_span, message);
                return Err(Refused);
            }
            ResourceRule::Listed if polarity == Polarity::AllBut => {
                let message = "a key policy cannot have `NotResource`: expected `Resource`";
                let help = "`\"Resource\": \"*\"` is the key that the policy hangs on";
                self.error_with_help(code::FORBIDDEN_ELEMENT, member.key_span, message, help);
                return Err(Refused);
            }
            _ => (),
        }
        let items = self.strings(member, Nulls::Skipped).ok_or(Refused)?;
        if items.is_empty() {
            let message =
                format!("the policy statement must contain resources: `{}` is empty", member.key);
            self.error(code::NO_RESOURCE, member.value.span, message);
            return Err(Refused);
        }
        let count = items.len();
        let values: Vec<_> = items
            .into_iter()
            .filter_map(|(span, text)| {
                Some(Spanned { span, value: self.resource_pattern(text, span)? })
            })
            .collect();
        let span = member.key_span.to(member.value.span);
        if values.len() < count {
            return Err(Refused);
        }
        Ok(Some(Element { polarity, span, values }))
    }

    fn no_resource(
        &mut self,
        statement: &Node,
        action: Option<&Element<ActionPattern>>,
    ) -> Result<Option<Element<ResourcePattern>>, Refused> {
        match self.rules.resource {
            ResourceRule::Forbidden => Ok(None),
            ResourceRule::Implied if action.is_some_and(implies_resource) => {
                let span = statement.span;
                let values = vec![Spanned { span, value: ResourcePattern::Any }];
                Ok(Some(Element { polarity: Polarity::Listed, span, values }))
            }
            _ => {
                let message = "the policy statement must contain resources: expected `Resource` \
                               or `NotResource`";
                self.error(code::NO_RESOURCE, statement.span, message);
                Err(Refused)
            }
        }
    }

    fn resource_pattern(&mut self, text: &str, span: Span) -> Option<ResourcePattern> {
        let only_runs = !text.is_empty() && text.bytes().all(|byte| byte == b'*');
        if text == "*" || (only_runs && !self.rules.iam_grammar) {
            return Some(ResourcePattern::Any);
        }
        if let Some(path) = text.strip_prefix(OF_API)
            && self.policy_type == PolicyType::Resource
        {
            return self.of_own_api(path, span);
        }
        let parts: Vec<&str> = text.splitn(6, ':').collect();
        let ["arn", partition, rest @ ..] = &*parts else {
            let message = format!("resource {} must be in ARN format or `*`", quoted(text));
            self.error_with_help(code::NOT_AN_ARN, span, message, ARN_FORM);
            return None;
        };
        self.arn_parts(text, span, partition, rest)?;
        let resource = match rest {
            [.., _, _, _, resource] => Some(self.last_component(resource, span)?),
            _ => None,
        };
        self.literal_parts(text, &parts, span);
        let mut components: Vec<Pattern> =
            parts.iter().take(5).map(|part| Pattern::wildcard(part)).chain(resource).collect();
        let written = components.len();
        if written < 6 && !self.completes(text, span)? {
            return Some(ResourcePattern::Never);
        }
        let stretches = |(at, part): (usize, &Pattern)| {
            at != 0 && at.saturating_add(1) < written && part.ends_with_run()
        };
        let crosses_colons =
            components.iter().enumerate().any(stretches).then(|| join(&components));
        components.resize(6, Pattern::wildcard("*"));
        let components = components.try_into().map(Box::new).ok()?;
        Some(ResourcePattern::Arn { components, crosses_colons })
    }

    /// The resources of the API that the policy is attached to: API Gateway completes the short form
    /// when the policy is saved (API Gateway Developer Guide, "API Gateway resource policy examples").
    fn of_own_api(&mut self, path: &str, span: Span) -> Option<ResourcePattern> {
        let any = || Pattern::wildcard("*");
        let path = self.last_component(&format!("*/{path}"), span)?;
        let service = Pattern::literal("execute-api");
        let components = [Pattern::literal("arn"), any(), service, any(), any(), path];
        Some(ResourcePattern::Arn { components: components.into(), crosses_colons: None })
    }

    /// Complains of a component that no ARN has; `None` where the ARN is refused.
    fn arn_parts(&mut self, text: &str, span: Span, partition: &str, rest: &[&str]) -> Option<()> {
        let Some((code, why)) = self.arn_refusal(text, partition, rest) else { return Some(()) };
        let variable = text.split(':').take(5).any(|part| part.contains("${"));
        let help =
            if variable { "policy variables stand after the fifth colon only" } else { ARN_FORM };
        self.error_with_help(code, span, format!("resource {}: {why}", quoted(text)), help);
        None
    }

    /// The reason for which AWS refuses an ARN of these components (policy language §1.10, stages 3
    /// and 6).
    fn arn_refusal(&self, text: &str, partition: &str, rest: &[&str]) -> Option<(Code, String)> {
        let is_pattern = |part: &str| part.contains(['*', '?']);
        let iam_grammar = self.rules.iam_grammar;
        let (code, why) = match rest {
            ["", ..] => (code::ARN_GAP, "the policy failed legacy parsing, the service is empty"),
            _ if rest.len() < 4 && text.contains("::") => {
                (code::ARN_GAP, "the policy failed legacy parsing, components are missing")
            }
            _ if !is_partition(partition) && !is_pattern(partition) => {
                let why = format!("partition {} is not valid", quoted(partition));
                return Some((code::PARTITION, why));
            }
            [] if iam_grammar => (code::ARN_SERVICE, QUALIFIED),
            [service, ..] if iam_grammar && is_pattern(service) => (code::ARN_SERVICE, QUALIFIED),
            ["iam", region, ..] if iam_grammar && !region.is_empty() => {
                (code::ARN_REGION, "an IAM resource cannot contain region information")
            }
            ["s3", region, tail @ ..]
                if iam_grammar
                    && !region.is_empty()
                    && !is_regional_s3(tail)
                    && !stretches(region, tail) =>
            {
                (code::ARN_REGION, "an S3 resource can not contain region information")
            }
            ["iam", _, _, path] if iam_grammar && !is_iam_path(path) => {
                let kinds = IAM_PATHS.join(", ");
                let why = format!("IAM resource path must either be `*` or start with {kinds}");
                return Some((code::IAM_PATH, why));
            }
            // The fifth component of an incomplete ARN may be what a stretched `*` before it leaves
            // over: `arn:aws:sqs:*:queue` (§2.3).
            [_, _, account, _] if !is_account(account) => {
                let why = format!("{} is no account id, expected 12 digits", quoted(account));
                return Some((code::ACCOUNT, why));
            }
            _ => return None,
        };
        Some((code, why.to_owned()))
    }

    /// The sixth component, where policy variables stand (policy language §4, V-3).
    fn last_component(&mut self, text: &str, span: Span) -> Option<Pattern> {
        match self.version {
            Version::V2008 => Some(Pattern::wildcard(text)),
            Version::V2012 => match Pattern::with_variables(text, true) {
                Ok(pattern) => Some(pattern),
                Err(refused) => {
                    self.malformed_variable(text, span, refused);
                    None
                }
            },
        }
    }

    pub(super) fn malformed_variable(&mut self, text: &str, span: Span, refused: PatternError) {
        let variable = text.get(refused.at()..).unwrap_or(text);
        let variable = variable.split_inclusive('}').next().unwrap_or(variable);
        let message = format!("{refused}: {}", quoted(variable));
        let help = "a policy variable is written `${key}` or `${key, 'default'}`";
        self.error_with_help(code::VARIABLE, span, message, help);
    }

    /// Warns of variables that are literal text, and of accounts that are words.
    fn literal_parts(&mut self, text: &str, parts: &[&str], span: Span) {
        let early = parts.iter().take(5).any(|part| part.contains("${"));
        if early || (self.version == Version::V2008 && text.contains("${")) {
            self.literal_variable(span, "an ARN before its fifth colon");
        }
        if let Some(account) = parts.get(4) {
            let word =
                !account.is_empty() && account.bytes().all(|byte| byte.is_ascii_alphabetic());
            if word && *account != "aws" {
                let message = format!("{} is no account id: expected 12 digits", quoted(account));
                self.warn(code::UNUSUAL_NAME, span, message);
            }
        }
    }

    /// Warns that `${…}` is literal text there.
    pub(super) fn literal_variable(&mut self, span: Span, place: &str) {
        if self.version == Version::V2008 {
            let message = "`${…}` is literal text in a policy of version 2008-10-17";
            let help = "policy variables need `\"Version\": \"2012-10-17\"`";
            self.warn_with_help(code::LITERAL_VARIABLE, span, message, help);
        } else {
            let message = format!("`${{…}}` is literal text in {place}");
            let help = "policy variables stand in Resource after the fifth colon and in values of \
                        the string and ARN operators";
            self.warn_with_help(code::LITERAL_VARIABLE, span, message, help);
        }
    }

    /// True if the type completes the incomplete ARN, false if the ARN then matches nothing; `None`
    /// where the type refuses it.
    fn completes(&mut self, text: &str, span: Span) -> Option<bool> {
        let refuse = match self.rules.completion {
            Completion::Always => return Some(true),
            Completion::WithWildcard if text.contains(['*', '?']) => return Some(true),
            Completion::WithWildcard => {
                let message = format!("{} is no complete ARN: it matches nothing", quoted(text));
                self.warn_with_help(code::MATCHES_NOTHING, span, message, ARN_FORM);
                return Some(false);
            }
            Completion::AfterRun if text.ends_with('*') => return Some(true),
            Completion::AfterRun => "an scp completes an ARN only after `*`",
            Completion::Never if self.policy_type == PolicyType::Session => {
                "a session policy does not complete it"
            }
            Completion::Never => "an rcp does not complete it",
        };
        let message = format!("{} is no complete ARN: {refuse}", quoted(text));
        self.error_with_help(code::INCOMPLETE_ARN, span, message, ARN_FORM);
        None
    }
}

/// True if every action is of a service whose policies leave Resource out.
fn implies_resource(action: &Element<ActionPattern>) -> bool {
    let implied = |value: &Spanned<ActionPattern>| match &value.value {
        ActionPattern::Any => false,
        ActionPattern::Of { service, .. } => {
            let known = service.as_literal().and_then(Service::find);
            known.is_some_and(|service| service.implies_resource)
        }
    };
    action.polarity == Polarity::Listed && action.values.iter().all(implied)
}

/// True if an S3 ARN with this account and resource may have a region.
fn is_regional_s3(tail: &[&str]) -> bool {
    matches!(tail, [_, path] if REGIONAL_S3_PATHS.iter().any(|kind| path.starts_with(kind)))
}

fn is_iam_path(path: &str) -> bool {
    matches!(path, "*" | "root") || IAM_PATHS.iter().any(|kind| path.starts_with(kind))
}

/// True if the region is the `*` of an incomplete ARN, which then matches all that follows.
fn stretches(region: &str, tail: &[&str]) -> bool {
    region == "*" && tail.len() < 2
}

/// True if `text` can be the account of an ARN pattern: twelve digits, a pattern, or a word such as
/// `aws`.
fn is_account(text: &str) -> bool {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    digits == 0
        || text.contains(['*', '?'])
        || text.contains("${")
        || (digits == 12 && text.len() == 12)
}

/// The ARN pattern as it was written.
fn join(components: &[Pattern]) -> Pattern {
    let mut pieces: Vec<Piece> = Vec::new();
    for (at, component) in components.iter().enumerate() {
        if at != 0 {
            pieces.push(Piece::Text(":".into()));
        }
        pieces.extend(component.pieces().iter().cloned());
    }
    Pattern::from_pieces(pieces)
}
