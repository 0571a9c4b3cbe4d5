//! Which resource do these patterns match, and those not?
//!
//! A resource is an ARN, or the `*` of actions that have none; only the pattern `*` matches the
//! latter (policy language §2.3). What else is known of an ARN, such as the account in it, is a test
//! like any other, so it can take part in a contradiction.
//!
//! A found ARN is the first of these that exists: one that the caller or the patterns suggest; one
//! with a real region and an account of twelve digits; any.

use std::borrow::Cow;

use super::language::{Class, HasVariable, Language, Part};
use super::strings::{self, find_text};
use super::{Answer, Budget, Exhausted, Unknown, conflict};
use crate::policy::ResourcePattern;
use crate::text::{CaseRule, NoVariables, Pattern, Piece};

/// A test of a resource, made ready to be asked about many times.
#[derive(Clone, Debug)]
pub(crate) struct Test<'a> {
    kind: TestKind,
    /// The components of the pattern, for what they suggest.
    components: Option<Cow<'a, [Pattern; 6]>>,
}

#[derive(Clone, Debug)]
enum TestKind {
    Any,
    Arn(Language),
    HasVariable,
    Never,
}

/// A test and whether it is to pass.
pub(crate) type Literal<'t, 'a> = (&'t Test<'a>, bool);

/// Which resources there are.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum ResourceShape {
    /// An ARN.
    Arn,
    /// An ARN, or `*` where no ARN will do.
    Either,
    /// `*`.
    None,
}

impl<'a> Test<'a> {
    /// The resource is one of the pattern's.
    pub(crate) fn pattern(pattern: &'a ResourcePattern) -> Self {
        match pattern {
            ResourcePattern::Any => Self { kind: TestKind::Any, components: None },
            ResourcePattern::Never => Self { kind: TestKind::Never, components: None },
            ResourcePattern::Arn { components, stretch } => {
                let kind = language(components, stretch.as_ref())
                    .map_or(TestKind::HasVariable, TestKind::Arn);
                Self { kind, components: Some(Cow::Borrowed(components)) }
            }
        }
    }

    /// The resource is an ARN whose account component is `account`, which may be empty.
    pub(crate) fn account(account: &str) -> Self {
        let any = || Pattern::wildcard("*");
        Self::of_components([any(), any(), any(), any(), Pattern::literal(account), any()])
    }

    /// The resource is an ARN of this partition.
    pub(crate) fn partition(partition: &str) -> Self {
        let any = || Pattern::wildcard("*");
        Self::of_components([any(), Pattern::literal(partition), any(), any(), any(), any()])
    }

    fn of_components(components: [Pattern; 6]) -> Self {
        let kind = language(&components, None).map_or(TestKind::HasVariable, TestKind::Arn);
        Self { kind, components: Some(Cow::Owned(components)) }
    }
}

/// A resource that satisfies all literals; of `hints`, whole ARNs, those that do are preferred.
pub(crate) fn find_resource(
    literals: &[Literal<'_, '_>],
    shape: ResourceShape,
    hints: &[&str],
    budget: &mut Budget,
) -> Answer<String> {
    if let Some(at) =
        literals.iter().position(|(test, _)| matches!(test.kind, TestKind::HasVariable))
    {
        return Answer::Unknown(Unknown::Variable(at));
    }
    let arn =
        || literals.iter().position(|(test, sign)| matches!(test.kind, TestKind::Any) != *sign);
    let none = match (shape, arn()) {
        (ResourceShape::Arn, _) => None,
        (_, None) => Some(Answer::Sat("*".to_owned())),
        (_, Some(at)) => Some(Answer::Unsat(vec![at])),
    };
    let before = budget.left();
    let arn = (shape != ResourceShape::None).then(|| find_arn(literals, hints, budget));
    match (arn, none) {
        (Some(Answer::Unsat(mut core)), Some(Answer::Unsat(other))) => {
            core.extend(other);
            let contradicts = |some: &[usize], budget: &mut Budget| {
                let some: Vec<Literal<'_, '_>> =
                    some.iter().filter_map(|at| literals.get(*at).copied()).collect();
                match find_resource(&some, shape, hints, budget) {
                    Answer::Sat(_) => Ok(false),
                    Answer::Unsat(_) => Ok(true),
                    Answer::Unknown(_) => Err(Exhausted),
                }
            };
            Answer::Unsat(conflict::minimise(core, before, budget, contradicts))
        }
        (Some(Answer::Unsat(_) | Answer::Unknown(_)) | None, Some(none @ Answer::Sat(_)))
        | (None, Some(none)) => none,
        (Some(arn), _) => arn,
        (None, None) => Answer::Unsat(Vec::new()),
    }
}

