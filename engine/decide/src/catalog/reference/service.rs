//! One service as a catalogue lists it, and the reading of its lines.

use std::sync::OnceLock;

use super::columns::Columns;
use crate::catalog::ValueType;
use crate::text::{CaseRule, NoVariables, Pattern, Piece};

/// A service of the reference.
///
/// ```
/// # use polsim_decide as polsim;
/// # fn main() -> Result<(), polsim::catalog::CatalogError> {
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded()?;
/// assert_eq!(&*catalog.service("SQS").unwrap().name, "Amazon SQS");
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ListedService {
    /// The part of its actions before the colon, in lower case.
    pub prefix: Box<str>,
    /// The name for people; empty where only withdrawn actions are known.
    pub name: Box<str>,
    /// True for a service that AWS lists no longer.
    pub withdrawn: bool,
    pub(super) data: OnceLock<Data>,
}

/// AWS's access level of an action. Of a combined level the narrower part: `Tagging` and
/// `Permissions` are also `Write`.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::AccessLevel;
/// assert_eq!(AccessLevel::Permissions.to_string(), "permissions management");
/// ```
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub enum AccessLevel {
    /// Lists resources.
    List,
    /// Changes who may do what.
    Permissions,
    /// Reads, and changes nothing.
    Read,
    /// Changes tags.
    Tagging,
    /// Changes resources.
    Write,
}

/// A type of resources of a service.
///
/// ```
/// # use polsim_decide as polsim;
/// # fn main() -> Result<(), polsim::catalog::CatalogError> {
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded()?;
/// let queue = &catalog.resource_types("sqs")[0];
/// assert_eq!(&*queue.format, "arn:${Partition}:sqs:${Region}:${Account}:${QueueName}");
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ResourceType {
    /// The name in the reference.
    pub name: Box<str>,
    /// The form of its ARNs, with `${…}` for what differs.
    pub format: Box<str>,
    pub(super) keys: Vec<usize>,
}

/// A condition key as a service lists it.
///
/// ```
/// # use polsim_decide as polsim;
/// # use polsim::catalog::ValueType;
/// # fn main() -> Result<(), polsim::catalog::CatalogError> {
/// # #[cfg(feature = "catalog")] {
/// let catalog = polsim::catalog::Catalog::embedded()?;
/// let tag = catalog.key("s3:ExistingObjectTag/team").unwrap();
/// assert_eq!((&*tag.name, tag.value), ("s3:ExistingObjectTag/<key>", ValueType::Text));
/// # }
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct ListedKey {
    /// The name as AWS spells it, with a placeholder where names go on.
    pub name: Box<str>,
    /// The type of each of its values.
    pub value: ValueType,
    /// True for a key that may have several values.
    pub multivalued: bool,
    pattern: Option<Pattern>,
}

/// The decoded lines of a service.
#[derive(Debug, Default)]
pub(super) struct Data {
    pub(super) keys: Vec<ListedKey>,
    pub(super) types: Vec<ResourceType>,
    pub(super) rows: Vec<Row>,
    /// Sorted by name without letter case.
    pub(super) actions: Vec<ActionRow>,
}

/// The keys and resource types that several actions of a service share.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) keys: Vec<usize>,
    pub(super) types: Vec<TypeOfAction>,
}

/// A resource type of an action.
#[derive(Debug)]
pub(super) struct TypeOfAction {
    pub(super) index: usize,
    pub(super) required: bool,
    pub(super) keys: Vec<usize>,
}

/// An action of a service.
#[derive(Debug)]
pub(super) struct ActionRow {
    pub(super) name: Box<str>,
    pub(super) listing: Listing,
    /// Actions that it needs besides, with their prefixes.
    pub(super) depends: Vec<Box<str>>,
}

/// The extent to which the reference lists an action.
#[derive(Debug)]
pub(super) enum Listing {
    /// With level, keys and resource types.
    Full(AccessLevel, usize),
    /// Younger than the base of the data: resource types only, and a name in lower case.
    Partial(Vec<usize>),
    /// No longer listed.
    Withdrawn,
}

impl ListedService {
    /// The service of a line: `prefix<TAB>name`, with `!` before the prefix of a withdrawn one.
    pub(super) fn read(line: &str) -> Option<Self> {
        let (prefix, name) = line.split_once('\t')?;
        let (prefix, withdrawn) = match prefix.strip_prefix('!') {
            Some(prefix) => (prefix, true),
            None => (prefix, false),
        };
        let data = OnceLock::new();
        Some(Self { prefix: prefix.into(), name: name.into(), withdrawn, data })
    }
}

