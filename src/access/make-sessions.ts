import { randomBytes, timingSafeEqual } from 'node:crypto';
import { UnauthorizedError } from '../errors.js';
import type { OrgUnits } from '../inspections/org-units.js';
import type { AuditStore } from './audit-store.js';
import { hashToken } from './hash-token.js';
import { verifyPassword } from './password.js';
import type { Principal } from './principal.js';
import { resolveGrants } from './resolve-grants.js';
import type { Session, SessionStore } from './session-store.js';
import type { User } from './user.js';
import type { UserStore } from './user-store.js';

export interface SessionsDeps {
  readonly users: Pick<UserStore, 'get' | 'groups' | 'countTry' | 'lock' | 'clearTries'>;
  readonly sessions: SessionStore;
  readonly audit: Pick<AuditStore, 'record'>;
  readonly orgUnits: Pick<OrgUnits, 'list' | 'subtreeOf'>;
  readonly now: () => number;
  /** A session that nobody uses for so long is over. */
  readonly idleMs: number;
  /** A session is over after so long in any case. */
  readonly maxMs: number;
}

/** A session that began; `secret` goes into the cookie and nowhere else. */
export interface StartedSession {
  readonly secret: string;
  readonly session: Session;
  readonly principal: Principal;
}

/** Wrong passwords in a row before an account is locked, and for how long. */
export const MAX_TRIES = 5;
export const LOCK_MS = 15 * 60_000;
/** How fresh `seenAt` is kept: not every request is a write. */
const TOUCH_MS = 60_000;
const LOCKS = `After ${MAX_TRIES} wrong passwords in a row an account is locked for ${LOCK_MS / 60_000} minutes.`;
const REFUSED = `Wrong user or password. ${LOCKS}`;
const WRONG_NOW = `The current password is wrong. ${LOCKS}`;

/** Sessions of people: signing in by password or OpenID, finding out who a cookie belongs to, signing out. */
export function makeSessions(deps: SessionsDeps) {
  const { users, sessions, audit, now } = deps;

  async function principalOf(session: Session, user: User): Promise<Principal> {
    const groups = await users.groups([...new Set([...user.groups, ...session.groups])]);
    const grants = [...user.grants, ...groups.flatMap((group) => group.grants)];
    const resolved = resolveGrants(grants, user.exclusions, deps.orgUnits);
    return {
      tokenId: session._id,
      // In logs and audit rows a person is an id.
      name: user._id,
      roles: [...new Set(resolved.map(({ role }) => role))],
      grants: resolved,
      user: { id: user._id, displayName: user.displayName, operatorIds: user.operatorIds },
      ...(user.mustChangePassword && { mustChangePassword: true }),
    };
  }

  async function start(
    user: User,
    by: Session['by'],
    requestId: string,
    groups: readonly string[] = [],
  ): Promise<StartedSession> {
    const secret = randomBytes(32).toString('base64url');
    const at = now();
    const session: Session = {
      _id: hashToken(secret),
      user: user._id,
      csrfToken: randomBytes(24).toString('base64url'),
      groups,
      by,
      startedAt: new Date(at),
      seenAt: new Date(at),
      endsAt: new Date(at + deps.maxMs),
    };
    await record('session.start', user._id, by, requestId, session._id);
    await sessions.add(session);
    return { secret, session, principal: await principalOf(session, user) };
  }

  function record(action: string, user: string, reason: string, requestId: string, tokenId?: string) {
    return audit.record({
      at: new Date(now()),
      action,
      who: { name: user, ...(tokenId !== undefined && { tokenId }) },
      object: { type: 'user', id: user },
      reason,
      requestId,
    });
  }

  /** Counts tries, locks after too many, and puts those that were wrong on record. */
  async function verify(id: string, password: string, requestId: string, refused: string): Promise<User> {
    // The try is counted before the password is looked at: many at once are no more than one after another.
    const user = await users.countTry(id, new Date(now()));
    const isRight = await verifyPassword(password, user?.passwordHash);
    if (!user) throw new UnauthorizedError(refused);
    if (!isRight || user.disabled || user.failed > MAX_TRIES) {
      if (user.failed >= MAX_TRIES) await users.lock(id, new Date(now() + LOCK_MS));
      await record('session.refused', id, user.disabled ? 'disabled' : `try ${user.failed}`, requestId);
      throw new UnauthorizedError(refused);
    }
    await users.clearTries(id);
    return user;
  }

  return {
    /** @throws UnauthorizedError, the same for an unknown, disabled or locked account and a wrong password */
    async signIn(id: string, password: string, requestId: string): Promise<StartedSession> {
      return start(await verify(id, password, requestId, REFUSED), 'password', requestId);
    },

    /**
     * That somebody who is signed in knows his password: tries count like those of signing in, for his screen may be in the hands
     * of another.
     *
     * @throws UnauthorizedError where it is wrong, or the account locked
     */
    async confirmPassword(id: string, password: string, requestId: string): Promise<void> {
      await verify(id, password, requestId, WRONG_NOW);
    },

    /** Somebody whom an OpenID provider vouches for. @throws UnauthorizedError when he has no account here */
    async signInAs(id: string, groups: readonly string[], requestId: string): Promise<StartedSession> {
      const user = await users.get(id);
      if (!user || user.disabled)
        throw new UnauthorizedError('You are known to the identity provider, but have no account here.');
      return start(user, 'oidc', requestId, groups);
    },

    /** Whose cookie it is; undefined for an unknown, ended or idle session, or a disabled account. */
    async find(secret: string): Promise<{ session: Session; principal: Principal } | undefined> {
      if (!/^[\w-]{43}$/.test(secret)) return undefined;
      const session = await sessions.get(hashToken(secret));
      const at = now();
      if (!session || session.endsAt.getTime() <= at || session.seenAt.getTime() + deps.idleMs <= at)
        return undefined;
      const user = await users.get(session.user);
      if (!user || user.disabled) return undefined;
      if (at - session.seenAt.getTime() >= TOUCH_MS) await sessions.touch(session._id, new Date(at));
      return { session, principal: await principalOf(session, user) };
    },

    end: (sessionId: string) => sessions.end(sessionId),
    endAll: (user: string, except?: string) => sessions.endAll(user, except),
    removeEnded: () => sessions.removeEnded(new Date(now()), new Date(now() - deps.idleMs)),
  };
}
export type Sessions = ReturnType<typeof makeSessions>;

/** True when the console sent the token of its session. */
export function isCsrfToken(session: Session, given: string | undefined): boolean {
  const expected = Buffer.from(session.csrfToken);
  const actual = Buffer.from(given ?? '');
  return actual.length === expected.length && timingSafeEqual(actual, expected);
}
