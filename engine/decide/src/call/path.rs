//! Paths into the parameters of a call: `VpcConfig.Subnets[]`, `RequestItems{}`, `CopySource@versionId`.

use serde_json::{Map, Value};

/// A path, with the part of its value that is meant.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Path<'t> {
    pub(super) segments: Vec<Segment<'t>>,
    pub(super) part: Option<&'t str>,
}

/// A member on the way, and what of it is gone through.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Segment<'t> {
    name: &'t str,
    kind: Kind,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Kind {
    /// The member itself.
    Member,
    /// Each element of a list.
    Each,
    /// Each key of a map.
    Keys,
}

/// What a path leads to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Found<'v> {
    Value(&'v Value),
    /// The key of a map.
    Key(&'v str),
}

/// The element of a list that a repeated check is about: the list's path, and the numbers of the
/// elements on the way.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Focus<'t> {
    segments: Vec<Segment<'t>>,
    at: Vec<usize>,
}

impl<'t> Path<'t> {
    pub(super) fn read(text: &'t str) -> Self {
        let (path, part) = match text.split_once('@') {
            Some((path, part)) => (path, Some(part)),
            None => (text, None),
        };
        let segment = |name: &'t str| match (name.strip_suffix("[]"), name.strip_suffix("{}")) {
            (Some(name), _) => Segment { name, kind: Kind::Each },
            (_, Some(name)) => Segment { name, kind: Kind::Keys },
            _ => Segment { name, kind: Kind::Member },
        };
        Self { segments: path.split('.').map(segment).collect(), part }
    }

    /// Everything that the path leads to; of the list in focus its element at hand.
    pub(super) fn follow<'v>(
        &self,
        from: &'v Map<String, Value>,
        focus: Option<&Focus<'_>>,
    ) -> Vec<Found<'v>> {
        let mut found = Vec::new();
        let focus = focus.map(|it| (&it.segments[..], &it.at[..]));
        walk(from, &self.segments, focus, &mut found);
        found
    }

    /// The elements of the list (or the keys of the map) that the path ends in.
    pub(super) fn elements(&self, from: &Map<String, Value>) -> Vec<Focus<'t>> {
        let mut found = Vec::new();
        count(from, &self.segments, &mut Vec::new(), &mut found);
        found.into_iter().map(|at| Focus { segments: self.segments.clone(), at }).collect()
    }

    /// The name that the path begins with.
    pub(super) fn first(&self) -> &'t str {
        self.segments.first().map(|it| it.name).unwrap_or_default()
    }
}

/// The member of this name. CloudTrail writes the first letter of a name small.
pub(super) fn member<'v>(of: &'v Map<String, Value>, name: &str) -> Option<&'v Value> {
    if let Some(value) = of.get(name) {
        return Some(value);
    }
    let rest = name.get(1..)?;
    let same = |it: &&String| {
        it.get(1..) == Some(rest)
            && it
                .get(..1)
                .zip(name.get(..1))
                .is_some_and(|(one, other)| one.eq_ignore_ascii_case(other))
    };
    of.keys().find(same).and_then(|it| of.get(it))
}

fn walk<'v>(
    from: &'v Map<String, Value>,
    way: &[Segment<'_>],
    focus: Option<(&[Segment<'_>], &[usize])>,
    found: &mut Vec<Found<'v>>,
) {
    let Some((segment, rest)) = way.split_first() else { return };
    let Some(value) = member(from, segment.name).filter(|it| !it.is_null()) else { return };
    // The focus goes on as long as the path is that of its list.
    let focus = focus.and_then(|(list, at)| {
        let (first, list) = list.split_first()?;
        (first == segment).then_some((list, at))
    });
    let go_on = |value: &'v Value, focus, found: &mut Vec<Found<'v>>| match value {
        _ if rest.is_empty() => found.push(Found::Value(value)),
        Value::Object(members) => walk(members, rest, focus, found),
        _ => (),
    };
    match (segment.kind, value) {
        (Kind::Member, value) => go_on(value, focus, found),
        (Kind::Each, Value::Array(items)) => match focus.and_then(|(list, at)| {
            let (first, at) = at.split_first()?;
            Some((list, *first, at))
        }) {
            Some((list, first, at)) => {
                items.get(first).into_iter().for_each(|it| go_on(it, Some((list, at)), found));
            }
            None => items.iter().for_each(|it| go_on(it, None, found)),
        },
        // A list of one may stand for itself.
        (Kind::Each, value) => go_on(value, None, found),
        (Kind::Keys, Value::Object(members)) => {
            let number = focus.and_then(|(_, at)| at.first());
            let keys = members.keys().enumerate();
            let at_hand = keys.filter(|(at, _)| number.is_none_or(|it| it == at));
            found.extend(at_hand.map(|(_, key)| Found::Key(key)));
        }
        (Kind::Keys, _) => (),
    }
}

fn count(
    from: &Map<String, Value>,
    way: &[Segment<'_>],
    so_far: &mut Vec<usize>,
    found: &mut Vec<Vec<usize>>,
) {
    let Some((segment, rest)) = way.split_first() else { return };
    let Some(value) = member(from, segment.name) else { return };
    let mut go_on = |at: Option<usize>, value: Option<&Value>| {
        so_far.extend(at);
        match value {
            _ if rest.is_empty() => found.push(so_far.clone()),
            Some(Value::Object(members)) => count(members, rest, so_far, found),
            _ => (),
        }
        if at.is_some() {
            so_far.pop();
        }
    };
    match (segment.kind, value) {
        (Kind::Member, value) => go_on(None, Some(value)),
        (Kind::Each, Value::Array(items)) => {
            items.iter().enumerate().for_each(|(at, item)| go_on(Some(at), Some(item)));
        }
        (Kind::Keys, Value::Object(members)) => {
            members.keys().enumerate().for_each(|(at, _)| go_on(Some(at), None));
        }
        (Kind::Each | Kind::Keys, _) => (),
    }
}

impl Found<'_> {
    /// Tells whether there is something: no empty text, list or map.
    pub(super) fn is_something(&self) -> bool {
        match self {
            Self::Key(_) => true,
            Self::Value(value) => match value {
                Value::Null => false,
                Value::String(text) => !text.is_empty(),
                Value::Array(items) => !items.is_empty(),
                Value::Object(members) => !members.is_empty(),
                Value::Bool(_) | Value::Number(_) => true,
            },
        }
    }

    /// The texts of a text, number, boolean or a list of them.
    pub(super) fn texts(&self) -> Vec<String> {
        match self {
            Self::Key(key) => vec![(*key).to_owned()],
            Self::Value(value) => texts(value),
        }
    }
}

fn texts(value: &Value) -> Vec<String> {
    match value {
        Value::String(text) if !text.is_empty() => vec![text.clone()],
        Value::Bool(value) => vec![value.to_string()],
        Value::Number(number) => {
            vec![crate::request::ContextValue::number_text(&number.to_string()).into()]
        }
        Value::Array(items) => items.iter().flat_map(texts).collect(),
        Value::String(_) | Value::Null | Value::Object(_) => Vec::new(),
    }
}
