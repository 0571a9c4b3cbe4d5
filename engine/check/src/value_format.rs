//! What the fields of a request look like, written down a second time.

use super::nfa::{self, CharacterClass, Letter, Nfa};
use crate::fields::field::Field;
use crate::key_facts::{Fact, KeyFacts};
use polsim_decide::text::CaseRule;

/// Every text that the field can be.
pub fn of(field: Field, key_facts: &KeyFacts) -> Nfa {
    let charset = key_facts.has(Fact::Charset);
    let name = || Nfa::some_of(if charset { in_name } else { no_colon_or_slash });
    let path = || Nfa::some_of(if charset { in_path } else { nfa::any });
    match field {
        Field::Account | Field::ResourceAccount => account(),
        Field::FederatedName | Field::SessionName | Field::UserName => name(),
        Field::IssuerTail => {
            Nfa::OneOf(vec![name(), Nfa::Sequence(vec![path(), text("/"), name()])])
        }
        // AWS's own roles are called `aws:…` (perimeter §1.4, O35).
        Field::RoleTail => Nfa::OneOf(vec![
            name(),
            Nfa::Sequence(vec![path(), text("/"), name()]),
            Nfa::Sequence(vec![text("aws:"), name()]),
        ]),
        Field::Partition | Field::ResourcePartition | Field::ResourceService => {
            Nfa::some_of(nfa::no_colon)
        }
        Field::Provider => {
            let arn = |kind| {
                let start = Nfa::Sequence(vec![text("arn:"), Nfa::Run(nfa::no_colon)]);
                let any = Nfa::some_of(nfa::any);
                Nfa::Sequence(vec![start, text(":iam::"), account(), text(kind), any])
            };
            let host = Nfa::some_of(nfa::no_colon);
            Nfa::OneOf(vec![host, arn(":saml-provider/"), arn(":oidc-provider/")])
        }
        Field::ResourceRegion => Nfa::Run(nfa::no_colon),
        Field::ResourceRest => Nfa::some_of(nfa::any),
        Field::ResourceWord => {
            let word = vec![one(|c| c.is_ascii_lowercase()), Nfa::Run(nfa::no_colon)];
            Nfa::OneOf(vec![text(""), Nfa::Sequence(word)])
        }
        Field::RoleId => Nfa::Sequence(vec![text("AROA"), Nfa::Run(in_id)]),
        Field::UserId => Nfa::Sequence(vec![text("AIDA"), Nfa::Run(in_id)]),
        Field::Service if key_facts.has(Fact::Services) => {
            let of = |end| Nfa::Sequence(vec![Nfa::some_of(in_service), text(end)]);
            Nfa::OneOf(vec![of(".amazonaws.com"), of(".amazonaws.com.cn")])
        }
        Field::Service => {
            let of = |middle| {
                let run = || Nfa::Run(|c| in_service(c) || c == '_');
                Nfa::Sequence(vec![run(), text(middle), run()])
            };
            Nfa::OneOf(vec![of(".amazonaws.com"), of(".aws")])
        }
        Field::UserPath => Nfa::OneOf(vec![text(""), Nfa::Sequence(vec![path(), text("/")])]),
    }
}

fn account() -> Nfa {
    Nfa::Sequence((0..12).map(|_| one(|c| c.is_ascii_digit())).collect())
}

fn one(class: CharacterClass) -> Nfa {
    Nfa::One(Letter::Of(class))
}

fn text(text: &str) -> Nfa {
    Nfa::text(text, CaseRule::Exact)
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
