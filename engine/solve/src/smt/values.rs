//! Predicates on one value: of a context key, or of a text that AWS derives.

use super::Writer;
use super::keys::{bits, is_late, nanoseconds, real};
use super::regex::{Wild, concat, text, union};
use super::request::{ArnTerms, Derived};
use super::term::{and, concat as concat_terms, equal, integer, or, string};
use polsim_decide::formula::{Predicate, Relation};
use polsim_decide::text::{AddressRange, Base64Texts, CaseRule, NoVariables, Pattern, Piece};

/// The value that predicates are about.
#[derive(Clone, Debug)]
pub(super) enum Subject {
    /// A value of a context key, both by number.
    Value(usize, usize),
    /// A text that AWS derives.
    Derived(Derived),
}

impl Writer<'_> {
    /// The value satisfies one of the predicates. All patterns of the list are one regular
    /// expression.
    pub(super) fn hits(&mut self, subject: &Subject, any_of: &[Predicate]) -> String {
        let mut parts = Vec::new();
        let mut literals: Vec<Box<str>> = Vec::new();
        let mut regexes = Vec::new();
        let mut arns: Vec<&[Pattern; 6]> = Vec::new();
        for predicate in any_of {
            let with_variables = predicate.patterns().iter().any(|it| it.variables().count() > 0);
            if let Subject::Derived(Derived::Fixed(text)) = subject
                && !with_variables
            {
                parts.push(predicate.test(text, &NoVariables).to_string());
                continue;
            }
            match predicate {
                Predicate::Never => (),
                Predicate::Text(pattern, case) if with_variables => {
                    let term = self.text_of(subject);
                    parts.push(self.matches_with_variables(&term, pattern, *case));
                    self.read(subject, |reads| reads.patterns = true);
                }
                Predicate::Text(pattern, _) if pattern.is_any() => parts.push("true".to_owned()),
                Predicate::Text(pattern, CaseRule::Exact) if pattern.as_literal().is_some() => {
                    literals.extend(pattern.as_literal().map(Box::from));
                }
                Predicate::Text(pattern, case) => {
                    regexes.push(self.patterns.regex(pattern, *case, Wild::Any));
                }
                Predicate::Arn(six) if with_variables => {
                    parts.push(self.arn_with_variables(subject, six));
                }
                Predicate::Arn(six) if matches!(subject, Subject::Derived(Derived::Arn(_))) => {
                    arns.push(six);
                }
                Predicate::Arn(six) => match literal_arn(six) {
                    Some(literal) => literals.push(literal.into()),
                    None => regexes.push(self.patterns.arn(six)),
                },
                Predicate::Bool(wanted) if self.is_boolean(subject) => {
                    literals.push(wanted.to_string().into());
                }
                Predicate::Bool(wanted) => {
                    let word = Pattern::literal(if *wanted { "true" } else { "false" });
                    regexes.push(self.patterns.regex(&word, CaseRule::AsciiFolded, Wild::Any));
                }
                Predicate::Binary(bytes) => regexes.push(base64(bytes)),
                Predicate::Address(range) => parts.push(self.in_range(subject, *range)),
                Predicate::Number(relation, number) => {
                    let constant = real(number);
                    parts.push(self.number(subject, *relation, &constant));
                }
                Predicate::Date(relation, date) => {
                    let late = is_late(*date);
                    self.read(subject, |reads| reads.late |= late);
                    let constant = integer(nanoseconds(*date));
                    parts.push(self.date(subject, *relation, &constant));
                }
            }
        }
        if let (Subject::Derived(Derived::Arn(arn)), false) = (subject, arns.is_empty()) {
            parts.push(self.any_arn_of(arn, &arns));
        }
        if let Subject::Value(key, _) = subject {
            for literal in &literals {
                self.keys.compare(*key, literal);
            }
        }
        if !regexes.is_empty() {
            self.read(subject, |reads| reads.patterns = true);
        }
        parts.extend(self.among(subject, &literals, regexes));
        or(parts)
    }

    /// The text is one of these, or in one of these languages.
    fn among(
        &mut self,
        subject: &Subject,
        literals: &[Box<str>],
        mut regexes: Vec<String>,
    ) -> Option<String> {
        if let Subject::Derived(Derived::Arn(arn)) = subject {
            let mut ways: Vec<String> =
                literals.iter().map(|literal| super::atoms::is_arn(arn, literal)).collect();
            if !regexes.is_empty() {
                ways.push(format!("(str.in_re {} {})", self.text_of(subject), union(regexes)));
            }
            return Some(or(ways));
        }
        if regexes.is_empty()
            && let [only] = literals
        {
            let term = self.text_of(subject);
            return Some(equal(&term, &string(only)));
        }
        regexes.extend(literals.iter().map(|it| text(it)));
        if regexes.is_empty() {
            return None;
        }
        Some(format!("(str.in_re {} {})", self.text_of(subject), union(regexes)))
    }

    /// The text of the value as a term.
    pub(super) fn text_of(&mut self, subject: &Subject) -> String {
        match subject {
            Subject::Value(key, value) => {
                self.keys.read(*key, |reads| reads.text = true);
                self.keys.constant(*key, *value, "")
            }
            Subject::Derived(derived) => derived.term(),
        }
    }

    /// The term that the value is `true` or `false`, in lower case.
    fn is_boolean(&self, subject: &Subject) -> bool {
        matches!(subject, Subject::Value(key, _) if self.keys.is_boolean(*key))
    }

    fn read(&mut self, subject: &Subject, how: impl FnOnce(&mut super::keys::Reads)) {
        if let Subject::Value(key, _) = subject {
            self.keys.read(*key, how);
        }
    }

    /// The components of a derived ARN match one of these patterns.
    fn any_arn_of(&mut self, arn: &ArnTerms, arns: &[&[Pattern; 6]]) -> String {
        let mut ways = Vec::new();
        for (head, rests) in by_head(arns.iter().copied()) {
            let mut parts = Vec::new();
            for (term, pattern) in arn.head.iter().zip(head) {
                parts.push(self.in_patterns(term, &[pattern], CaseRule::Exact));
            }
            parts.push(self.last_component(arn, &rests));
            ways.push(and(parts));
        }
        or(ways)
    }

    /// The last component matches one of the patterns. Its fixed beginning is taken off patterns
    /// that begin so; those that begin with something else match nothing.
    fn last_component(&mut self, arn: &ArnTerms, patterns: &[&Pattern]) -> String {
        let mut open = Vec::new();
        let mut rests = Vec::new();
        for pattern in patterns {
            match pattern.pieces() {
                [Piece::Text(text), after @ ..] if text.len() >= arn.word.len() => {
                    if let Some(rest) = text.strip_prefix(arn.word) {
                        let first = Piece::Text(rest.into());
                        let pieces = std::iter::once(first).chain(after.iter().cloned());
                        rests.push(Pattern::from_pieces(pieces));
                    }
                }
                _ => open.push(*pattern),
            }
        }
        let mut ways = Vec::new();
        if !open.is_empty() {
            ways.push(self.in_patterns(&arn.last(), &open, CaseRule::Exact));
        }
        if !rests.is_empty() {
            let rests: Vec<&Pattern> = rests.iter().collect();
            ways.push(self.in_patterns(&concat_terms(&arn.rest), &rests, CaseRule::Exact));
        }
        or(ways)
    }

    /// The text matches one of the patterns, which have no variables.
    pub(super) fn in_patterns(
        &mut self,
        term: &str,
        patterns: &[&Pattern],
        case: CaseRule,
    ) -> String {
        if patterns.iter().any(|pattern| pattern.is_any()) {
            return "true".to_owned();
        }
        if let Some(fixed) = fixed(term) {
            let hit = patterns.iter().any(|pattern| pattern.matches(fixed, case, &NoVariables));
            return hit.to_string();
        }
        if let ([only], CaseRule::Exact) = (patterns, case)
            && let Some(literal) = only.as_literal()
        {
            return equal(term, &string(literal));
        }
        let regexes: Vec<String> =
            patterns.iter().map(|pattern| self.patterns.regex(pattern, case, Wild::Any)).collect();
        format!("(str.in_re {term} {})", union(regexes))
    }

    fn arn_with_variables(&mut self, subject: &Subject, six: &[Pattern; 6]) -> String {
        let terms = match subject {
            Subject::Derived(Derived::Arn(terms)) => terms.six(),
            Subject::Value(key, value) => {
                self.keys.read(*key, |reads| {
                    reads.components = true;
                    reads.patterns = true;
                });
                super::keys::COMPONENTS.map(|it| self.keys.constant(*key, *value, it))
            }
            // A text without five colons is no ARN.
            Subject::Derived(Derived::Account(_) | Derived::Fixed(_)) => return "false".to_owned(),
            Subject::Derived(Derived::Text(term)) => {
                let term = term.clone();
                return self.unsaid(&format!("components of {term}"));
            }
        };
        let mut parts = Vec::new();
        if let Subject::Value(key, value) = subject {
            parts.push(self.keys.constant(*key, *value, "is-arn"));
        }
        for (term, pattern) in terms.iter().zip(six) {
            parts.push(if pattern.variables().next().is_some() {
                self.matches_with_variables(term, pattern, CaseRule::Exact)
            } else {
                self.in_patterns(term, &[pattern], CaseRule::Exact)
            });
        }
        and(parts)
    }

    fn in_range(&mut self, subject: &Subject, range: AddressRange) -> String {
        match subject {
            Subject::Value(key, value) => {
                self.keys.read(*key, |reads| reads.address = true);
                let name = |what: &str| self.keys.constant(*key, *value, what);
                let net = range.net();
                let (is, field) =
                    if net.addr().is_ipv4() { ("is-v4", "v4") } else { ("is-v6", "v6") };
                let (length, top) = (net.prefix_len(), net.max_prefix_len().saturating_sub(1));
                let Some(low) = net.max_prefix_len().checked_sub(length) else {
                    return "false".to_owned();
                };
                let inside = if length == 0 {
                    "true".to_owned()
                } else if low == 0 {
                    equal(&name(field), &bits(net.network()))
                } else {
                    let extract = format!("((_ extract {top} {low}) {})", name(field));
                    let whole = bits(net.network());
                    equal(&extract, &format!("((_ extract {top} {low}) {whole})"))
                };
                and([name(is), inside])
            }
            Subject::Derived(Derived::Text(term)) => {
                let term = term.clone();
                self.unsaid(&format!("{term} as an address"))
            }
            // Neither twelve digits nor an ARN is an address.
            Subject::Derived(_) => "false".to_owned(),
        }
    }

    fn number(&mut self, subject: &Subject, relation: Relation, constant: &str) -> String {
        match subject {
            Subject::Value(key, value) => {
                self.keys.read(*key, |reads| reads.number = true);
                let name = |what: &str| self.keys.constant(*key, *value, what);
                and([name("is-number"), compare(&name("number"), relation, constant)])
            }
            Subject::Derived(Derived::Account(part)) => {
                let digits = format!("(to_real (str.to_int {}))", part.name());
                compare(&digits, relation, constant)
            }
            Subject::Derived(Derived::Text(term)) => {
                let term = term.clone();
                self.unsaid(&format!("{term} as a number"))
            }
            Subject::Derived(_) => "false".to_owned(),
        }
    }

    fn date(&mut self, subject: &Subject, relation: Relation, constant: &str) -> String {
        match subject {
            Subject::Value(key, value) => {
                self.keys.read(*key, |reads| reads.date = true);
                let name = |what: &str| self.keys.constant(*key, *value, what);
                and([name("is-date"), compare(&name("date"), relation, constant)])
            }
            Subject::Derived(Derived::Account(part)) => {
                let nanoseconds = super::keys::NANOSECONDS;
                let digits = format!("(* {nanoseconds} (str.to_int {}))", part.name());
                compare(&digits, relation, constant)
            }
            Subject::Derived(Derived::Text(term)) => {
                let term = term.clone();
                self.unsaid(&format!("{term} as a date"))
            }
            Subject::Derived(_) => "false".to_owned(),
        }
    }
}

