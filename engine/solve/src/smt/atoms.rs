//! Atoms as terms: what each says of the request, written down from its meaning.

use super::Writer;
use super::regex::Wild;
use super::request::{ArnTerms, Derived, Part, any_kind, has_account, kind_is, partition_is};
use super::term::{and, equal, not, or, string};
use super::values::{Subject, by_head};
use polsim_check::fields::field::is_reserved;
use polsim_decide::formula::{Atom, KeyTest, Predicate, PrincipalTest};
use polsim_decide::policy::{ActionPattern, ResourcePattern};
use polsim_decide::request::PrincipalKind;
use polsim_decide::text::{CaseRule, KeyName, Pattern, Piece};

impl Writer<'_> {
    /// The request satisfies the atom.
    pub(super) fn atom(&mut self, atom: &Atom) -> String {
        match atom {
            Atom::Action(pattern) => self.any_action(&[pattern]),
            Atom::Choice(choice) => self.choice(choice.name()),
            Atom::Key(key, test) => self.key_test(key, test),
            Atom::ManagementAccount => "management-account".to_owned(),
            Atom::Principal(test) => self.principal(test),
            Atom::Resource(pattern) => self.any_resource(&[pattern]),
            Atom::SameAccount => {
                let own = self.request.part(Part::Account);
                and([has_account(), equal(&own, &self.request.part(Part::Owner))])
            }
            Atom::SamePartition => {
                let other = self.request.part(Part::ResourcePartition);
                or(["no-resource".to_owned(), partition_is(&mut self.request, &other)])
            }
        }
    }

    /// The action matches one of the patterns: service and name each, without letter case
    /// (policy language §2.2).
    pub(super) fn any_action(&mut self, patterns: &[&ActionPattern]) -> String {
        let mut groups: Vec<(&Pattern, Vec<&Pattern>)> = Vec::new();
        for pattern in patterns {
            let ActionPattern::Of { service, name } = pattern else { return "true".to_owned() };
            match groups.iter_mut().find(|(known, _)| *known == service) {
                Some((_, names)) => names.push(name),
                None => groups.push((service, vec![name])),
            }
        }
        let mut ways = Vec::new();
        for (service, names) in groups {
            let own = self.request.part(Part::ActionService);
            let own = self.in_patterns(&own, &[&lower(service)], CaseRule::Exact);
            let name = self.request.part(Part::ActionName);
            let names: Vec<Pattern> = names.into_iter().map(lower).collect();
            let names: Vec<&Pattern> = names.iter().collect();
            ways.push(and([own, self.in_patterns(&name, &names, CaseRule::Exact)]));
        }
        or(ways)
    }

    /// The resource is an ARN that matches one of the patterns: component by component, or as a
    /// whole where an asterisk may stretch (policy language §2.3).
    pub(super) fn any_resource(&mut self, patterns: &[&ResourcePattern]) -> String {
        let mut ways = Vec::new();
        let mut plain: Vec<&[Pattern; 6]> = Vec::new();
        let mut wholes: Vec<String> = Vec::new();
        for pattern in patterns {
            let (components, stretch) = match pattern {
                ResourcePattern::Any => return "true".to_owned(),
                ResourcePattern::Never => continue,
                ResourcePattern::Arn { components, crosses_colons: stretch } => {
                    (components, stretch)
                }
            };
            if components.iter().any(|it| it.variables().next().is_some()) {
                ways.push(self.components_with_variables(components));
            } else {
                plain.push(components);
            }
            match stretch {
                Some(whole) if whole.variables().next().is_some() => {
                    let arn = self.request.arn();
                    ways.push(self.matches_with_variables(&arn, whole, CaseRule::Exact));
                }
                Some(whole) => wholes.push(self.patterns.regex(whole, CaseRule::Exact, Wild::Any)),
                None => (),
            }
        }
        for (head, rests) in by_head(plain.into_iter()) {
            let mut parts = self.heads(head);
            let rest = self.request.part(Part::ResourceRest);
            parts.push(self.in_patterns(&rest, &rests, CaseRule::Exact));
            ways.push(and(parts));
        }
        if !wholes.is_empty() {
            let arn = self.request.arn();
            ways.push(format!("(str.in_re {arn} {})", super::regex::union(wholes)));
        }
        and(["(not no-resource)".to_owned(), or(ways)])
    }

    fn heads(&mut self, head: &[Pattern]) -> Vec<String> {
        let parts = [
            Part::ResourcePartition,
            Part::ResourceService,
            Part::ResourceRegion,
            Part::ResourcePlace,
        ];
        let mut terms = vec![string("arn")];
        terms.extend(parts.map(Part::name).map(str::to_owned));
        let mut tests = Vec::new();
        for ((term, pattern), part) in
            terms.iter().zip(head).zip(std::iter::once(None).chain(parts.map(Some)))
        {
            if let Some(part) = part.filter(|_| !pattern.is_any()) {
                self.request.part(part);
            }
            tests.push(self.in_patterns(term, &[pattern], CaseRule::Exact));
        }
        tests
    }

    fn components_with_variables(&mut self, components: &[Pattern; 6]) -> String {
        let [head @ .., rest] = components;
        if head.iter().any(|it| it.variables().next().is_some()) {
            // Policies and shapes have variables in the last component only.
            return self.unsaid("a variable before the last component of a resource");
        }
        let mut parts = self.heads(head);
        let own = self.request.part(Part::ResourceRest);
        parts.push(self.matches_with_variables(&own, rest, CaseRule::Exact));
        and(parts)
    }

    fn principal(&mut self, test: &PrincipalTest) -> String {
        use PrincipalKind::{FederatedUser, RoleSession, User};
        match test {
            PrincipalTest::Account(account) => {
                let own = self.request.part(Part::Account);
                and([has_account(), equal(&own, &string(account))])
            }
            PrincipalTest::Id(id) => self.principal_id(id),
            PrincipalTest::IssuedBy(user) => {
                let own = self.request.issuer_arn();
                and([kind_is(FederatedUser).to_owned(), is_arn(&own, user.as_str())])
            }
            PrincipalTest::Kind(kind) => kind_is(*kind).to_owned(),
            PrincipalTest::Partition(partition) => {
                partition_is(&mut self.request, &string(partition))
            }
            PrincipalTest::ServiceLinked => {
                let tail = self.request.part(Part::RoleTail);
                let linked = format!("(str.prefixof \"aws-service-role/\" {tail})");
                and([kind_is(RoleSession).to_owned(), linked])
            }
            PrincipalTest::SessionOf(role) => {
                let own = self.request.principal_arn(RoleSession);
                and([kind_is(RoleSession).to_owned(), is_arn(&own, role.as_str())])
            }
            PrincipalTest::UniqueId(id) => {
                let user = self.request.part(Part::UserId);
                let role = self.request.part(Part::RoleId);
                or([
                    and([kind_is(User).to_owned(), equal(&user, &string(id))]),
                    and([kind_is(RoleSession).to_owned(), equal(&role, &string(id))]),
                ])
            }
        }
    }

    /// The requester is named so: by the ARN of a user, root, federated user or role session, by
    /// the service's name or the provider, or as nobody.
    fn principal_id(&mut self, id: &str) -> String {
        use PrincipalKind::{Anonymous, FederatedUser, Provider, RoleSession, Root, Service, User};
        let mut ways = Vec::new();
        for kind in [FederatedUser, Root, User] {
            let own = self.request.principal_arn(kind);
            ways.push(and([kind_is(kind).to_owned(), is_arn(&own, id)]));
        }
        for (kind, part) in [(Service, Part::ServiceName), (Provider, Part::Provider)] {
            let same = equal(&self.request.part(part), &string(id));
            ways.push(and([kind_is(kind).to_owned(), same]));
        }
        if id == "anonymous" {
            ways.push(kind_is(Anonymous).to_owned());
        }
        // The ARN of a session names the role without its path.
        let components: Vec<&str> = id.splitn(6, ':').collect();
        if let ["arn", partition, "sts", "", account, rest] = components[..]
            && let Some((role, session)) =
                rest.strip_prefix("assumed-role/").and_then(|rest| rest.split_once('/'))
        {
            let tail = self.request.part(Part::RoleTail);
            let bare = equal(&tail, &string(role));
            let with_path = format!("(str.suffixof {} {tail})", string(&format!("/{role}")));
            ways.push(and([
                kind_is(RoleSession).to_owned(),
                equal(&self.request.part(Part::Partition), &string(partition)),
                equal(&self.request.part(Part::Account), &string(account)),
                or([bare, with_path]),
                equal(&self.request.part(Part::SessionName), &string(session)),
            ]));
        }
        or(ways)
    }

    fn key_test(&mut self, key: &KeyName, test: &KeyTest) -> String {
        if is_reserved(key) {
            return matches!(test, KeyTest::Absent | KeyTest::Blank).to_string();
        }
        if let Some(by_kind) = self.request.derived(key) {
            return self.derived_test(by_kind, test);
        }
        let key = self.key(key);
        match test {
            KeyTest::Absent => not(&self.keys.has(key, 0)),
            KeyTest::Several => self.keys.has(key, 1),
            KeyTest::Blank => {
                self.keys.compare(key, "");
                let empty = equal(&self.keys.constant(key, 0, ""), &string(""));
                let blank = and([not(&self.keys.has(key, 1)), empty]);
                or([not(&self.keys.has(key, 0)), blank])
            }
            KeyTest::Some { any_of, hit } => {
                let mut values = Vec::new();
                for value in 0..self.keys.count(key) {
                    let hits = self.hits(&Subject::Value(key, value), any_of);
                    let hits = if *hit { hits } else { not(&hits) };
                    values.push(and([self.keys.has(key, value), hits]));
                }
                or(values)
            }
        }
    }

    /// A derived key has one value, which is not empty, or none.
    fn derived_test(
        &mut self,
        by_kind: Vec<(Vec<PrincipalKind>, Derived)>,
        test: &KeyTest,
    ) -> String {
        let kinds: Vec<PrincipalKind> =
            by_kind.iter().flat_map(|(kinds, _)| kinds.clone()).collect();
        let (any_of, hit): (&[Predicate], bool) = match test {
            KeyTest::Several => return "false".to_owned(),
            KeyTest::Absent | KeyTest::Blank if kinds.len() == PrincipalKind::ALL.len() => {
                return "false".to_owned();
            }
            KeyTest::Absent | KeyTest::Blank => return not(&any_kind(&kinds)),
            KeyTest::Some { any_of, hit } => (any_of, *hit),
        };
        let mut ways = Vec::new();
        for (kinds, derived) in by_kind {
            let all = kinds.len() == PrincipalKind::ALL.len();
            let kinds = if all { "true".to_owned() } else { any_kind(&kinds) };
            let hits = self.hits(&Subject::Derived(derived), any_of);
            ways.push(and([kinds, if hit { hits } else { not(&hits) }]));
        }
        or(ways)
    }
}

