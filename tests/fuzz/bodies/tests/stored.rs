//! Every stored input of every target, without a fuzzer: what was once found stays mended.

use std::path::Path;

use polsim_fuzz_bodies::TARGETS;

#[test]
fn every_stored_input_passes() {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../corpus/fuzz");
    for (name, body) in TARGETS {
        let mut inputs = 0;
        for entry in std::fs::read_dir(corpus.join(name)).unwrap() {
            body(&std::fs::read(entry.unwrap().path()).unwrap());
            inputs += 1;
        }
        assert!(inputs > 0, "no stored input for {name}");
    }
}
