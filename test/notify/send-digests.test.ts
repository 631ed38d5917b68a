import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { notifyFileSchema } from '../../src/notify/notify-file.js';
import { openContent } from '../../src/open-content.js';
import { makeUser } from '../access/open-world.js';
import { makeAlert } from '../api/support/make-alert.js';
import { openTestService, type TestService } from '../support/open-test-service.js';

const HALL = '334010101';
const DAY = '2026-11-24';
const at = new Date(`${DAY}T08:00:00+08:00`);

describe('the digest of the morning', () => {
  let test: TestService;
  beforeAll(async () => {
    const content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
    const notify = notifyFileSchema.parse({
      channels: [
        { name: 'mail', type: 'email', host: 'mail.example.com', port: 25, security: 'none', from: 'a@example.com' },
      ],
      contacts: [
        { id: 'desk', roles: ['shift-supervisor'], orgUnit: HALL, via: [{ channel: 'mail', to: 'desk@example.com' }], digest: ['morning'] },
      ],
    }); // prettier-ignore
    const roster = ['wang', 'zhao', 'qian'].map((user) => ({
      post: 'shift-supervisor',
      orgUnit: HALL,
      user,
    }));
    test = await openTestService({
      now: () => at.getTime() + 60_000,
      content: { ...content, notify, duty: { roster, deputies: [] } },
    });
    const mailbox = (to: string) => ({ notifications: { via: [{ channel: 'mail', to }] } });
    await test.service.users.add(makeUser('wang', mailbox('wang@example.com')));
    await test.service.users.add(makeUser('zhao', mailbox('desk@example.com')));
    await test.service.users.add(makeUser('qian'));
    const alert = makeAlert({ id: 'a-1', orgUnit: HALL, open: true, raisedAt: at });
    await test.service.alertStore.write([{ alert, isNew: true }]);
  });
  afterAll(() => test.close());

  it('reaches people on duty at their own mailboxes and contacts, each mailbox once, however often the job runs', async () => {
    const job = test.crontab.dated['digest-morning'];
    if (!job) throw new Error('no job');
    const context = { now: () => at.getTime(), attempt: 1, signal: new AbortController().signal };
    for (let run = 0; run < 2; run += 1) expect(await job(DAY, context)).toEqual({ digests: 2 });
    const { items } = await test.service.notify.deliveries.find({ limit: 10 });
    expect(items.map(({ recipient, to, status }) => [recipient, to, status]).sort()).toEqual([
      ['desk', 'desk@example.com', 'pending'],
      ['wang', 'wang@example.com', 'pending'],
    ]);
    for (const { content, why } of items) {
      expect(content.title).toMatch(/^班前摘要 2026-11-24 · .+：未销号 1，超期 /);
      expect(why).toMatchObject({ kind: 'digest', labels: { moment: 'morning', date: DAY, orgUnit: HALL } });
    }
  });
});