/// The pattern in lower case: the action is written so, and ASCII letters compare without case.
fn lower(pattern: &Pattern) -> Pattern {
    Pattern::from_pieces(pattern.pieces().iter().map(|piece| match piece {
        Piece::Text(text) => Piece::Text(text.to_ascii_lowercase().into()),
        other => other.clone(),
    }))
}

/// The ARN is this text. No component of it but the last holds a colon, and the name of a user no
/// slash, so there is one way only to cut the text.
pub(super) fn is_arn(arn: &ArnTerms, text: &str) -> String {
    let components: Vec<&str> = text.splitn(6, ':').collect();
    let [head @ .., last] = &components[..] else { return "false".to_owned() };
    let Some(rest) = last.strip_prefix(arn.word).filter(|_| head.len() == arn.head.len()) else {
        return "false".to_owned();
    };
    let mut parts: Vec<String> =
        arn.head.iter().zip(head).map(|(own, text)| is_text(own, text)).collect();
    match &arn.rest[..] {
        [path, name] => {
            let (before, after) = rest.rsplit_once('/').map_or(("", rest), |(path, name)| {
                (rest.get(..path.len().saturating_add(1)).unwrap_or_default(), name)
            });
            parts.push(is_text(path, before));
            parts.push(is_text(name, after));
        }
        [only] => parts.push(is_text(only, rest)),
        _ => parts.push(rest.is_empty().to_string()),
    }
    and(parts)
}

fn is_text(term: &str, text: &str) -> String {
    let constant = string(text);
    if term.starts_with('"') { (*term == constant).to_string() } else { equal(term, &constant) }
}
