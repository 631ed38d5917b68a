import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { Collection } from 'mongodb';
import { type AuditEntry, type AuditStore, makeAuditStore } from '../../src/access/audit-store.js';
import { openTestMongo } from '../support/services.js';

describe('the audit chain', () => {
  let mongo: Awaited<ReturnType<typeof openTestMongo>>;
  let audit: AuditStore;
  let rows: Collection<{ _id: number }>;
  beforeAll(async () => {
    mongo = await openTestMongo();
    audit = makeAuditStore(mongo.connection);
    await audit.init();
    rows = mongo.connection.collection('audit') as unknown as typeof rows;
  });
  beforeEach(async () => {
    await rows.deleteMany({});
    await mongo.connection.collection('audit_head').deleteMany({});
    for (let i = 1; i <= 6; i += 1) await audit.record(entry(`o${i}`));
  });
  afterAll(() => mongo.close());

  const entry = (id: string, changes: Partial<AuditEntry> = {}): AuditEntry => ({
    at: new Date('2026-11-25T10:00:00.123+08:00'),
    action: 'unmask',
    who: { name: 'wang', tokenId: 'ab' },
    object: { type: 'alert', id },
    reason: '客户投诉核查',
    ...changes,
  });

  it('is whole when nobody touched it, in order and numbered without gaps', async () => {
    await audit.record(entry('o7', { who: { name: 'cli:root' }, requestId: 'r-7' }));
    const report = await audit.verify();
    expect(report).toMatchObject({ rows: 7, problems: [] });
    expect(report.head?.seq).toBe(7);
    expect((await audit.list(3)).map(({ seq }) => seq)).toEqual([7, 6, 5]);
    expect((await audit.page({ object: 'o3', limit: 5 })).map(({ seq }) => seq)).toEqual([3]);
    expect((await audit.page({ before: 3, limit: 5 })).map(({ seq }) => seq)).toEqual([2, 1]);
  });

  it.each([
    ['edited', 3, () => rows.updateOne({ _id: 3 }, { $set: { reason: '另有原因' } }), /^changed/],
    ['given to another person', 3, () => rows.updateOne({ _id: 3 }, { $set: { 'who.name': 'li' } }), /^changed/],
    ['moved in time', 3, () => rows.updateOne({ _id: 3 }, { $set: { at: new Date(0) } }), /^changed/],
    ['deleted', 4, () => rows.deleteOne({ _id: 4 }), /^missing$/],
    ['deleted with the next', 3, () => rows.deleteMany({ _id: { $in: [3, 4] } }), /^missing up to 4$/],
    ['deleted first', 1, () => rows.deleteOne({ _id: 1 }), /^missing$/],
    ['cut off at the end', 5, () => rows.deleteMany({ _id: { $gte: 5 } }), /^cut off: the log reached 6$/],
    ['all of it cut off', 1, () => rows.deleteMany({}), /^cut off: the log reached 6$/],
  ])('names a row that was %s', async (_what, seq, tamper, problem) => {
    await tamper();
    const { problems } = await audit.verify();
    expect(problems[0]).toEqual({ seq, problem: expect.stringMatching(problem) as unknown });
    // Going on does not heal it.
    await audit.record(entry('later'));
    expect((await audit.verify()).problems[0]?.seq).toBe(seq);
  }); // prettier-ignore

  it('shows a chain that was forged whole, rows and head, against a head noted before', async () => {
    const { head } = await audit.verify();
    await rows.deleteMany({});
    await mongo.connection.collection('audit_head').deleteMany({});
    for (let i = 1; i <= 6; i += 1) await audit.record(entry(`o${i}`, { reason: '改过的原因' }));
    expect(await audit.verify()).toMatchObject({ problems: [] });
    expect((await audit.verify(head)).problems).toEqual([{ seq: 6, problem: 'not the hash that was noted' }]);
  });

  describe('after retention', () => {
    const day = (text: string) => new Date(`2026-11-${text}T00:00:00+08:00`);
    const remove = () => audit.removeBefore(day('26'), day('30'));
    beforeEach(async () => {
      for (let i = 7; i <= 9; i += 1) await audit.record(entry(`o${i}`, { at: day('27') }));
    });

    it('begins where the log says that it was cut, and holds from there on', async () => {
      expect(await remove()).toBe(6);
      expect((await audit.list(10)).map(({ seq, action }) => [seq, action])).toEqual([[10, 'audit.truncate'], [9, 'unmask'], [8, 'unmask'], [7, 'unmask']]);
      expect(await audit.verify()).toMatchObject({ rows: 4, removedUpTo: 6, problems: [], head: { seq: 10 } });
      expect(await remove()).toBe(0);
      await audit.record(entry('o11', { at: day('30') }));
      expect(await audit.removeBefore(day('28'), day('30'))).toBe(3);
      expect(await audit.verify()).toMatchObject({ rows: 3, removedUpTo: 9, problems: [] });
    }); // prettier-ignore

    it('keeps the row that says so when all the others are old', async () => {
      expect(await audit.removeBefore(day('30'), day('30'))).toBe(9);
      expect(await audit.verify()).toMatchObject({ rows: 1, removedUpTo: 9, problems: [] });
    });

    it('is made good by the next run when one dies in between', async () => {
      await audit.removeBefore(day('26'), day('30'));
      await rows.insertOne({ _id: 6, at: day('20'), hash: 'left over' } as never);
      expect(await audit.verify()).toMatchObject({ removedUpTo: 6, problems: [] });
    });

    it.each([
      ['the next rows are deleted too', () => rows.deleteMany({ _id: { $lte: 8 } }), 7, /^missing up to 8$/],
      ['a row behind is edited', () => rows.updateOne({ _id: 8 }, { $set: { reason: 'x' } }), 8, /^changed/],
      ['the beginning is moved on', () => mongo.connection.collection('audit_head').updateOne({ _id: 'anchor' as never }, { $set: { seq: 8, hash: 'f'.repeat(64) } }), 8, /no row of the log says so/],
      ['the beginning is forgotten', () => mongo.connection.collection('audit_head').deleteOne({ _id: 'anchor' as never }), 1, /^missing up to 6$/],
    ])('shows when %s', async (_what, tamper, seq, problem) => {
      await remove();
      await tamper();
      expect((await audit.verify()).problems).toContainEqual({ seq, problem: expect.stringMatching(problem) as unknown });
    }); // prettier-ignore
  });

  it('begins beside rows of a version that had no chain', async () => {
    await rows.insertOne({ _id: '5f0c' as unknown as number });
    await audit.record(entry('o7'));
    expect(await audit.verify()).toMatchObject({ rows: 7, head: { seq: 7 }, problems: [] });
    expect((await audit.list(1))[0]?.seq).toBe(7);
  });

  it('holds when many write at once, from several processes', async () => {
    const others = [1, 2, 3].map(() => makeAuditStore(mongo.connection));
    await Promise.all(
      others.flatMap((store, who) =>
        Array.from({ length: 5 }, (_, i) => store.record(entry(`p${who}-${i}`))),
      ),
    );
    expect(await audit.verify()).toMatchObject({ rows: 21, problems: [] });
  });
});
