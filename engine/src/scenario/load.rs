//! Reading a scenario and everything that it names.

mod origins;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::assume::assumptions;
use super::cases;
use super::model::{Claims, Run, Scenario, ScenarioSets, Test};
use super::policies::PolicyEntry;
use super::policies::{CompiledSets, PolicyReader, Sets, WrittenSet};
use super::property::WrittenProperty;
use super::run::names_statement;
use super::shape::{CODES, SCENARIO};
use crate::case::{Files, KnownResources, readings_member, type_for_target};
use crate::lower::{AttachedPolicy, Readings};
use crate::network::Network;
use crate::policy::PolicyType;
use crate::prove::Property;
use crate::request::Request;
use crate::text::{Diagnostic, Diagnostics, Node, Source, Value, nearest, read};

/// The key of the list in `policies` among the sets. No set can be called so: it is no member's name.
const OWN: &str = "";

/// The name of the list in `policies` in comparisons.
const OWN_NAME: &str = "policies";

/// Upper bound on scenarios that extend one another: more is a circle under several names.
const MAX_CHAIN: usize = 32;

/// A scenario's text and those of the scenarios that it extends, the nearest first.
struct Chain {
    texts: Vec<(Source, Node)>,
}

/// The network, and the warnings about the policies.
type Surroundings = (Option<Arc<Network>>, Vec<Diagnostic>);

impl Scenario {
    /// Reads the scenario in `source` and every file that it names. A name that ends in `.jsonl`
    /// is a batch of cases.
    ///
    /// # Errors
    /// All mistakes in the scenario and its files (codes `S0…`); those in properties wait for
    /// [`Scenario::verifier`].
    pub fn load(source: &Source, files: &dyn Files) -> Result<Self, Diagnostics> {
        if source.name().to_ascii_lowercase().ends_with(".jsonl") {
            return Ok(cases::load(source, files)?);
        }
        let mut found = Vec::new();
        let chain = Chain::read(source, files, &mut found);
        let Some(root) = chain.root() else { return Err(found.into()) };
        let mut loader = Loader::new(source, &chain, files, found);
        let policies = loader.named_or_none(OWN);
        let tests = loader.tests(root, &policies);
        let claims = loader.claims(root, &policies);
        let (network, warnings) = loader.finish()?;
        Ok(Self { source: source.clone(), network, policies, tests, warnings, claims })
    }

    /// The JSON Schema of scenario files.
    pub fn json_schema() -> serde_json::Value {
        SCENARIO.json_schema("polsim scenario")
    }

    /// The members of scenario files as tables in Markdown.
    pub fn reference() -> String {
        SCENARIO.markdown()
    }
}

impl ScenarioSets {
    /// Reads the set called `wanted` of the scenario in `source`, or all of its sets.
    ///
    /// # Errors
    /// All mistakes in the sets and their files.
    pub fn load(
        source: &Source,
        files: &dyn Files,
        wanted: Option<&str>,
    ) -> Result<Self, Diagnostics> {
        let mut found = Vec::new();
        let chain = Chain::read(source, files, &mut found);
        if chain.root().is_none() {
            return Err(found.into());
        }
        let mut loader = Loader::new(source, &chain, files, found);
        let key = |name: &str| if name == OWN_NAME { OWN.into() } else { Box::from(name) };
        let mut names: Vec<Box<str>> = loader.sets.written.keys().cloned().collect();
        if let Some(wanted) = wanted {
            let key = key(wanted);
            names.retain(|name| *name == key);
        }
        let mut sets = BTreeMap::new();
        for name in names {
            let policies = loader.named_or_none(&name);
            let shown = if &*name == OWN { OWN_NAME.into() } else { name };
            sets.insert(shown, policies);
        }
        let (network, _) = loader.finish()?;
        let network_text = match (chain.member("network"), &network) {
            (Some((_, node)), Some(network)) if node.as_text().is_some() => network.source.text(),
            (Some((source, node)), _) => source.slice(node.span),
            (None, _) => "",
        };
        let network_text = network_text.into();
        let assumptions = assumptions(chain.member("assume"));
        Ok(Self { sets, network, network_text, assumptions })
    }
}

