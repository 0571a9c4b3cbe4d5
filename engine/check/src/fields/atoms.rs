//! Expansion of each kind of atom over the fields.

use super::field::{Field, Flag, is_reserved};
use super::principal;
use super::template::{Inexpressible, Part, Template, may_match_field};
use super::{any_cut, any_kind, equal, flag, kind_is, matches, self_reference, some, variables};
use polsim_decide::formula::{Atom, FormulaId, Formulas, KeyTest, Predicate, PrincipalTest};
use polsim_decide::policy::ResourcePattern;
use polsim_decide::request::{PrincipalKind, is_account_id};
use polsim_decide::text::{Arn, CaseRule, KeyName, NoVariables, Pattern};

/// Tests for an atom on a field, or on a key that stands on its own, and on nothing else: it is its own
/// expansion.
pub(super) fn is_plain(atom: &Atom) -> bool {
    match atom {
        Atom::Action(_)
        | Atom::Choice(_)
        | Atom::ManagementAccount
        | Atom::Principal(PrincipalTest::Kind(_)) => true,
        Atom::Key(key, test) => {
            let has_variables =
                matches!(test, KeyTest::Some { any_of, .. } if variables::any_in(any_of));
            !has_variables && !is_reserved(key) && !principal::is_derived(key)
        }
        _ => false,
    }
}

/// The expansion of `atom`, whose formula is `id`. An atom that cannot be written out in full stands
/// in its own expansion.
pub(super) fn expand(formulas: &mut Formulas, id: FormulaId, atom: &Atom) -> FormulaId {
    match atom {
        Atom::Action(_) | Atom::Choice(_) | Atom::ManagementAccount => id,
        Atom::Key(key, test) => key_test(formulas, id, key, test),
        Atom::Principal(test) => principal_test(formulas, id, test),
        Atom::Resource(pattern) => resource(formulas, id, pattern),
        Atom::SameAccount => {
            let account = any_kind(formulas, &PrincipalKind::WITH_ACCOUNT);
            let same = equal(formulas, Field::Account, Field::ResourceAccount);
            formulas.all([account, same])
        }
        Atom::SamePartition => {
            let none = flag(formulas, Flag::NoResource, true);
            let same = requester_partition(formulas, &Side::Resource);
            formulas.any([none, same])
        }
    }
}

fn key_test(formulas: &mut Formulas, id: FormulaId, key: &KeyName, test: &KeyTest) -> FormulaId {
    if is_reserved(key) {
        return formulas.truth(matches!(test, KeyTest::Absent | KeyTest::Blank));
    }
    if let KeyTest::Some { any_of, hit } = test
        && let Some(written) = self_reference::written(formulas, key, any_of, *hit)
    {
        return written;
    }
    match principal::derived(key) {
        Some(by_kind) => {
            let mut ways = Vec::new();
            for (kinds, value) in by_kind {
                let holds = derived_test(formulas, id, value.as_ref(), test);
                let kinds = any_kind(formulas, &kinds);
                ways.push(formulas.all([kinds, holds]));
            }
            formulas.any(ways)
        }
        None => plain_test(formulas, id, key, test),
    }
}

/// The expansion of a test of a derived key: it has exactly one value, never empty, or none.
fn derived_test(
    formulas: &mut Formulas,
    id: FormulaId,
    value: Option<&Template>,
    test: &KeyTest,
) -> FormulaId {
    let (any_of, hit, value) = match (test, value) {
        (KeyTest::Absent | KeyTest::Blank, _) => return formulas.truth(value.is_none()),
        (KeyTest::Several, _) | (KeyTest::Some { .. }, None) => return formulas.truth(false),
        (KeyTest::Some { any_of, hit }, Some(value)) => (any_of, *hit, value),
    };
    let mut hits = Vec::new();
    for predicate in any_of {
        let one = std::slice::from_ref(predicate);
        let Some(cases) = variables::cases(formulas, one) else { return id };
        for (guard, written) in cases {
            for predicate in &written {
                let Ok(holds) = on_template(formulas, value, predicate) else { return id };
                hits.push(formulas.all([guard, holds]));
            }
        }
    }
    let hits = formulas.any(hits);
    if hit { hits } else { formulas.not(hits) }
}

