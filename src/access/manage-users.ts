import { ConflictError, InvalidRequestError, NotFoundError } from '../errors.js';
import type { OrgUnits } from '../inspections/org-units.js';
import type { AuditEntry, AuditStore } from './audit-store.js';
import { makeKeepAnAdmin } from './last-admin.js';
import { generatePassword, hashPassword } from './password.js';
import { type Exclusion, type Grant, type Group, type User, USER_ID_PATTERN } from './user.js';
import type { UserChanges, UserStore } from './user-store.js';

export interface ManageUsersDeps {
  readonly users: UserStore;
  readonly audit: Pick<AuditStore, 'record' | 'inTurn'>;
  /** Ends all sessions of a user. */
  readonly endSessions: (user: string) => Promise<void>;
  readonly orgUnits: Pick<OrgUnits, 'get' | 'list' | 'subtreeOf'>;
  readonly now: () => number;
}

/** What may take a role from somebody. */
const RIGHTS = ['grants', 'groups', 'exclusions', 'disabled'] as const;

/** Who manages, for the audit log. */
export type By = Pick<AuditEntry, 'who' | 'requestId'>;

export type NewUser = Pick<
  User,
  'displayName' | 'operatorIds' | 'grants' | 'groups' | 'exclusions' | 'identity'
> & {
  readonly id: string;
  readonly withPassword: boolean;
};