impl Chain {
    fn read(source: &Source, files: &dyn Files, found: &mut Vec<Diagnostic>) -> Self {
        let mut texts: Vec<(Source, Node)> = Vec::new();
        let mut next = Some(source.clone());
        while let Some(source) = next.take() {
            let node = match read(&source) {
                Ok(node) => node,
                Err(refused) => {
                    found.push(refused);
                    break;
                }
            };
            SCENARIO.check(&node, &source, CODES, found);
            if let Some(extends) = node.member("extends")
                && let Some(path) = extends.value.as_text()
            {
                let span = extends.value.span;
                match files.read(source.name(), path) {
                    Err(reason) => found.push(Diagnostic::error("S0004", &source, span, reason)),
                    Ok(base)
                        if base.name() == source.name()
                            || MAX_CHAIN <= texts.len()
                            || texts.iter().any(|(known, _)| known.name() == base.name()) =>
                    {
                        let message = format!("`{path}` extends this scenario in turn");
                        found.push(Diagnostic::error("S0005", &source, span, message));
                    }
                    Ok(base) => next = Some(base),
                }
            }
            texts.push((source, node));
        }
        Self { texts }
    }

    /// The scenario itself, if it is an object.
    fn root(&self) -> Option<&Node> {
        let (_, root) = self.texts.first()?;
        matches!(root.value, Value::Object(_)).then_some(root)
    }

    /// A member of the nearest scenario that has it, and its text.
    fn member(&self, name: &str) -> Option<(&Source, &Node)> {
        self.texts.iter().find_map(|(source, node)| Some((source, &node.member(name)?.value)))
    }

    /// The network, written in the scenario or in a file of its own.
    fn network(&self, files: &dyn Files, found: &mut Vec<Diagnostic>) -> Option<Arc<Network>> {
        let (source, node) = self.member("network")?;
        let network = match node.as_text() {
            // Mistakes in its shape are reported with those of the scenario's.
            None if found.iter().any(|it| {
                it.source == *source
                    && node.span.start <= it.span.start
                    && it.span.end <= node.span.end
            }) =>
            {
                return None;
            }
            None => Network::from_node(source, node),
            Some(path) => match files.read(source.name(), path) {
                Ok(file) => Network::parse(&file),
                Err(reason) => Err(Diagnostic::error("S0004", source, node.span, reason).into()),
            },
        };
        match network {
            Ok(network) => Some(Arc::new(network)),
            Err(refused) => {
                found.extend(refused);
                None
            }
        }
    }

    /// The resources that the scenario describes.
    fn resources(&self, found: &mut Vec<Diagnostic>) -> KnownResources {
        let Some((source, node)) = self.member("resources") else {
            return KnownResources::default();
        };
        KnownResources::read(source, node).unwrap_or_else(|refused| {
            found.extend(refused);
            KnownResources::default()
        })
    }

    /// The sets by name; a scenario's own hide those of the scenarios that it extends.
    fn sets(&self) -> Sets {
        let mut written = BTreeMap::new();
        let set = |source: &Source, node: &Node| WrittenSet {
            source: source.clone(),
            node: node.clone(),
        };
        for (source, node) in self.texts.iter().rev() {
            for member in node.member("sets").map(|sets| sets.value.members()).unwrap_or_default() {
                written.insert(member.key.clone(), set(source, &member.value));
            }
        }
        if let Some((source, node)) = self.member("policies") {
            written.insert(OWN.into(), set(source, node));
        }
        Sets::new(written)
    }
}

struct Loader<'a> {
    source: &'a Source,
    chain: &'a Chain,
    network: Option<Arc<Network>>,
    /// The policies that the network file gives its endpoints.
    endpoint_policies: Vec<Arc<PolicyEntry>>,
    sets: Sets,
    resources: KnownResources,
    reader: PolicyReader<'a>,
    compiled: CompiledSets,
    /// Policies of tests, kept so that none is dropped while compiled sets are looked up.
    kept: Vec<Vec<Arc<PolicyEntry>>>,
    found: Vec<Diagnostic>,
}

