import { checkJson } from '../events/check-json.js';
import { DEFAULT_EVENT_LIMITS } from '../events/event-limits.js';
import { findDuplicateKeys } from '../events/find-duplicate-keys.js';
import { scanJson } from '../events/scan-json.js';
import { describeBreak, MAX_RECORD_LENGTH } from './read-item.js';
import type { RawEvent, ReadItem } from './read-item.js';

const NEWLINE = 0x0a;
/** Keeps a byte order mark, which is taken off only where it may stand. */
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/**
 * Reads CloudEvents, one JSON object a line, in constant memory. Blank lines are passed over; a line that
 * is too long, not UTF-8, not JSON or not an object is reported and reading goes on after it.
 *
 * @param chunks the decompressed bytes, in order
 * @param options.maxLength the most bytes a line may hold
 */
export async function* readNdjson(
  chunks: AsyncIterable<Uint8Array>,
  options: { readonly maxLength?: number } = {},
): AsyncGenerator<ReadItem> {
  let record = 0;
  let broken: string | undefined;
  const lines = splitLines(chunks, options.maxLength ?? MAX_RECORD_LENGTH, (error) => {
    broken = describeBreak(error);
  });
  let line = 0;
  for await (const bytes of lines) {
    line += 1;
    const item = readLine(bytes, line === 1, options.maxLength ?? MAX_RECORD_LENGTH);
    if (item === undefined) continue;
    record += 1;
    yield typeof item === 'string'
      ? { record, line, error: item }
      : { record, line, event: item, size: bytes?.length ?? 0 };
  }
  if (broken !== undefined) yield { record: record + 1, line: line + 1, error: broken };
}

/** The lines without their line feeds; `null` stands for one that is longer than `maxLength`. A last line that a break cut off is left out. */
async function* splitLines(
  chunks: AsyncIterable<Uint8Array>,
  maxLength: number,
  onBreak: (error: unknown) => void,
): AsyncGenerator<Uint8Array | null> {
  let parts: Uint8Array[] = [];
  let length = 0;
  const take = (end: Uint8Array): Uint8Array | null => {
    const line = length + end.length > maxLength ? null : parts.length ? Buffer.concat([...parts, end]) : end;
    parts = [];
    length = 0;
    return line;
  };
  try {
    for await (const chunk of chunks) {
      let from = 0;
      for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
        yield take(chunk.subarray(from, at));
        from = at + 1;
      }
      const rest = chunk.subarray(from);
      length += rest.length;
      if (length > maxLength) parts = [];
      else if (rest.length) parts.push(rest);
    }
  } catch (error) {
    onBreak(error);
    return;
  }
  if (length) yield take(new Uint8Array());
}

/** The event of a line, the reason why there is none, or undefined for a blank line. */
function readLine(
  bytes: Uint8Array | null,
  first: boolean,
  maxLength: number,
): RawEvent | string | undefined {
  if (bytes === null) return `The line is longer than ${maxLength} bytes.`;
  let text: string;
  try {
    text = utf8.decode(bytes);
  } catch {
    return 'The line is not valid UTF-8.';
  }
  if (first && text.startsWith('\uFEFF')) text = text.slice(1);
  if (text.trim() === '') return undefined;
  const shape = scanJson(bytes, { from: 0, to: bytes.length });
  if (shape.depth > DEFAULT_EVENT_LIMITS.maxDepth)
    return `The event is nested ${shape.depth} levels deep; at most ${DEFAULT_EVENT_LIMITS.maxDepth} are accepted.`;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    return `The line is not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return `The line holds ${Array.isArray(value) ? 'a list' : JSON.stringify(value).slice(0, 40)}; one CloudEvent object a line is expected.`;
  }
  // Fewer keys than colons: JSON.parse has dropped repeated ones without a word.
  const twice =
    checkJson(value, DEFAULT_EVENT_LIMITS).keys < shape.keys ? findDuplicateKeys(text)[0] : undefined;
  if (twice) return `${twice.path}: ${twice.message}`;
  return value as RawEvent;
}