impl ListedKey {
    /// Tells whether it is, or stands for, the key called `name`; letter case does not count.
    pub fn is_called(&self, name: &str) -> bool {
        match &self.pattern {
            Some(pattern) => pattern.matches(name, CaseRule::AsciiFolded, &NoVariables),
            None => self.name.eq_ignore_ascii_case(name),
        }
    }

    fn read(item: &str, prefix: &str) -> Option<Self> {
        let (kind, name) = item.split_at_checked(1)?;
        let (value, multivalued) = match kind {
            "s" => (ValueType::Text, false),
            "S" => (ValueType::Text, true),
            "a" => (ValueType::Arn, false),
            "A" => (ValueType::Arn, true),
            "b" => (ValueType::Boolean, false),
            "B" => (ValueType::Boolean, true),
            "n" => (ValueType::Number, false),
            "d" => (ValueType::Date, false),
            "i" => (ValueType::Address, false),
            _ => return None,
        };
        let name = if name.starts_with(':') { format!("{prefix}{name}") } else { name.to_owned() };
        let pattern = template(&name);
        Some(Self { name: name.into(), value, multivalued, pattern })
    }
}

/// The pattern of the names that a key's template stands for. AWS writes the open part as `${…}`,
/// `<key>` or `tag-key`.
fn template(name: &str) -> Option<Pattern> {
    let mut pieces: Vec<Piece> = Vec::new();
    let mut rest = name;
    while let Some((at, end)) = placeholder(rest) {
        pieces.push(Piece::Text(rest.get(..at)?.into()));
        pieces.push(Piece::AnyOne);
        pieces.push(Piece::AnyRun);
        rest = rest.get(end..)?;
    }
    if pieces.is_empty() {
        return None;
    }
    pieces.push(Piece::Text(rest.into()));
    Some(Pattern::from_pieces(pieces))
}

/// Begin and end of the first placeholder.
fn placeholder(text: &str) -> Option<(usize, usize)> {
    for (open, close) in [("${", '}'), ("<", '>')] {
        if let Some(at) = text.find(open) {
            let end = text.get(at..)?.find(close)?;
            return Some((at, at.saturating_add(end).saturating_add(1)));
        }
    }
    let at = text.strip_suffix("/tag-key")?.len().saturating_add(1);
    Some((at, text.len()))
}

impl Data {
    /// The lines about service number `at`; `None` where they do not fit each other.
    pub(super) fn decode(columns: &Columns, at: usize, prefix: &str) -> Option<Self> {
        let line = |section| columns.line(section, at);
        let keys: Option<Vec<_>> =
            items(line("keys")?, '\t').map(|item| ListedKey::read(item, prefix)).collect();
        let types = types(line("types")?, line("formats")?, line("typekeys")?, prefix)?;
        let rows: Vec<Row> = items(line("rows")?, ';').map(row).collect::<Option<_>>()?;
        let mut actions = actions(line("actions")?, line("levels")?, line("rowids")?, rows.len())?;
        depends(&mut actions, columns, line("depends")?, prefix)?;
        for item in items(line("partial")?, ' ') {
            let (name, types) = item.split_once('=')?;
            actions.push(ActionRow::of(name, Listing::Partial(numbers(types)?)));
        }
        for name in items(line("withdrawn")?, ' ') {
            actions.push(ActionRow::of(name, Listing::Withdrawn));
        }
        actions.sort_by_cached_key(|action| action.name.to_ascii_lowercase());
        let data = Self { keys: keys?, types, rows, actions };
        data.is_whole().then_some(data)
    }

    /// Every number names something that is there.
    fn is_whole(&self) -> bool {
        let keys = |list: &[usize]| list.iter().all(|key| *key < self.keys.len());
        let of_rows = self.rows.iter().all(|row| {
            keys(&row.keys)
                && row.types.iter().all(|it| it.index < self.types.len() && keys(&it.keys))
        });
        let of_actions = self.actions.iter().all(|action| match &action.listing {
            Listing::Full(_, row) => *row < self.rows.len(),
            Listing::Partial(types) => types.iter().all(|it| *it < self.types.len()),
            Listing::Withdrawn => true,
        });
        of_rows && of_actions && self.types.iter().all(|it| keys(&it.keys))
    }

    pub(super) fn find(&self, name: &str) -> Option<&ActionRow> {
        let folded = name.to_ascii_lowercase();
        let order = |row: &ActionRow| {
            row.name.bytes().map(|byte| byte.to_ascii_lowercase()).cmp(folded.bytes())
        };
        self.actions.get(self.actions.binary_search_by(order).ok()?)
    }
}