impl<'a> Loader<'a> {
    /// A loader with the network and the sets of the chain; mistakes follow those in `found`.
    fn new(
        source: &'a Source,
        chain: &'a Chain,
        files: &'a dyn Files,
        mut found: Vec<Diagnostic>,
    ) -> Self {
        let network = chain.network(files, &mut found);
        let mut reader = PolicyReader::new(files, network.clone());
        let endpoint_policies = reader.endpoint_policies();
        let resources = chain.resources(&mut found);
        Self {
            source,
            chain,
            network,
            endpoint_policies,
            sets: chain.sets(),
            resources,
            reader,
            compiled: CompiledSets::default(),
            kept: Vec::new(),
            found,
        }
    }

    /// The network and the warnings, or all mistakes.
    fn finish(self) -> Result<Surroundings, Vec<Diagnostic>> {
        let Self { mut found, reader, network, source, .. } = self;
        found.extend(reader.found);
        if found.is_empty() {
            return Ok((network, reader.warnings));
        }
        // This text first, each text from top to bottom.
        found.sort_by_key(|it| {
            (it.source.name() != source.name(), it.source.name().to_owned(), it.span)
        });
        Err(found)
    }

    fn named_or_none(&mut self, name: &str) -> Vec<Arc<PolicyEntry>> {
        match self.sets.written.get(name).cloned() {
            Some(set) => {
                let own = self.sets.resolve(&set.source, &set.node, &mut self.reader);
                self.with_endpoints(own)
            }
            None => self.endpoint_policies.clone(),
        }
    }

    /// The policies that `node` names, or the scenario's.
    fn policies(&mut self, node: &Node, own: &[Arc<PolicyEntry>]) -> Vec<Arc<PolicyEntry>> {
        match node.member("policies") {
            Some(member) => {
                let named = self.sets.resolve(self.source, &member.value, &mut self.reader);
                self.with_endpoints(named)
            }
            None => own.to_vec(),
        }
    }

    /// The policies, and those of the network's endpoints for which there are none among them.
    fn with_endpoints(&self, mut policies: Vec<Arc<PolicyEntry>>) -> Vec<Arc<PolicyEntry>> {
        for entry in &self.endpoint_policies {
            if !policies.iter().any(|known| known.scope == entry.scope) {
                policies.push(Arc::clone(entry));
            }
        }
        policies
    }

    fn tests(&mut self, root: &Node, own: &[Arc<PolicyEntry>]) -> Vec<Test> {
        let mut tests: Vec<Test> = Vec::new();
        let items = root.member("tests").map(|tests| tests.value.items()).unwrap_or_default();
        let mut names = BTreeSet::new();
        for node in items {
            if let Some(member) = node.member("name")
                && let Some(name) = member.value.as_text()
                && !names.insert(name)
            {
                let message = format!("two tests are called `{name}`");
                let span = member.value.span;
                self.found.push(Diagnostic::error("S0011", self.source, span, message));
            }
            tests.extend(self.test(node, own));
        }
        tests
    }

    fn test(&mut self, node: &Node, own: &[Arc<PolicyEntry>]) -> Option<Test> {
        let text = |name: &str| node.member(name).and_then(|member| member.value.as_text());
        let name = text("name")?;
        let expect = text("expect")?.parse().ok()?;
        let policies = self.policies(node, own);
        let requests = self.requests(node, &policies)?;
        let mut runs = Vec::new();
        for (arrival, request) in requests {
            let target = target_of(&request);
            for refused in policies.iter().flat_map(|entry| entry.refused_as(target)) {
                if !self.found.contains(refused) {
                    self.found.push(refused.clone());
                }
            }
            runs.push(Run { arrival, request, set: self.compiled.of(&policies, target) });
        }
        self.kept.push(policies.clone());
        let by = self.by(node, &policies);
        Some(Test {
            name: name.into(),
            span: node.span,
            why: text("why").map(Box::from),
            runs,
            expect,
            depends_on: node.member("depends-on").map(|it| names(&it.value)),
            by,
        })
    }

