use super::{MAX_NODES, parse};
use crate::text::{Node, Source, Value, json};

fn tree(text: &str) -> Node {
    parse(&Source::new("t.yaml", text)).expect("accepted")
}

fn refused(text: &str) -> String {
    parse(&Source::new("t.yaml", text)).expect_err("refused").to_string()
}

/// The value without its spans.
fn bare(node: &Node) -> String {
    match &node.value {
        Value::Null => "null".to_owned(),
        Value::Bool(value) => value.to_string(),
        Value::Number(text) => format!("#{text}"),
        Value::String(text) => format!("{text:?}"),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(bare).collect::<Vec<_>>().join(","))
        }
        Value::Object(members) => {
            let one =
                |member: &crate::text::Member| format!("{}:{}", member.key, bare(&member.value));
            format!("{{{}}}", members.iter().map(one).collect::<Vec<_>>().join(","))
        }
    }
}

#[test]
fn places_end_at_the_closing_quote_or_bracket() {
    let text = "'a''b' : \"x\\\"y\"  # é\nc: [1, 'd' ] # e\nf: {g: h }  # i\nj: k # l\n";
    let source = Source::new("y", text);
    let tree = parse(&source).unwrap();
    let places: Vec<(&str, &str)> = tree
        .members()
        .iter()
        .map(|member| (source.slice(member.key_span), source.slice(member.value.span)))
        .collect();
    let expected = [("'a''b'", r#""x\"y""#), ("c", "[1, 'd' ]"), ("f", "{g: h }"), ("j", "k")];
    assert_eq!(places, expected);
    assert_eq!(tree.members()[0].value.as_str(), Some("x\"y"));
    let items = tree.members()[1].value.items();
    assert_eq!(source.slice(items[1].span), "'d'");
}

#[test]
fn plain_scalars_follow_the_core_schema() {
    let text =
        "[yes, on, 12:30, 2012-10-17, 1e3, -0.5, 111122223333, true, FALSE, ~, null, , '1', 1_000]";
    assert!(parse(&Source::new("t", text)).is_err(), "an empty item is no value in flow style");
    assert_eq!(
        bare(&tree(
            "[yes, on, 12:30, 2012-10-17, 1e3, -0.5, 111122223333, true, FALSE, ~, '1', 1_000]"
        )),
        "[\"yes\",\"on\",\"12:30\",\"2012-10-17\",#1e3,#-0.5,#111122223333,true,false,null,\"1\",\"1_000\"]"
    );
    assert_eq!(bare(&tree("a:\nb: ''\n")), "{a:null,b:\"\"}");
}

#[test]
fn numbers_in_a_form_json_has_not_are_refused_with_advice() {
    for text in
        ["012", "012345678901", "0x1F", "0o17", "+1", ".5", "5.", "1.e3", ".inf", "-.INF", ".nan"]
    {
        let message = refused(&format!("a: {text}"));
        assert!(message.starts_with("t.yaml:1:4: ") && message.contains("quote it"), "{message}");
    }
    for text in ["1.2.3", "1e", "0x", "e3", ".", "-", "+"] {
        if text != "-" {
            assert_eq!(bare(&tree(&format!("a: {text}"))), format!("{{a:{text:?}}}"));
        }
    }
}

#[test]
fn the_same_tree_as_from_json() {
    let text = r#"{"a": [1, "x", {"b": null, "ä": "\u00e4\n"}], "c": {}, "d": []}"#;
    let json = json::parse(&Source::new("t", text)).expect("JSON");
    assert_eq!(tree(text), json, "spans included");
}

#[test]
fn spans_are_bytes_and_end_with_the_value() {
    let text = "ä: ö\nlist:\n  - x: [1, 2]\n    y: 'ü'\n\n# end\nlast: >\n  folded\n";
    let source = Source::new("t.yaml", text);
    let tree = parse(&source).expect("accepted");
    let slice = |node: &Node| source.slice(node.span).to_owned();
    assert_eq!(source.slice(tree.members()[0].key_span), "ä");
    assert_eq!(slice(&tree.members()[0].value), "ö");
    let list = &tree.members()[1].value;
    assert!(slice(list).ends_with("y: 'ü'"), "{:?}", slice(list));
    let item = &list.items()[0];
    assert_eq!(slice(item), "x: [1, 2]\n    y: 'ü'");
    assert_eq!(slice(&item.members()[0].value), "[1, 2]");
    assert_eq!(slice(&item.members()[1].value), "'ü'");
}

#[test]
fn duplicate_keys_are_refused_however_they_are_written() {
    assert_eq!(refused("a: 1\n\"a\": 2\n"), "t.yaml:2:1: duplicate key `a`");
    assert_eq!(refused("x: {1: a, '1': b}"), "t.yaml:1:11: duplicate key `1`");
}

#[test]
fn aliases_are_copies_within_bounds() {
    assert_eq!(bare(&tree("a: &x [1]\nb: *x\n")), "{a:[#1],b:[#1]}");
    assert!(refused("a: &x [*x]\n").contains("inside the value"));
    assert!(refused("a: *nothing\n").starts_with("t.yaml:1:4: not YAML"));
    let mut laughs = "l0: &l0 [a, b, c, d, e, f, g, h, i, j]\n".to_owned();
    for level in 1..10 {
        let alias = format!("*l{}", level - 1);
        laughs.extend([format!("l{level}: &l{level} [{}]\n", vec![alias; 10].join(", "))]);
    }
    assert!(refused(&laughs).contains(&format!("more than {MAX_NODES} values")));
    let mut deep = "l0: &l0 [a]\n".to_owned();
    for level in 1..60 {
        deep.extend([format!("l{level}: &l{level} [*l{}]\n", level - 1)]);
    }
    assert!(refused(&deep).contains("nested deeper"));
}

#[test]
fn depth_is_bounded() {
    let deep = format!("{}1{}", "[".repeat(32), "]".repeat(32));
    assert!(parse(&Source::new("t", deep.as_str())).is_ok());
    assert!(refused(&format!("[{deep}]")).contains("nested deeper than 32"));
    assert!(parse(&Source::new("t", "[".repeat(50_000))).is_err());
    assert!(parse(&Source::new("t", "- ".repeat(50_000))).is_err());
}

#[test]
fn what_could_be_read_in_two_ways_is_refused() {
    assert!(refused("a: !Sub x").contains("the tag `!Sub`"));
    assert!(refused("a: !!str 1").contains("the tag `!!str`"));
    assert!(refused("a: 1\n---\nb: 2\n").contains("second document"));
    assert!(refused("? [a]\n: 1\n").contains("plain text"));
    assert!(refused("").contains("no value"));
    assert!(refused("# nothing\n").contains("no value"));
    assert!(refused("\u{FEFF}a: 1").contains("byte order mark"));
    assert!(refused("a: [1, 2").starts_with("t.yaml:"));
    assert!(refused("a: b: c").starts_with("t.yaml:1:"));
    assert!(refused(": x").contains("without a name"));
}
