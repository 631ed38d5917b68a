import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import supertest from 'supertest';
import type { Role } from '../../src/access/principal.js';
import { ask, openTestApi, type TestApi } from './support/open-test-api.js';

interface Row {
  readonly method: 'get' | 'post';
  readonly path: string;
  /** Needs a token, but of no particular role. */
  readonly anyRole?: true;
  /** A role that may not. */
  readonly wrong?: Role;
  /** A request that is fine as far as its input goes, and its status on an empty database. */
  readonly good: string;
  readonly status: number;
  /** Bad inputs, and what the message must say. */
  readonly bad: readonly (readonly [query: string, message: RegExp])[];
}

const HOSTILE: Row['bad'] = [
  ['?status[$ne]=x', /status\[\$ne\] is not known/],
  ['?__proto__=x', /__proto__ is not known/],
  ['?__proto__[admin]=true&constructor=y', /__proto__\[admin\] is not known.*constructor is not known/],
  ['?nonsense=1', /query parameter nonsense is not known/i],
];
const PAGE: Row['bad'] = [
  ['?limit=0', /limit must be a whole number from 1 to 200/],
  ['?limit=201', /limit must be a whole number from 1 to 200/],
  ['?limit=1e3', /limit must be a whole number from 1 to 200/],
  ['?limit=', /limit must be a whole number/],
  ['?limit=5&limit=6', /limit is given twice/],
  ['?cursor=%22%7B%7D', /cursor must be the `nextCursor` of the page before/],
];
const UNMASK: Row['bad'] = [
  ['?unmask=yes', /unmask must be one of true, false/],
  ['?reason=a', /reason must say why/],
  [`?reason=${'x'.repeat(301)}`, /reason must have at most 300 characters/],
];
const LONG = 'x'.repeat(300);

