import { describe, expect, it } from '@jest/globals';
import type { NotificationSettings, User } from '../../src/access/user.js';
import { makeFindDuty } from '../../src/duty/find-duty.js';
import { makeFindDigestRecipients } from '../../src/notify/find-digest-recipients.js';
import { notifyFileSchema } from '../../src/notify/notify-file.js';
import type { DigestMoment } from '../../src/notify/send-digests.js';
import { makeUser } from '../access/open-world.js';
import { chinaCalendar } from '../support/china-calendar.js';

const { contacts } = notifyFileSchema.parse({
  contacts: [
    { id: 'hall-robot', roles: ['shift-supervisor'], orgUnit: 'hall', via: [{ channel: 'robot' }], digest: ['morning'] },
    { id: 'desk', roles: ['shift-supervisor'], orgUnit: 'hall', via: [{ channel: 'mail', to: 'Zhao@example.com' }], digest: ['morning'] },
    { id: 'li', roles: ['county-manager'], orgUnit: 'county', via: [{ channel: 'mail', to: 'old@example.com' }], digest: ['morning', 'end-of-day'] },
    { id: 'gone', roles: ['county-manager'], orgUnit: 'county', via: [{ channel: 'mail', to: 'gone@example.com' }], digest: ['morning'] },
    { id: 'quiet', roles: ['county-manager'], orgUnit: 'county', via: [{ channel: 'mail', to: 'quiet@example.com' }] },
  ],
}); // prettier-ignore
const duty = {
  roster: [
    { post: 'shift-supervisor', orgUnit: 'hall', user: 'wang', since: '08:00', until: '17:00' },
    { post: 'quality-inspector', orgUnit: 'hall', user: 'wang' },
    { post: 'shift-supervisor', orgUnit: 'hall', user: 'zhao' },
    { post: 'shift-supervisor', orgUnit: 'hall', user: 'night', since: '17:00', until: '08:00' },
    { post: 'shift-supervisor', orgUnit: 'hall', user: 'gone' },
    { post: 'shift-supervisor', orgUnit: 'hall', user: 'unset' },
    { post: 'shift-supervisor', orgUnit: 'hall', user: 'stale' },
    { post: 'county-manager', orgUnit: 'county', user: 'li' },
    { post: 'county-manager', orgUnit: 'county', user: 'away' },
  ],
  deputies: [{ user: 'away', deputy: 'wang', from: '2026-11-03', to: '2026-11-03' }],
};
const mailbox = (to: string, channel = 'mail'): NotificationSettings => ({ via: [{ channel, to }] });
const quiet = { from: '21:00', to: '07:00', except: ['critical' as const] };
const USERS: Readonly<Record<string, User>> = Object.fromEntries(
  [
    makeUser('wang', { notifications: { ...mailbox('wang@example.com'), quiet } }),
    makeUser('zhao', { notifications: mailbox('zhao@example.com') }),
    makeUser('night', { notifications: mailbox('night@example.com') }),
    makeUser('gone', { notifications: mailbox('gone@example.com'), disabled: true }),
    makeUser('unset', { notifications: { via: [] } }),
    makeUser('stale', { notifications: mailbox('stale@example.com', 'mail-of-last-year') }),
    makeUser('li', { notifications: mailbox('li@example.com') }),
  ].map((user) => [user._id, user]),
);
const UNITS: Readonly<Record<string, { code: string; name: string; type: 'hall' | 'county'; parent?: string }>> = {
  hall: { code: 'hall', name: '一班', type: 'hall', parent: 'county' },
  county: { code: 'county', name: '县公司', type: 'county' },
}; // prettier-ignore

async function told(moment: DigestMoment, at: string): Promise<string[]> {
  const find = makeFindDigestRecipients({
    contacts,
    roster: duty.roster,
    findDuty: makeFindDuty({
      duty,
      posts: { 'county-manager': { level: 'county', name: '县公司专责' } },
      orgUnits: { get: (code) => UNITS[code] },
      calendar: chinaCalendar(),
    }),
    users: { get: (id) => Promise.resolve(USERS[id]) },
    hasChannel: (name) => name === 'mail' || name === 'robot',
    orgUnitName: (code) => UNITS[code]?.name ?? code,
  });
  const found = await find(moment, Date.parse(`2026-11-${at}:00+08:00`));
  return found
    .map(({ recipient: { id, via, quiet: hours }, orgUnitName }) =>
      [orgUnitName, id, via.map(({ channel, to }) => to ?? channel).join(), hours?.from].filter(Boolean).join(' '),
    )
    .sort();
} // prettier-ignore

describe('a digest', () => {
  it('goes to contacts, and to whoever is on duty and has set a mailbox, for the unit of the duty, once a mailbox', async () => {
    expect(await told('morning', '02T08:00')).toEqual([
      '一班 desk Zhao@example.com',
      '一班 hall-robot robot',
      '一班 wang wang@example.com 21:00',
      // By his own settings, though he is a contact too and on duty.
      '县公司 li li@example.com',
    ]);
  });

  it('of the end of the day goes to those whose shift ends with it, and to no contact that asked for the morning only', async () => {
    expect(await told('end-of-day', '02T17:00')).toEqual([
      '一班 wang wang@example.com 21:00',
      '一班 zhao zhao@example.com',
      '县公司 li li@example.com',
    ]);
  });

  it('goes to the deputy of who is away, for both units', async () => {
    expect(await told('end-of-day', '03T17:00')).toEqual([
      '一班 wang wang@example.com 21:00',
      '一班 zhao zhao@example.com',
      '县公司 li li@example.com',
      '县公司 wang wang@example.com 21:00',
    ]);
  });
});
