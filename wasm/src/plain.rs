//! YAML and JSON as plain values, for callers that take files apart.

use polsim::text::{self, Node, Source, Value};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::Number;

use crate::Answer;

/// A value as a text has it: members keep their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Plain(Node);

/// The value in a text of YAML or JSON. Numbers that JavaScript cannot hold become text.
pub fn plain(text: &str) -> Answer<Plain> {
    text::read(&Source::new("text", text)).map(Plain).map_err(text::Diagnostics::from).into()
}

impl Serialize for Plain {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(&self.0, serializer)
    }
}

struct Borrowed<'a>(&'a Node);

impl Serialize for Borrowed<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        write(self.0, serializer)
    }
}

fn write<S: Serializer>(node: &Node, serializer: S) -> Result<S::Ok, S::Error> {
    match &node.value {
        Value::Null => serializer.serialize_unit(),
        Value::Bool(value) => serializer.serialize_bool(*value),
        Value::Number(written) => match written.parse::<Number>() {
            Ok(number) if number.to_string() == **written => number.serialize(serializer),
            _ => serializer.serialize_str(written),
        },
        Value::String(text) => serializer.serialize_str(text),
        Value::Array(items) => serializer.collect_seq(items.iter().map(Borrowed)),
        Value::Object(members) => {
            let mut map = serializer.serialize_map(Some(members.len()))?;
            for member in members {
                map.serialize_entry(&*member.key, &Borrowed(&member.value))?;
            }
            map.end()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::plain;
    use crate::Answer;

    fn json(text: &str) -> String {
        match plain(text) {
            Answer::Answered { value } => serde_json::to_string(&value).expect("JSON"),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn yaml_and_json_give_the_same_values_in_the_order_of_the_text() {
        let yaml = "b: {c: null, d: true, e: 2012-10-17}\na: [1, 1.5, yes, 'x']\n";
        let same = r#"{"b":{"c":null,"d":true,"e":"2012-10-17"},"a":[1,1.5,"yes","x"]}"#;
        assert_eq!(json(yaml), same);
        assert_eq!(json(same), same);
    }

    #[test]
    fn a_number_that_would_change_becomes_text() {
        for huge in ["123456789012345678901234567890", "1e400", "1.0e1"] {
            assert_eq!(json(&format!("n: {huge}")), format!(r#"{{"n":"{huge}"}}"#));
        }
    }

    #[test]
    fn duplicate_keys_are_refused() {
        assert!(matches!(plain("a: 1\na: 2"), Answer::Refused { .. }));
    }
}