impl ActionRow {
    fn of(name: &str, listing: Listing) -> Self {
        Self { name: name.into(), listing, depends: Vec::new() }
    }
}

/// The items of a line; none in an empty one.
fn items(line: &str, separator: char) -> impl Iterator<Item = &str> {
    line.split(separator).filter(|item| !item.is_empty())
}

/// A number to the base 36.
fn number(text: &str) -> Option<usize> {
    usize::from_str_radix(text, 36).ok()
}

/// Numbers with commas between them.
fn numbers(text: &str) -> Option<Vec<usize>> {
    items(text, ',').map(number).collect()
}

fn types(names: &str, formats: &str, keys: &str, prefix: &str) -> Option<Vec<ResourceType>> {
    let mut keys = keys.split(' ');
    let mut formats = formats.split('\t');
    items(names, '\t')
        .map(|name| {
            let format = full_format(formats.next()?, prefix);
            let keys = numbers(keys.next()?)?;
            Some(ResourceType { name: name.into(), format: format.into(), keys })
        })
        .collect()
}

/// The ARN format behind the sign for its common beginning; `{` stands for `${`.
fn full_format(packed: &str, prefix: &str) -> String {
    let start = match packed.get(..1) {
        Some("~") => format!("arn:{{Partition}}:{prefix}:{{Region}}:{{Account}}:"),
        Some("^") => format!("arn:{{Partition}}:{prefix}::{{Account}}:"),
        Some("_") => format!("arn:{{Partition}}:{prefix}:::"),
        Some("=") => "arn:{Partition}:".to_owned(),
        _ => return packed.replace('{', "${"),
    };
    let rest = packed.get(1..).unwrap_or_default();
    format!("{start}{rest}").replace('{', "${")
}

/// A row: the action's keys, then `type[*][=keys]` for each resource type.
fn row(item: &str) -> Option<Row> {
    let mut words = item.split(' ');
    let keys = numbers(words.next()?.trim_start_matches('-'))?;
    let of_type = |word: &str| {
        let (name, keys) = word.split_once('=').unwrap_or((word, ""));
        let (name, required) = match name.strip_suffix('*') {
            Some(name) => (name, true),
            None => (name, false),
        };
        Some(TypeOfAction { index: number(name)?, required, keys: numbers(keys)? })
    };
    Some(Row { keys, types: words.map(of_type).collect::<Option<_>>()? })
}

/// The actions: each name begins with the number of words that it shares with the one before.
fn actions(names: &str, levels: &str, rows: &str, count: usize) -> Option<Vec<ActionRow>> {
    let (mut levels, mut rows) = (levels.chars(), rows.split(' '));
    let mut before = String::new();
    let mut found = Vec::new();
    for item in items(names, ' ') {
        let (shared, rest) = item.split_at_checked(1)?;
        let name = format!("{}{rest}", words(&before, number(shared)?)?);
        let level = match levels.next()? {
            'l' => AccessLevel::List,
            'p' => AccessLevel::Permissions,
            'r' => AccessLevel::Read,
            't' => AccessLevel::Tagging,
            'w' => AccessLevel::Write,
            _ => return None,
        };
        let row = number(rows.next()?).filter(|row| *row < count)?;
        found.push(ActionRow::of(&name, Listing::Full(level, row)));
        before = name;
    }
    levels.next().is_none().then_some(found)
}

/// The first words of a name: each begins with a capital.
fn words(name: &str, count: usize) -> Option<&str> {
    let starts = name.char_indices().filter(|(at, it)| *at == 0 || it.is_ascii_uppercase());
    let ends = starts.map(|(at, _)| at).chain([name.len()]);
    name.get(..ends.clone().nth(count)?)
}

/// The dependent actions: `STEPS:LIST`, steps from one action to the next that has a list. A name
/// in a list that begins with a colon is of the action's own service.
fn depends(actions: &mut [ActionRow], columns: &Columns, line: &str, prefix: &str) -> Option<()> {
    let mut at = 0_usize;
    for item in items(line, ' ') {
        let (steps, list) = item.split_once(':')?;
        at = at.checked_add(number(steps)?)?;
        let list = columns.line("lists", number(list)?)?;
        let full = |name: &str| {
            if name.starts_with(':') { format!("{prefix}{name}").into() } else { name.into() }
        };
        actions.get_mut(at)?.depends = items(list, ' ').map(full).collect();
    }
    Some(())
}

impl std::fmt::Display for AccessLevel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::List => "list",
            Self::Permissions => "permissions management",
            Self::Read => "read",
            Self::Tagging => "tagging",
            Self::Write => "write",
        })
    }
}
