//! The part in which an ARN and the nearest pattern of a policy differ.

use super::ElementTrace;
use crate::text::{CaseRule, NoVariables, Pattern};

/// The names of the components of an ARN.
const COMPONENTS: [&str; 6] = ["prefix", "partition", "service", "region", "account", "resource"];

/// The part in which an ARN and the nearest of a policy's patterns differ.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::eval::Parting;
/// let patterns = ["arn:aws:iam::111122223333:role/Exec-*"];
/// let parting = Parting::of(&patterns, "arn:aws:iam::111122223333:role/service-role/Exec-1");
/// let parting = parting.expect("the pattern leaves the path out");
/// assert_eq!((parting.part, &*parting.pattern), ("path", "role/Exec-*"));
/// ```
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Parting {
    /// The name of the part: `region`, `account`, `path`, …
    pub part: &'static str,
    /// The whole of the nearest pattern.
    pub nearest: Box<str>,
    /// The part of the pattern.
    pub pattern: Box<str>,
    /// The part of the ARN.
    pub arn: Box<str>,
}

impl Parting {
    /// The part in which `arn` differs from the nearest of these patterns: that with the most equal
    /// components, then with the longest common beginning. None where nothing is an ARN.
    pub fn of(patterns: &[&str], arn: &str) -> Option<Self> {
        let nearest = patterns.iter().enumerate().filter_map(|(at, text)| {
            let pairs = pairs(text, arn)?;
            let equal = pairs.iter().filter(|(pattern, part)| covers(pattern, part)).count();
            let common = text.bytes().zip(arn.bytes()).take_while(|(a, b)| a == b).count();
            Some(((equal, common, std::cmp::Reverse(at)), *text, pairs))
        });
        let (_, nearest, pairs) = nearest.max_by_key(|(rank, ..)| *rank)?;
        let mut parts = COMPONENTS.into_iter().zip(pairs);
        let (name, (pattern, part)) = parts.find(|(_, (pattern, part))| !covers(pattern, part))?;
        let has_path = part.contains('/') && arn.split(':').nth(2) == Some("iam");
        let name = if name == "resource" && has_path { "path" } else { name };
        Some(Self {
            part: name,
            nearest: nearest.into(),
            pattern: pattern.into(),
            arn: part.into(),
        })
    }
}

impl ElementTrace {
    /// For a Resource that does not cover the request's: the part in which the nearest of its
    /// patterns differs from the ARN.
    pub fn parting(&self) -> Option<Parting> {
        if self.element != "Resource" || self.matches {
            return None;
        }
        let texts: Vec<&str> =
            self.values.iter().map(|it| it.substituted.as_deref().unwrap_or(&it.text)).collect();
        Parting::of(&texts, &self.request)
    }
}

/// The components of both, side by side.
fn pairs<'a>(pattern: &'a str, arn: &'a str) -> Option<Vec<(&'a str, &'a str)>> {
    let split = |text: &'a str| -> Vec<&'a str> { text.splitn(6, ':').collect() };
    let (left, right) = (split(pattern), split(arn));
    (left.len() == 6 && right.len() == 6).then(|| left.into_iter().zip(right).collect())
}

fn covers(pattern: &str, part: &str) -> bool {
    Pattern::wildcard(pattern).matches(part, CaseRule::Exact, &NoVariables)
}

#[cfg(test)]
mod tests {
    use super::Parting;

    #[test]
    fn the_first_part_that_differs_from_the_nearest_pattern() {
        let arn = "arn:aws:s3:::lake/raw/1";
        for (patterns, part, pattern) in [
            (&["arn:aws:s3:::lake"][..], "resource", "lake"),
            (&["arn:aws-cn:s3:::lake/*"], "partition", "aws-cn"),
            (&["arn:aws:sqs:*:*:q", "arn:aws:s3:::lake/gold/*"], "resource", "lake/gold/*"),
        ] {
            let found = Parting::of(patterns, arn).unwrap();
            assert_eq!((found.part, &*found.pattern), (part, pattern));
        }
        assert_eq!(Parting::of(&["*"], arn), None);
        assert_eq!(Parting::of(&["arn:aws:s3:::lake/*"], arn), None);
    }
}
