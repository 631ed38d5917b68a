import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type Role, ROLES } from '../../src/access/principal.js';
import type { ApiRoute } from '../../src/api/route.js';
import { orgUnits } from '../api/support/open-test-api.js';
import { declaredRoutes } from '../client/write-operations.js';
import { ACCESS_DOCS, mayUse, RELATIONS, type Relation, renderAccessTable } from './access-table.js';
import { HOME, makeUser, openWorld, signIn, type Subject, UNIT_OF, type World } from './open-world.js';
import { type Asked, ENDS_SESSION, type Probe, PROBES } from './probes.js';

// Some three thousand requests.
jest.setTimeout(300_000);

const ROUTES = declaredRoutes().filter(({ hidden }) => !hidden);

describe('the access table', () => {
  it('is up to date: node --import tsx test/access/access-table.ts', async () => {
    expect(await readFile(ACCESS_DOCS, 'utf8')).toBe(await renderAccessTable(declaredRoutes()));
  });

  it('has for every route how far it reaches, and a request to try it by', () => {
    const gaps = ROUTES.flatMap((route) => {
      const { name, roles, scope } = route;
      if (roles !== 'public' && scope === undefined) return [`${name}: declare its scope`];
      return needsProbe(route) && !PROBES[name] ? [`${name}: say in probes.ts how it is tried`] : [];
    });
    expect(gaps).toEqual([]);
    expect(Object.keys(PROBES).filter((name) => !ROUTES.some((route) => route.name === name))).toEqual([]);
  });

  describe('is how it really is', () => {
    let world: World;
    let subjects: Subject[];
    beforeAll(async () => {
      world = await openWorld();
      subjects = await makeSubjects(world);
    });
    afterAll(() => world.close());

    it.each(ROUTES.map((route) => [`${route.method.toUpperCase()} ${route.path}`, route] as const))(
      '%s',
      async (_title, route) => {
        const wrong: string[] = [];
        const relations = route.scope === 'object' ? RELATIONS : (['own'] as const);
        for (const relation of relations)
          // What is open to all is tried without a token below; who has one makes no difference.
          for (const subject of route.roles === 'public' ? subjects.slice(0, 1) : subjects) {
            const expected = expectedOf(route, subject, relation);
            const actual = await tryRoute(world, route, subject, relation);
            if (actual !== expected)
              wrong.push(`${subject.name}, ${relation}: ${actual}, but it should be ${expected}`);
          }
        expect(wrong).toEqual([]);
        const nobody = await send(world, route, await askOf(world, route, 'own', NOBODY), {});
        if (route.roles === 'public')
          expect([PROBES[route.name]?.allowed ?? 200].flat()).toContain(nobody.status);
        else expect(nobody.status).toBe(401);
      },
    );
  });
});

const NOBODY: Subject = { name: 'nobody', id: 'nobody', reach: [], headers: {} };

function needsProbe({ path, body, rawBody, scope }: ApiRoute): boolean {
  return path.includes('{') || body !== undefined || rawBody !== undefined || scope === 'object' || scope === 'list';
} // prettier-ignore

/** People with each role in one unit and everywhere, with two roles in two units, with an exclusion; and tokens of one unit. */
async function makeSubjects(world: World): Promise<Subject[]> {
  const { api } = world;
  const home = orgUnits.subtreeOf(HOME);
  const person = async (id: string, reach: Subject['reach'], account: object): Promise<Subject> => {
    await api.users.add(makeUser(id, account));
    return { name: id, id, reach, headers: await signIn(world, id) };
  };
  const subjects: Subject[] = [];
  for (const role of ROLES) {
    subjects.push(
      await person(`${role}-here`, [{ role, units: home }], { grants: [{ role, orgUnit: HOME }] }),
      await person(`${role}-everywhere`, [{ role }], { grants: [{ role }] }),
      await tokenOf(world, role, home),
    );
  }
  subjects.push(
    await person(
      'two-roles',
      [{ role: 'supervisor', units: ['NB'] }, { role: 'inspector', units: home }],
      { grants: [{ role: 'supervisor', orgUnit: 'NB' }, { role: 'inspector', orgUnit: HOME }] },
    ),
    await person('excluded', [{ role: 'admin', units: ['ZJ', 'NB'] }], { grants: [{ role: 'admin' }], exclusions: [{ orgUnit: HOME }] }),
    await person('excluded-from-all', [], { grants: [{ role: 'admin' }], exclusions: [{}] }),
  );
  return subjects;
} // prettier-ignore

async function tokenOf({ api }: World, role: Role, units: readonly string[]): Promise<Subject> {
  const token = await api.addToken([role], { orgUnit: HOME });
  const headers = { Authorization: `Bearer ${token}` };
  const me = (await api.getWith('/api/me', token)).body as { id: string };
  return { name: `${role}-token-here`, id: me.id, reach: [{ role, units }], headers };
}

