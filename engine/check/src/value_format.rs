//! Value formats of the fields of a request, written down a second time: the solver has languages of
//! its own for them, which the checker does not trust.

use crate::fields::field::Field;
use crate::key_facts::{Fact, KeyFacts};
use crate::regex::{self, CharacterClass, Letter, Regex};
use polsim_decide::text::CaseRule;

/// The language of the values of a field.
pub(crate) fn of(field: Field, key_facts: &KeyFacts) -> Regex {
    let charset = key_facts.has(Fact::Charset);
    let name = || Regex::some_of(if charset { in_name } else { no_colon_or_slash });
    let path = || Regex::some_of(if charset { in_path } else { regex::any });
    match field {
        Field::Account | Field::ResourceAccount => account(),
        Field::FederatedName | Field::SessionName | Field::UserName => name(),
        Field::IssuerTail => {
            Regex::OneOf(vec![name(), Regex::Sequence(vec![path(), text("/"), name()])])
        }
        // AWS's own roles are called `aws:…` (perimeter §1.4, O35).
        Field::RoleTail => Regex::OneOf(vec![
            name(),
            Regex::Sequence(vec![path(), text("/"), name()]),
            Regex::Sequence(vec![text("aws:"), name()]),
        ]),
        Field::Partition | Field::ResourcePartition | Field::ResourceService => {
            Regex::some_of(regex::no_colon)
        }
        Field::Provider => {
            let arn = |kind| {
                let start = Regex::Sequence(vec![text("arn:"), Regex::Run(regex::no_colon)]);
                let any = Regex::some_of(regex::any);
                Regex::Sequence(vec![start, text(":iam::"), account(), text(kind), any])
            };
            let host = Regex::some_of(regex::no_colon);
            Regex::OneOf(vec![host, arn(":saml-provider/"), arn(":oidc-provider/")])
        }
        Field::ResourceRegion => Regex::Run(regex::no_colon),
        Field::ResourceRest => Regex::some_of(regex::any),
        Field::ResourceWord => {
            let word = vec![one(|c| c.is_ascii_lowercase()), Regex::Run(regex::no_colon)];
            Regex::OneOf(vec![text(""), Regex::Sequence(word)])
        }
        Field::RoleId => Regex::Sequence(vec![text("AROA"), Regex::Run(in_id)]),
        Field::UserId => Regex::Sequence(vec![text("AIDA"), Regex::Run(in_id)]),
        Field::Service if key_facts.has(Fact::Services) => {
            let of = |end| Regex::Sequence(vec![Regex::some_of(in_service), text(end)]);
            Regex::OneOf(vec![of(".amazonaws.com"), of(".amazonaws.com.cn")])
        }
        Field::Service => {
            let of = |middle| {
                let run = || Regex::Run(|c| in_service(c) || c == '_');
                Regex::Sequence(vec![run(), text(middle), run()])
            };
            Regex::OneOf(vec![of(".amazonaws.com"), of(".aws")])
        }
        Field::UserPath => Regex::OneOf(vec![text(""), Regex::Sequence(vec![path(), text("/")])]),
    }
}

fn account() -> Regex {
    Regex::Sequence((0..12).map(|_| one(|c| c.is_ascii_digit())).collect())
}

fn one(class: CharacterClass) -> Regex {
    Regex::One(Letter::Of(class))
}

fn text(text: &str) -> Regex {
    Regex::text(text, CaseRule::Exact)
}

/// The characters of names (policy language §1.5).
fn in_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '=' | ',' | '.' | '@' | '_' | '-')
}

/// The characters of paths.
fn in_path(c: char) -> bool {
    matches!(c, '\u{21}'..='\u{7e}')
}

fn no_colon_or_slash(c: char) -> bool {
    c != ':' && c != '/'
}

fn in_service(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '.' || c == '-'
}

fn in_id(c: char) -> bool {
    c.is_ascii_uppercase() || c.is_ascii_digit()
}
