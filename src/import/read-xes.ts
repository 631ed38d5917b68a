import { SaxesParser } from 'saxes';
import { describeBreak, MAX_RECORD_LENGTH } from './read-item.js';
import type { ReadItem } from './read-item.js';
import { decodeXml } from './decode-xml.js';
import { makeXesCollector } from './xes-collector.js';
import type { XesMapping } from './xes-mapping.js';

/** Characters handed to the parser at once; also how finely the size of a single tag is watched. */
const SLICE = 64 * 1024;

/**
 * Reads a XES log (IEEE 1849) as CloudEvents, in constant memory. An event that lacks something is reported
 * and passed over. XML that is not well formed, a DOCTYPE (no entity is ever expanded), or a tag, text or nesting
 * beyond the limits is reported with its line and reading stops there; everything before is kept.
 *
 * @param chunks the decompressed bytes, in order
 * @param options.maxLength the most characters one tag, text or record may hold
 */
export async function* readXes(
  chunks: AsyncIterable<Uint8Array>,
  mapping: XesMapping,
  options: { readonly maxLength?: number } = {},
): AsyncGenerator<ReadItem> {
  const maxLength = options.maxLength ?? MAX_RECORD_LENGTH;
  const parser = new SaxesParser<{ xmlns: false; position: true }>({ xmlns: false, position: true });
  const collector = makeXesCollector(mapping, maxLength);
  let sinceToken = 0;
  let stopped: string | undefined;
  const stop = (reason: string): void => {
    if (stopped !== undefined) return;
    stopped = reason;
    collector.stop(parser.line, reason);
  };
  const guarded =
    <T>(act: (value: T) => string | undefined | void) =>
    (value: T): void => {
      if (stopped !== undefined) return;
      sinceToken = 0;
      const reason = act(value);
      if (reason) stop(reason);
    };
  parser.on('error', (error) =>
    stop(`The XML is not well formed: ${error.message.replace(/^\d+:\d+: /, '')}`),
  );
  parser.on(
    'doctype',
    guarded(() => 'A DOCTYPE is not allowed.'),
  );
  parser.on(
    'opentag',
    guarded((tag) => collector.open(tag.name, tag.attributes, parser.line)),
  );
  parser.on(
    'closetag',
    guarded(() => collector.close()),
  );
  for (const token of ['text', 'comment', 'cdata', 'processinginstruction'] as const)
    parser.on(
      token,
      guarded<unknown>(() => undefined),
    );

  try {
    for await (const text of decodeXml(chunks)) {
      for (let at = 0; at < text.length && stopped === undefined; at += SLICE) {
        const slice = text.slice(at, at + SLICE);
        sinceToken += slice.length;
        parser.write(slice);
        if (sinceToken > maxLength + SLICE)
          stop(`A tag, comment or text is longer than ${maxLength} characters.`);
        yield* collector.take();
      }
      if (stopped !== undefined) return;
    }
    parser.close();
  } catch (error) {
    stop(describeBreak(error));
  }
  yield* collector.take();
}