/** Accounts, as admins and the command line manage them. Every change is put on record first. */
export function makeManageUsers({ users, audit, endSessions, orgUnits, now }: ManageUsersDeps) {
  const keepAnAdmin = makeKeepAnAdmin({ users, inTurn: audit.inTurn, orgUnits });
  const recordOf = (type: 'user' | 'group') => (by: By, action: string, id: string, reason: string) =>
    audit.record({ at: new Date(now()), action, object: { type, id }, reason, ...by });
  const record = recordOf('user');
  const recordGroup = recordOf('group');
  const get = async (id: string) => {
    const user = await users.get(id);
    if (!user) throw new NotFoundError(`There is no user ${id}.`);
    return user;
  };

  async function check({ grants = [], exclusions = [], groups = [] }: UserChanges): Promise<void> {
    refuseUnknownUnits([...grants, ...exclusions]);
    const known = new Set((await users.groups(groups)).map(({ _id }) => _id));
    const unknown = groups.filter((group) => !known.has(group));
    if (unknown.length > 0)
      throw new InvalidRequestError(`There is no group ${unknown.join(', ')}.`, {
        fields: unknown.map((group) => ({ path: 'groups', message: `there is no group ${group}` })),
      });
  }
  function refuseUnknownUnits(places: readonly (Grant | Exclusion)[]): void {
    const unknown = places.flatMap(({ orgUnit }) =>
      orgUnit === undefined || orgUnits.get(orgUnit) ? [] : [orgUnit],
    );
    if (unknown.length > 0)
      throw new InvalidRequestError(
        `There is no org unit ${unknown.join(', ')}; rules/org-units.json lists the codes.`,
        {
          fields: unknown.map((unit) => ({ path: 'orgUnit', message: `there is no org unit ${unit}` })),
        },
      );
  }

  return {
    /** @returns the account, and its first password, to be told this once */
    async create(given: NewUser, by: By): Promise<{ user: User; password?: string }> {
      const { id, withPassword, ...rest } = given;
      if (!USER_ID_PATTERN.test(id))
        throw new InvalidRequestError(
          'A user id has 2 to 64 characters: small letters, digits, dots, hyphens, underscores, a letter or digit first.',
        );
      await check(rest);
      const password = withPassword ? generatePassword() : undefined;
      const user: User = {
        _id: id,
        ...rest,
        disabled: false,
        ...(password !== undefined && {
          passwordHash: await hashPassword(password),
          mustChangePassword: true,
        }),
        failed: 0,
        createdAt: new Date(now()),
        version: 1,
      };
      await audit.inTurn(`user|${id}`, async () => {
        const isThere = new ConflictError(`There is a user ${id} already.`);
        if (await users.get(id)) throw isThere;
        await record(by, 'user.create', id, describe(user));
        if (!(await users.add(user))) throw isThere;
      });
      return { user, ...(password !== undefined && { password }) };
    },

    /**
     * What takes rights away takes effect at once: rights are looked up with every request.
     * @throws LastAdminError when no account would be left that may manage accounts
     */
    async change(id: string, changes: UserChanges, by: By, version?: number): Promise<User> {
      await check(changes);
      const user = await audit.inTurn(`user|${id}`, async () => {
        const before = await get(id);
        if (version !== undefined && version !== before.version) throw changedMeanwhile(before);
        const apply = async () => {
          await record(by, 'user.change', id, describe({ ...before, ...changes }));
          const after = await users.change(id, changes, version);
          if (!after) throw changedMeanwhile(await get(id));
          return after;
        };
        if (!RIGHTS.some((field) => changes[field] !== undefined)) return apply();
        return keepAnAdmin(
          (accounts) => ({
            accounts: accounts.map((one) => (one._id === id ? { ...one, ...changes } : one)),
          }),
          apply,
        );
      });
      // Who is vouched for is another person now, perhaps.
      if (user.disabled || changes.identity !== undefined) await endSessions(id);
      return user;
    },

    /** A new password, told this once; all sessions end. */
    async resetPassword(id: string, by: By): Promise<{ user: User; password: string }> {
      await get(id);
      const password = generatePassword();
      await record(by, 'user.password', id, 'reset');
      const passwordHash = await hashPassword(password);
      const user = await users.change(id, { passwordHash, mustChangePassword: true });
      if (!user) throw new NotFoundError(`There is no user ${id}.`);
      await users.clearTries(id);
      await endSessions(id);
      return { user, password };
    },

    async unlock(id: string, by: By): Promise<User> {
      await get(id);
      await record(by, 'user.unlock', id, '');
      await users.clearTries(id);
      return get(id);
    },

    async putGroup(group: { id: string; displayName: string; grants: readonly Grant[] }, by: By) {
      const { id, displayName, grants } = group;
      refuseUnknownUnits(grants);
      const changed = (one: Group) => (one._id === id ? { ...one, grants } : one);
      return keepAnAdmin(
        (_, groups) => ({ groups: groups.map(changed) }),
        async () => {
          await recordGroup(by, 'group.put', id, grantsText(grants));
          return users.putGroup({ _id: id, displayName, grants });
        },
      );
    },

    async removeGroup(id: string, by: By): Promise<void> {
      if ((await users.groups([id])).length === 0) throw new NotFoundError(`There is no group ${id}.`);
      await keepAnAdmin(
        (_, groups) => ({ groups: groups.filter(({ _id }) => _id !== id) }),
        async () => {
          await recordGroup(by, 'group.remove', id, '');
          if (!(await users.removeGroup(id))) throw new NotFoundError(`There is no group ${id}.`);
        },
      );
    },
  };
}
export type ManageUsers = ReturnType<typeof makeManageUsers>;

function changedMeanwhile({ _id, version }: User): ConflictError {
  return new ConflictError(`User ${_id} was changed meanwhile; read it again.`, { details: { version } });
}

/** Rights in a few words, without names. */
function describe({ grants, groups, exclusions, disabled, identity }: User): string {
  const parts = [
    `grants: ${grantsText(grants)}`,
    ...(groups.length > 0 ? [`groups: ${groups.join(', ')}`] : []),
    ...(exclusions.length > 0
      ? [
          `not: ${exclusions.map(({ role, orgUnit }) => `${role ?? 'any role'} of ${orgUnit ?? 'any unit'}`).join(', ')}`,
        ]
      : []),
    ...(disabled ? ['disabled'] : []),
    ...(identity ? ['linked to OpenID'] : []),
  ];
  return parts.join('; ').slice(0, 1000);
}
function grantsText(grants: readonly Grant[]): string {
  return (
    grants.map(({ role, orgUnit }) => (orgUnit === undefined ? role : `${role} of ${orgUnit}`)).join(', ') ||
    'none'
  );
}
