// From the engine's byte offsets to those of JavaScript strings.

/** The index in `text` of the byte `offset` of its UTF-8 form. */
export function utf16Offset(text: string, offset: number): number {
  let bytes = 0;
  let units = 0;
  for (const character of text) {
    if (bytes >= offset) return units;
    bytes += utf8Length(character.codePointAt(0) ?? 0);
    units += character.length;
  }
  return units;
}

function utf8Length(codePoint: number): number {
  if (codePoint < 0x80) return 1;
  if (codePoint < 0x800) return 2;
  return codePoint < 0x10000 ? 3 : 4;
}

/** The range in `text` of a span in bytes. */
export function utf16Range(
  text: string,
  span: { readonly start: number; readonly end: number },
): { readonly from: number; readonly to: number } {
  return { from: utf16Offset(text, span.start), to: utf16Offset(text, span.end) };
}
