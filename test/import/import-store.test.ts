import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeImportStore } from '../../src/import/import-store.js';
import type { ImportStore } from '../../src/import/import-store.js';
import { openTestMongo } from '../support/services.js';

const AT = new Date('2026-11-20T09:00:00Z');
const after = (seconds: number) => new Date(AT.getTime() + seconds * 1_000);
const begun = {
  file: 'a.ndjson',
  record: 7,
  accepted: 5,
  duplicates: 1,
  rejected: 1,
  startedAt: AT,
  updatedAt: AT,
};

describe('the checkpoints of imports', () => {
  let mongo: Awaited<ReturnType<typeof openTestMongo>>;
  let store: ImportStore;
  beforeAll(async () => {
    mongo = await openTestMongo();
    store = makeImportStore(mongo.connection);
    await store.init();
  });
  afterAll(() => mongo.close());

  it('come back as they were saved last', async () => {
    expect(await store.load('k')).toBeUndefined();
    await store.save('k', { ...begun, finishedAt: AT });
    expect(await store.load('k')).toEqual({ ...begun, finishedAt: AT });
    await store.save('k', begun);
    expect(await store.load('k')).toEqual(begun);
  });

  it('tell that an import runs until it ends or gives no sign of life for half a minute', async () => {
    expect(await store.isRunning(after(29))).toBe(true);
    expect(await store.isRunning(after(31))).toBe(false);
    await store.save('k', { ...begun, finishedAt: AT });
    expect(await store.isRunning(after(1))).toBe(false);
  });
});
