//! Members of the tree, and ranges.

use crate::text::{AddressRange, Node, Span, Value};

/// The objects of a list member.
pub(in super::super) fn items<'n>(node: &'n Node, name: &str) -> &'n [Node] {
    match node.member(name).map(|member| &member.value) {
        Some(Node { value: Value::Array(items), .. }) => items,
        _ => &[],
    }
}

/// The text of a member.
pub(in super::super) fn text<'n>(node: &'n Node, name: &str) -> Option<&'n str> {
    node.member(name).and_then(|member| member.value.as_text())
}

/// The text of a member, boxed.
pub(in super::super) fn boxed(node: &Node, name: &str) -> Option<Box<str>> {
    text(node, name).map(Box::from)
}

/// The flag in a member.
pub(in super::super) fn flag(node: &Node, name: &str, default: bool) -> bool {
    match node.member(name).map(|member| &member.value.value) {
        Some(Value::Bool(value)) => *value,
        _ => default,
    }
}

/// Span of a member's value.
pub(in super::super) fn span_of(node: &Node, name: &str) -> Span {
    node.member(name).map_or(node.span, |member| member.value.span)
}

/// Two ranges that share an address.
pub(in super::super) fn overlap(left: AddressRange, right: AddressRange) -> bool {
    left.net().contains(&right.net()) || right.net().contains(&left.net())
}
