//! The one form that equal patterns share.

use super::{Pattern, Piece};

/// Brings pieces to the one form that equal patterns share.
#[derive(Default)]
pub(super) struct Builder {
    pieces: Vec<Piece>,
    /// Literal text that has not become a piece yet.
    literal: String,
}

impl Builder {
    pub(super) fn text(&mut self, text: &str) {
        self.literal.push_str(text);
    }

    pub(super) fn wildcards(&mut self, mut text: &str) {
        while let Some(at) = text.find(['*', '?']) {
            let (before, after) = text.split_at(at);
            self.text(before);
            self.piece(if after.starts_with('*') { Piece::AnyRun } else { Piece::AnyOne });
            text = after.get(1..).unwrap_or_default();
        }
        self.text(text);
    }

    pub(super) fn piece(&mut self, piece: Piece) {
        if let Piece::Text(text) = piece {
            return self.text(&text);
        }
        self.end_literal();
        if piece != Piece::AnyRun || self.pieces.last() != Some(&Piece::AnyRun) {
            self.pieces.push(piece);
        }
    }

    fn end_literal(&mut self) {
        if !self.literal.is_empty() {
            self.pieces.push(Piece::Text(std::mem::take(&mut self.literal).into()));
        }
    }

    pub(super) fn finish(mut self) -> Pattern {
        self.end_literal();
        Pattern { pieces: self.pieces.into() }
    }
}