    /// The statements in `by`, each of which must be in one of the policies.
    fn by(&mut self, node: &Node, policies: &[Arc<PolicyEntry>]) -> Vec<Box<str>> {
        let Some(member) = node.member("by") else { return Vec::new() };
        let sids = || {
            policies.iter().flat_map(|entry| {
                entry.policy.statements.iter().enumerate().map(move |(index, statement)| {
                    let sid = statement.sid.as_ref().map(|sid| sid.value.to_string());
                    (entry, sid.unwrap_or_else(|| format!("[{index}]")))
                })
            })
        };
        let mut by = Vec::new();
        for item in member.value.items() {
            let Some(text) = item.as_text() else { continue };
            if sids().any(|(entry, sid)| {
                names_statement(text, &entry.name, entry.policy.policy_type, &sid)
            }) {
                by.push(text.into());
                continue;
            }
            let names: Vec<String> = sids().map(|(_, sid)| sid).collect();
            let last = text.rsplit_once(':').map_or(text, |(_, sid)| sid);
            let message = format!("no statement of the test's policies is called `{text}`");
            let help = match nearest(last, names.iter().map(String::as_str)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("they are: {}", names.join(", ")),
            };
            self.found
                .push(Diagnostic::error("S0012", self.source, item.span, message).with_help(help));
        }
        by
    }

    /// The properties and the facts that they may rely on, or the mistakes in them.
    fn claims(&mut self, root: &Node, own: &[Arc<PolicyEntry>]) -> Result<Claims, Diagnostics> {
        let mut refused = Vec::new();
        let assumptions = assumptions(self.chain.member("assume"));
        let assumptions = assumptions.map_err(|it| refused.extend(it)).unwrap_or_default();
        let properties = self.properties(root, own, &mut refused);
        refused.sort_by_key(|it| it.span);
        let readings = self.chain.member("readings");
        let readings = readings.map(|(source, node)| {
            let read = readings_member(source, node, Readings::open());
            read.map_err(|it| refused.extend(it)).unwrap_or_default()
        });
        Diagnostics::check(refused)?;
        Ok(Claims { properties, assumptions, readings })
    }

    /// The properties without mistakes; mistakes go to `refused`, but for names and policies, which
    /// every reader of the scenario needs.
    fn properties(
        &mut self,
        root: &Node,
        own: &[Arc<PolicyEntry>],
        refused: &mut Vec<Diagnostic>,
    ) -> Vec<Property> {
        let Some(member) = root.member("properties") else { return Vec::new() };
        let mut properties: Vec<Property> = Vec::new();
        let mut names: BTreeSet<Box<str>> = BTreeSet::new();
        for (index, node) in member.value.items().iter().enumerate() {
            if !matches!(node.value, Value::Object(_)) {
                let message = format!("a property is an object, found {}", node.kind());
                self.found.push(Diagnostic::error("S0003", self.source, node.span, message));
                continue;
            }
            let name: Box<str> = match node.member("name").and_then(|it| it.value.as_text()) {
                Some(name) => name.into(),
                None => format!("property {}", index.saturating_add(1)).into(),
            };
            if !names.insert(name.clone()) {
                let message = format!("two properties are called `{name}`");
                self.found.push(Diagnostic::error("S0011", self.source, node.span, message));
            }
            let policies = attached(&self.policies(node, own));
            let bound = match node.member("no-more-than") {
                Some(member) => attached(&self.policies(&member.value, &[])),
                None => Vec::new(),
            };
            let written = WrittenProperty { source: self.source, node, name, policies, bound };
            properties.extend(written.read(self.network.as_deref(), refused));
        }
        properties
    }
}

/// The policies, as they are lowered.
fn attached(entries: &[Arc<PolicyEntry>]) -> Vec<AttachedPolicy> {
    entries.iter().map(|entry| entry.attached()).collect()
}

/// The type of the resource policy that the request's target has.
fn target_of(request: &Request) -> PolicyType {
    let (action, resource) = (request.action().as_str(), request.resource().as_str());
    type_for_target(PolicyType::Resource, action, resource)
}

/// The texts of a list, or the one text.
fn names(node: &Node) -> Vec<Box<str>> {
    match node.as_text() {
        Some(text) => vec![text.into()],
        None => node.items().iter().filter_map(Node::as_text).map(Box::from).collect(),
    }
}
