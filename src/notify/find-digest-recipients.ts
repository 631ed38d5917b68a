import type { User } from '../access/user.js';
import type { DutyFile } from '../duty/duty-file.js';
import type { FindDuty } from '../duty/find-duty.js';
import { settingsOf } from './ask-users.js';
import { toRecipient, type Recipient } from './find-recipients.js';
import type { Contact } from './notify-file.js';
import type { DigestMoment, DigestRecipient } from './send-digests.js';

export interface FindDigestRecipientsDeps {
  readonly contacts: readonly Contact[];
  readonly roster: DutyFile['roster'];
  readonly findDuty: FindDuty;
  readonly users: { get(id: string): Promise<User | undefined> };
  /** A channel that a person chose may be gone. */
  readonly hasChannel: (name: string) => boolean;
  readonly orgUnitName: (code: string) => string;
}

/**
 * Who gets a digest: contacts that ask for it, and who is on duty in a unit and has set a mailbox of his own. As with alerts, an
 * account's own settings count before the contact of its id, and a disabled account is told nothing. A mailbox gets the digest of a unit once.
 */
export function makeFindDigestRecipients(deps: FindDigestRecipientsDeps) {
  const { contacts, roster, findDuty, users, hasChannel, orgUnitName } = deps;

  /** People on duty, with their units; each once. */
  function onDuty(moment: DigestMoment, at: number): { readonly id: string; readonly orgUnit: string }[] {
    // A shift ends at the end of the day: its digest is for those whose shift it was.
    const then = moment === 'end-of-day' ? at - 1 : at;
    const posts = new Map(roster.map(({ post, orgUnit }) => [`${post}@${orgUnit}`, { post, orgUnit }]));
    const found = [...posts.values()].flatMap(({ post, orgUnit }) => {
      const duty = findDuty(post, orgUnit, then);
      return duty.people.map((id) => ({ id, orgUnit: duty.orgUnit ?? orgUnit }));
    });
    return [...new Map(found.map((one) => [`${one.id}@${one.orgUnit}`, one])).values()];
  }

  /** @param at when the digest is of, epoch ms */
  return async function findDigestRecipients(
    moment: DigestMoment,
    at: number,
  ): Promise<readonly DigestRecipient[]> {
    const accounts = new Map<string, User | undefined>();
    const accountOf = async (id: string): Promise<User | undefined> => {
      if (!accounts.has(id)) accounts.set(id, await users.get(id));
      return accounts.get(id);
    };
    const ownSettings = (user: User | undefined): Recipient | undefined => {
      const own = user && settingsOf(user);
      const via = own?.via.filter(({ channel }) => hasChannel(channel)) ?? [];
      return own && via.length > 0 ? { ...own, via } : undefined;
    };
    const wanted: { readonly recipient: Recipient; readonly orgUnit: string }[] = [];
    for (const contact of contacts.filter(({ digest }) => digest.includes(moment))) {
      const user = await accountOf(contact.id);
      if (user?.disabled) continue;
      wanted.push({ recipient: ownSettings(user) ?? toRecipient(contact), orgUnit: contact.orgUnit });
    }
    for (const { id, orgUnit } of onDuty(moment, at)) {
      const user = await accountOf(id);
      const recipient = user?.disabled ? undefined : ownSettings(user);
      if (recipient) wanted.push({ recipient, orgUnit });
    }

    const told = new Set<string>();
    return wanted.flatMap(({ recipient, orgUnit }) => {
      const via = recipient.via.filter(({ channel, to = '' }) => {
        const address = `${orgUnit} ${channel} ${to.toLowerCase()}`;
        return !told.has(address) && told.add(address);
      });
      return via.length === 0
        ? []
        : [{ recipient: { ...recipient, via }, orgUnit, orgUnitName: orgUnitName(orgUnit) }];
    });
  };
}
