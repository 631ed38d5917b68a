import type { Contact, QuietHours } from './notify-file.js';

/** Whom a message is for: whoever has a role for a unit, or one user. Written `role@unit`, `role` or `user:ID`. */
export type Target = { readonly role: string; readonly orgUnit?: string } | { readonly user: string };

/** Somebody who is told, and how. */
export interface Recipient {
  /** Of the contact or user; goes into the delivery log. */
  readonly id: string;
  readonly via: readonly { readonly channel: string; readonly to?: string }[];
  readonly quiet?: QuietHours;
}

/** Who is to be told; nobody = an empty list, which the delivery log shows. */
export type FindRecipients = (target: Target) => Promise<readonly Recipient[]>;

/**
 * Recipients by the contacts of the notification settings: those of the role at the unit itself, else at the nearest unit
 * above it that has any. Without a unit: the topmost that have the role.
 */
export function makeFindContacts(
  contacts: readonly Contact[],
  parentOf: (orgUnit: string) => string | undefined,
): FindRecipients {
  const find = (target: Target): readonly Contact[] => {
    if ('user' in target) return contacts.filter(({ id }) => id === target.user);
    const holders = contacts.filter(({ roles }) => roles.includes(target.role));
    if (target.orgUnit === undefined)
      return holders.filter((holder) => !holders.some(({ orgUnit }) => isAbove(orgUnit, holder.orgUnit)));
    for (let unit: string | undefined = target.orgUnit; unit !== undefined; unit = parentOf(unit)) {
      const here = holders.filter(({ orgUnit }) => orgUnit === unit);
      if (here.length > 0) return here;
    }
    return [];
  };
  function isAbove(upper: string, lower: string): boolean {
    for (let unit = parentOf(lower); unit !== undefined; unit = parentOf(unit))
      if (unit === upper) return true;
    return false;
  }
  return (target) => Promise.resolve(find(target).map(toRecipient));
}

export function toRecipient({ id, via, quiet }: Contact): Recipient {
  return {
    id,
    via: via.map(({ channel, to }) => ({ channel, ...(to !== undefined && { to }) })),
    ...(quiet && { quiet }),
  };
}

export function writeTarget(target: Target): string {
  if ('user' in target) return `user:${target.user}`;
  return target.orgUnit === undefined ? target.role : `${target.role}@${target.orgUnit}`;
}

/** The opposite of `writeTarget`. A role without a unit is that of `orgUnit`. */
export function readTarget(text: string, orgUnit: string | undefined): Target {
  if (text.startsWith('user:')) return { user: text.slice('user:'.length) };
  const [role = '', unit = orgUnit] = text.split('@');
  return unit === undefined || unit === '' ? { role } : { role, orgUnit: unit };
}
