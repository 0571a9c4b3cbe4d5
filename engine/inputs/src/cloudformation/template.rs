//! Templates and stacks as data.

use std::collections::BTreeMap;

use polsim::text::{Member, Node, Source};

/// A template with what its stack gives it.
#[derive(Clone, Debug)]
pub(crate) struct Stack {
    /// Word before its logical ids where there are several stacks.
    pub(super) name: String,
    /// Name of the stack, where it is known.
    pub(super) deployed_as: Option<String>,
    pub(super) source: Source,
    pub(super) root: Node,
    pub(super) account: Option<String>,
    pub(super) region: Option<String>,
    pub(super) parameters: BTreeMap<String, String>,
    /// Places of constructs that the CDK's manifest tells, by logical id.
    pub(super) traces: BTreeMap<String, String>,
}

impl Stack {
    pub(crate) fn new(name: &str, source: Source, root: Node) -> Self {
        Self {
            name: name.to_owned(),
            deployed_as: None,
            source,
            root,
            account: None,
            region: None,
            parameters: BTreeMap::new(),
            traces: BTreeMap::new(),
        }
    }

    pub(super) fn address(&self, logical: &str, stacks: usize) -> String {
        if stacks > 1 { format!("{}.{logical}", self.name) } else { logical.to_owned() }
    }

    pub(super) fn resource(&self, logical: &str) -> Option<&Node> {
        member(member(&self.root, "Resources")?, logical)
    }

    pub(super) fn type_of(&self, logical: &str) -> Option<&str> {
        text_of_ref(self.resource(logical)?, "Type")
    }

    pub(super) fn property(&self, logical: &str, name: &str) -> Option<&Node> {
        member(member(self.resource(logical)?, "Properties")?, name)
    }

    /// Logical ids in the order of the text.
    pub(super) fn logical_ids(&self) -> Vec<&str> {
        members(&self.root, "Resources").map(|(name, _)| name).collect()
    }
}

pub(super) fn member<'n>(node: &'n Node, key: &str) -> Option<&'n Node> {
    node.member(key).map(|it| &it.value)
}

/// The members of a member, with their names.
pub(super) fn members<'n>(
    node: &'n Node,
    key: &str,
) -> impl Iterator<Item = (&'n str, &'n Node)> + use<'n> {
    let inner: &'n [Member] = member(node, key).map(Node::members).unwrap_or_default();
    inner.iter().map(|it| (&*it.key, &it.value))
}

pub(super) fn text_of(node: &Node, key: &str) -> Option<String> {
    text_of_ref(node, key).map(str::to_owned)
}

fn text_of_ref<'n>(node: &'n Node, key: &str) -> Option<&'n str> {
    member(node, key).and_then(Node::as_str)
}

/// True if a tree is a template: resources with types.
pub(crate) fn is_template(root: &Node) -> bool {
    let mut resources = members(root, "Resources").peekable();
    resources.peek().is_some() && resources.any(|(_, it)| it.member("Type").is_some())
}
