#![expect(clippy::arithmetic_side_effects, reason = "small numbers and ASCII, made here")]

use super::*;
use polsim_decide::text::NoVariables;
use proptest::prelude::*;

fn template() -> Template {
    let text = |text: &str| Part::Text(text.to_owned().into());
    Template::new([
        text("a:"),
        Part::Field(Field::Partition),
        text("::"),
        Part::Field(Field::Account),
        text(":u/"),
        Part::Field(Field::UserPath),
        Part::Field(Field::UserName),
    ])
}

#[test]
fn a_star_goes_on_in_the_next_field() {
    let cuts = template().split(&Pattern::wildcard("a:p*/n"), CaseRule::Exact).unwrap();
    let shown: Vec<String> = cuts.iter().map(|cut| format!("{cut:?}")).collect();
    assert_eq!(
        shown,
        [
            "[(Partition, `p*`), (UserPath, `*/`), (UserName, `n`)]",
            "[(Partition, `p*`), (UserPath, ``), (UserName, `n`)]"
        ]
    );
}

#[test]
fn a_literal_is_cut_in_one_way() {
    let pattern = Pattern::literal("a:p::111122223333:u/x/y/n");
    let cuts = template().split(&pattern, CaseRule::Exact).unwrap();
    assert_eq!(cuts.len(), 1);
    assert_eq!(cuts[0][2], (Field::UserPath, Pattern::literal("x/y/")));
}

#[test]
fn a_variable_may_stand_where_it_cannot_reach_beyond_its_field() {
    let variable = |field: Field| Piece::Variable(Variable { key: field.key(), default: None });
    let text = |text: &str| Piece::Text(text.into());
    let account =
        Pattern::from_pieces([text("a:p::"), variable(Field::ResourceAccount), text(":u/n")]);
    assert_eq!(template().split(&account, CaseRule::Exact).unwrap().len(), 1);
    let name = Pattern::from_pieces([text("a:p::111122223333:u/"), variable(Field::RoleTail)]);
    assert_eq!(template().split(&name, CaseRule::Exact), Err(Inexpressible));
}

fn text_of(values: &[(Field, &str)]) -> String {
    template()
        .parts
        .iter()
        .map(|part| match part {
            Part::Text(text) => text,
            Part::Field(field) => values.iter().find(|(it, _)| it == field).unwrap().1,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 3_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_pattern_matches_the_whole_where_a_cut_fits(
        partition in "[ap]{1,2}",
        account in prop::sample::select(&["111122223333", "222211113333"]),
        path in prop::sample::select(&["", "x/", "x/y/", "u/"]),
        name in prop::sample::select(&["n", "x", "u", "N"]),
        seed in prop::collection::vec((0..5_u8, 0..30_usize), 0..4),
        folded in any::<bool>(),
    ) {
        let values = [
            (Field::Partition, partition.as_str()),
            (Field::Account, account),
            (Field::UserPath, path),
            (Field::UserName, name),
        ];
        let text = text_of(&values);
        // The text itself with a few characters made wild, dropped or changed.
        let mut pattern: Vec<char> = text.chars().collect();
        for (change, at) in seed {
            let at = at % pattern.len();
            match change {
                0 => pattern[at] = '?',
                1 => pattern[at] = '*',
                2 => { pattern.drain(at..(at + 4).min(pattern.len() - 1).max(at)); }
                3 => pattern.insert(at, '*'),
                _ => pattern[at] = 'x',
            }
        }
        let pattern: String = pattern.into_iter().collect();
        let pattern = Pattern::wildcard(&pattern);
        let case = if folded { CaseRule::Folded } else { CaseRule::Exact };
        let cuts = template().split(&pattern, case).unwrap();
        let fits = cuts.iter().any(|cut| {
            cut.iter().all(|(field, pattern)| {
                let (_, value) = values.iter().find(|(it, _)| it == field).unwrap();
                pattern.matches(value, case, &NoVariables)
            })
        });
        prop_assert_eq!(fits, pattern.matches(&text, case, &NoVariables), "{:?} {} {:?}", pattern, text, cuts);
    }
}
