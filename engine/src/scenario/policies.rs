//! The policies of a scenario: documents, attachments, sets.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::case::Files;
use crate::catalog::EndpointPolicySupport;
use crate::eval::PolicySet;
use crate::lower::{AttachedPolicy, Scope};
use crate::network::Network;
use crate::policy::{Document, Policy, PolicyType, ResourcePattern, unlisted_keys};
use crate::text::{Arn, Diagnostic, Diagnostics, Node, Source, Span, nearest};

/// A policy of a scenario, with its attachment.
///
/// ```
/// # use polsim::scenario::{NoFiles, Scenario};
/// # use polsim::text::Source;
/// let text = r#"
/// policies: [{type: identity, document: {Version: "2012-10-17", Statement:
///   [{Effect: Allow, Action: "s3:Get*", Resource: "*"}]}}]
/// request: {principal: "arn:aws:iam::111122223333:user/alice", resource: "arn:aws:s3:::lake/x"}
/// tests:
///   - {name: alice reads, request: {action: "s3:GetObject"}, expect: allowed}
/// properties:
///   - {name: nobody writes, deny: {actions: ["s3:Put*"]}}
/// "#;
/// let scenario = Scenario::load(&Source::new("scenario.yaml", text), &NoFiles);
/// let scenario = scenario.expect("a scenario without mistakes");
/// let entry = &scenario.policies[0];
/// assert_eq!((&*entry.name, entry.level), ("identity[0]", 0));
/// ```
#[derive(Clone, Debug)]
pub struct PolicyEntry {
    /// Name of the policy in results.
    pub name: Arc<str>,
    /// Requests that the policy is asked about.
    pub scope: Scope,
    /// Level in the organization that an SCP or RCP is attached to.
    pub level: u32,
    /// Account that owns the resources which carry it.
    pub account: Option<Box<str>>,
    /// Document, read as its type says.
    pub policy: Arc<Policy>,
    /// Other readings of a `resource` document without a `resource`, which is the policy of the
    /// request's target: of a bucket or the like, of a KMS key, of a role (perimeter §0.2).
    readings: Vec<(PolicyType, Reading)>,
}

/// A document read as the policy of some target, or the mistakes in that reading.
type Reading = Result<Arc<Policy>, Diagnostics>;

impl PolicyEntry {
    /// The policy as it is lowered where the target is no key and no role.
    pub fn attached(&self) -> AttachedPolicy {
        self.attached_to(PolicyType::Resource)
    }

    /// The policy as it is lowered where the target's own policy is of type `target`.
    pub(super) fn attached_to(&self, target: PolicyType) -> AttachedPolicy {
        let other = self.reading(target).and_then(|reading| reading.as_ref().ok());
        AttachedPolicy {
            policy: Arc::clone(other.unwrap_or(&self.policy)),
            name: Arc::clone(&self.name),
            level: self.level,
            scope: self.scope.clone(),
        }
    }

    fn reading(&self, target: PolicyType) -> Option<&Reading> {
        self.readings.iter().find(|(it, _)| *it == target).map(|(_, reading)| reading)
    }

    /// The mistakes in the document as the policy of such a target.
    pub(super) fn refused_as(&self, target: PolicyType) -> &[Diagnostic] {
        match self.reading(target) {
            Some(Err(refused)) => refused,
            _ => &[],
        }
    }
}

/// Reads policy entries, each file once.
pub(super) struct PolicyReader<'a> {
    files: &'a dyn Files,
    network: Option<Arc<Network>>,
    documents: BTreeMap<Box<str>, Option<(Source, Node)>>,
    pub(super) found: Vec<Diagnostic>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// A list of policies as a scenario writes it.
#[derive(Clone, Debug)]
pub(super) struct WrittenSet {
    pub(super) source: Source,
    pub(super) node: Node,
}

/// The sets of a scenario by name, read when they are first asked for.
pub(super) struct Sets {
    pub(super) written: BTreeMap<Box<str>, WrittenSet>,
    read: BTreeMap<Box<str>, Vec<Arc<PolicyEntry>>>,
    /// Sets that are being read, to find cycles.
    open: Vec<Box<str>>,
}

impl Sets {
    pub(super) fn new(written: BTreeMap<Box<str>, WrittenSet>) -> Self {
        Self { written, read: BTreeMap::new(), open: Vec::new() }
    }

