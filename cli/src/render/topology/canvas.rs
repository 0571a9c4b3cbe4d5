//! The canvas: shapes and texts as SVG elements, the width of a text.

use std::fmt::Write as _;

use super::Theme;

/// A point, y downwards.
#[derive(Clone, Copy, Debug)]
pub(super) struct Point {
    pub(super) x: f64,
    pub(super) y: f64,
}

/// An axis-aligned rectangle; `y` is its upper edge.
#[derive(Clone, Copy, Debug)]
pub(super) struct Rect {
    pub(super) x: f64,
    pub(super) y: f64,
    pub(super) width: f64,
    pub(super) height: f64,
}

/// A picture that is being drawn.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    shapes: String,
    lines: String,
    texts: String,
    width: f64,
    height: f64,
    /// The texts with their extent, for tests of the layout.
    pub(super) labels: Vec<(String, Rect)>,
    /// The rectangles with their class, for tests of the layout.
    pub(super) rects: Vec<(&'static str, Rect)>,
}

/// A number of things as a length.
pub(super) fn count(number: usize) -> f64 {
    f64::from(u32::try_from(number).unwrap_or(u32::MAX))
}

/// Upper bound on the width of a text: common fonts are narrower on average, capitals and bold
/// included.
pub(super) fn width_of(text: &str, size: f64) -> f64 {
    count(text.chars().count()) * size * 0.6
}

fn size_of(class: &str) -> f64 {
    match class {
        "title" => 18.0,
        "name" => 14.0,
        _ => 12.0,
    }
}

impl Canvas {
    /// Draws a rectangle of a class.
    pub(super) fn rect(&mut self, rect: Rect, class: &'static str) {
        let Rect { x, y, width, height } = rect;
        let _ = writeln!(
            self.shapes,
            "<rect class=\"{class}\" x=\"{x:.0}\" y=\"{y:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" rx=\"6\"/>"
        );
        self.rects.push((class, rect));
    }

    /// Writes a text whose base line starts at a point, cut to a width.
    pub(super) fn text(&mut self, at: Point, width: f64, class: &str, text: &str) {
        let size = size_of(class);
        let mut shown = text.to_owned();
        let mut cut = text.to_owned();
        while width < width_of(&shown, size) && cut.pop().is_some() {
            shown = format!("{}…", cut.trim_end());
        }
        let full =
            if shown == text { String::new() } else { format!("<title>{}</title>", escape(text)) };
        let (x, y) = (at.x, at.y);
        let _ = writeln!(
            self.texts,
            "<text class=\"{class}\" x=\"{x:.0}\" y=\"{y:.0}\">{}{full}</text>",
            escape(&shown)
        );
        let rect = Rect { x, y: y - size * 0.8, width: width_of(&shown, size), height: size };
        self.labels.push((shown, rect));
    }

    /// Draws a line through points.
    pub(super) fn line(&mut self, points: &[Point], class: &str) {
        let text: Vec<String> = points.iter().map(|p| format!("{:.0},{:.0}", p.x, p.y)).collect();
        let _ = writeln!(self.lines, "<polyline class=\"{class}\" points=\"{}\"/>", text.join(" "));
    }

    /// Sets the size of the whole.
    pub(super) fn size(&mut self, width: f64, height: f64) {
        self.width = width;
        self.height = height;
    }

    /// The picture as SVG. Lines are under the boxes, texts above.
    pub(super) fn finish(&self, theme: Theme) -> String {
        let (light, dark) = (LIGHT, DARK);
        let colors = match theme {
            Theme::Auto => format!("{light}@media (prefers-color-scheme: dark) {{\n{dark}}}\n"),
            Theme::Dark => dark.to_owned(),
            Theme::Light => light.to_owned(),
        };
        let (width, height) = (self.width, self.height);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" width=\"{width:.0}\" height=\"{height:.0}\" role=\"img\" aria-label=\"network topology\">\n\
             <style>\n{SHAPES}{colors}</style>\n\
             <rect class=\"page\" width=\"{width:.0}\" height=\"{height:.0}\"/>\n{}{}{}</svg>\n",
            self.lines, self.shapes, self.texts
        )
    }
}

/// Escapes text for XML; characters that XML 1.0 cannot hold become U+FFFD.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c if c.is_control() || matches!(c, '\u{FFFE}' | '\u{FFFF}') => out.push('\u{FFFD}'),
            c => out.push(c),
        }
    }
    out
}

const SHAPES: &str = "\
text { font-family: ui-sans-serif, system-ui, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, sans-serif; font-size: 12px; }
.title { font-size: 18px; font-weight: 600; }
.name { font-size: 14px; font-weight: 600; }
.strong { font-weight: 600; }
rect { stroke-width: 1.2; }
.border { fill: none; stroke-width: 2; stroke-dasharray: 8 5; }
polyline { fill: none; stroke-width: 2; stroke-linejoin: round; }
.attachment { stroke-dasharray: 6 3; }
.leaving { stroke-dasharray: 5 3; }
.peering { stroke-dasharray: 2 3; }
";

const LIGHT: &str = "\
.page { fill: #ffffff; }
text { fill: #1f2328; }
.small, .link-text { fill: #57606a; }
.edge { fill: #b42318; }
.border { stroke: #b42318; }
.off { fill: #fdecea; stroke: #d9938b; }
.site { fill: #eef4fb; stroke: #7a9cc6; }
.hub { fill: #f3f0fa; stroke: #9a86c8; }
.vpc { fill: #f6f8fa; stroke: #8c959f; }
.subnet { fill: #ffffff; stroke: #8c959f; }
.leaving { fill: #ffffff; stroke: #b42318; }
.interface { fill: #e6f4ea; stroke: #5b9a6f; }
.gateway { fill: #e3f1f4; stroke: #4f95a5; }
.exit { fill: #fff4e0; stroke: #c99334; }
.link, .attachment, .peering { stroke: #4a6fa5; }
";

const DARK: &str = "\
.page { fill: #0d1117; }
text { fill: #e6edf3; }
.small, .link-text { fill: #9da7b3; }
.edge { fill: #ff8a80; }
.border { stroke: #ff8a80; }
.off { fill: #3a1a1a; stroke: #a85c55; }
.site { fill: #14253b; stroke: #5b83b5; }
.hub { fill: #231c38; stroke: #8d79c4; }
.vpc { fill: #161b22; stroke: #6e7681; }
.subnet { fill: #0d1117; stroke: #6e7681; }
.leaving { fill: #0d1117; stroke: #ff8a80; }
.interface { fill: #12301c; stroke: #57a66f; }
.gateway { fill: #0f2e36; stroke: #4fa0b3; }
.exit { fill: #3a2a0c; stroke: #c99334; }
.link, .attachment, .peering { stroke: #7aa7e8; }
";
