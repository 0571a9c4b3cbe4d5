use super::Network;

#[test]
fn the_published_schema_is_the_one_in_the_code() {
    let published = include_str!("../../../corpus/schema/network.schema.json");
    let text = serde_json::to_string_pretty(&Network::json_schema()).expect("JSON") + "\n";
    assert!(published == text, "corpus/schema/network.schema.json should be:\n{text}");
}
