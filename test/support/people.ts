import type { Express } from 'express';
import supertest from 'supertest';
import type { Sessions } from '../../src/access/make-sessions.js';
import type { Grant } from '../../src/access/user.js';
import type { UserStore } from '../../src/access/user-store.js';

/** Somebody who is signed in. */
export interface Person {
  readonly id: string;
  readonly cookie: string;
  readonly csrf: string;
}

/** Makes an account and signs it in as an OpenID provider does, without a password to be hashed. */
export async function addPerson(
  { users, sessions }: { readonly users: UserStore; readonly sessions: Sessions },
  id: string,
  more: { readonly grants?: readonly Grant[]; readonly operatorIds?: readonly string[] } = {},
): Promise<Person> {
  await users.add({
    _id: id,
    displayName: id,
    operatorIds: more.operatorIds ?? [],
    grants: more.grants ?? [],
    groups: [],
    exclusions: [],
    disabled: false,
    failed: 0,
    createdAt: new Date(0),
    version: 1,
  });
  const { secret, session } = await sessions.signInAs(id, [], 'test');
  return { id, cookie: `yxrisk_session=${secret}`, csrf: session.csrfToken };
}

/** A request of this person. */
export function requestAs(
  app: Express,
  { cookie, csrf }: Person,
  method: 'get' | 'post',
  path: string,
): supertest.Test {
  return supertest(app)[method](path).set('Cookie', cookie).set('X-CSRF-Token', csrf);
}
