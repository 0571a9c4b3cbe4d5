//! Readers of inputs: plans, templates, answers of AWS's command line.

use polsim_inputs::{InputFile, Options, worlds};

/// Any bytes are read or refused with a message, the same every time, whatever the file is called.
pub fn input_text(data: &[u8]) {
    for path in ["plan.json", "template.yaml", "answers.jsonl", "cdk.out/manifest.json"] {
        let once = said(path, data);
        assert!(once == said(path, data), "{path} is read in two ways");
    }
}

fn said(path: &str, data: &[u8]) -> String {
    let file = InputFile { path: path.into(), bytes: data.to_vec() };
    match worlds(&[file], &Options::default()) {
        Ok(worlds) => format!("{worlds:?}"),
        Err(error) => {
            assert!(!error.message.is_empty() && !error.message.contains('\n'), "{error:?}");
            format!("{error:?}")
        }
    }
}
