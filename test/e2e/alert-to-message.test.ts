import { afterEach, describe, expect, it } from '@jest/globals';
import { startNotifier } from '../../jobs/run-notifier.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import { notifyFileSchema } from '../../src/notify/notify-file.js';
import { openContent } from '../../src/open-content.js';
import { accepted } from '../jobs/open-job-service.js';
import { waitUntil } from '../queue/wait-until.js';
import { json, openHttpReceiver } from '../support/http-receiver.js';
import { openTestService } from '../support/open-test-service.js';
import { ruleFile } from '../support/rule-file.js';
import { openSmtpReceiver } from '../support/smtp-receiver.js';

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('an event', () => {
  it('becomes an alert, a mail and a message of the group robot, once each', async () => {
    const smtp = await openSmtpReceiver();
    const robot = await openHttpReceiver();
    closers.push(
      () => smtp.close(),
      () => robot.close(),
    );
    robot.answer((response) => json(response, { errcode: 0, errmsg: 'ok' }));
    const notify = notifyFileSchema.parse({
      channels: [
        { name: 'mail', type: 'email', host: '127.0.0.1', port: smtp.port, security: 'none', from: 'risk@example.com' },
        { name: 'robot', type: 'dingtalk', url: robot.url, tokenFrom: 'NOTIFY_SECRET_T' },
      ],
      contacts: [
        { id: 'shift', roles: ['shift-supervisor'], orgUnit: '334010101', via: [{ channel: 'mail', to: 'hall@example.com' }, { channel: 'robot' }] },
      ],
      routes: [{ id: 'all', groupWait: { value: 0.1, unit: 'second' } }],
    }); // prettier-ignore
    const content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
    const test = await openTestService({
      now: Date.now,
      content: { ...content, notify, ruleSet: makeRuleSet([ruleFile({ id: 'told' })]) },
      notifySecrets: new Map([['NOTIFY_SECRET_T', 'TOKEN']]),
    });
    closers.push(() => test.close());
    const notifier = startNotifier(test.service, 20);
    closers.push(() => notifier.close());
    // The first pass only finds its place: what was before is not told.
    await waitUntil(
      'the notifier has its place',
      async () => (await test.service.notify.store.position()) !== undefined,
    );

    await test.send(accepted('WO-1', '2026-11-23'));
    await test.drain();
    await waitUntil('both have come', () => smtp.mails.length > 0 && robot.received.length > 0, 60_000);
    await waitUntil(
      'both are in the log',
      async () => (await test.service.notify.deliveries.countByStatus()).sent === 2,
    );
    expect(smtp.mails).toMatchObject([{ to: ['hall@example.com'] }]);
    expect(robot.received.map(({ url }) => url)).toEqual(['/robot/send?access_token=TOKEN']);
    expect(notifier.isHealthy()).toBe(true);
    const { items } = await test.service.notify.deliveries.find({ limit: 10 });
    expect(JSON.stringify(items)).not.toContain('TOKEN');
  }, 120_000);
});