    /// The policies of a list of policies and names of sets.
    pub(super) fn resolve(
        &mut self,
        source: &Source,
        node: &Node,
        reader: &mut PolicyReader<'_>,
    ) -> Vec<Arc<PolicyEntry>> {
        let mut entries: Vec<Arc<PolicyEntry>> = Vec::new();
        for (index, item) in node.items().iter().enumerate() {
            let more = match item.as_text() {
                Some(name) => self.named(name, source, item.span, reader),
                None => reader.entry(source, item, index).map(Arc::new).into_iter().collect(),
            };
            for entry in more {
                if !entries.iter().any(|known| Arc::ptr_eq(known, &entry)) {
                    entries.push(entry);
                }
            }
        }
        entries
    }

    fn named(
        &mut self,
        name: &str,
        source: &Source,
        span: Span,
        reader: &mut PolicyReader<'_>,
    ) -> Vec<Arc<PolicyEntry>> {
        if let Some(entries) = self.read.get(name) {
            return entries.clone();
        }
        if self.open.iter().any(|open| &**open == name) {
            let chain = self.open.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>();
            let message = format!("the set `{name}` contains itself, through {}", chain.join(", "));
            reader.found.push(Diagnostic::error("S0005", source, span, message));
            return Vec::new();
        }
        let Some(written) = self.written.get(name).cloned() else {
            let complaint = Diagnostic::error(
                "S0006",
                source,
                span,
                format!("no policy set is called `{name}`"),
            );
            let help = match nearest(name, self.written.keys().map(|key| &**key)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!(
                    "the sets are: {}",
                    self.written.keys().map(|key| &**key).collect::<Vec<_>>().join(", ")
                ),
            };
            reader.found.push(complaint.with_help(help));
            return Vec::new();
        };
        self.open.push(name.into());
        let entries = self.resolve(&written.source, &written.node, reader);
        self.open.pop();
        self.read.insert(name.into(), entries.clone());
        entries
    }
}

impl<'a> PolicyReader<'a> {
    pub(super) fn new(files: &'a dyn Files, network: Option<Arc<Network>>) -> Self {
        let (documents, found, warnings) = (BTreeMap::new(), Vec::new(), Vec::new());
        Self { files, network, documents, found, warnings }
    }

    /// The policies that the network file gives its endpoints.
    pub(super) fn endpoint_policies(&mut self) -> Vec<Arc<PolicyEntry>> {
        let Some(network) = self.network.clone() else { return Vec::new() };
        let mut entries = Vec::new();
        for (_, endpoint) in network.endpoints() {
            let Some(policy) = &endpoint.policy else { continue };
            let document = match policy.as_text() {
                Some(path) => self.file(&network.source, path, policy.span, Some(&*endpoint.id)),
                None => Some((network.source.clone(), policy.clone())),
            };
            let Some((source, node)) = document else { continue };
            let scope = self.endpoint(&network.source, &endpoint.id, policy.span);
            match (Policy::from_node(&source, &node, PolicyType::Endpoint), scope) {
                (Ok(parsed), Some(scope)) => {
                    self.warnings.extend(parsed.warnings);
                    self.warnings.extend(unlisted_keys(&parsed.policy));
                    entries.push(Arc::new(PolicyEntry {
                        name: endpoint.display().into(),
                        scope,
                        level: 0,
                        account: None,
                        policy: Arc::new(parsed.policy),
                        readings: Vec::new(),
                    }));
                }
                (Err(refused), _) => self.found.extend(refused),
                _ => (),
            }
        }
        entries
    }

    /// The scope of an endpoint's policy; with a network, the endpoint is one of its own.
    fn endpoint(&mut self, source: &Source, name: &str, span: Span) -> Option<Scope> {
        let Some(network) = self.network.clone() else { return Some(Scope::Endpoint(name.into())) };
        let Some((_, endpoint)) = network.endpoint(name) else {
            let names: Vec<&str> = network.endpoints().map(|(_, it)| it.display()).collect();
            let help = match nearest(name, names.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("its endpoints are: {}", names.join(", ")),
            };
            let message = format!("the network has no endpoint `{name}`");
            self.found.push(Diagnostic::error("S0013", source, span, message).with_help(help));
            return None;
        };
        let service = endpoint.service;
        match service.policies {
            EndpointPolicySupport::Supported => (),
            EndpointPolicySupport::Unknown => {
                let message =
                    format!("whether `{}` endpoints take a policy is not documented", service.name);
                let help =
                    "check `VpcEndpointPolicySupported` of aws ec2 describe-vpc-endpoint-services";
                self.warnings
                    .push(Diagnostic::warning("S0101", source, span, message).with_help(help));
            }
            EndpointPolicySupport::Unsupported => {
                let message =
                    format!("endpoints of `{}` take no policy: everything passes", service.name);
                self.refuse("S0014", source, span, message);
                return None;
            }
        }
        Some(Scope::Endpoint(endpoint.id.clone()))
    }

