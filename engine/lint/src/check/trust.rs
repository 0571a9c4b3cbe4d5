//! W0324, W0510 to W0512: who may assume a role.

use polsim::catalog::oidc::{OidcProvider, OwnerIn};
use polsim::policy::{
    ActionPattern, ConditionValue, Operand, Polarity, PolicyType, PrincipalValue, Spanned,
};
use polsim::request::Action;
use polsim::text::TextSet;

use crate::document::{Document, Part};
use crate::draft::Draft;
use crate::found::Found;
use crate::test::Test;

const WEB_IDENTITY: &str = "sts:AssumeRoleWithWebIdentity";
const SAML: &str = "sts:AssumeRoleWithSAML";
/// Actions that go with every way to assume a role.
const BESIDE: [&str; 2] = ["sts:TagSession", "sts:SetSourceIdentity"];

pub(super) fn run(document: &Document<'_>, found: &mut Found<'_>) {
    for part in &document.statements {
        left_out(part, found);
        if document.is(PolicyType::Trust) && part.allows() {
            calls(part, found);
            providers(part, found);
        }
    }
}

/// W0324.
fn left_out(part: &Part<'_>, found: &mut Found<'_>) {
    let Some(element) = &part.statement.principal else { return };
    let session =
        element.values.iter().any(|it| matches!(it.value, PrincipalValue::RoleSession(_)));
    if part.allows() || element.polarity == Polarity::Listed || session {
        return;
    }
    for value in &element.values {
        if let PrincipalValue::Role(arn) = &value.value {
            let message = format!("sessions of `{arn}` are not left out of this Deny");
            found.add(Draft::new("W0324", value.span, message));
        }
    }
}

/// True if an entry of Action covers one of the actions that go with this principal.
fn goes_with(principal: &PrincipalValue, part: &Part<'_>) -> bool {
    let covers = |name: &str| {
        let Ok(action) = name.parse::<Action>() else { return false };
        let listed = part.entries.iter().any(|it| it.pattern.matches(&action));
        listed == part.lists_actions()
    };
    if BESIDE.iter().any(|it| covers(it)) {
        return true;
    }
    match principal {
        PrincipalValue::Provider(name) if name.contains(":saml-provider/") => covers(SAML),
        PrincipalValue::Provider(_) => covers(WEB_IDENTITY),
        PrincipalValue::Everyone | PrincipalValue::Nobody(_) => true,
        _ => !only(part, &[SAML, WEB_IDENTITY]),
    }
}

/// True if every entry is one of these actions.
fn only(part: &Part<'_>, names: &[&str]) -> bool {
    let one_of = |pattern: &ActionPattern| {
        let text = pattern.to_string();
        names.iter().any(|name| name.eq_ignore_ascii_case(&text))
    };
    part.lists_actions() && part.entries.iter().all(|it| one_of(it.pattern))
}

/// W0512.
fn calls(part: &Part<'_>, found: &mut Found<'_>) {
    let Some(element) = &part.statement.principal else { return };
    let none = element.values.iter().all(|it| !goes_with(&it.value, part));
    if element.polarity == Polarity::Listed && !element.values.is_empty() && none {
        let message =
            "these principals can make none of the calls: nobody may assume the role by this";
        let help = "SAML providers call sts:AssumeRoleWithSAML, web identity providers \
                    sts:AssumeRoleWithWebIdentity, all others sts:AssumeRole";
        found.add(Draft::new("W0512", element.span, message).help(help));
    }
}

/// W0510, W0511.
fn providers(part: &Part<'_>, found: &mut Found<'_>) {
    let Ok(call) = WEB_IDENTITY.parse::<Action>() else { return };
    let covered = part.entries.iter().any(|it| it.pattern.matches(&call));
    let Some(element) = &part.statement.principal else { return };
    if covered != part.lists_actions() {
        return;
    }
    for value in &element.values {
        let PrincipalValue::Provider(name) = &value.value else { continue };
        let host = name.split_once(":oidc-provider/").map_or(&**name, |(_, host)| host);
        let Some(provider) = OidcProvider::find(host) else { continue };
        let claims: Vec<(&Test<'_>, OwnerIn)> = part
            .tests
            .iter()
            .filter(|test| !test.missing_true && !test.is_null())
            .filter_map(|test| Some((test, provider.owner_in(test.name())?)))
            .collect();
        if claims.is_empty() {
            let keys = provider.claims().map(|it| format!("`{host}:{it}`")).collect::<Vec<_>>();
            let message =
                format!("every workload that `{host}` signs tokens for may assume the role");
            let help = format!(
                "add a condition on {}; IAM takes no new trust policy without one",
                keys.join(" or ")
            );
            found.add(Draft::new("W0510", part.statement.span, message).help(help));
            continue;
        }
        owners(&claims, host, found);
    }
}

/// W0511: a token of an owner that nobody has named passes every test of a claim.
fn owners(claims: &[(&Test<'_>, OwnerIn)], host: &str, found: &mut Found<'_>) {
    let passes = |test: &Test<'_>, owner: OwnerIn, it: &Spanned<ConditionValue>| {
        let Operand::String(pattern) = &it.value.operand else { return false };
        test.is_string() && TextSet::of(pattern).meets(&owner.of_somebody())
    };
    let open = |(test, owner): &(&Test<'_>, OwnerIn)| {
        test.is_positive() && test.values().iter().any(|it| passes(test, *owner, it))
    };
    if !claims.iter().all(open) {
        return;
    }
    for (test, owner) in claims {
        for value in test.values().iter().filter(|it| passes(test, *owner, it)) {
            let text = &value.value.text;
            let message = format!("`{text}` is met by tokens of any owner at `{host}`");
            found.add(Draft::new("W0511", value.span, message).help(owner.advice()));
        }
    }
}
