import { format, resolveConfig } from 'prettier';
import { addPerson } from '../support/people.js';
import { declaredRoutes } from '../client/write-operations.js';
import { ENDS_SESSION, PROBES } from './probes.js';
import { askMore, type Examples } from './more-examples.js';
import { openWorld, type Subject } from './open-world.js';

/** src/api/response-examples.ts, which is written from what the API answers. */
export const EXAMPLES_FILE = new URL('../../src/api/response-examples.ts', import.meta.url);
const HEAD = `/* Written by test/access/write-examples.ts: what the API answered there, lists cut short. */

/** An answer of each operation, by its name. A test holds them to the schemas. */
export const RESPONSE_EXAMPLES: Readonly<
  Record<string, { readonly status: number; readonly body: unknown }>
> = `;

/** What ends the session it is asked with, the document itself, and a delivery that the test of rights makes without saying what it is of. */
const LEFT_OUT = new Set([...ENDS_SESSION, 'getOpenApi', 'retryDelivery']);
/** What nobody shall take over from an example, though it was never of anybody. */
const SECRET: Readonly<Record<string, string>> = { csrfToken: 'of the session', password: 'told once' };
/** Most items of a list that are shown. */
const MOST = 2;

function shorten(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, MOST).map(shorten);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [
      key,
      typeof item === 'string' ? (SECRET[key] ?? item) : shorten(item),
    ]),
  );
}

/** Asks every route as the test of rights does, as an admin who is a person, and keeps what it answers. */
export async function renderExamples(): Promise<string> {
  const world = await openWorld();
  const { cookie, csrf, id } = await addPerson(world.api, 'admin', { grants: [{ role: 'admin' }] });
  const subject: Subject = {
    name: 'admin',
    id,
    reach: [],
    headers: { Cookie: cookie, 'X-CSRF-Token': csrf },
  };
  const asked: Examples = {};
  try {
    for (const route of declaredRoutes()) {
      const told = Object.entries(route.responses).some(
        ([status, { schema }]) => Number(status) < 300 && schema,
      );
      if (route.hidden || !told || LEFT_OUT.has(route.name)) continue;
      const request = (await PROBES[route.name]?.ask(world, 'own', subject)) ?? { path: route.path };
      const type = request.json ? 'application/json' : request.raw?.contentType;
      const answer = await fetch(`${world.address}${encodeURI(request.path)}`, {
        method: route.method.toUpperCase(),
        headers: {
          ...subject.headers,
          ...request.headers,
          ...(type !== undefined && { 'Content-Type': type }),
        },
        ...(route.method !== 'get' && {
          body: request.json ? JSON.stringify(request.json) : (request.raw?.body ?? null),
        }),
      });
      const { status } = answer;
      // What is not there in the world of the test, or needs another moment, is asked for elsewhere.
      if (!answer.ok || !/^application\/json/.test(answer.headers.get('content-type') ?? '')) {
        await answer.body?.cancel();
        continue;
      }
      asked[route.name] = { status, body: await answer.json() };
    }
  } finally {
    await world.close();
  }
  const all = { ...asked, ...(await askMore()) };
  const examples = Object.fromEntries(
    declaredRoutes().flatMap(({ name }) => {
      const example = all[name];
      return example ? [[name, { status: example.status, body: shorten(example.body) }]] : [];
    }),
  );
  const config = await resolveConfig(EXAMPLES_FILE);
  return format(`${HEAD}${JSON.stringify(examples)};\n`, { ...config, parser: 'typescript' });
}
