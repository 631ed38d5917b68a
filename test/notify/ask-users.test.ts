import { describe, expect, it } from '@jest/globals';
import type { NotificationSettings, User } from '../../src/access/user.js';
import { makeFindDuty } from '../../src/duty/find-duty.js';
import { makeAskUsers } from '../../src/notify/ask-users.js';
import { makeFindContacts } from '../../src/notify/find-recipients.js';
import { notifyFileSchema } from '../../src/notify/notify-file.js';
import { makeUser } from '../access/open-world.js';
import { chinaCalendar } from '../support/china-calendar.js';

const PARENTS: Readonly<Record<string, string>> = { hall: 'county' };
const { contacts } = notifyFileSchema.parse({
  contacts: [
    { id: 'hall-robot', roles: ['shift-supervisor'], orgUnit: 'hall', via: [{ channel: 'robot' }] },
    { id: 'wang', roles: ['shift-supervisor'], orgUnit: 'hall', via: [{ channel: 'mail', to: 'old@example.com' }] },
    { id: 'li', roles: ['county-manager'], orgUnit: 'county', via: [{ channel: 'mail', to: 'li@example.com' }] },
  ],
}); // prettier-ignore
const duty = {
  roster: [
    { post: 'shift-supervisor', orgUnit: 'hall', user: 'wang', since: '08:00', until: '20:00' },
    { post: 'shift-supervisor', orgUnit: 'hall', user: 'zhao', since: '20:00', until: '08:00' },
    { post: 'county-manager', orgUnit: 'county', user: 'li' },
  ],
  deputies: [{ user: 'li', deputy: 'qian', from: '2026-11-05', to: '2026-11-06' }],
};
const mailbox = (to: string): NotificationSettings => ({ via: [{ channel: 'mail', to }] });
const USERS: Readonly<Record<string, User>> = {
  wang: makeUser('wang', {
    notifications: {
      ...mailbox('wang@example.com'),
      quiet: { from: '21:00', to: '07:00', except: ['critical'] },
    },
  }),
  zhao: makeUser('zhao', { notifications: { via: [] } }),
  qian: makeUser('qian', { notifications: mailbox('qian@example.com') }),
  li: makeUser('li'),
};

function told(at: string, users: Readonly<Record<string, User>> = USERS) {
  const now = () => Date.parse(`2026-11-${at}:00+08:00`);
  const findDuty = makeFindDuty({
    duty,
    posts: { 'county-manager': { level: 'county', name: '县公司专责' } },
    orgUnits: {
      get: (code) =>
        code in PARENTS || code === 'county'
          ? { code, name: code, type: code === 'county' ? 'county' : 'hall', ...(PARENTS[code] && { parent: PARENTS[code] }) }
          : undefined,
    },
    calendar: chinaCalendar(),
  }); // prettier-ignore
  const findContacts = makeFindContacts(contacts, (unit) => PARENTS[unit]);
  const find = makeAskUsers({ findContacts, users: { get: (id) => Promise.resolve(users[id]) }, findDuty, now });
  return async (target: Parameters<typeof find>[0]) =>
    (await find(target)).map(({ id, via, quiet }) => [id, via.map(({ channel, to }) => to ?? channel).join(), quiet?.from].filter(Boolean).join(' '));
} // prettier-ignore

const SHIFT = { role: 'shift-supervisor', orgUnit: 'hall' };
const MANAGER = { role: 'county-manager', orgUnit: 'hall' };

describe('who is told', () => {
  it('is whoever is on duty, by his own settings instead of those of his contact, and the group beside him', async () => {
    expect(await told('02T10:00')(SHIFT)).toEqual(['wang wang@example.com 21:00', 'hall-robot robot']);
  });

  it('is nobody at his own address who has set none and has no contact, but the contacts of the post', async () => {
    expect(await told('02T22:00')(SHIFT)).toEqual(['hall-robot robot', 'wang wang@example.com 21:00']);
  });

  it('is the deputy of who is away', async () => {
    expect(await told('04T10:00')(MANAGER)).toEqual(['li li@example.com']);
    expect(await told('05T10:00')(MANAGER)).toEqual(['qian qian@example.com', 'li li@example.com']);
  });

  it('is a user who is named, by his settings, else by the contact of his id', async () => {
    expect(await told('02T10:00')({ user: 'wang' })).toEqual(['wang wang@example.com 21:00']);
    expect(await told('02T10:00')({ user: 'li' })).toEqual(['li li@example.com']);
    expect(await told('02T10:00')({ user: 'hall-robot' })).toEqual(['hall-robot robot']);
    expect(await told('02T10:00')({ user: 'nobody' })).toEqual([]);
  });

  it('is nobody whose account is disabled, by his contact neither', async () => {
    const users = { ...USERS, wang: makeUser('wang', { disabled: true }) };
    expect(await told('02T10:00', users)(SHIFT)).toEqual(['hall-robot robot']);
    expect(await told('02T10:00', users)({ user: 'wang' })).toEqual([]);
  });
});
