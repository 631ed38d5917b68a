import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { buildOpenApi } from '../../src/api/openapi.js';
import { declaredRoutes } from '../client/write-operations.js';
import { digest } from './digest-world.js';
import { type BodySchema, makeHostileBodies } from './hostile-bodies.js';
import { type AdminWorld, openAdminWorld } from './open-admin-world.js';
import type { Subject, World } from './open-world.js';
import { PROBES } from './probes.js';

// Some two thousand requests.
jest.setTimeout(300_000);

const ROUTES = declaredRoutes();
const DOCUMENT = buildOpenApi(ROUTES, '0') as unknown as {
  readonly paths: Record<string, Record<string, { requestBody?: { content: Record<string, { schema: BodySchema }> } }>>;
  readonly components: { readonly schemas: Record<string, BodySchema> };
}; // prettier-ignore
const WITH_BODY = ROUTES.filter(({ body }) => body !== undefined);
const REFUSED = [400, 413, 415, 422];
/** Nobody is let in by a wrong password, whatever is in it. */
const NOT_LET_IN: Readonly<Record<string, number>> = { signIn: 401, changePassword: 409 };

describe('a hostile body', () => {
  let world: World;
  let admin: Subject;
  let assertUnharmed: AdminWorld['assertUnharmed'];
  beforeAll(async () => {
    ({ world, admin, assertUnharmed } = await openAdminWorld());
  });
  afterAll(() => world.close());

  it('is tried on every route that takes JSON', () => {
    expect(WITH_BODY.length).toBeGreaterThanOrEqual(14);
    expect(WITH_BODY.filter(({ name }) => !PROBES[name]).map(({ name }) => name)).toEqual([]);
  });

  it.each(WITH_BODY.map((route) => [`${route.method} ${route.path}`, route] as const))(
    'is refused by %s, and changes nothing',
    async (_title, route) => {
      const asked = await PROBES[route.name]?.ask(world, 'own', admin);
      if (!asked?.json) throw new Error(`${route.name} has no JSON in its probe`);
      const schema = DOCUMENT.paths[route.path]?.[route.method]?.requestBody?.content['application/json']?.schema;
      const bodies = makeHostileBodies(asked.json, schema ?? {}, resolve, PROBES[route.name]?.freeText);
      expect(bodies.length).toBeGreaterThan(20);
      const send = async (body: string, type = 'application/json') => {
        const headers = { ...admin.headers, 'Content-Type': type };
        const method = route.method.toUpperCase();
        const response = await fetch(`${world.address}${encodeURI(asked.path)}`, { method, headers, body });
        return { status: response.status, text: await response.text() };
      };
      const before = await digest(world);
      const taken: string[] = [];
      for (const { what, text } of bodies) {
        const { status, text: answer } = await send(text);
        if (!REFUSED.includes(status) && status !== NOT_LET_IN[route.name]) taken.push(`${what}: ${status} ${answer.slice(0, 200)}`);
      }
      expect(taken).toEqual([]);
      const good = JSON.stringify(asked.json);
      expect((await send(good, 'text/plain')).status).toBe(415);
      expect((await send(good, 'application/x-www-form-urlencoded')).status).toBe(415);
      expect((await send(`${good}${' '.repeat(200_000)}`)).status).toBe(413);
      await assertUnharmed(before);
    },
  ); // prettier-ignore

  it('is no path either: ids that are operators, prototypes, or of kilobytes name nothing', async () => {
    const ids = ['{"$gt":""}', '$where', '__proto__', 'constructor', '..', '%00', 'x'.repeat(5_000), '%E0%A4%A', '[object Object]'];
    const paths = ROUTES.filter(({ path, hidden }) => path.includes('{') && !hidden);
    const taken: string[] = [];
    for (const { method, path, body, name } of paths)
      for (const id of ids) {
        const asked = body ? await PROBES[name]?.ask(world, 'none', admin) : undefined;
        const query = name === 'addAlertEvidence' ? '?fileName=a.jpg' : name === 'getEvent' ? '?source=/x' : '';
        const url = `${world.address}${path.replaceAll(/\{\w+\}/g, id.includes('%') ? id : encodeURIComponent(id))}${query}`;
        const response = await fetch(url, {
          method: method.toUpperCase(),
          headers: { ...admin.headers, 'Content-Type': 'application/json' },
          ...(method !== 'get' && { body: JSON.stringify(asked?.json ?? {}) }),
        });
        const text = await response.text();
        // `..` leads elsewhere before it is sent; a group may have any name.
        if (id === '..' || (/Group$/.test(name) && response.status === 200)) continue;
        if (![400, 404, 405, 415].includes(response.status)) taken.push(`${name} ${id.slice(0, 30)}: ${response.status} ${text.slice(0, 200)}`);
      }
    expect(taken).toEqual([]);
  }); // prettier-ignore
});

function resolve($ref: string): BodySchema {
  return DOCUMENT.components.schemas[$ref.slice('#/components/schemas/'.length)] ?? {};
}
