//! Templates: texts put together from fields, and the split of a pattern on the whole over the fields.
//!
//! `aws:PrincipalArn` of a user is `arn:` partition `:iam::` account `:user/` path name. A pattern
//! matches such a text if and only if, for one of finitely many ways to cut the pattern, every piece
//! matches its field: a `*` may end in one field and go on in the next, a literal may not. So a
//! pattern on the whole is a disjunction of conjunctions of patterns on the fields
//! ([`Template::split`]), exactly.

use std::borrow::Cow;

use super::field::Field;
use polsim_decide::text::{CaseRule, Pattern, Piece, Token, Variable, fold_char};

/// Text put together from fixed text and fields.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Template {
    parts: Cow<'static, [Part]>,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Part {
    Text(Cow<'static, str>),
    Field(Field),
}

/// A way to cut a pattern: a pattern for each field of the template, in order.
pub(super) type Cut = Vec<(Field, Pattern)>;

/// The error of a pattern with a variable where the template has fixed text or a boundary: the values
/// that would match depend on other fields in a way that no finite list of cuts expresses.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Inexpressible;

impl Template {
    /// The template of these parts.
    pub(super) fn new(parts: impl IntoIterator<Item = Part>) -> Self {
        Self { parts: parts.into_iter().collect() }
    }

    /// The template of these parts, which are the program's own: allocates nothing.
    pub(super) const fn of(parts: &'static [Part]) -> Self {
        Self { parts: Cow::Borrowed(parts) }
    }

    /// The template of a fixed text.
    pub(super) fn text(text: &'static str) -> Self {
        Self::new([Part::Text(text.into())])
    }

    /// The template of one field.
    pub(super) fn field(field: Field) -> Self {
        Self::new([Part::Field(field)])
    }

    /// The text, if there is no field in it.
    pub(super) fn as_text(&self) -> Option<&str> {
        match &*self.parts {
            [] => Some(""),
            [Part::Text(text)] => Some(text),
            _ => None,
        }
    }

    /// The field, if it is one and nothing else.
    pub(super) fn as_field(&self) -> Option<Field> {
        match *self.parts {
            [Part::Field(field)] => Some(field),
            _ => None,
        }
    }

    /// The pieces that stand for it in a pattern: each field as a variable.
    pub(super) fn pieces(&self) -> Vec<Piece> {
        let piece = |part: &Part| match part {
            Part::Text(text) => Piece::Text((&**text).into()),
            Part::Field(field) => Piece::Variable(Variable { key: field.key(), default: None }),
        };
        self.parts.iter().map(piece).collect()
    }

    /// The template cut at its first five colons, if its fixed text has that many. No field but one
    /// in the last component holds a colon.
    pub(super) fn components(&self) -> Option<[Self; 6]> {
        let mut components = vec![Vec::new()];
        for part in &*self.parts {
            let Part::Text(text) = part else {
                components.last_mut()?.push(part.clone());
                continue;
            };
            let mut rest = &**text;
            while components.len() < 6
                && let Some((before, after)) = rest.split_once(':')
            {
                components.last_mut()?.push(Part::Text(before.to_owned().into()));
                components.push(Vec::new());
                rest = after;
            }
            components.last_mut()?.push(Part::Text(rest.to_owned().into()));
        }
        let tidy = |parts: Vec<Part>| {
            let blank = |part: &Part| matches!(part, Part::Text(text) if text.is_empty());
            Self { parts: parts.into_iter().filter(|part| !blank(part)).collect() }
        };
        <[Vec<Part>; 6]>::try_from(components).ok().map(|six| six.map(tidy))
    }

    /// Quick test that the fixed texts are in `text` one after the other: never wrongly false.
    fn may_have_text(&self, text: &str) -> bool {
        let mut rest = text;
        for (number, part) in self.parts.iter().enumerate() {
            let Part::Text(fixed) = part else { continue };
            let Some((before, after)) = rest.split_once(&**fixed) else { return false };
            if number == 0 && !before.is_empty() {
                return false;
            }
            rest = after;
        }
        true
    }

    /// The cuts of `pattern`: the whole matches if and only if all patterns of one cut do. A cut
    /// without patterns always matches.
    pub(super) fn split(
        &self,
        pattern: &Pattern,
        case: CaseRule,
    ) -> Result<Vec<Cut>, Inexpressible> {
        if case == CaseRule::Exact
            && pattern.as_literal().is_some_and(|text| !self.may_have_text(text))
        {
            return Ok(Vec::new());
        }
        let tokens = tokens(pattern);
        // The cut so far, and the position in the pattern.
        let mut states: Vec<(Cut, usize)> = vec![(Vec::new(), 0)];
        for (number, part) in self.parts.iter().enumerate() {
            let boundary = match self.parts.get(number.saturating_add(1)) {
                None => Boundary::End,
                Some(Part::Field(_)) => Boundary::Open,
                Some(Part::Text(text)) => {
                    text.chars().next().map_or(Boundary::Open, Boundary::Before)
                }
            };
            let mut next = Vec::new();
            for (cut, at) in states {
                match part {
                    Part::Text(text) => {
                        let ends = after_text(&tokens, at, text, case)?;
                        for (cut, at) in repeated(cut, ends) {
                            push_new(&mut next, (cut, at));
                        }
                    }
                    Part::Field(field) => {
                        let ends = after_field(&tokens, at, (*field, boundary), case)?;
                        for (mut cut, (pattern, at)) in repeated(cut, ends) {
                            cut.extend(listed(*field, pattern));
                            push_new(&mut next, (cut, at));
                        }
                    }
                }
            }
            states = next;
        }
        let mut cuts = Vec::new();
        for (cut, at) in states {
            let rest = tokens.get(at..).unwrap_or_default();
            if rest.iter().all(is_run) {
                push_new(&mut cuts, cut);
            } else if rest.iter().all(may_be_empty) {
                return Err(Inexpressible);
            }
        }
        Ok(cuts)
    }
}

