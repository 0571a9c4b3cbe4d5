//! Requests with their fields written out as context keys, shared by the tests of checker and solver.

use polsim_check::fields::field::{Field, Flag};
use polsim_decide::formula::{Evaluator, FormulaId, Formulas};
use polsim_decide::request::{CallFacts, ContextValue, PrincipalKind, Request, RequestParts};
use polsim_decide::text::{Arn, KeyName};

/// The request with its fields as keys; those that it does not have are `noise`.
pub(crate) fn described(request: &Request, noise: &str) -> Request {
    let mut context: Vec<(KeyName, ContextValue)> = request.context().entries().to_vec();
    for field in Field::ALL {
        let value = value_of(request, *field).unwrap_or_else(|| noise.to_owned());
        context.push((field.key(), ContextValue::One(value.into())));
    }
    let resource = request.resource();
    let flags = [
        (Flag::NoResource, resource.components().is_none()),
        (Flag::NamesOwner, resource.account().is_some_and(|it| it.len() == 12)),
    ];
    for (flag, holds) in flags {
        if holds {
            context.push((flag.key(), ContextValue::from("yes")));
        }
    }
    let issuer = request.principal().issuer().map(|arn| arn.as_str().to_owned());
    let principal = match request.principal().kind() {
        PrincipalKind::Provider => format!("federated:{}", request.principal()),
        _ => request.principal().to_string(),
    };
    Request::new(RequestParts {
        principal: &principal,
        action: request.action().as_str(),
        resource: &resource.to_string(),
        resource_account: request.resource_account(),
        issuer: issuer.as_deref(),
        context,
        call: CallFacts::default(),
        complete: true,
        management_account: request.in_management_account(),
        ..RequestParts::default()
    })
    .unwrap()
}

fn value_of(request: &Request, field: Field) -> Option<String> {
    let principal = request.principal();
    let kind = principal.kind();
    let of_kind = |wanted: PrincipalKind| (kind == wanted).then_some(());
    let after = |text: &str, prefix: &str| {
        text.parse::<Arn>().unwrap().resource().strip_prefix(prefix).map(str::to_owned)
    };
    let unique_id = || principal.unique_id().map(str::to_owned);
    let parts = request.resource().components();
    let user = || after(principal.id(), "user/");
    // The path with its last slash, and the name.
    let split = |text: String| {
        let name = text.rsplit('/').next().unwrap_or_default().to_owned();
        (text.strip_suffix(&name).unwrap_or_default().to_owned(), name)
    };
    match field {
        Field::Account => principal.account().map(str::to_owned),
        Field::Partition => principal.account().map(|_| principal.partition().to_owned()),
        Field::FederatedName => {
            of_kind(PrincipalKind::FederatedUser).map(|()| principal.name().to_owned())
        }
        Field::IssuerTail => after(principal.issuer()?.as_str(), "user/"),
        Field::Provider => of_kind(PrincipalKind::Provider).map(|()| principal.id().to_owned()),
        Field::Service => of_kind(PrincipalKind::Service).map(|()| principal.id().to_owned()),
        Field::RoleTail => {
            of_kind(PrincipalKind::RoleSession)?;
            after(request.context().one("aws:PrincipalArn").unwrap(), "role/")
        }
        Field::SessionName => of_kind(PrincipalKind::RoleSession)
            .map(|()| principal.id().rsplit('/').next().unwrap().to_owned()),
        Field::RoleId => of_kind(PrincipalKind::RoleSession).and_then(|()| unique_id()),
        Field::UserId => of_kind(PrincipalKind::User).and_then(|()| unique_id()),
        Field::UserName => of_kind(PrincipalKind::User).and_then(|()| Some(split(user()?).1)),
        Field::UserPath => of_kind(PrincipalKind::User).and_then(|()| Some(split(user()?).0)),
        Field::ResourceAccount => request.resource_account().map(str::to_owned),
        Field::ResourcePartition => parts.map(|it| it[1].to_owned()),
        Field::ResourceService => parts.map(|it| it[2].to_owned()),
        Field::ResourceRegion => parts.map(|it| it[3].to_owned()),
        Field::ResourceRest => parts.map(|it| it[5].to_owned()),
        Field::ResourceWord => parts.map(|it| it[4].to_owned()).filter(|it| it.len() != 12),
    }
}

/// Whether a formula holds for a request.
pub(crate) fn holds(formulas: &Formulas, id: FormulaId, request: &Request) -> bool {
    Evaluator::new(formulas, request).holds(id)
}