/// The formula that the text of the template satisfies the predicate.
fn on_template(
    formulas: &mut Formulas,
    value: &Template,
    predicate: &Predicate,
) -> Result<FormulaId, Inexpressible> {
    if let Some(text) = value.as_text()
        && predicate.patterns().iter().all(|pattern| pattern.variables().next().is_none())
    {
        return Ok(formulas.truth(predicate.test(text, &NoVariables)));
    }
    match predicate {
        Predicate::Never => Ok(formulas.truth(false)),
        Predicate::Text(pattern, case) if value.as_text().is_some() => {
            variables::on_text(formulas, pattern, *case, value.as_text().unwrap_or_default())
        }
        Predicate::Text(pattern, case) => on_pattern(formulas, value, pattern, *case),
        Predicate::Arn(patterns) => {
            let Some(components) = value.components() else { return Ok(formulas.truth(false)) };
            let mut parts = Vec::new();
            for (component, pattern) in components.iter().zip(patterns.iter()) {
                parts.push(on_pattern(formulas, component, pattern, CaseRule::Exact)?);
            }
            Ok(formulas.all(parts))
        }
        Predicate::Bool(wanted) => {
            let word = Pattern::literal(if *wanted { "true" } else { "false" });
            on_pattern(formulas, value, &word, CaseRule::AsciiFolded)
        }
        Predicate::Address(_)
        | Predicate::Binary(_)
        | Predicate::Date(..)
        | Predicate::Number(..) => match value.as_field() {
            Some(field) => Ok(some(formulas, field.key(), predicate.clone())),
            // An ARN, or an id, a colon and a name: no address, number, date or base64.
            None => Ok(formulas.truth(false)),
        },
    }
}

/// The formula that the text of the template matches the pattern.
fn on_pattern(
    formulas: &mut Formulas,
    value: &Template,
    pattern: &Pattern,
    case: CaseRule,
) -> Result<FormulaId, Inexpressible> {
    match value.as_field() {
        Some(field) => Ok(alone(formulas, field, pattern, case)),
        None => Ok(any_cut(formulas, value.split(pattern, case)?, case)),
    }
}

/// A test of a key that stands on its own.
fn plain_test(formulas: &mut Formulas, id: FormulaId, key: &KeyName, test: &KeyTest) -> FormulaId {
    let KeyTest::Some { any_of, hit } = test else { return id };
    if !variables::any_in(any_of) {
        return id;
    }
    let leaf = |formulas: &mut Formulas, any_of: Vec<Predicate>, hit: bool| {
        let any_of: Vec<Predicate> =
            any_of.into_iter().filter(|it| *it != Predicate::Never).collect();
        if hit && any_of.is_empty() {
            return formulas.truth(false);
        }
        formulas.atom(Atom::Key(key.clone(), KeyTest::Some { any_of: any_of.into(), hit }))
    };
    if !hit {
        // A value that misses all of them: they cannot be asked about one by one.
        let Some(cases) = variables::cases(formulas, any_of) else { return id };
        let mut ways = Vec::new();
        for (guard, written) in cases {
            let misses = leaf(formulas, written, false);
            ways.push(formulas.all([guard, misses]));
        }
        return formulas.any(ways);
    }
    let (with, without): (Vec<_>, Vec<_>) = any_of
        .iter()
        .cloned()
        .partition(|predicate| variables::any_in(std::slice::from_ref(predicate)));
    let mut ways = vec![leaf(formulas, without, true)];
    for predicate in with {
        let Some(cases) = variables::cases(formulas, &[predicate]) else { return id };
        for (guard, written) in cases {
            let holds = leaf(formulas, written, true);
            ways.push(formulas.all([guard, holds]));
        }
    }
    formulas.any(ways)
}

fn principal_test(formulas: &mut Formulas, id: FormulaId, test: &PrincipalTest) -> FormulaId {
    use PrincipalKind::{FederatedUser, RoleSession, User};
    match test {
        PrincipalTest::Kind(_) => id,
        PrincipalTest::Account(account) => {
            let kinds = any_kind(formulas, &PrincipalKind::WITH_ACCOUNT);
            let same = literal(formulas, Field::Account, account);
            formulas.all([kinds, same])
        }
        PrincipalTest::Id(text) => principal_id(formulas, text),
        PrincipalTest::IssuedBy(arn) => {
            of_kind(formulas, FederatedUser, &principal::issuer(), arn.as_str())
        }
        PrincipalTest::Partition(partition) => {
            requester_partition(formulas, &Side::Literal(partition))
        }
        PrincipalTest::ServiceLinked => {
            let session = kind_is(formulas, RoleSession);
            let path = Pattern::wildcard("aws-service-role/*");
            let linked = matches(formulas, Field::RoleTail, path, CaseRule::Exact);
            formulas.all([session, linked])
        }
        PrincipalTest::SessionOf(arn) => {
            of_kind(formulas, RoleSession, &principal::arn(RoleSession), arn.as_str())
        }
        PrincipalTest::UniqueId(unique) => {
            let ways =
                [(User, Field::UserId), (RoleSession, Field::RoleId)].map(|(kind, field)| {
                    let kind = kind_is(formulas, kind);
                    let same = literal(formulas, field, unique);
                    formulas.all([kind, same])
                });
            formulas.any(ways)
        }
    }
}

