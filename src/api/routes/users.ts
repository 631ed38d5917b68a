import { z } from 'zod';
import { makeManageUsers } from '../../access/manage-users.js';
import type { Principal } from '../../access/principal.js';
import { NotFoundError } from '../../errors.js';
import type { ApiDeps } from '../deps.js';
import { etagOf, readIfMatch } from '../if-match.js';
import { requireWholeView } from '../org-scope.js';
import { type ApiRoute, defineRoute, type RouteInput } from '../route.js';
import { errorSchema } from '../schemas/common-schemas.js';
import {
  groupBody,
  groupSchema,
  newUserBody,
  userChangesBody,
  userIdField,
  userSchema,
  viewGroup,
  viewUser,
} from '../schemas/user-schema.js';
import { withoutUndefined } from '../without-undefined.js';

const idParams = z.strictObject({ id: userIdField });
const ACCOUNTS = 'Accounts are shown';
const firstPassword = z.string().nullable().meta({ description: 'Told in this answer only' });
const conflict = { description: 'Exists already, or was changed meanwhile', schema: errorSchema };

/** Accounts and groups; for admins of everything. */
export function makeUserRoutes({ users, sessions, audit, orgTree, now }: ApiDeps): ApiRoute[] {
  const manage = makeManageUsers({
    users,
    audit,
    endSessions: (id) => sessions.endAll(id),
    orgUnits: orgTree,
    now,
  });
  const admin = { tag: 'access', roles: ['admin'], scope: 'everything', masked: false } as const;
  const view = (user: Parameters<typeof viewUser>[0]) => viewUser(user, now());
  const by = ({ principal, requestId }: Pick<RouteInput, 'principal' | 'requestId'>) => {
    requireWholeView(principal, ACCOUNTS);
    return { who: { name: principal.name, tokenId: principal.tokenId }, requestId };
  };
  const may = (principal: Principal) => requireWholeView(principal, ACCOUNTS);

  return [
    defineRoute({
      ...admin,
      method: 'get',
      path: '/api/users',
      name: 'listUsers',
      summary: 'All accounts, in the order of their ids',
      responses: {
        200: { description: 'All of them', schema: z.strictObject({ items: z.array(userSchema) }) },
      },
      async handle({ principal }) {
        may(principal);
        return { json: { items: (await users.list()).map(view) } };
      },
    }),
    defineRoute({
      ...admin,
      method: 'post',
      path: '/api/users',
      name: 'createUser',
      summary: 'Make an account; its first password is told once and must be changed',
      body: newUserBody,
      responses: {
        201: {
          description: 'The account',
          schema: z.strictObject({ ...userSchema.shape, password: firstPassword }),
        },
        409: conflict,
      },
      async handle(input) {
        const { user, password = null } = await manage.create(input.body as never, by(input));
        return { status: 201, json: { ...view(user), password } };
      },
    }),
    defineRoute({
      ...admin,
      method: 'get',
      path: '/api/users/{id}',
      name: 'getUser',
      summary: 'One account',
      params: idParams,
      responses: { 200: { description: 'The account', schema: userSchema } },
      async handle({ params: { id }, principal }) {
        may(principal);
        const user = await users.get(id);
        if (!user) throw new NotFoundError(`There is no user ${id}.`);
        return { json: view(user), headers: etagOf(user) };
      },
    }),
    defineRoute({
      ...admin,
      method: 'post',
      path: '/api/users/{id}',
      name: 'changeUser',
      summary: 'Change what is given; takes effect with the next request of that person',
      params: idParams,
      headers: ['If-Match'],
      body: userChangesBody,
      responses: { 200: { description: 'The account', schema: userSchema }, 409: conflict },
      async handle(input) {
        const changes = withoutUndefined(input.body) as never;
        const user = await manage.change(input.params.id, changes, by(input), readIfMatch(input.headers));
        return { json: view(user), headers: etagOf(user) };
      },
    }),
    defineRoute({
      ...admin,
      method: 'post',
      path: '/api/users/{id}/password',
      name: 'resetPassword',
      summary: 'Give a new first password; all sessions of the person end',
      params: idParams,
      responses: {
        200: { description: 'The password', schema: z.strictObject({ password: z.string() }) },
      },
      async handle(input) {
        const { password } = await manage.resetPassword(input.params.id, by(input));
        return { json: { password } };
      },
    }),
    defineRoute({
      ...admin,
      method: 'post',
      path: '/api/users/{id}/unlock',
      name: 'unlockUser',
      summary: 'Unlock an account after too many wrong passwords',
      params: idParams,
      responses: { 200: { description: 'The account', schema: userSchema } },
      async handle(input) {
        return { json: view(await manage.unlock(input.params.id, by(input))) };
      },
    }),
    defineRoute({
      ...admin,
      method: 'get',
      path: '/api/groups',
      name: 'listGroups',
      summary: 'All groups',
      responses: {
        200: { description: 'All of them', schema: z.strictObject({ items: z.array(groupSchema) }) },
      },
      async handle({ principal }) {
        may(principal);
        return { json: { items: (await users.groups()).map(viewGroup) } };
      },
    }),
    defineRoute({
      ...admin,
      method: 'post',
      path: '/api/groups/{id}',
      name: 'putGroup',
      summary: 'Make or replace a group',
      params: idParams,
      body: groupBody,
      responses: { 200: { description: 'The group', schema: groupSchema } },
      async handle(input) {
        const group = { id: input.params.id, ...input.body } as Parameters<typeof manage.putGroup>[0];
        return { json: viewGroup(await manage.putGroup(group, by(input))) };
      },
    }),
    defineRoute({
      ...admin,
      method: 'post',
      path: '/api/groups/{id}/remove',
      name: 'removeGroup',
      summary: 'Remove a group; its members lose what it granted',
      params: idParams,
      responses: {
        200: { description: 'Removed', schema: z.strictObject({ removed: z.boolean() }) },
      },
      async handle(input) {
        await manage.removeGroup(input.params.id, by(input));
        return { json: { removed: true } };
      },
    }),
  ];
}
