/** A stretch of bytes, `to` excluded. */
export interface Slice {
  readonly from: number;
  readonly to: number;
}

/** What can be told of JSON text without building it. */
export interface JsonShape {
  /** Deepest nesting of objects and lists. */
  readonly depth: number;
  /** Colons outside texts: in valid JSON the number of keys, repeated ones counted each time. */
  readonly keys: number;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;

/** Measures JSON bytes in one pass, without recursion: safe on any input, meaningful on valid JSON. */
export function scanJson(bytes: Uint8Array, { from, to }: Slice): JsonShape {
  let depth = 0;
  let deepest = 0;
  let keys = 0;
  for (let i = from; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfText(bytes, i, to);
    else if (byte === COLON) keys++;
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) depth--;
  }
  return { depth: deepest, keys };
}

/**
 * Where the elements of a JSON list lie, so that each can be judged and parsed on its own and a hostile one
 * is never parsed. The elements themselves are not checked.
 *
 * @param maxElements stops with one more than so many: the caller refuses the list then
 * @returns undefined when the bytes are no list
 */
export function splitJsonList(
  bytes: Uint8Array,
  { from, to }: Slice,
  maxElements: number,
): Slice[] | undefined {
  const start = skipBlanks(bytes, from, to);
  if (bytes[start] !== OPEN_BRACKET) return undefined;
  const slices: Slice[] = [];
  let depth = 1;
  let begin = start + 1;
  for (let i = begin; i < to; i++) {
    const byte = bytes[i];
    if (byte === QUOTE) i = endOfText(bytes, i, to);
    else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) depth++;
    else if (byte === COMMA && depth === 1) {
      slices.push({ from: begin, to: i });
      if (slices.length > maxElements) return slices;
      begin = i + 1;
    } else if ((byte === CLOSE_BRACE || byte === CLOSE_BRACKET) && --depth === 0) {
      if (byte !== CLOSE_BRACKET || skipBlanks(bytes, i + 1, to) !== to) return undefined;
      const blank = skipBlanks(bytes, begin, i) === i;
      if (slices.length === 0 && blank) return [];
      slices.push({ from: begin, to: i });
      return slices;
    }
  }
  return undefined;
}

/**
 * The lines of NDJSON without their line ends, by line number from 0; blank ones are left out.
 *
 * @param maxLines stops with one more than so many
 */
export function splitLines(
  bytes: Uint8Array,
  { from, to }: Slice,
  maxLines: number,
): { line: number; slice: Slice }[] {
  const lines: { line: number; slice: Slice }[] = [];
  let begin = from;
  for (let line = 0; begin < to && lines.length <= maxLines; line++) {
    const newline = bytes.indexOf(0x0a, begin);
    const end = newline === -1 || newline > to ? to : newline;
    if (skipBlanks(bytes, begin, end) < end) lines.push({ line, slice: { from: begin, to: end } });
    begin = end + 1;
  }
  return lines;
}

/** The first byte that is no JSON white space, or `to`. */
export function skipBlanks(bytes: Uint8Array, from: number, to: number): number {
  let i = from;
  while (i < to && (bytes[i] === 0x20 || bytes[i] === 0x0a || bytes[i] === 0x0d || bytes[i] === 0x09)) i++;
  return i;
}

/** The closing quote of the text that opens at `i`, or `to` when it never closes. */
function endOfText(bytes: Uint8Array, i: number, to: number): number {
  let at = i + 1;
  while (at < to && bytes[at] !== QUOTE) at += bytes[at] === BACKSLASH ? 2 : 1;
  return at;
}
