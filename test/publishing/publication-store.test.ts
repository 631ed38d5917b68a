import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection } from 'mongoose';
import { makePublicationStore, type PublicationStore } from '../../src/publishing/publication-store.js';
import type { Publication } from '../../src/publishing/publication.js';
import { hashText } from '../../src/publishing/rule-content.js';
import { openTestMongo } from '../support/services.js';

const content = (version: number) => JSON.stringify({ id: 'a', version, name: '甲', 'odd.key': { $set: 1 } });
const publication = (number: number, version: number): Publication => ({
  number, hash: `h${version}`, digest: `d${number}`, at: new Date(number), via: 'folder', by: 'folder',
  rules: [{ file: 'x/a.json', text: hashText(`text ${version}`), id: 'a', version, name: '甲', status: 'active', on: 'event', content: hashText(content(version)) }],
  parameters: [], conditions: [],
  changes: { added: [], changed: [], removed: [], enabled: [], files: [] },
  follow: { state: 'waiting' },
}); // prettier-ignore
const texts = (version: number) => ({
  rules: [{ file: 'x/a.json', text: `text ${version}` }],
  parameters: [],
  conditions: [],
});

describe('published rules', () => {
  let connection: Connection;
  let close: () => Promise<void>;
  let store: PublicationStore;
  beforeAll(async () => {
    ({ connection, close } = await openTestMongo());
    store = makePublicationStore(connection);
    await store.init();
  });
  afterAll(() => close());

  it('are numbered: of two that publish at once one is first, and nothing of the other is in force', async () => {
    const both = await Promise.all([
      store.add(publication(1, 1), texts(1), [content(1)]),
      store.add(publication(1, 2), texts(2), [content(2)]),
    ]);
    expect([...both].sort()).toEqual([false, true]);
    expect(await store.versionsOf('a')).toHaveLength(1);
    expect((await store.head())?.number).toBe(1);
  });

  it('keep every text and every version, as it was first published', async () => {
    await store.add(publication(2, 7), texts(7), [content(7)]);
    await store.add(publication(3, 7), texts(7), [content(7)]);
    expect(await store.versionsOf('a')).toMatchObject([{ version: 7, publication: 2 }, { publication: 1 }]);
    expect(await store.textsOf(publication(3, 7))).toEqual(texts(7));
    expect(await store.formerRule('a', 7)).toEqual({
      ...JSON.parse(content(7)),
      status: 'active',
      tests: [],
    });
    expect(await store.formerRule('a', 8)).toBeUndefined();
    expect(await store.findByHash('h7')).toMatchObject({ number: 3 });
    expect(await store.findByDigest('d2')).toMatchObject({ number: 2 });
  });

  it('have their versions kept by the next start where the process died in between', async () => {
    const documents = connection.collection('rule_publications');
    const { number, ...rest } = publication(4, 9);
    await documents.insertOne({ _id: number, ...rest, versionsOwed: true } as never);
    expect(await store.versionsOf('a')).toHaveLength(2);
    await makePublicationStore(connection).init();
    expect((await store.versionsOf('a')).map(({ version }) => version)).toContain(9);
    expect(await documents.countDocuments({ versionsOwed: true })).toBe(0);
  });

  it('wait to be followed until they are done, the oldest first', async () => {
    expect((await store.unfinished()).map(({ number }) => number)).toEqual([1, 2, 3, 4]);
    await store.setFollowUp(1, { state: 'done' });
    await store.setFollowUp(2, { state: 'running', records: { looked: 1, of: 2 } });
    expect((await store.unfinished()).map(({ number }) => number)).toEqual([2, 3, 4]);
  });

  it('say which text is gone, should one ever be', async () => {
    await connection.collection('rule_texts').deleteOne({ _id: hashText('text 7') as never });
    await expect(store.textsOf(publication(3, 7))).rejects.toThrow('x/a.json');
  });
});
