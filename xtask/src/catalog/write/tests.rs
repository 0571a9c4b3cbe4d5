//! What is written is read back as it was.

use polsim_decide::catalog::{AccessLevel, Catalog, ListedAction, Support, ValueType};

use super::super::model::{Action, Key, Reference, ResourceType, Service};

fn key(name: &str, kind: char) -> (String, Key) {
    (name.to_ascii_lowercase(), Key { name: name.to_owned(), kind })
}

fn action(name: &str, level: char, keys: &[&str]) -> (String, Action) {
    let keys = keys.iter().map(|it| (*it).to_owned()).collect();
    let action =
        Action { name: name.to_owned(), level, keys, types: Vec::new(), depends: Vec::new() };
    (name.to_ascii_lowercase(), action)
}

fn small() -> Reference {
    let mut lake = Service { name: Some("A lake".to_owned()), ..Service::default() };
    lake.keys.extend([
        key("lake:Depth", 'n'),
        key("lake:Tag/${TagKey}", 's'),
        key("lake:Boats", 'A'),
        key("aws:TagKeys", 'S'),
    ]);
    let shore = ResourceType {
        name: "shore".to_owned(),
        format: "arn:${Partition}:lake:${Region}:${Account}:shore/${Name}".to_owned(),
        keys: vec!["lake:Tag/${TagKey}".to_owned()],
    };
    let foreign = ResourceType {
        name: "role".to_owned(),
        format: "arn:${Partition}:iam::${Account}:role/${Role}".to_owned(),
        keys: Vec::new(),
    };
    lake.types.insert("shore".to_owned(), shore);
    lake.types.insert("role".to_owned(), foreign);
    let mut fish = action("CatchFish", 'w', &["lake:Depth"]);
    fish.1.types = vec![
        ("Shore".to_owned(), true, vec!["aws:TagKeys".to_owned()]),
        ("role".to_owned(), false, Vec::new()),
    ];
    fish.1.depends = vec!["iam:PassRole".to_owned(), "lake:CatchFrog".to_owned()];
    lake.actions.extend([fish, action("CatchFrog", 'l', &[]), action("catchfrogs2", 'p', &[])]);
    lake.actions.extend([action("DrainLake", 't', &[]), action("ReadDepth", 'r', &["lake:Depth"])]);
    lake.partial.insert("catchnewt".to_owned(), vec!["shore".to_owned()]);
    lake.withdrawn.insert("CatchDodo".to_owned());
    let mut gone = Service::default();
    gone.withdrawn.insert("Old".to_owned());
    let mut reference = Reference { date: "2026-09-26".to_owned(), ..Reference::default() };
    reference.services.insert("lake".to_owned(), lake);
    reference.services.insert("gone".to_owned(), gone);
    reference
        .services
        .insert("empty".to_owned(), Service { name: Some("E".to_owned()), ..Service::default() });
    reference
}

#[test]
fn everything_comes_back() {
    let catalog = Catalog::read(super::text(&small())).unwrap();
    catalog.check().unwrap();
    assert_eq!(catalog.date(), "2026-09-26");
    let prefixes: Vec<&str> = catalog.services().iter().map(|it| &*it.prefix).collect();
    assert_eq!(prefixes, ["empty", "gone", "lake"]);
    let names: Vec<&str> = catalog.actions("LAKE").iter().map(ListedAction::name).collect();
    assert_eq!(
        names,
        [
            "CatchDodo",
            "CatchFish",
            "CatchFrog",
            "catchfrogs2",
            "catchnewt",
            "DrainLake",
            "ReadDepth"
        ]
    );
    let fish = catalog.action("Lake", "catchfish").unwrap();
    assert_eq!((fish.name(), fish.level()), ("CatchFish", Some(AccessLevel::Write)));
    let types: Vec<(&str, bool)> =
        fish.resource_types().iter().map(|(it, required)| (&*it.name, *required)).collect();
    assert_eq!(types, [("shore", true), ("role", false)]);
    let format = &*fish.resource_types()[0].0.format;
    assert_eq!(format, "arn:${Partition}:lake:${Region}:${Account}:shore/${Name}");
    assert_eq!(
        &*fish.resource_types()[1].0.format,
        "arn:${Partition}:iam::${Account}:role/${Role}"
    );
    let keys: Vec<&str> = fish.keys().iter().map(|key| &*key.name).collect();
    assert_eq!(keys, ["aws:TagKeys", "lake:Depth", "lake:Tag/${TagKey}"]);
    assert_eq!(fish.dependent_actions().collect::<Vec<_>>(), ["iam:PassRole", "lake:CatchFrog"]);
    let levels = ["CatchFrog", "catchfrogs2", "DrainLake", "ReadDepth"]
        .map(|name| catalog.action("lake", name).unwrap().level().unwrap());
    assert_eq!(
        levels,
        [AccessLevel::List, AccessLevel::Permissions, AccessLevel::Tagging, AccessLevel::Read]
    );
}

#[test]
fn partial_and_withdrawn_actions_say_so() {
    let catalog = Catalog::read(super::text(&small())).unwrap();
    let newt = catalog.action("lake", "CatchNewt").unwrap();
    assert!(newt.is_partial() && newt.level().is_none());
    assert_eq!(&*newt.resource_types()[0].0.name, "shore");
    assert_eq!(catalog.supports(&newt, "lake:Depth"), Support::Unknown);
    assert!(catalog.action("gone", "old").unwrap().is_withdrawn());
    assert!(catalog.service("gone").unwrap().withdrawn);
    let frog = catalog.action("lake", "CatchFrog").unwrap();
    assert_eq!(catalog.supports(&frog, "lake:Depth"), Support::No);
    assert_eq!(catalog.supports(&frog, "lake:Height"), Support::Unknown);
    let tag = catalog.key("LAKE:tag/Team").unwrap();
    assert_eq!(
        (&*tag.name, tag.value, tag.multivalued),
        ("lake:Tag/${TagKey}", ValueType::Text, false)
    );
    assert!(catalog.key("lake:Tag/").is_none());
    let boats = catalog.key("lake:boats").unwrap();
    assert_eq!((boats.value, boats.multivalued), (ValueType::Arn, true));
}

#[test]
fn the_same_reference_gives_the_same_bytes() {
    let once = super::packed(&super::text(&small())).unwrap();
    assert_eq!(once, super::packed(&super::text(&small())).unwrap());
    assert_eq!(super::unpacked(&once).unwrap(), super::text(&small()));
}

/// Bytes that do not fit each other, under a checksum that does.
#[test]
fn a_part_that_does_not_fit_is_refused() {
    let text = super::text(&small());
    let (_, body) = text.split_once('\n').unwrap();
    for (from, to) in [
        ("nlake:", "xlake:"),
        ("n:Depth", "x:Depth"),
        ("# services 3", "# services 4"),
        ("# levels 3\n\n\nwlptr", "# levels 3\n\n\nwlptz"),
        ("\nwlptr\n", "\nwlpt\n"),
        ("0CatchFish", "zCatchFish"),
        ("2:0", "9z:0"),
        ("catchnewt=1", "catchnewt=7"),
    ] {
        let spoilt = body.replacen(from, to, 1);
        if spoilt == body {
            continue;
        }
        let hash = polsim_decide::text::Fnv1a::new().text(&spoilt).value();
        let text = format!("polsim-catalog 1 {hash:016x}\n{spoilt}");
        let refused = Catalog::read(text).and_then(|catalog| catalog.check());
        assert!(refused.is_err(), "{from} as {to}");
    }
}
