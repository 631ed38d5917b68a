import { AppError } from '../errors.js';
import type { OrgUnits } from '../inspections/org-units.js';
import type { InTurn } from './turns.js';
import { resolveGrants } from './resolve-grants.js';
import type { Group, User } from './user.js';
import type { UserStore } from './user-store.js';

/** 409: nobody with an account would be left who may manage accounts. */
export class LastAdminError extends AppError {
  constructor() {
    super(
      'last_admin',
      409,
      'This is the last account with the admin role for all org units. Give another account that role first.',
    );
  }
}

export interface LastAdminDeps {
  readonly users: Pick<UserStore, 'list' | 'groups'>;
  readonly inTurn: InTurn;
  readonly orgUnits: Pick<OrgUnits, 'list' | 'subtreeOf'>;
}

/** Accounts and groups as they would be after a change. */
export type Foreseen = (
  accounts: readonly User[],
  groups: readonly Group[],
) => { readonly accounts?: readonly User[]; readonly groups?: readonly Group[] };

/**
 * Does what may take the admin role from somebody, unless it would take it from the last account that has it. Where no account has it now
 * (a new installation has an admin token only), nothing is kept. What an OpenID provider grants at sign-in is not known here and does not count.
 */
export function makeKeepAnAdmin({ users, inTurn, orgUnits }: LastAdminDeps) {
  const isAdmin = (groups: readonly Group[]) => (user: User) => {
    if (user.disabled) return false;
    const given = groups.filter(({ _id }) => user.groups.includes(_id)).flatMap(({ grants }) => grants);
    return resolveGrants([...user.grants, ...given], user.exclusions, orgUnits).some(
      ({ role, units }) => role === 'admin' && units === undefined,
    );
  };
  /** @throws LastAdminError */
  return function keepAnAdmin<Result>(foresee: Foreseen, work: () => Promise<Result>): Promise<Result> {
    // Two who take the role from each other at the same moment would leave none.
    return inTurn('admins', async () => {
      const [accounts, groups] = await Promise.all([users.list(), users.groups()]);
      const after = { accounts, groups, ...foresee(accounts, groups) };
      if (accounts.some(isAdmin(groups)) && !after.accounts.some(isAdmin(after.groups)))
        throw new LastAdminError();
      return work();
    });
  };
}