/// The formula that the requester is named `text`.
fn principal_id(formulas: &mut Formulas, text: &str) -> FormulaId {
    use PrincipalKind::{Anonymous, FederatedUser, Provider, Root, Service, User};
    if text == "anonymous" {
        return kind_is(formulas, Anonymous);
    }
    let mut ways = Vec::new();
    for kind in [FederatedUser, Root, User] {
        ways.push(of_kind(formulas, kind, &principal::arn(kind), text));
    }
    ways.push(of_kind(formulas, Service, &Template::field(Field::Service), text));
    ways.push(of_kind(formulas, Provider, &Template::field(Field::Provider), text));
    ways.extend(session_id(formulas, text));
    formulas.any(ways)
}

/// The formula that the requester is the role session of this ARN, which has no path of the role.
fn session_id(formulas: &mut Formulas, text: &str) -> Option<FormulaId> {
    let arn: Arn = text.parse().ok()?;
    let (role, session) = arn.resource().strip_prefix("assumed-role/")?.split_once('/')?;
    if arn.service() != "sts" || !arn.region().is_empty() || !is_account_id(arn.account()) {
        return None;
    }
    let kind = kind_is(formulas, PrincipalKind::RoleSession);
    let partition = literal(formulas, Field::Partition, arn.partition());
    let account = literal(formulas, Field::Account, arn.account());
    let bare = literal(formulas, Field::RoleTail, role);
    let with_path = Pattern::from_pieces(
        Pattern::wildcard("*/").pieces().iter().chain(Pattern::literal(role).pieces()).cloned(),
    );
    let with_path = matches(formulas, Field::RoleTail, with_path, CaseRule::Exact);
    let role = formulas.any([bare, with_path]);
    let session = literal(formulas, Field::SessionName, session);
    Some(formulas.all([kind, partition, account, role, session]))
}

/// The formula that the requester is of this kind and the template is this text.
fn of_kind(
    formulas: &mut Formulas,
    kind: PrincipalKind,
    template: &Template,
    text: &str,
) -> FormulaId {
    let pattern = Pattern::literal(text);
    let same = on_pattern(formulas, template, &pattern, CaseRule::Exact);
    let same = same.unwrap_or_else(|Inexpressible| formulas.truth(false));
    if same == formulas.truth(false) {
        return same;
    }
    let kind = kind_is(formulas, kind);
    formulas.all([kind, same])
}

/// The formula that the field is exactly this text.
pub(super) fn literal(formulas: &mut Formulas, field: Field, text: &str) -> FormulaId {
    alone(formulas, field, &Pattern::literal(text), CaseRule::Exact)
}

/// The partition that the requester's is compared with.
enum Side<'a> {
    Literal(&'a str),
    Resource,
}

/// The formula that the requester's partition is this one. Requesters without ARN are in `aws`, but
/// for the services of China.
fn requester_partition(formulas: &mut Formulas, side: &Side<'_>) -> FormulaId {
    let same_as = |formulas: &mut Formulas, partition: &str| match side {
        Side::Literal(text) => formulas.truth(*text == partition),
        Side::Resource => literal(formulas, Field::ResourcePartition, partition),
    };
    let with_arn = any_kind(formulas, &PrincipalKind::WITH_ACCOUNT);
    let same = match side {
        Side::Literal(text) => literal(formulas, Field::Partition, text),
        Side::Resource => equal(formulas, Field::Partition, Field::ResourcePartition),
    };
    let by_arn = formulas.all([with_arn, same]);
    let unsigned = any_kind(formulas, &[PrincipalKind::Anonymous, PrincipalKind::Provider]);
    let service = kind_is(formulas, PrincipalKind::Service);
    let chinese = Pattern::wildcard("*.amazonaws.com.cn");
    let chinese = matches(formulas, Field::Service, chinese, CaseRule::Exact);
    let (standard, china) = (same_as(formulas, "aws"), same_as(formulas, "aws-cn"));
    let by_service = formulas.choose(chinese, china, standard);
    let by_service = formulas.all([service, by_service]);
    let unsigned = formulas.all([unsigned, standard]);
    formulas.any([by_arn, unsigned, by_service])
}

