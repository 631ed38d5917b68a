import { TextDecoder } from 'node:util';

/**
 * XML bytes as text, in the encoding that the byte order mark or the declaration names (UTF-8 without either).
 * Bytes that are invalid there become U+FFFD, so that only the record they stand in is bad.
 *
 * @throws {Error} for an encoding that is not known
 */
export async function* decodeXml(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | undefined;
  let head: Uint8Array = new Uint8Array();
  for await (const chunk of chunks) {
    if (decoder) {
      yield decoder.decode(chunk, { stream: true });
      continue;
    }
    head = head.length ? Buffer.concat([head, chunk]) : chunk;
    if (head.length < HEAD_LENGTH) continue;
    decoder = new TextDecoder(encodingOf(head));
    yield decoder.decode(head, { stream: true });
  }
  decoder ??= new TextDecoder(encodingOf(head));
  yield decoder.decode(head.length < HEAD_LENGTH ? head : undefined);
}

/** Enough bytes to hold an XML declaration. */
const HEAD_LENGTH = 200;

function encodingOf(head: Uint8Array): string {
  if (head[0] === 0xff && head[1] === 0xfe) return 'utf-16le';
  if (head[0] === 0xfe && head[1] === 0xff) return 'utf-16be';
  const declared = /^(?:\u00ef\u00bb\u00bf)?<\?xml[^>]*?\sencoding\s*=\s*["']([^"']+)["']/.exec(
    Buffer.from(head.subarray(0, HEAD_LENGTH)).toString('latin1'),
  )?.[1];
  if (declared === undefined) return 'utf-8';
  try {
    return new TextDecoder(declared).encoding;
  } catch (error) {
    throw new Error(`the XML declaration names the encoding ${declared}, which is not known`, {
      cause: error,
    });
  }
}