    fn refuse(&mut self, code: &'static str, source: &Source, span: Span, message: String) {
        self.found.push(Diagnostic::error(code, source, span, message));
    }

    /// The policy written in `node`, whose shape has been checked.
    fn entry(&mut self, source: &Source, node: &Node, index: usize) -> Option<PolicyEntry> {
        let text = |name: &str| node.member(name).and_then(|member| member.value.as_text());
        let written: PolicyType = text("type")?.parse().ok()?;
        let scope = self.scope(source, node, written)?;
        let policy_type = match &scope {
            Scope::Resources(patterns) if written == PolicyType::Resource => type_of(patterns),
            _ => written,
        };
        let (document_source, document) = self.document(source, node)?;
        let name = text("name")
            .or_else(|| text("file"))
            .map_or_else(|| format!("{written}[{index}]").into(), Arc::from);
        let level = text("level").map_or(Some(0), |text| text.parse().ok());
        let Some(level) = level else {
            let span = node.member("level").map_or(node.span, |member| member.value.span);
            self.refuse("S0003", source, span, "`level` is a whole number from 0".to_owned());
            return None;
        };
        let parse = |policy_type| Policy::from_node(&document_source, &document, policy_type);
        let open = written == PolicyType::Resource && !matches!(scope, Scope::Resources(_));
        let targets = [PolicyType::Resource, PolicyType::Key, PolicyType::Trust];
        let readings: Vec<_> = targets
            .into_iter()
            .filter(|_| open)
            .map(|target| (target, parse(target).map(|parsed| Arc::new(parsed.policy))))
            .collect();
        let policy = match parse(policy_type) {
            Ok(parsed) => {
                self.warnings.extend(parsed.warnings);
                self.warnings.extend(unlisted_keys(&parsed.policy));
                Arc::new(parsed.policy)
            }
            Err(refused) => {
                let other = readings.iter().find_map(|(_, reading)| reading.as_ref().ok());
                let Some(policy) = other else {
                    self.found.extend(refused);
                    return None;
                };
                Arc::clone(policy)
            }
        };
        let account = text("account").map(Box::from);
        Some(PolicyEntry { name, scope, level, account, policy, readings })
    }

    fn document(&mut self, source: &Source, node: &Node) -> Option<(Source, Node)> {
        match (node.member("document"), node.member("file")) {
            (Some(document), None) => Some((source.clone(), document.value.clone())),
            (None, Some(file)) => {
                let path = file.value.as_text().unwrap_or_default();
                let endpoint = node.member("endpoint").and_then(|it| it.value.as_text());
                let id = endpoint.map(|name| self.id_of(name));
                self.file(source, path, file.value.span, id.as_deref())
            }
            _ => {
                let message = "a policy has either a `document` or a `file`".to_owned();
                self.refuse("S0007", source, node.span, message);
                None
            }
        }
    }

    /// The id of an endpoint that a policy names by its id or its name in the network.
    fn id_of(&self, endpoint: &str) -> Box<str> {
        let network = self.network.as_ref();
        network
            .and_then(|network| network.endpoint(endpoint))
            .map_or_else(|| endpoint.into(), |(_, it)| it.id.clone())
    }

    /// The document in a file, or the one of `endpoint` in a list of them; complaints about it are
    /// made once.
    fn file(
        &mut self,
        source: &Source,
        path: &str,
        span: Span,
        endpoint: Option<&str>,
    ) -> Option<(Source, Node)> {
        let of = endpoint.unwrap_or_default();
        let key: Box<str> = format!("{}\n{path}\n{of}", source.name()).into();
        if let Some(known) = self.documents.get(&key) {
            return known.clone();
        }
        let document = match self.files.read(source.name(), path) {
            Err(reason) => {
                self.refuse("S0004", source, span, reason);
                None
            }
            Ok(file) => match Document::read(&file, endpoint) {
                Ok(Document { source, node, note, .. }) => {
                    self.warnings.extend(note);
                    Some((source, node))
                }
                Err(refused) => {
                    self.found.extend(refused);
                    None
                }
            },
        };
        self.documents.insert(key, document.clone());
        document
    }

