import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Express } from 'express';
import supertest from 'supertest';
import { makeRoutes } from '../../src/api/create-app.js';
import { RESPONSE_EXAMPLES } from '../../src/api/response-examples.js';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

interface Operation {
  readonly operationId: string;
  readonly security: unknown[];
  readonly parameters?: { readonly in: string; readonly name: string; readonly schema: object }[];
  readonly responses: Record<string, { readonly content?: Record<string, { readonly example?: unknown }> }>;
}
interface Document {
  readonly openapi: string;
  readonly info: { readonly version: string };
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

/** Operations whose answer has a schema, but no example, each with why. */
const NO_EXAMPLE: Readonly<Record<string, string>> = {
  getOpenApi: 'it is the document itself, which would hold itself',
};

/** What express really has, read from its router. */
function registeredRoutes(app: Express): string[] {
  const { stack } = app.router as unknown as {
    stack: { route?: { path: string; methods: Record<string, boolean> } }[];
  };
  return stack.flatMap(({ route }) =>
    // `app.all`, which answers 405, has every method there is.
    route && Object.keys(route.methods).length < 5
      ? Object.keys(route.methods).map((method) => `${method} ${route.path.replaceAll(/:(\w+)/g, '{$1}')}`)
      : [],
  );
}

describe('the OpenAPI document', () => {
  let api: TestApi;
  let document: Document;
  beforeAll(async () => {
    api = await openTestApi();
    document = (await ask(supertest(api.app).get('/api/openapi.json'))).body as Document;
  });
  afterAll(() => api.close());

  const operations = () =>
    Object.entries(document.paths).flatMap(([path, item]) =>
      Object.entries(item).map(([method, operation]) => ({ route: `${method} ${path}`, operation })),
    );

  it('names every route that is registered, and no other; pages for browsers apart', () => {
    const pages = ['/', '/style.css', '/api/docs', '/api/docs/init.js', '/api/docs/swagger-ui.css', '/api/docs/swagger-ui.js'];
    const registered = registeredRoutes(api.app).filter((route) => !pages.some((page) => route === `get ${page}`));
    expect(operations().map(({ route }) => route).sort()).toEqual(registered.sort());
    expect(registered.length).toBeGreaterThanOrEqual(18);
  }); // prettier-ignore

  it('has every path of the contract that this version serves', () => {
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/api/events', '/api/events/{id}', '/api/alerts', '/api/alerts/{id}', '/api/work-orders', '/api/work-orders/{no}',
        '/api/inspections', '/api/inspections/{id}', '/api/rules', '/api/rules/{id}', '/healthz', '/readyz', '/metrics',
      ]),
    );
  }); // prettier-ignore

  it('is OpenAPI 3.1 of this version, with unique operations and no dangling reference', () => {
    expect(document.openapi).toBe('3.1.0');
    expect(document.info.version).toBe('1.2.3');
    const names = operations().map(({ operation }) => operation.operationId);
    expect(new Set(names).size).toBe(names.length);
    const references = [...JSON.stringify(document).matchAll(/"#\/components\/schemas\/(\w+)"/g)];
    expect(references.length).toBeGreaterThan(20);
    for (const [, name] of references) expect(document.components.schemas).toHaveProperty(name ?? '');
  });

  it('asks for a token on every route under /api but its own', () => {
    const open = operations().filter(({ operation }) => operation.security.length === 0);
    expect(open.map(({ route }) => route).sort()).toEqual([
      'get /api/openapi.json',
      'get /api/session/methods',
      'get /api/session/oidc',
      'get /api/session/oidc/callback',
      'get /healthz',
      'get /metrics',
      'get /readyz',
      'post /api/session',
    ]);
  });

  it('describes every parameter in the path, and lists as comma-separated arrays', () => {
    for (const { route, operation } of operations()) {
      const inPath = [...route.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const described = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(described.map(({ name }) => name)).toEqual(inPath);
    }
    const status = document.paths['/api/alerts']?.['get']?.parameters?.find(({ name }) => name === 'status');
    expect(status).toMatchObject({
      style: 'form',
      explode: false,
      schema: { type: 'array', items: { enum: expect.arrayContaining(['open', 'auto_closed']) as unknown } },
    });
  });

  it('says what each answer looks like, errors too', () => {
    for (const { route, operation } of operations()) {
      expect({ route, statuses: Object.keys(operation.responses) }).toMatchObject({
        statuses: expect.arrayContaining(['500']) as unknown,
      });
      if (operation.security.length > 0)
        expect(Object.keys(operation.responses)).toEqual(
          expect.arrayContaining(['401', '403', '429', '503']),
        );
    }
  });

  it('has an example of what each operation answers, one that was really answered and is as described', () => {
    const without: string[] = [];
    for (const route of makeRoutes(api.deps)) {
      const told = Object.entries(route.responses).filter(
        ([status, { schema }]) => Number(status) < 300 && schema,
      );
      if (route.hidden || told.length === 0) continue;
      const examples = told.flatMap(([status, { schema }]) => {
        const { content } = document.paths[route.path]?.[route.method]?.responses[status] ?? {};
        const example = content?.['application/json']?.example;
        if (example === undefined) return [];
        expect({ name: route.name, error: schema?.safeParse(example).error?.message }).toEqual({
          name: route.name,
        });
        return [example];
      });
      if (examples.length === 0) without.push(route.name);
    }
    expect(without).toEqual(Object.keys(NO_EXAMPLE));
    expect(Object.keys(RESPONSE_EXAMPLES).length).toBeGreaterThan(80);
  });

  it('holds no data and no secret of this installation', () => {
    // Examples were written down elsewhere, and are what everybody's document has.
    const text = JSON.stringify(document, (key, value: unknown) => (key === 'example' ? undefined : value));
    for (const secret of [
      ...Object.values(api.tokens),
      'paper-late',
      'HZ-XH',
      'localhost',
      '127.0.0.1',
      '/work/',
    ])
      expect(text).not.toContain(secret);
  });

  it('is made from the routes themselves: none is registered twice', () => {
    const routes = makeRoutes(api.deps).map(({ method, path }) => `${method} ${path}`);
    expect(new Set(routes).size).toBe(routes.length);
    expect(registeredRoutes(api.app).sort()).toEqual(routes.sort());
  });
});