const ROWS: Row[] = [
  { method: 'post', path: '/api/events', wrong: 'supervisor', good: '', status: 415, bad: HOSTILE },
  {
    method: 'get', path: '/api/events/{id}', wrong: 'author', good: '/api/events/e1?source=/s', status: 404,
    bad: [...HOSTILE, ['', /source is missing/], ['?source=', /source must not be empty/], [`?source=/s&reason=x`, /reason/]],
  },
  {
    method: 'get', path: '/api/alerts', wrong: 'integrator', good: '/api/alerts', status: 200,
    bad: [
      ...HOSTILE, ...PAGE,
      ['?status=opened', /status\[0\] must be one of open, acknowledged, dispatched, rectified, closed, auto_closed, silenced/],
      ['?status=open,', /status must be a list/],
      ['?severity=1', /must be one of low, medium, high, critical/],
      ['?kind=late', /must be one of timeout, /],
      ['?from=2026-02-30', /from must be a business date/],
      ['?from=2026-11-02T08:00:00', /RFC 3339 time with offset/],
      ['?to=yesterday', /to must be a business date/],
      ['?shadow=true', /shadow must be one of without, only, with/],
      [`?rule=${LONG}`, /rule\[0\] must have at most 256 characters/],
      [`?rule=${Array.from({ length: 51 }, (_, i) => `r${i}`).join(',')}`, /rule must hold at most 50 values/],
      ['?cursor=WyJ4IiwxXQ', /cursor must be the `nextCursor`/],
      ['?orgUnit=a%00b', /control characters/],
    ],
  },
  { method: 'get', path: '/api/alerts/summary', wrong: 'integrator', good: '/api/alerts/summary', status: 200, bad: [...HOSTILE, ['?orgUnit=', /orgUnit must be a list/]] },
  { method: 'get', path: '/api/org-units', wrong: 'integrator', good: '/api/org-units', status: 200, bad: HOSTILE },
  { method: 'get', path: '/api/me', anyRole: true, good: '/api/me', status: 200, bad: HOSTILE },
  { method: 'get', path: '/api/alerts/stream', wrong: 'integrator', good: '/api/alerts/stream?nonsense=1', status: 400, bad: HOSTILE },
  { method: 'get', path: '/api/alerts/{id}', wrong: 'integrator', good: '/api/alerts/none', status: 404, bad: [...HOSTILE, ...UNMASK] },
  ...['counts', 'outcomes'].map((name): Row => ({
    method: 'get', path: `/api/alerts/${name}`, wrong: 'integrator', good: `/api/alerts/${name}`, status: 200,
    bad: [...HOSTILE, ['?limit=5', /limit is not known/], ['?muted=1', /muted must be one of true, false/], ['?phase=late', /one of early, overdue/], ['?stepDueBefore=soon', /stepDueBefore must be a business date/]],
  })),
  { method: 'get', path: '/api/alerts/{id}/related', wrong: 'integrator', good: '/api/alerts/none/related', status: 404, bad: HOSTILE },
  { method: 'post', path: '/api/alerts/bulk', wrong: 'author', good: '', status: 415, bad: HOSTILE },
  ...(['acknowledge', 'dispatch', 'rectify', 'close', 'reopen', 'comment'] as const).map((step): Row => (
    { method: 'post', path: `/api/alerts/{id}/${step}`, wrong: 'author', good: '', status: 415, bad: HOSTILE }
  )),
  { method: 'post', path: '/api/alerts/{id}/evidence', wrong: 'author', good: '/api/alerts/none/evidence?fileName=a.jpg', status: 404, bad: [...HOSTILE, ['', /fileName is missing/], [`?fileName=${LONG}`, /at most 255 characters/]] },
  { method: 'get', path: '/api/alerts/{id}/evidence', wrong: 'integrator', good: '/api/alerts/none/evidence', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/alerts/{id}/evidence/{file}', wrong: 'integrator', good: '/api/alerts/none/evidence/x', status: 404, bad: HOSTILE },
  {
    method: 'get', path: '/api/work-orders', wrong: 'integrator', good: '/api/work-orders', status: 200,
    bad: [...HOSTILE, ...PAGE, ['?status=done', /one of open, closed, cancelled/], ['?subjectType=x', /one of workOrder, hall, orgUnit, /]],
  },
  {
    method: 'get', path: '/api/work-orders/{no}/as-known', wrong: 'integrator', good: '/api/work-orders/none/as-known?at=2026-11-02', status: 404,
    bad: [...HOSTILE, ...UNMASK, ['', /at /], ['?at=soon', /at must be a business date/], ['?at=2026-11-02&by=x', /by must be one of received, recorded/]],
  },
  {
    method: 'get', path: '/api/calendar', wrong: 'integrator', good: '/api/calendar?from=2026-11-02&to=2026-11-02', status: 200,
    bad: [...HOSTILE, ['?to=2026-11-02', /from /], ['?from=2026-11-03&to=2026-11-02', /to must not be before/]],
  },
  { method: 'get', path: '/api/halls/load', wrong: 'integrator', good: '/api/halls/load', status: 200, bad: [...HOSTILE, ['?date=today', /date must be a business date/]] },
  { method: 'get', path: '/api/work-orders/{no}', wrong: 'integrator', good: '/api/work-orders/none', status: 404, bad: [...HOSTILE, ...UNMASK] },
  {
    method: 'get', path: '/api/deadlines', wrong: 'integrator', good: '/api/deadlines?due=soon', status: 200,
    bad: [...HOSTILE, ...PAGE, ['', /due is missing; must be one of overdue, soon/], ['?due=soon&hours=0', /hours must be a whole number of hours from 1 to 744/]],
  },
  {
    method: 'get', path: '/api/inspections', wrong: 'integrator', good: '/api/inspections', status: 200,
    bad: [...HOSTILE, ...PAGE, ['?date=2026-13-01', /date must be a business date YYYY-MM-DD/]],
  },
  { method: 'post', path: '/api/inspections/{id}/results', wrong: 'author', good: '', status: 415, bad: HOSTILE },
  { method: 'post', path: '/api/inspections/{id}/evidence', wrong: 'auditor', good: '/api/inspections/none/evidence?fileName=a.jpg', status: 404, bad: [...HOSTILE, ['', /fileName is missing/]] },
  { method: 'get', path: '/api/inspections/{id}/evidence', wrong: 'integrator', good: '/api/inspections/none/evidence', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/inspections/{id}/evidence/{file}', wrong: 'integrator', good: '/api/inspections/none/evidence/x', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/inspections/{id}', wrong: 'integrator', good: '/api/inspections/none', status: 404, bad: [...HOSTILE, ...UNMASK] },
  {
    method: 'get', path: '/api/assessments', anyRole: true, good: '/api/assessments?mine=true', status: 200,
    bad: [...HOSTILE, ...PAGE, ['?month=2026-13', /month must be a month YYYY-MM/], ['?status=open', /one of charged, acknowledged/], ['?mine=1', /mine must be one of true, false/]],
  },
  { method: 'get', path: '/api/assessments/export.xlsx', wrong: 'inspector', good: '/api/assessments/export.xlsx?month=2026-11', status: 200, bad: [...HOSTILE, ['', /month is missing/], ['?month=11', /month must be a month/]] },
  { method: 'get', path: '/api/assessments/months', wrong: 'inspector', good: '/api/assessments/months', status: 200, bad: HOSTILE },
  { method: 'post', path: '/api/assessments/months/{month}/freeze', wrong: 'auditor', good: '/api/assessments/months/2026-10/freeze', status: 200, bad: HOSTILE },
  { method: 'get', path: '/api/assessments/{id}', anyRole: true, good: '/api/assessments/none', status: 404, bad: HOSTILE },
  ...(['acknowledge', 'appeal'] as const).map((step): Row => (
    { method: 'post', path: `/api/assessments/{id}/${step}`, anyRole: true, good: '', status: 415, bad: HOSTILE }
  )),
  ...(['decide', 'reverse'] as const).map((step): Row => (
    { method: 'post', path: `/api/assessments/{id}/${step}`, wrong: 'auditor', good: '', status: 415, bad: HOSTILE }
  )),
  {
    method: 'get', path: '/api/reconciliations', wrong: 'integrator', good: '/api/reconciliations', status: 200,
    bad: [...HOSTILE, ...PAGE, ['?from=2026-02-30', /from must be a business date/], ['?differences=2', /one of true, false/]],
  },
  ...['', '/print'].map((rest): Row => (
    { method: 'get', path: `/api/reconciliations/{unit}/{date}${rest}`, wrong: 'integrator', good: `/api/reconciliations/HZ/2026-11-02${rest}`, status: 404, bad: [...HOSTILE, ...UNMASK] }
  )),
  { method: 'post', path: '/api/reconciliations/{unit}/{date}/sign', wrong: 'auditor', good: '', status: 415, bad: HOSTILE },
  {
    method: 'get', path: '/api/reports/{period}', wrong: 'inspector', good: '/api/reports/week?date=2026-11-02', status: 200,
    bad: [...HOSTILE, ['?format=pdf', /format must be one of json, xlsx, html/], ['?date=yesterday', /date must be a business date/], ['?orgUnit=', /orgUnit must not be empty/]],
  },
  {
    method: 'get', path: '/api/deliveries', wrong: 'inspector', good: '/api/deliveries', status: 200,
    bad: [...HOSTILE, ...PAGE, ['?status=lost', /one of pending, sent, failed, undeliverable/], ['?from=yesterday', /from must be a business date/]],
  },
  { method: 'get', path: '/api/deliveries/{id}', wrong: 'inspector', good: '/api/deliveries/none', status: 404, bad: HOSTILE },
  { method: 'post', path: '/api/deliveries/{id}/retry', wrong: 'supervisor', good: '/api/deliveries/none/retry', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/me/notifications', anyRole: true, good: '/api/me/notifications', status: 409, bad: HOSTILE },
  { method: 'post', path: '/api/me/notifications', anyRole: true, good: '/api/me/notifications', status: 415, bad: HOSTILE },
  { method: 'get', path: '/api/channels', wrong: 'inspector', good: '/api/channels', status: 200, bad: HOSTILE },
  { method: 'post', path: '/api/channels/{name}/test', wrong: 'supervisor', good: '', status: 415, bad: HOSTILE },
  { method: 'get', path: '/api/coverage', wrong: 'integrator', good: '/api/coverage', status: 200, bad: HOSTILE },
  { method: 'get', path: '/api/rules', wrong: 'integrator', good: '/api/rules', status: 200, bad: [...HOSTILE, ['?status=on', /one of active, shadow, disabled/]] },
  { method: 'get', path: '/api/rules/publishing', wrong: 'integrator', good: '/api/rules/publishing', status: 200, bad: HOSTILE },
  { method: 'get', path: '/api/rules/publications', wrong: 'integrator', good: '/api/rules/publications', status: 200, bad: [...HOSTILE, ...PAGE, ['?cursor=abc', /cursor must be the `nextCursor`/]] },
  { method: 'get', path: '/api/rules/publications/{id}', wrong: 'integrator', good: '/api/rules/publications/7', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/rules/{id}/versions', wrong: 'integrator', good: '/api/rules/none/versions', status: 404, bad: HOSTILE },
  {
    method: 'get', path: '/api/rules/{id}/changes', wrong: 'integrator', good: '/api/rules/none/changes?from=1&to=2', status: 404,
    bad: [...HOSTILE, ['?from=0&to=2', /from must be a whole number from 1/], ['?from=1', /to /]],
  },
  { method: 'get', path: '/api/rules/{id}/file', wrong: 'integrator', good: '/api/rules/none/file', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/rules/health', wrong: 'integrator', good: '/api/rules/health', status: 200, bad: [...HOSTILE, ['?signal=bad', /must be one of errors, slow, /], ['?from=2026-11-03&to=2026-11-02', /from must not be later than to/], ['?from=today', /from must be a business date/]] },
  { method: 'post', path: '/api/rules/proposals', wrong: 'supervisor', good: '/api/rules/proposals', status: 415, bad: HOSTILE },
  { method: 'get', path: '/api/rules/proposals', wrong: 'supervisor', good: '/api/rules/proposals', status: 200, bad: [...HOSTILE, ['?status=done', /must be one of waiting, approved, published, rejected, withdrawn, failed/]] },
  { method: 'get', path: '/api/rules/proposals/{id}', wrong: 'supervisor', good: '/api/rules/proposals/none', status: 404, bad: HOSTILE },
  ...(['approve', 'reject'] as const).map((step): Row => (
    { method: 'post', path: `/api/rules/proposals/{id}/${step}`, wrong: 'auditor', good: `/api/rules/proposals/none/${step}`, status: 415, bad: HOSTILE }
  )),
  { method: 'post', path: '/api/rules/proposals/{id}/withdraw', wrong: 'auditor', good: '/api/rules/proposals/none/withdraw', status: 404, bad: HOSTILE },
  { method: 'post', path: '/api/rules/backtest', wrong: 'auditor', good: '/api/rules/backtest', status: 415, bad: HOSTILE },
  { method: 'get', path: '/api/rules/backtest', wrong: 'supervisor', good: '/api/rules/backtest', status: 200, bad: HOSTILE },
  { method: 'get', path: '/api/rules/backtest/{id}', wrong: 'supervisor', good: '/api/rules/backtest/none', status: 404, bad: HOSTILE },
  { method: 'post', path: '/api/rules/backtest/{id}/cancel', wrong: 'auditor', good: '/api/rules/backtest/none/cancel', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/rules/{id}', wrong: 'integrator', good: '/api/rules/none', status: 404, bad: HOSTILE },
  {
    method: 'get', path: '/api/rules/{id}/explain', wrong: 'integrator', good: '/api/rules/none/explain?workOrder=none', status: 404,
    bad: [...HOSTILE, ['', /workOrder is missing/], ['?workOrder=W1&at=yesterday', /at must be a business date/], [`?workOrder=${LONG}`, /workOrder must have at most 256/]],
  },
  { method: 'post', path: '/api/rules/try', wrong: 'inspector', good: '/api/rules/try', status: 415, bad: HOSTILE },
  { method: 'get', path: '/api/dead-letters', wrong: 'supervisor', good: '/api/dead-letters', status: 200, bad: [...HOSTILE, ...PAGE, ['?kind=x', /one of event, intake/], ['?cursor=abc', /cursor/]] },
  { method: 'get', path: '/api/dead-letters/reasons', wrong: 'supervisor', good: '/api/dead-letters/reasons', status: 200, bad: HOSTILE },
  { method: 'get', path: '/api/dead-letters/{id}', wrong: 'supervisor', good: '/api/dead-letters/none', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/feeds', wrong: 'author', good: '/api/feeds', status: 200, bad: HOSTILE },
  { method: 'post', path: '/api/dead-letters/replay', wrong: 'auditor', good: '', status: 415, bad: HOSTILE },
  { method: 'get', path: '/api/jobs', wrong: 'author', good: '/api/jobs', status: 200, bad: [...HOSTILE, ...PAGE, ['?status=ok', /one of running, done, failed, skipped/], ['?from=x', /from must be a business date/]] },
  { method: 'post', path: '/api/queue-board', wrong: 'supervisor', good: '/api/queue-board', status: 200, bad: HOSTILE },
  { method: 'get', path: '/api/silences', wrong: 'integrator', good: '/api/silences', status: 200, bad: [...HOSTILE, ['?live=1', /live must be one of true, false/]] },
  { method: 'post', path: '/api/silences', wrong: 'inspector', good: '/api/silences', status: 415, bad: HOSTILE },
  { method: 'post', path: '/api/silences/{id}/end', wrong: 'inspector', good: '/api/silences/none/end', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/audit', wrong: 'supervisor', good: '/api/audit', status: 200, bad: [...HOSTILE, ['?limit=0', /limit must be/], ['?cursor=x', /cursor must be/]] },
  { method: 'post', path: '/api/session', good: '/api/session', status: 415, bad: HOSTILE },
  { method: 'get', path: '/api/session/methods', good: '/api/session/methods', status: 200, bad: HOSTILE },
  { method: 'get', path: '/api/session/oidc', good: '/api/session/oidc', status: 404, bad: [...HOSTILE, ['?to=/a&to=/b', /to is given twice/]] },
  { method: 'get', path: '/api/session/oidc/callback', good: '/api/session/oidc/callback?session_state=any', status: 404, bad: [['?state=a&state=b', /state is given twice/]] },
  { method: 'post', path: '/api/session/end', anyRole: true, good: '/api/session/end', status: 200, bad: HOSTILE },
  { method: 'post', path: '/api/me/password', anyRole: true, good: '/api/me/password', status: 415, bad: HOSTILE },
  { method: 'get', path: '/api/users', wrong: 'supervisor', good: '/api/users', status: 200, bad: HOSTILE },
  { method: 'post', path: '/api/users', wrong: 'supervisor', good: '/api/users', status: 415, bad: HOSTILE },
  { method: 'get', path: '/api/users/{id}', wrong: 'auditor', good: '/api/users/none', status: 404, bad: HOSTILE },
  { method: 'post', path: '/api/users/{id}', wrong: 'auditor', good: '/api/users/none', status: 415, bad: HOSTILE },
  { method: 'post', path: '/api/users/{id}/password', wrong: 'auditor', good: '/api/users/none/password', status: 404, bad: HOSTILE },
  { method: 'post', path: '/api/users/{id}/unlock', wrong: 'auditor', good: '/api/users/none/unlock', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/groups', wrong: 'auditor', good: '/api/groups', status: 200, bad: HOSTILE },
  { method: 'post', path: '/api/groups/{id}', wrong: 'auditor', good: '/api/groups/none', status: 415, bad: HOSTILE },
  { method: 'post', path: '/api/groups/{id}/remove', wrong: 'auditor', good: '/api/groups/none/remove', status: 404, bad: HOSTILE },
  { method: 'get', path: '/api/openapi.json', good: '/api/openapi.json', status: 200, bad: HOSTILE },
  { method: 'get', path: '/healthz', good: '/healthz', status: 200, bad: HOSTILE },
  { method: 'get', path: '/readyz', good: '/readyz', status: 200, bad: HOSTILE },
  { method: 'get', path: '/metrics', good: '/metrics', status: 200, bad: HOSTILE },
]; // prettier-ignore

describe('every route', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());

  const urlOf = ({ path }: Row) =>
    path
      .replaceAll('{month}', '2026-10')
      .replaceAll('{date}', '2026-11-02')
      .replaceAll('{period}', 'day')
      .replaceAll(/\{\w+\}/g, 'some-id');

  it('is in this table', async () => {
    const { body } = await ask(supertest(api.app).get('/api/openapi.json'));
    const { paths } = body as { paths: Record<string, object> };
    const documented = Object.entries(paths).flatMap(([path, item]) =>
      Object.keys(item).map((method) => `${method} ${path}`),
    );
    expect(ROWS.map(({ method, path }) => `${method} ${path}`).sort()).toEqual(documented.sort());
  });

  describe.each(ROWS)('$method $path', (row) => {
    it('answers a good request', async () => {
      const request = supertest(api.app)[row.method](row.good === '' ? urlOf(row) : row.good);
      const response = await request.auth(api.tokens.admin, { type: 'bearer' });
      expect(response.status).toBe(row.status);
    });

    if (row.wrong === undefined && !row.anyRole) {
      it('needs no token', async () => {
        expect((await supertest(api.app)[row.method](row.good)).status).toBe(row.status);
      });
    } else {
      it.each([
        ['no token', undefined],
        ['an unknown token', 'Bearer yxr_nobody'],
        ['another scheme', 'Basic YWRtaW46YWRtaW4='],
        ['an operator for a token', 'Bearer {"$ne":null}'],
        ['a token of megabytes, nearly', `Bearer ${'x'.repeat(8000)}`],
      ])('answers 401 to %s', async (_case, authorization) => {
        const request = supertest(api.app)[row.method](urlOf(row));
        if (authorization !== undefined) request.set('Authorization', authorization);
        const response = await request;
        expect(response.status).toBe(401);
        expect(response.headers['www-authenticate']).toBe('Bearer');
        expect(response.body).toEqual({
          error: { code: 'unauthorized', message: 'Send a valid token: Authorization: Bearer <token>.' },
        });
      });
    }

    const { wrong } = row;
    if (wrong !== undefined) {
      it('answers 403 to the wrong role, and says which roles may', async () => {
        const request = supertest(api.app)[row.method](row.good === '' ? urlOf(row) : row.good);
        const response = await request.auth(api.tokens[wrong], { type: 'bearer' });
        expect(response.status).toBe(403);
        expect(response.body).toMatchObject({
          error: {
            code: 'forbidden',
            message: expect.stringContaining(`this token has ${wrong}`) as unknown,
          },
        });
      });
    }

    it.each(row.bad.map(([query, message]) => [query.slice(0, 60), query, message] as const))(
      'refuses %s',
      async (_short, query, message) => {
        const request = supertest(api.app)[row.method](`${urlOf(row)}${query}`);
        const response = await request.auth(api.tokens.admin, { type: 'bearer' });
        const { error } = response.body as { error: { code: string; message: string; details: object[] } };
        expect(error.message).toMatch(message);
        expect({ status: response.status, code: error.code }).toEqual({
          status: 400,
          code: 'invalid_request',
        });
        expect(error.details[0]).toHaveProperty('path');
      },
    );

    it('answers 405 to another method, and names those that are', async () => {
      const response = await supertest(api.app).delete(urlOf(row)).auth(api.tokens.admin, { type: 'bearer' });
      expect(response.status).toBe(405);
      expect(response.headers['allow']?.split(', ')).toEqual(
        expect.arrayContaining(row.method === 'get' ? ['GET', 'HEAD'] : ['POST']),
      );
      expect(response.body).toMatchObject({ error: { code: 'method_not_allowed' } });
    });
  });
});