fn resource(formulas: &mut Formulas, id: FormulaId, pattern: &ResourcePattern) -> FormulaId {
    let (components, stretch) = match pattern {
        ResourcePattern::Any => return formulas.truth(true),
        ResourcePattern::Never => return formulas.truth(false),
        ResourcePattern::Arn { components, crosses_colons: stretch } => (components, stretch),
    };
    let named = flag(formulas, Flag::NoResource, false);
    let mut ways = vec![by_component(formulas, id, components)];
    if let Some(whole) = stretch {
        ways.push(across_components(formulas, id, whole));
    }
    let ways = formulas.any(ways);
    formulas.all([named, ways])
}

/// The formula that the resource's ARN matches component by component. Only the sixth can have variables
/// (policy language §4, V-3); `id`, the whole test, where they cannot be written out.
fn by_component(formulas: &mut Formulas, id: FormulaId, components: &[Pattern; 6]) -> FormulaId {
    let [arn, partition, service, region, account, rest] = components;
    let mut parts = Vec::new();
    for (field, pattern) in [
        (Field::ResourcePartition, partition),
        (Field::ResourceService, service),
        (Field::ResourceRegion, region),
    ] {
        parts.push(alone(formulas, field, pattern, CaseRule::Exact));
    }
    let by_owner = alone(formulas, Field::ResourceAccount, account, CaseRule::Exact);
    let by_word = alone(formulas, Field::ResourceWord, account, CaseRule::Exact);
    parts.push(by_names_owner(formulas, by_owner, by_word));
    let rest = Predicate::Text(rest.clone(), CaseRule::Exact);
    let Some(cases) = variables::cases(formulas, &[rest]) else { return id };
    let mut ways = Vec::new();
    for (guard, written) in cases {
        for predicate in &written {
            let value = Template::field(Field::ResourceRest);
            let Ok(holds) = on_template(formulas, &value, predicate) else { return id };
            ways.push(formulas.all([guard, holds]));
        }
    }
    parts.push(formulas.any(ways));
    parts.push(formulas.truth(arn.matches("arn", CaseRule::Exact, &NoVariables)));
    formulas.all(parts)
}

/// The formula that the resource's ARN matches as a whole (policy language §2.3, R-LOOSE).
fn across_components(formulas: &mut Formulas, id: FormulaId, whole: &Pattern) -> FormulaId {
    let whole = Predicate::Text(whole.clone(), CaseRule::Exact);
    let Some(cases) = variables::cases(formulas, &[whole]) else { return id };
    let mut ways = Vec::new();
    for (guard, written) in cases {
        for predicate in &written {
            let by_owner = on_template(formulas, &resource_arn(Field::ResourceAccount), predicate);
            let by_word = on_template(formulas, &resource_arn(Field::ResourceWord), predicate);
            let (Ok(by_owner), Ok(by_word)) = (by_owner, by_word) else { return id };
            let holds = by_names_owner(formulas, by_owner, by_word);
            ways.push(formulas.all([guard, holds]));
        }
    }
    formulas.any(ways)
}

/// The formula that a field matches a pattern, false at once where no value can.
fn alone(formulas: &mut Formulas, field: Field, pattern: &Pattern, case: CaseRule) -> FormulaId {
    if !may_match_field(field, pattern, case) {
        return formulas.truth(false);
    }
    matches(formulas, field, pattern.clone(), case)
}

/// The choice between the two readings of the account's place: the owner, or another word.
fn by_names_owner(formulas: &mut Formulas, owner: FormulaId, word: FormulaId) -> FormulaId {
    if owner == word {
        return owner;
    }
    let names_owner = flag(formulas, Flag::NamesOwner, true);
    formulas.choose(names_owner, owner, word)
}

fn resource_arn(account: Field) -> Template {
    let colon = || Part::Text(":".into());
    Template::new([
        Part::Text("arn:".into()),
        Part::Field(Field::ResourcePartition),
        colon(),
        Part::Field(Field::ResourceService),
        colon(),
        Part::Field(Field::ResourceRegion),
        colon(),
        Part::Field(account),
        colon(),
        Part::Field(Field::ResourceRest),
    ])
}
