import type { User } from '../access/user.js';
import type { Duty } from '../duty/find-duty.js';
import type { FindRecipients, Recipient, Target } from './find-recipients.js';

export interface AskUsersDeps {
  /** Recipients by the contacts of the notification settings. */
  readonly findContacts: FindRecipients;
  readonly users: { get(id: string): Promise<User | undefined> };
  /** Who holds a post at a moment, deputies in place of the absent. */
  readonly findDuty: (post: string, orgUnit: string | undefined, at: number) => Duty;
  readonly now: () => number;
}

/**
 * Recipients by accounts first: those on duty for a post, and users who are named, by the channels and quiet hours that they have
 * set themselves. Contacts come on top – groups have no account – and stand in for people who have set nothing; where a contact has
 * the id of an account that has, the account's own settings count. A disabled account is told nothing, by its contact neither.
 */
export function makeAskUsers({ findContacts, users, findDuty, now }: AskUsersDeps): FindRecipients {
  const peopleOf = (target: Target): readonly string[] =>
    'user' in target ? [target.user] : findDuty(target.role, target.orgUnit, now()).people;

  /** Of a person who has set nothing: the contact of the same id, so that a roster may name it. */
  async function toRecipients(id: string): Promise<readonly Recipient[]> {
    const user = await users.get(id);
    if (user?.disabled) return [];
    const own = user && settingsOf(user);
    return own ? [own] : findContacts({ user: id });
  }

  return async (target) => {
    const people = peopleOf(target);
    const found = (await Promise.all(people.map(toRecipients))).flat();
    if ('user' in target) return found;
    const ids = new Set(people);
    const contacts = (await findContacts(target)).filter(({ id }) => !ids.has(id));
    const standing = (await Promise.all(contacts.map(({ id }) => toRecipients(id)))).flat();
    return [...found, ...standing];
  };
}

/** How a person wants to be told; undefined where nothing is set. */
export function settingsOf({ _id, notifications }: User): Recipient | undefined {
  if (!notifications || notifications.via.length === 0) return undefined;
  const { via, quiet } = notifications;
  return { id: _id, via, ...(quiet && { quiet }) };
}
