//! Value languages: the texts that a part of a request can be.

use crate::theory::pattern_set::{Class, Part, PatternSet};
use polsim_check::fields::field::Field;
use polsim_check::key_facts::{Fact, KeyFacts};
use polsim_decide::text::CaseRule;

/// The texts that the field can be: one of the languages.
pub(crate) fn languages(field: Field, documented: &KeyFacts) -> Vec<PatternSet> {
    let charset = documented.has(Fact::Charset);
    let name = if charset { Class::ascii(is_name) } else { Class::but(":/") };
    let path = if charset { Class::ascii(is_path) } else { Class::Any };
    let no_colon = Class::NotColon;
    let some = |class| vec![Part::One(class), Part::Star(class)];
    let text = |text| Part::Text(text, CaseRule::Exact);
    let alternatives: Vec<Vec<Part<'_>>> = match field {
        Field::Account | Field::ResourceAccount => {
            vec![(0..12).map(|_| Part::One(Class::Range('0', '9'))).collect()]
        }
        Field::FederatedName | Field::SessionName | Field::UserName => vec![some(name)],
        Field::IssuerTail | Field::RoleTail => {
            let mut with_path = some(path);
            with_path.push(text("/"));
            with_path.extend(some(name));
            let mut tails = vec![some(name), with_path];
            if field == Field::RoleTail {
                // AWS's own: `aws:ec2-infrastructure` (perimeter §1.4, O35).
                tails.push([vec![text("aws:")], some(name)].concat());
            }
            tails
        }
        Field::UserPath => vec![Vec::new(), vec![Part::One(path), Part::Star(path), text("/")]],
        Field::Partition | Field::ResourcePartition | Field::ResourceService => {
            vec![some(no_colon)]
        }
        // A host, or the ARN of a provider.
        Field::Provider => {
            let arn = |kind| {
                let mut parts = vec![text("arn:"), Part::Star(no_colon), text(":iam::")];
                parts.extend((0..12).map(|_| Part::One(Class::Range('0', '9'))));
                parts.extend([text(kind), Part::One(Class::Any), Part::Star(Class::Any)]);
                parts
            };
            vec![some(no_colon), arn(":saml-provider/"), arn(":oidc-provider/")]
        }
        Field::ResourceRest => vec![some(Class::Any)],
        Field::ResourceRegion => vec![vec![Part::Star(no_colon)]],
        // Nothing, or a word that is no account: it begins with a letter.
        Field::ResourceWord => {
            let letter = Part::One(Class::ascii(|c| c.is_ascii_lowercase()));
            vec![Vec::new(), vec![letter, Part::Star(no_colon)]]
        }
        Field::RoleId => vec![vec![text("AROA"), Part::Star(Class::ascii(is_id))]],
        Field::UserId => vec![vec![text("AIDA"), Part::Star(Class::ascii(is_id))]],
        Field::Service if documented.has(Fact::Services) => {
            let label = Class::ascii(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
            let of = |end| vec![Part::One(label), Part::Star(label), text(end)];
            vec![of(".amazonaws.com"), of(".amazonaws.com.cn")]
        }
        Field::Service => {
            let label = Class::ascii(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
            [".amazonaws.com", ".aws"]
                .map(|middle| vec![Part::Star(label), text(middle), Part::Star(label)])
                .into()
        }
    };
    alternatives
        .iter()
        .map(|parts| PatternSet::of_parts(parts).unwrap_or_else(|_| PatternSet::never()))
        .collect()
}

/// The characters of names of users, roles and sessions (policy language §1.5).
fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || "+=,.@_-".contains(c)
}

/// The characters of paths.
fn is_path(c: char) -> bool {
    ('!'..='~').contains(&c)
}

fn is_id(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}
