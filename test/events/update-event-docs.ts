import { readFile, writeFile } from 'node:fs/promises';
import { describeEventTypes } from '../../src/events/describe-event-types.js';

/** docs/events.md, whose tables of types are generated. */
export const EVENT_DOCS = new URL('../../docs/events.md', import.meta.url);
const BLOCK = /(<!-- types: begin[^>]*-->\n)[\s\S]*?(\n<!-- types: end -->)/;

/** The document with its tables brought up to src/events/event-types.ts. */
export function withCurrentTables(document: string): string {
  if (!BLOCK.test(document))
    throw new Error('docs/events.md has lost its "types: begin" and "types: end" marks');
  return document.replace(
    BLOCK,
    (_, begin: string, end: string) =>
      `${begin}<!-- prettier-ignore-start -->\n\n${describeEventTypes()}\n\n<!-- prettier-ignore-end -->${end}`,
  );
}

// node --import tsx test/events/update-event-docs.ts
if (process.argv[1]?.endsWith('update-event-docs.ts')) {
  await writeFile(EVENT_DOCS, withCurrentTables(await readFile(EVENT_DOCS, 'utf8')));
}