fn compare(term: &str, relation: Relation, constant: &str) -> String {
    let word = match relation {
        Relation::Equal => "=",
        Relation::Greater => ">",
        Relation::GreaterOrEqual => ">=",
        Relation::Less => "<",
        Relation::LessOrEqual => "<=",
    };
    format!("({word} {term} {constant})")
}

/// The text of a constant.
fn fixed(term: &str) -> Option<&str> {
    let inside = term.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains(['"', '\\'])).then_some(inside)
}

/// The only text that the patterns of an ARN match, if there is only one.
fn literal_arn(six: &[Pattern; 6]) -> Option<String> {
    let parts: Option<Vec<&str>> = six.iter().map(Pattern::as_literal).collect();
    parts.map(|parts| parts.join(":"))
}

/// ARN patterns that differ in the last component only, together.
pub(super) fn by_head<'p>(
    arns: impl Iterator<Item = &'p [Pattern; 6]>,
) -> Vec<(&'p [Pattern], Vec<&'p Pattern>)> {
    let mut groups: Vec<(&[Pattern], Vec<&Pattern>)> = Vec::new();
    for six in arns {
        let [head @ .., rest] = six;
        match groups.iter_mut().find(|(known, _)| *known == head) {
            Some((_, rests)) => rests.push(rest),
            None => groups.push((head, vec![rest])),
        }
    }
    groups
}

/// The base64 texts of these bytes, as a regular expression.
fn base64(bytes: &[u8]) -> String {
    let texts = Base64Texts::of(bytes);
    if texts.last_digits.is_empty() {
        return text(&texts.head);
    }
    let digits = union(texts.last_digits.iter().map(|digit| text(&digit.to_string())));
    concat(vec![text(&texts.head), digits, text(texts.padding)])
}

#[cfg(test)]
mod tests {
    use super::base64;
    use polsim_decide::text::decode_base64;

    #[test]
    fn base64_texts_are_those_that_decode() {
        assert_eq!(base64(b"Bin"), "(str.to_re \"Qmlu\")");
        let one = base64(b"B");
        for (text, same) in
            [("Qg==", true), ("Qp==", true), ("Qv==", true), ("Qw==", false), ("Qf==", false)]
        {
            let decodes = decode_base64(text).as_deref() == Some(b"B");
            assert_eq!(decodes, same, "{text}");
            let digit = format!("(str.to_re \"{}\")", text.get(1..2).unwrap());
            assert_eq!(one.contains(&digit), same, "{one}");
        }
    }
}
