//! The grammar of a policy variable: `${key}`, `${key, 'default'}` and the escapes `${*}`, `${?}`
//! and `${$}` (policy language §4).

use nom::branch::alt;
use nom::bytes::complete::{tag, take_till1, take_until};
use nom::character::complete::char;
use nom::combinator::{all_consuming, map, opt};
use nom::sequence::{delimited, preceded};
use nom::{IResult, Parser};

use super::{PatternError, Piece, Variable};
use crate::text::KeyName;

/// Splits the text after `${` into the inside of the variable and what follows its brace. A brace
/// inside a quoted default does not close the variable.
pub(super) fn split_variable(after: &str) -> Option<(&str, &str)> {
    fn quoted(input: &str) -> IResult<&str, (&str, &str)> {
        let (rest, name) = take_till1(|c| matches!(c, '}' | '\'' | '$' | '{')).parse(input)?;
        let (rest, _) = delimited(char('\''), take_until("'"), char('\'')).parse(rest)?;
        let (rest, _) = tag("}").parse(rest)?;
        let inside = input.get(..input.len().saturating_sub(rest.len()).saturating_sub(1));
        Ok((rest, (inside.unwrap_or(name), rest)))
    }
    match quoted(after) {
        Ok((_, split)) => Some(split),
        Err(_) => after.split_once('}'),
    }
}

pub(super) fn parse_variable(inside: &str, at: usize) -> Result<Piece, PatternError> {
    fn escape(input: &str) -> IResult<&str, Piece> {
        map(alt((tag("*"), tag("?"), tag("$"))), |c: &str| Piece::Text(c.into())).parse(input)
    }
    fn variable(input: &str) -> IResult<&str, Piece> {
        let name = take_till1(|c: char| matches!(c, ',' | '\'' | '{' | '$') || c.is_whitespace());
        let default = preceded(tag(", "), delimited(char('\''), take_until("'"), char('\'')));
        let empty = preceded(tag(", "), map(tag("''"), |_| ""));
        let (rest, (name, default)) = (name, opt(alt((empty, default)))).parse(input)?;
        let default = default.map(Box::from);
        Ok((rest, Piece::Variable(Variable { key: KeyName::new(name), default })))
    }
    match all_consuming(alt((escape, variable))).parse(inside) {
        Ok((_, piece)) => Ok(piece),
        Err(_) if inside.is_empty() => Err(PatternError::Empty { at }),
        Err(_) if inside.contains(',') => Err(PatternError::MissingQuote { at }),
        Err(_) if inside.contains(char::is_whitespace) => Err(PatternError::Space { at }),
        Err(_) => Err(PatternError::MissingBrace { at }),
    }
}