/// Boundary of a field in its template.
#[derive(Clone, Copy)]
enum Boundary {
    /// Fixed text that begins with this character.
    Before(char),
    /// The end of the template.
    End,
    /// Another field, without text between.
    Open,
}

fn listed(field: Field, pattern: Pattern) -> Cut {
    if pattern.is_any() { Vec::new() } else { vec![(field, pattern)] }
}

fn push_new<T: PartialEq>(list: &mut Vec<T>, item: T) {
    if !list.contains(&item) {
        list.push(item);
    }
}

/// The cut paired with each of the ends, of which there is mostly one.
fn repeated<T>(cut: Cut, ends: Vec<T>) -> impl Iterator<Item = (Cut, T)> {
    let mut left = ends.len();
    let mut cut = Some(cut);
    ends.into_iter().filter_map(move |end| {
        left = left.saturating_sub(1);
        let own = if left == 0 { cut.take() } else { cut.clone() };
        own.map(|own| (own, end))
    })
}

fn is_run(token: &Token<&Variable>) -> bool {
    matches!(token, Token::Run)
}

fn may_be_empty(token: &Token<&Variable>) -> bool {
    matches!(token, Token::Run | Token::Variable(_))
}

fn tokens(pattern: &Pattern) -> Vec<Token<&Variable>> {
    let most = |piece: &Piece| if let Piece::Text(text) = piece { text.len() } else { 1 };
    let mut tokens = Vec::with_capacity(pattern.pieces().iter().map(most).sum());
    for piece in pattern.pieces() {
        match piece {
            Piece::AnyOne => tokens.push(Token::One),
            Piece::AnyRun => tokens.push(Token::Run),
            Piece::Text(text) => tokens.extend(text.chars().map(Token::Char)),
            Piece::Variable(variable) => tokens.push(Token::Variable(variable)),
        }
    }
    tokens
}

/// The positions in the pattern after it matched `text` from position `at` on.
fn after_text(
    tokens: &[Token<&Variable>],
    at: usize,
    text: &str,
    case: CaseRule,
) -> Result<Vec<usize>, Inexpressible> {
    let mut here = vec![at];
    let mut next = Vec::new();
    let mut chars = text.chars();
    // As long as the pattern has characters there is one way, or none.
    while let [at] = here.as_mut_slice()
        && let Some(Token::Char(own)) = tokens.get(*at)
    {
        let Some(c) = chars.next() else { return Ok(here) };
        if !same(*own, c, case) {
            return Ok(Vec::new());
        }
        *at = at.saturating_add(1);
    }
    for c in chars {
        while let Some(at) = here.pop() {
            let after = at.saturating_add(1);
            match tokens.get(at) {
                Some(Token::Char(own)) if same(*own, c, case) => push_new(&mut next, after),
                Some(Token::One) => push_new(&mut next, after),
                Some(Token::Run) => {
                    push_new(&mut next, at);
                    here.push(after);
                }
                Some(Token::Variable(variable)) if !is_without(variable, c) => {
                    return Err(Inexpressible);
                }
                Some(Token::Char(_) | Token::Variable(_)) | None => (),
            }
        }
        std::mem::swap(&mut here, &mut next);
    }
    Ok(here)
}

