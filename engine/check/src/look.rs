//! What the fields of a request look like, written down a second time.

use super::words::{self, CharacterClass, Letter, Words};
use crate::fields::field::Field;
use crate::key_facts::{Documented, Fact};
use polsim_decide::text::CaseRule;

/// Every text that the field can be.
pub fn of(field: Field, documented: &Documented) -> Words {
    let charset = documented.has(Fact::Charset);
    let name = || Words::some_of(if charset { in_name } else { no_colon_or_slash });
    let path = || Words::some_of(if charset { in_path } else { words::any });
    match field {
        Field::Account | Field::ResourceAccount => account(),
        Field::FederatedName | Field::SessionName | Field::UserName => name(),
        Field::IssuerTail => {
            Words::OneOf(vec![name(), Words::Sequence(vec![path(), text("/"), name()])])
        }
        // AWS's own roles are called `aws:…` (perimeter §1.4, O35).
        Field::RoleTail => Words::OneOf(vec![
            name(),
            Words::Sequence(vec![path(), text("/"), name()]),
            Words::Sequence(vec![text("aws:"), name()]),
        ]),
        Field::Partition | Field::ResourcePartition | Field::ResourceService => {
            Words::some_of(words::no_colon)
        }
        Field::Provider => {
            let arn = |kind| {
                let start = Words::Sequence(vec![text("arn:"), Words::Run(words::no_colon)]);
                let any = Words::some_of(words::any);
                Words::Sequence(vec![start, text(":iam::"), account(), text(kind), any])
            };
            let host = Words::some_of(words::no_colon);
            Words::OneOf(vec![host, arn(":saml-provider/"), arn(":oidc-provider/")])
        }
        Field::ResourceRegion => Words::Run(words::no_colon),
        Field::ResourceRest => Words::some_of(words::any),
        Field::ResourceWord => {
            let word = vec![one(|c| c.is_ascii_lowercase()), Words::Run(words::no_colon)];
            Words::OneOf(vec![text(""), Words::Sequence(word)])
        }
        Field::RoleId => Words::Sequence(vec![text("AROA"), Words::Run(in_id)]),
        Field::UserId => Words::Sequence(vec![text("AIDA"), Words::Run(in_id)]),
        Field::Service if documented.has(Fact::Services) => {
            let of = |end| Words::Sequence(vec![Words::some_of(in_service), text(end)]);
            Words::OneOf(vec![of(".amazonaws.com"), of(".amazonaws.com.cn")])
        }
        Field::Service => {
            let of = |middle| {
                let run = || Words::Run(|c| in_service(c) || c == '_');
                Words::Sequence(vec![run(), text(middle), run()])
            };
            Words::OneOf(vec![of(".amazonaws.com"), of(".aws")])
        }
        Field::UserPath => Words::OneOf(vec![text(""), Words::Sequence(vec![path(), text("/")])]),
    }
}

fn account() -> Words {
    Words::Sequence((0..12).map(|_| one(|c| c.is_ascii_digit())).collect())
}

fn one(class: CharacterClass) -> Words {
    Words::One(Letter::Of(class))
}

fn text(text: &str) -> Words {
    Words::text(text, CaseRule::Exact)
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
