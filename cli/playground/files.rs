// Written by `cargo xtask page --embed`.
&[
    File { path: "/assets/codemirror.js", gzip: include_bytes!("assets/codemirror.js.gz") },
    File { path: "/assets/engine.worker.js", gzip: include_bytes!("assets/engine.worker.js.gz") },
    File { path: "/assets/gallery.js", gzip: include_bytes!("assets/gallery.js.gz") },
    File { path: "/assets/index.css", gzip: include_bytes!("assets/index.css.gz") },
    File { path: "/assets/index.js", gzip: include_bytes!("assets/index.js.gz") },
    File { path: "/assets/page.js", gzip: include_bytes!("assets/page.js.gz") },
    File { path: "/assets/polsim_bg.wasm", gzip: include_bytes!("assets/polsim_bg.wasm.gz") },
    File { path: "/icon.svg", gzip: include_bytes!("icon.svg.gz") },
    File { path: "/index.html", gzip: include_bytes!("index.html.gz") },
]