/// The pieces of the pattern from position `at` on that the field may take, with the position after.
fn after_field(
    tokens: &[Token<&Variable>],
    at: usize,
    (field, boundary): (Field, Boundary),
    case: CaseRule,
) -> Result<Vec<(Pattern, usize)>, Inexpressible> {
    let mut found = Vec::new();
    let goes_on = |end: usize, to: usize| match (boundary, tokens.get(end)) {
        (Boundary::Before(c), Some(Token::Char(own))) => same(*own, c, case),
        (Boundary::Before(_), token) => token.is_some(),
        // The last field takes all that is left: what takes nothing is content with it, too.
        (Boundary::End, _) => to == tokens.len(),
        (Boundary::Open, _) => true,
    };
    for end in at..=tokens.len() {
        let token = tokens.get(end);
        // A run may end in this field and go on in the next: the piece keeps it, and so does the
        // rest. Where the run itself is the last of the piece, that has been said already.
        let to = if token.is_some_and(is_run) { end.saturating_add(1) } else { end };
        let said = end > at && tokens.get(end.saturating_sub(1)).is_some_and(is_run);
        let piece = tokens.get(at..to).filter(|_| !said && goes_on(end, to));
        if let Some(pattern) = piece.and_then(|piece| sub_pattern(piece, field, case)) {
            found.push((pattern, end));
        }
        match (token, boundary) {
            (Some(Token::Char(c)), _) if !allows(field, *c) => break,
            // A path is empty or ends in a slash: it does not end within such a value.
            (Some(Token::Variable(variable)), Boundary::Open)
                if field == Field::UserPath && is_without(variable, '/') => {}
            // The value of a variable could reach beyond the field.
            (Some(Token::Variable(_)), Boundary::Open) => return Err(Inexpressible),
            (Some(Token::Variable(variable)), Boundary::Before(c)) if !is_without(variable, c) => {
                return Err(Inexpressible);
            }
            _ => (),
        }
    }
    Ok(found)
}

/// Tests that the variable's value surely has text, and none with this character.
fn is_without(variable: &Variable, c: char) -> bool {
    Field::of(&variable.key).is_some_and(|field| never_empty(field) && !allows(field, c))
}

/// Tests that a value of the field may hold the character: never wrongly false.
fn allows(field: Field, c: char) -> bool {
    match field {
        Field::Account | Field::ResourceAccount => c.is_ascii_digit(),
        Field::Partition
        | Field::ResourcePartition
        | Field::ResourceRegion
        | Field::ResourceService
        | Field::ResourceWord
        | Field::RoleId
        | Field::UserId => c != ':',
        Field::FederatedName | Field::Service | Field::SessionName | Field::UserName => {
            c != ':' && c != '/'
        }
        Field::IssuerTail
        | Field::Provider
        | Field::ResourceRest
        | Field::RoleTail
        | Field::UserPath => true,
    }
}

fn never_empty(field: Field) -> bool {
    !matches!(field, Field::ResourceRegion | Field::ResourceWord | Field::UserPath)
}

fn same(own: char, c: char, case: CaseRule) -> bool {
    match case {
        CaseRule::Exact => own == c,
        CaseRule::AsciiFolded => own.eq_ignore_ascii_case(&c),
        CaseRule::Folded => own == c || fold_char(own) == fold_char(c),
    }
}

/// The tokens as a pattern, unless no value of the field can match it.
fn sub_pattern(tokens: &[Token<&Variable>], field: Field, case: CaseRule) -> Option<Pattern> {
    if !may_match(tokens.iter().copied(), field, case) {
        return None;
    }
    let mut pieces = Vec::new();
    let mut text = String::with_capacity(tokens.len());
    for token in tokens {
        let piece = match token {
            Token::Char(c) => {
                text.push(*c);
                continue;
            }
            Token::One => Piece::AnyOne,
            Token::Run => Piece::AnyRun,
            Token::Variable(variable) => Piece::Variable((*variable).clone()),
        };
        if !text.is_empty() {
            pieces.push(Piece::Text(std::mem::take(&mut text).into()));
        }
        pieces.push(piece);
    }
    if pieces.is_empty() {
        return Some(Pattern::literal(&text));
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text.into()));
    }
    Some(Pattern::from_pieces(pieces))
}

/// Tests that some value of the field may match the pattern: never wrongly false.
pub(super) fn may_match_field(field: Field, pattern: &Pattern, case: CaseRule) -> bool {
    may_match(pattern.tokens(), field, case)
}

/// Quick test that some value of the field may match: never wrongly false.
fn may_match<'p>(
    mut tokens: impl DoubleEndedIterator<Item = Token<&'p Variable>> + Clone,
    field: Field,
    case: CaseRule,
) -> bool {
    let is_open = |token: &Token<&Variable>| matches!(token, Token::Run | Token::Variable(_));
    let fixed = || tokens.clone().filter(|token| !is_open(token)).count();
    let open = || tokens.clone().any(|token| is_open(&token));
    let length = match field {
        Field::Account | Field::ResourceAccount => match fixed() {
            12 => true,
            fixed => fixed < 12 && open(),
        },
        // Twelve digits would be an account.
        Field::ResourceWord => {
            let digit =
                |token: Token<&Variable>| matches!(token, Token::Char(c) if c.is_ascii_digit());
            fixed() != 12 || !tokens.clone().all(digit)
        }
        _ => !never_empty(field) || tokens.clone().next().is_some(),
    };
    let ends_well = match (field, tokens.clone().next_back()) {
        (Field::UserPath, Some(Token::Char(c))) => same(c, '/', case),
        _ => true,
    };
    // Folding keeps colons, slashes and digits apart from everything else.
    length
        && ends_well
        && tokens.all(|token| match token {
            Token::Char(c) => allows(field, c),
            Token::One | Token::Run | Token::Variable(_) => true,
        })
}

#[cfg(test)]
mod tests;