/** What the table says: `allowed`, `refused` (another unit), `no role`; of a list the relations shown. */
function expectedOf(route: ApiRoute, { reach }: Subject, relation: Relation): string {
  const { roles, scope } = route;
  if (roles === 'public') return 'allowed';
  const probe = PROBES[route.name];
  const fitting = reach.filter(({ role }) => mayUse(route, role) && acts(probe?.acts, role));
  if (typeof roles !== 'string' && fitting.length === 0) return 'no role';
  const reaches = (at: Relation, those = fitting) => {
    const unit = UNIT_OF[at];
    return those.some(({ units }) => !units || (unit !== undefined && units.includes(unit)));
  };
  switch (scope) {
    case 'object':
      // An integrator reads back what its sources sent, whatever the unit.
      if (route.name === 'getEvent' && fitting.every(({ role }) => role === 'integrator')) return 'allowed';
      if (reaches(relation)) return 'allowed';
      return reaches(
        relation,
        reach.filter(({ role }) => acts(probe?.sees ?? [], role)),
      )
        ? 'no role'
        : 'refused';
    case 'list':
      return probe?.isFile
        ? 'allowed'
        : shown(
            RELATIONS.filter((at) => reaches(at)),
            probe,
          );
    case 'everything':
      return fitting.some(({ units }) => !units) ? 'allowed' : 'no role';
    default:
      return 'allowed';
  }
}

function acts(roles: readonly Role[] | undefined, role: Role): boolean {
  return !roles || role === 'admin' || roles.includes(role);
}

function shown(relations: readonly string[], probe: Probe | undefined): string {
  if (probe?.counts) return `shows ${relations.length}`;
  const all = relations.includes('none') || probe !== PROBES['listOrgUnits'] ? relations : [...relations, 'none'];
  return `shows ${[...new Set(all)].sort().join(', ')}`;
} // prettier-ignore

/** What really happens. */
async function tryRoute(world: World, route: ApiRoute, subject: Subject, relation: Relation): Promise<string> {
  const probe = PROBES[route.name];
  const asked = await askOf(world, route, relation, subject);
  const isPerson = 'Cookie' in subject.headers;
  const headers =
    isPerson && ENDS_SESSION.has(route.name) ? await signIn(world, subject.id) : subject.headers;
  const { status, body } = await send(world, route, asked, headers);
  if (status === 403 && probe?.refused !== 403) return 'no role';
  if (status === 403) return isRoleMissing(body) ? 'no role' : 'refused';
  if (!isPerson && probe?.tokens !== undefined) return status === probe.tokens ? 'allowed' : `answered ${status}`;
  const isAllowed = probe?.allowed === undefined ? status >= 200 && status < 300 : [probe.allowed].flat().includes(status);
  if (!isAllowed) return status === 404 && route.scope === 'object' ? 'refused' : `answered ${status} ${JSON.stringify(body)}`;
  if (route.scope === 'list' && !probe?.isFile)
    return probe?.counts ? `shows ${probe.counts(body as never)}` : shown(probe?.shows?.(body as never) ?? [], undefined);
  return probe?.isAllowed?.(body as never) === false ? 'refused' : 'allowed';
} // prettier-ignore

function isRoleMissing(body: unknown): boolean {
  return / needs one of the roles /.test((body as { error: { message: string } }).error.message);
}

async function askOf(world: World, route: ApiRoute, relation: Relation, subject: Subject): Promise<Asked> {
  return (await PROBES[route.name]?.ask(world, relation, subject)) ?? { path: route.path };
}

async function send(
  { address }: World,
  { method, name }: ApiRoute,
  { path, json, raw, headers: more }: Asked,
  headers: Readonly<Record<string, string>>,
): Promise<{ status: number; body: unknown }> {
  const type = json ? 'application/json' : raw?.contentType;
  const body = json ? JSON.stringify(json) : raw && new Uint8Array(Buffer.from(raw.body));
  const response = await fetch(`${address}${encodeURI(path)}`, {
    method: method.toUpperCase(),
    headers: { ...headers, ...more, ...(type !== undefined && { 'Content-Type': type }) },
    redirect: 'manual',
    ...(body !== undefined && { body }),
  });
  if (response.status === 200 && name === 'streamAlerts')
    return { status: 200, body: await readStream(response) };
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, body: isJson ? (JSON.parse(text) as unknown) : text };
}

/** The alerts of a stream up to its first sign of life: by then it has sent what there is. */
async function readStream(response: Response): Promise<unknown[]> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += decoder.decode(chunk);
    if (text.includes(': alive')) break;
  }
  return [...text.matchAll(/^event: alert\ndata: (.*)$/gm)].map(([, data]) => JSON.parse(data ?? '') as unknown);
} // prettier-ignore
