//! Representatives of the characters that no regular expression of a question tells apart.

use std::collections::{BTreeSet, HashMap};
use std::sync::OnceLock;

use super::{CharacterClass, Letter, Regex};
use polsim_decide::text::{CaseRule, fold_char};

/// Representative characters: where no transition names a character, only its classes matter.
#[derive(Debug)]
pub(crate) struct Alphabet {
    /// For each combination of classes: a character in it that no expression names, or, if there is
    /// none, all named ones.
    others: Vec<char>,
}

impl Alphabet {
    /// The alphabet of these expressions together.
    pub(crate) fn new<'w>(words: impl Iterator<Item = &'w Regex>) -> Self {
        let mut letters = Vec::new();
        words.for_each(|words| words.letters(&mut letters));
        let mut named = Vec::new();
        let mut classes: Vec<CharacterClass> = Vec::new();
        for letter in letters {
            letter.variants(&mut named);
            if let Letter::Of(class) = letter
                && !classes.iter().any(|it| std::ptr::fn_addr_eq(*it, class))
            {
                classes.push(class);
            }
        }
        let named: BTreeSet<char> = named.into_iter().collect();
        let mut kinds: BTreeSet<Vec<bool>> = BTreeSet::new();
        let kind = |c: char| -> Vec<bool> { classes.iter().map(|class| class(c)).collect() };
        let unnamed = |c: &char| !named.contains(c);
        let mut others: Vec<char> = ('\0'..='\u{ff}')
            .chain(['\u{2028}', '\u{3000}'])
            .filter(unnamed)
            .filter(|c| kinds.insert(kind(*c)))
            .collect();
        // No class tells these characters apart, and no text names all of them.
        let far = ('\u{4e00}'..='\u{9fff}').find(unnamed);
        others.extend(far.filter(|c| kinds.insert(kind(*c))));
        others.extend(named.iter().filter(|c| !kinds.contains(&kind(**c))));
        Self { others }
    }

    /// The characters to try where transitions name these.
    pub(crate) fn here<'n>(&self, named: impl Iterator<Item = &'n [char]>) -> Vec<char> {
        let mut all: Vec<char> = named.flatten().copied().collect();
        all.extend(&self.others);
        all.sort_unstable();
        all.dedup();
        all
    }
}

impl Letter {
    /// Adds the characters that the letter names.
    pub(super) fn variants(self, named: &mut Vec<char>) {
        match self {
            Self::Named(c, CaseRule::Exact) => named.push(c),
            Self::Named(c, CaseRule::AsciiFolded) => {
                named.extend([c, c.to_ascii_lowercase(), c.to_ascii_uppercase()]);
            }
            Self::Named(c, CaseRule::Folded) => {
                let folded = fold_char(c);
                named.extend([c, folded]);
                named.extend(cased().get(&folded).into_iter().flatten());
            }
            Self::Of(_) => (),
        }
    }
}

/// By folded character: the others that fold to it.
fn cased() -> &'static HashMap<char, Vec<char>> {
    static CASED: OnceLock<HashMap<char, Vec<char>>> = OnceLock::new();
    CASED.get_or_init(|| {
        let mut cased: HashMap<char, Vec<char>> = HashMap::new();
        for c in ('\0'..=char::MAX).filter(|c| fold_char(*c) != *c) {
            cased.entry(fold_char(c)).or_default().push(c);
        }
        cased
    })
}
