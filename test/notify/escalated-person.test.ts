import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startNotifier } from '../../jobs/run-notifier.js';
import { notifyFileSchema } from '../../src/notify/notify-file.js';
import { openContent } from '../../src/open-content.js';
import { makeUser } from '../access/open-world.js';
import { makeAlert } from '../api/support/make-alert.js';
import { makeClock } from '../jobs/open-job-service.js';
import { waitUntil } from '../queue/wait-until.js';
import { openTestService, type TestService } from '../support/open-test-service.js';
import { openSmtpReceiver, type SmtpReceiver } from '../support/smtp-receiver.js';

const HALL = '334010101';
const COUNTY = '3340101';

/** From the rung of the ladder to the mailbox of the person, over the service as it is wired. */
describe('whoever an alert goes up to', () => {
  const clock = makeClock('2026-11-24T09:00:00+08:00');
  let smtp: SmtpReceiver;
  let test: TestService;
  let notifier: ReturnType<typeof startNotifier>;
  beforeAll(async () => {
    smtp = await openSmtpReceiver();
    const notify = notifyFileSchema.parse({
      channels: [
        { name: 'mail', type: 'email', host: '127.0.0.1', port: smtp.port, security: 'none', from: 'risk@example.com' },
      ],
      contacts: [],
      routes: [{ id: 'all', groupWait: { value: 1, unit: 'second' } }],
    }); // prettier-ignore
    const content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
    const duty = {
      roster: [{ post: 'county-manager', orgUnit: COUNTY, user: 'li.si' }],
      deputies: [{ user: 'li.si', deputy: 'zhao.liu', from: '2026-11-26', to: '2026-11-26' }],
    };
    test = await openTestService({ now: clock.now, content: { ...content, notify, duty } });
    for (const id of ['li.si', 'zhao.liu'])
      await test.service.users.add(
        makeUser(id, { notifications: { via: [{ channel: 'mail', to: `${id}@example.com` }] } }),
      );
    notifier = startNotifier(test.service, 20);
    const { store } = test.service.notify;
    await waitUntil('the notifier has its place', async () => (await store.position()) !== undefined);
  }, 120_000);
  afterAll(async () => {
    await notifier.close();
    await test.close();
    await smtp.close();
  });

  it.each([
    ['gets it in his own mailbox', '2026-11-25T17:31:00+08:00', 'li.si'],
    ['has it told to his deputy while he is away', '2026-11-26T17:31:00+08:00', 'zhao.liu'],
  ])(
    '%s',
    async (_what, when, person) => {
      const raised = {
        id: `up-${person}`,
        orgUnit: HALL,
        rule: { id: 'no-ladder', version: 1, name: person },
      };
      const alert = test.service.planner.plan(makeAlert({ ...raised, raisedAt: new Date(clock.now()) }), clock.now()); // prettier-ignore
      await test.service.alertStore.write([{ alert, isNew: true }]);
      clock.set(when);
      const context = { now: clock.now, attempt: 1, signal: new AbortController().signal };
      await test.crontab.minute['escalations']?.(context);
      const [stored] = await test.service.alertStore.loadByIds([alert.id]);
      expect(stored?.escalations).toMatchObject([
        { to: 'county-manager', orgUnit: COUNTY, people: [person] },
      ]);
      const mine = () => smtp.mails.filter(({ to }) => to.includes(`${person}@example.com`));
      await waitUntil(
        'he has the mail',
        () => {
          clock.tick(1_000);
          return mine().length > 0;
        },
        60_000,
      );
      expect(mine()).toHaveLength(1);
      expect(smtp.mails).toHaveLength(person === 'li.si' ? 1 : 2);
    },
    90_000,
  );
});