    /// The requests that a policy is asked about, by the member that says what carries it.
    fn scope(&mut self, source: &Source, node: &Node, written: PolicyType) -> Option<Scope> {
        use PolicyType as Type;
        let member = match written {
            Type::Identity | Type::Boundary | Type::Session => Some("principal"),
            Type::Resource | Type::Key | Type::Trust => Some("resource"),
            Type::Endpoint => Some("endpoint"),
            Type::Scp | Type::Rcp => None,
        };
        for other in ["principal", "resource", "endpoint"] {
            if let Some(odd) = node.member(other)
                && member != Some(other)
            {
                let message = format!("a policy of type `{written}` has no `{other}`");
                self.refuse("S0001", source, odd.key_span, message);
                return None;
            }
        }
        let Some(given) = member.and_then(|name| node.member(name)) else {
            return self.default_scope(source, node, written);
        };
        Some(match written {
            Type::Endpoint => {
                let name = given.value.as_text()?;
                self.endpoint(source, name, given.value.span)?
            }
            Type::Identity | Type::Boundary | Type::Session => {
                Scope::Principals(self.principals(source, &given.value))
            }
            _ => Scope::Resources(self.resources(source, &given.value)),
        })
    }

    /// The requests that a policy is asked about which does not say what carries it.
    fn default_scope(
        &mut self,
        source: &Source,
        node: &Node,
        written: PolicyType,
    ) -> Option<Scope> {
        match &self.network {
            Some(_) if written == PolicyType::Endpoint => {
                let message = "which endpoint of the network carries the policy?".to_owned();
                self.found.push(
                    Diagnostic::error("S0013", source, node.span, message)
                        .with_help("name it in `endpoint`"),
                );
                None
            }
            Some(network) if written == PolicyType::Rcp => Some(network.scope_of_rcps()),
            _ => Some(Scope::EveryRequest),
        }
    }

    /// The users and roles in a list.
    fn principals(&mut self, source: &Source, list: &Node) -> Vec<Arn> {
        let mut arns = Vec::new();
        for (text, span) in texts(list) {
            match text.parse::<Arn>() {
                Ok(arn) if arn.service() == "iam" => arns.push(arn),
                Ok(_) => {
                    let message = format!("`{text}` is no user or role");
                    self.refuse("S0008", source, span, message);
                }
                Err(error) => {
                    self.refuse("S0008", source, span, format!("`{text}`: {error}"));
                }
            }
        }
        arns
    }

    /// The resources in a list.
    fn resources(&mut self, source: &Source, list: &Node) -> Vec<ResourcePattern> {
        let mut patterns = Vec::new();
        for (text, span) in texts(list) {
            if let Some(Scope::Resources(more)) = Scope::of_resource(text) {
                patterns.extend(more);
            } else {
                let message = format!("`{text}` is no ARN of a resource");
                self.refuse("S0008", source, span, message);
            }
        }
        patterns
    }
}

/// The texts in a list, with their places.
fn texts(list: &Node) -> impl Iterator<Item = (&str, Span)> {
    list.items().iter().filter_map(|item| Some((item.as_text()?, item.span)))
}

/// The type of the policy that such a resource carries.
fn type_of(patterns: &[ResourcePattern]) -> PolicyType {
    let service = |pattern: &ResourcePattern| match pattern {
        ResourcePattern::Arn { components, .. } => {
            components.get(2).and_then(|it| it.as_literal().map(str::to_owned))
        }
        _ => None,
    };
    match patterns.first().and_then(service).as_deref() {
        Some("kms") => PolicyType::Key,
        Some("iam") => PolicyType::Trust,
        _ => PolicyType::Resource,
    }
}

/// Policy sets that have been compiled, by their policies and the type of the target's own.
#[derive(Default)]
pub(super) struct CompiledSets {
    sets: BTreeMap<(Vec<usize>, PolicyType), Arc<PolicySet>>,
}

impl CompiledSets {
    /// The compiled set of these policies, where the target's own policy is of type `target`.
    pub(super) fn of(
        &mut self,
        policies: &[Arc<PolicyEntry>],
        target: PolicyType,
    ) -> Arc<PolicySet> {
        // The scenario keeps its entries: while it is read, their addresses tell them apart.
        let key = policies.iter().map(|entry| Arc::as_ptr(entry).addr()).collect();
        let compile =
            || Arc::new(PolicySet::new(policies.iter().map(|entry| entry.attached_to(target))));
        Arc::clone(self.sets.entry((key, target)).or_insert_with(compile))
    }
}