/// The ARNs among the resources.
fn find_arn(literals: &[Literal<'_, '_>], hints: &[&str], budget: &mut Budget) -> Answer<String> {
    let mut indices = Vec::new();
    let mut question: Vec<strings::Literal<'_>> = Vec::new();
    for (at, (test, sign)) in literals.iter().enumerate() {
        match (&test.kind, *sign) {
            (TestKind::Arn(language), sign) => {
                indices.push(at);
                question.push((language, sign));
            }
            (TestKind::Any, false) | (TestKind::Never, true) => return Answer::Unsat(vec![at]),
            (TestKind::Any | TestKind::Never | TestKind::HasVariable, _) => (),
        }
    }
    let form = Language::any_arn();
    question.push((&form, true));
    let suggested = suggest(literals);
    let suggested = suggested.iter().map(String::as_str);
    let hints: Vec<&str> = hints.iter().copied().chain(suggested).collect();
    for hint in hints {
        match strings::first_broken(&question, hint, budget) {
            Ok(None) => return Answer::Sat(hint.to_owned()),
            Ok(Some(_)) => (),
            Err(exhausted) => return exhausted.into(),
        }
    }
    let usual = usual();
    question.push((&usual, true));
    let answer = find_text(&question, &[], budget);
    if !matches!(answer, Answer::Unsat(_)) {
        return answer;
    }
    question.pop();
    let last = indices.len();
    find_text(&question, &[], budget)
        .without(last)
        .renumbered(|at| indices.get(at).copied().unwrap_or(usize::MAX))
}

fn language(components: &[Pattern; 6], stretch: Option<&Pattern>) -> Result<Language, HasVariable> {
    let by_component = Language::components(components)?;
    Ok(match stretch {
        None => by_component,
        Some(whole) => Language::union([&by_component, &Language::text(whole, CaseRule::Exact)?]),
    })
}

/// Regions for patterns such as `us-*`.
const REGIONS: [&str; 6] =
    ["eu-west-1", "us-east-1", "us-west-2", "ap-southeast-1", "eu-central-1", ""];

/// ARNs that the positive literals suggest: each component as the most telling of them has it, and
/// in the place of a wildcard what one would expect there.
fn suggest(literals: &[Literal<'_, '_>]) -> Vec<String> {
    let positive: Vec<&[Pattern; 6]> = literals
        .iter()
        .filter(|(_, sign)| *sign)
        .filter_map(|(test, _)| test.components.as_deref())
        .collect();
    let any = Pattern::wildcard("*");
    let component = |at: usize| -> &Pattern {
        positive
            .iter()
            .filter_map(|components| components.get(at))
            .min_by_key(|pattern| (pattern.as_literal().is_none(), pattern.is_any()))
            .unwrap_or(&any)
    };
    let mut suggestions = Vec::new();
    for name in ["example", "other"] {
        let fits = |known: &&&str| component(3).matches(known, CaseRule::Exact, &NoVariables);
        for region in REGIONS.iter().filter(fits).take(2) {
            let parts = [
                complete(component(0), "arn"),
                complete(component(1), "aws"),
                complete(component(2), "s3"),
                (*region).to_owned(),
                complete(component(4), "111122223333"),
                complete(component(5), name),
            ];
            suggestions.push(parts.join(":"));
        }
    }
    suggestions
}

/// The pattern with this in the place of its `*`.
fn complete(pattern: &Pattern, completion: &str) -> String {
    let text = |piece| match piece {
        &Piece::AnyOne => "1",
        Piece::AnyRun => completion,
        Piece::Text(text) => text,
        Piece::Variable(_) => "",
    };
    pattern.pieces().iter().map(text).collect()
}

