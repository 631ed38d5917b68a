import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildOpenApi } from '../../src/api/openapi.js';
import { declaredRoutes } from '../client/write-operations.js';
import { digest } from './digest-world.js';
import { type AdminWorld, openAdminWorld } from './open-admin-world.js';
import type { Subject, World } from './open-world.js';
import { PROBES } from './probes.js';

// Some three thousand requests.
jest.setTimeout(300_000);

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly schema: { readonly type?: string; readonly enum?: unknown; readonly pattern?: string };
}
const ROUTES = declaredRoutes().filter(({ hidden }) => !hidden);
const DOCUMENT = buildOpenApi(ROUTES, '0') as unknown as {
  readonly paths: Record<string, Record<string, { readonly parameters?: readonly Parameter[] }>>;
};

/** Beside the parameters that there are: what only the service sets, operators, and the keys of prototypes. */
const EXTRA = [
  'role=admin', 'roles[]=admin', '_id=x', 'grants.0.role=admin', 'version=999&by=x', '$where=1', '$or[0][status]=closed', '[$ne]=1',
  '__proto__=x', '__proto__[isAdmin]=true', 'constructor=x', 'constructor[prototype][isAdmin]=true', 'prototype[isAdmin]=true', 'toString=x', 'hasOwnProperty=1',
]; // prettier-ignore
/** In place of a parameter's value; `?` stands for its name. */
const WRONG = [
  '?[$gt]=', '?[$ne]=x', '?[$where]=sleep(1000)', '?[]=x', '?[0]=x', '?[__proto__][isAdmin]=true', '?=a&?=b', `?=${'x'.repeat(6_000)}`, '?=%00', '?.$gt=x',
]; // prettier-ignore

/** Names of files are cleaned, not refused. */
const CLEANED = new Set(['fileName=%00']);
/** Nobody signs in by OpenID here; where somebody does, the provider may add parameters of its own (test/access/open-id.test.ts). */
const NOT_THERE = new Set(['startOpenIdSignIn', 'finishOpenIdSignIn']);

describe('a hostile query', () => {
  let world: World;
  let admin: Subject;
  let assertUnharmed: AdminWorld['assertUnharmed'];
  beforeAll(async () => {
    ({ world, admin, assertUnharmed } = await openAdminWorld());
  });
  afterAll(() => world.close());

  it.each(ROUTES.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'is refused by %s, and changes nothing',
    async (_title, route) => {
      const asked = (await PROBES[route.name]?.ask(world, 'own', admin)) ?? { path: route.path };
      expect(asked.path).not.toContain('{');
      const [path = '', good = ''] = asked.path.split('?', 2);
      const parameters = DOCUMENT.paths[route.path]?.[route.method]?.parameters ?? [];
      const names = parameters.filter((one) => one.in === 'query').map(({ name }) => name);
      const without = (name: string) =>
        good.split('&').filter((pair) => pair !== '' && !pair.startsWith(`${name}=`));
      const queries = [
        ...EXTRA.map((extra) => [good, extra].filter((part) => part !== '').join('&')),
        ...names.flatMap((name) =>
          WRONG.map((wrong) => [...without(name), wrong.replaceAll('?', name)].join('&')),
        ),
      ].filter((query) => !CLEANED.has(query));
      const refusals = NOT_THERE.has(route.name) ? [400, 404] : [400];
      const before = await digest(world);
      const taken: string[] = [];
      for (const query of queries) {
        const response = await fetch(`${world.address}${encodeURI(path)}?${query}`, {
          method: route.method.toUpperCase(),
          headers: { ...admin.headers, ...(asked.json && { 'Content-Type': 'application/json' }), ...(asked.raw && { 'Content-Type': asked.raw.contentType }) },
          ...(route.method !== 'get' && { body: asked.json ? JSON.stringify(asked.json) : asked.raw?.body ?? '' }),
          redirect: 'manual',
        });
        const text = await response.text();
        if (!refusals.includes(response.status)) taken.push(`${query.slice(0, 80)}: ${response.status} ${text.slice(0, 120)}`);
      }
      expect(taken).toEqual([]);
      await assertUnharmed(before);
    },
  ); // prettier-ignore
});