/// ARNs of the usual form: a known partition, a region or none, an account or none, and a name at
/// the end.
fn usual() -> Language {
    let text = |text| Part::Text(text, CaseRule::Exact);
    let mut tracks = Vec::new();
    for partition in ["aws", "aws-cn", "aws-us-gov"] {
        for region in REGIONS {
            for account in [true, false] {
                let mut parts = vec![text("arn:"), text(partition), text(":")];
                parts.extend([Part::One(Class::Range('a', 'z')), Part::Run(Class::NotColon)]);
                parts.extend([text(":"), text(region), text(":")]);
                if account {
                    parts.extend(vec![Part::One(Class::Range('0', '9')); 12]);
                }
                parts.extend([text(":"), Part::Run(Class::Any), Part::One(Class::Word)]);
                tracks.extend(Language::of_parts(&parts));
            }
        }
    }
    Language::union(&tracks)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Answer, Budget, ResourceShape, Test, find_resource};
    use crate::policy::ResourcePattern;
    use crate::request::{Resource, is_account_id};
    use crate::text::{NoVariables, Pattern};

    fn pattern(text: &str) -> ResourcePattern {
        match text {
            "*" => ResourcePattern::Any,
            "-" => ResourcePattern::Never,
            _ => {
                let mut parts = Pattern::wildcard(text).split_components(6);
                let head = parts.len().min(5);
                let stretches = parts[1..head].iter().any(Pattern::ends_with_run);
                parts.resize(6, Pattern::wildcard("*"));
                ResourcePattern::Arn {
                    components: Box::new(parts.try_into().unwrap()),
                    stretch: stretches.then(|| Pattern::wildcard(text)),
                }
            }
        }
    }

    fn ask(patterns: &[(&str, bool)], shape: ResourceShape) -> Answer<String> {
        let patterns: Vec<(ResourcePattern, bool)> =
            patterns.iter().map(|(text, sign)| (pattern(text), *sign)).collect();
        let tests: Vec<(Test<'_>, bool)> =
            patterns.iter().map(|(pattern, sign)| (Test::pattern(pattern), *sign)).collect();
        let literals: Vec<_> = tests.iter().map(|(test, sign)| (test, *sign)).collect();
        find_resource(&literals, shape, &[], &mut Budget::new(10_000_000))
    }

    #[test]
    fn found_resources_look_real() {
        let found = |patterns: &[(&str, bool)]| ask(patterns, ResourceShape::Arn);
        for (patterns, arn) in [
            (&[("arn:aws:s3:::data/*", true)][..], "arn:aws:s3:::data/example"),
            (
                &[("arn:aws:s3:::data/*", true), ("arn:aws:s3:::*/example", false)],
                "arn:aws:s3:::data/other",
            ),
            (
                &[("arn:aws:sagemaker:*:*:model/*", true), ("arn:*:*:eu-*:*:*", false)],
                "arn:aws:sagemaker:us-east-1:111122223333:model/example",
            ),
        ] {
            assert_eq!(found(patterns), Answer::Sat(arn.to_owned()));
        }
    }

    #[test]
    fn a_resource_that_no_pattern_suggests_is_still_of_the_usual_form() {
        let parts = [
            ("arn:aws:s3:::data/*", true),
            ("arn:aws:s3:::*e*", false),
            ("arn:aws:s3:::*/0*", false),
        ];
        assert_eq!(ask(&parts, ResourceShape::Arn), Answer::Sat("arn:aws:s3:::data/x1".into()));
        let parts = [
            ("arn:aws:sqs:us-?ast-?:1111*3:*-queue", true),
            ("arn:aws:sqs:*:*:*e-queue", false),
            ("arn:aws:sqs:*:*:*r-queue", false),
        ];
        let Answer::Sat(arn) = ask(&parts, ResourceShape::Arn) else { panic!() };
        let arn: Resource = arn.parse().unwrap();
        assert_eq!(arn.components().unwrap()[3], "us-east-1");
        assert!(is_account_id(arn.account().unwrap()));
    }

    #[test]
    fn the_resource_of_actions_without_any() {
        assert_eq!(ask(&[("*", true)], ResourceShape::None), Answer::Sat("*".to_owned()));
        assert_eq!(ask(&[("arn:aws:s3:::b", true)], ResourceShape::None), Answer::Unsat(vec![0]));
        assert_eq!(
            ask(&[("arn:*:*:*:*:*", false), ("*", true)], ResourceShape::Either),
            Answer::Sat("*".to_owned())
        );
        assert_eq!(
            ask(&[("arn:*:*:*:*:*", false), ("*", true)], ResourceShape::Arn),
            Answer::Unsat(vec![0])
        );
        assert_eq!(
            ask(&[("arn:a:s:r:c:*", false), ("arn:a:s:r:c:*b", true)], ResourceShape::Either),
            Answer::Unsat(vec![0, 1])
        );
    }

    #[test]
    fn the_account_takes_part() {
        let bucket = pattern("arn:aws:s3:::data/*");
        let bucket = Test::pattern(&bucket);
        let (own, none) = (Test::account("111122223333"), Test::account(""));
        let ask = |literals: &[(&Test<'_>, bool)]| {
            find_resource(literals, ResourceShape::Arn, &[], &mut Budget::new(1_000_000))
        };
        assert_eq!(ask(&[(&bucket, true), (&own, true)]), Answer::Unsat(vec![0, 1]));
        assert_eq!(ask(&[(&bucket, true), (&none, false)]), Answer::Unsat(vec![0, 1]));
        assert!(matches!(ask(&[(&bucket, true), (&own, false)]), Answer::Sat(_)));
        assert_eq!(
            ask(&[(&Test::partition("aws-cn"), true), (&own, true)]),
            Answer::Sat("arn:aws-cn:s3:eu-west-1:111122223333:example".to_owned())
        );
    }

    fn pattern_text() -> impl Strategy<Value = String> {
        let field = || prop::sample::select(vec!["*", "?", "", "a", "b", "a*", "*b", "?a"]);
        let last = prop::sample::select(vec!["*", "a*", "*:*", "a", "?b", "*a:b*", "a:*"]);
        prop_oneof![
            1 => Just("*".to_owned()),
            1 => Just("-".to_owned()),
            12 => (field(), field(), field(), field(), last)
                .prop_map(|(a, b, c, d, e)| format!("arn:{a}:{b}:{c}:{d}:{e}")),
            2 => (field(), field()).prop_map(|(a, b)| format!("arn:{a}:{b}*")),
        ]
    }

    /// ARNs over the fields and resources that tell the patterns apart.
    fn arns() -> Vec<String> {
        let mut arns = vec!["*".to_owned()];
        let fields = ["a", "b", "ab", "x"];
        for one in fields {
            for two in fields {
                for three in ["", "a", "b", "ba"] {
                    for four in ["", "b", "ab"] {
                        for five in ["a", "b", "ab", "a:b", "xa:b", "a:x", "x"] {
                            arns.push(format!("arn:{one}:{two}:{three}:{four}:{five}"));
                        }
                    }
                }
            }
        }
        arns
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(200))]

        #[test]
        fn agrees_with_brute_force(
            patterns in prop::collection::vec((pattern_text(), any::<bool>()), 1..6),
        ) {
            let patterns: Vec<(&str, bool)> =
                patterns.iter().map(|(text, sign)| (text.as_str(), *sign)).collect();
            let good = |text: &str, some: &[usize]| {
                let resource: Resource = text.parse().unwrap();
                some.iter().all(|at| {
                    pattern(patterns[*at].0).matches(&resource, &NoVariables) == patterns[*at].1
                })
            };
            match ask(&patterns, ResourceShape::Either) {
                Answer::Sat(text) => {
                    prop_assert!(good(&text, &(0..patterns.len()).collect::<Vec<_>>()), "{text}");
                }
                Answer::Unsat(core) => {
                    let arns = arns();
                    prop_assert_eq!(arns.iter().find(|arn| good(arn, &core)), None);
                }
                Answer::Unknown(reason) => prop_assert!(false, "{reason:?}"),
            }
        }
    }
}
