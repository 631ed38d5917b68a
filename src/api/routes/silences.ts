import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { idOf } from '../../access/principal.js';
import { RISK_KINDS, SEVERITIES } from '../../engine/rule-file.js';
import { ConflictError, ForbiddenError, InvalidRequestError, NotFoundError } from '../../errors.js';
import type { Silence } from '../../silences/silence.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf } from '../org-scope.js';
import { codeField, flagField, withoutControls } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { errorSchema, idParams, timeSchema } from '../schemas/common-schemas.js';
import { withoutUndefined } from '../without-undefined.js';
import { READERS } from './readers.js';

/** Longest silence with an end; what is known for longer is a matter for the rule. */
const MAX_DAYS = 90;
const DAY_MS = 86_400_000;
/** In a list. */
const MOST = 200;

const some = <Item extends z.ZodType>(item: Item) => z.array(item).min(1).max(50).optional();
const matcherSchema = z
  .strictObject({
    alert: codeField.optional(),
    subject: codeField.optional().meta({ description: 'Work order no., or code of a hall, unit or feed' }),
    rules: some(codeField),
    kinds: some(z.enum(RISK_KINDS)),
    severities: some(z.enum(SEVERITIES)),
    processes: some(codeField),
    orgUnit: codeField.optional().meta({ description: 'This unit and all below it' }),
  })
  .refine((matcher) => Object.values(matcher).some((value) => value !== undefined), 'must name something');
const instant = z.iso
  .datetime({ offset: true })
  .transform((text) => new Date(text))
  .meta({ type: 'string', format: 'date-time' });
const silenceBody = z
  .strictObject({
    matcher: matcherSchema,
    from: instant.optional().meta({ description: 'Default: now' }),
    until: instant.optional().meta({
      description: 'Absent = until what it matches is resolved; only for one alert or one subject',
    }),
    reason: z
      .string()
      .trim()
      .min(4, 'must say why, in at least 4 characters')
      .max(300)
      .regex(...withoutControls),
  })
  .meta({
    example: {
      matcher: { rules: ['paper-file-late'], orgUnit: '3340101' },
      until: '2026-11-30T18:00:00+08:00',
      reason: '档案室搬迁，下周一恢复',
    },
  });
const silenceSchema = z
  .strictObject({
    id: z.string(),
    matcher: matcherSchema,
    reason: z.string(),
    by: z.string(),
    createdAt: timeSchema,
    from: timeSchema,
    until: timeSchema.optional(),
    ended: z.strictObject({ at: timeSchema, by: z.string() }).optional(),
  })
  .meta({ id: 'Silence' });

/** Silences (静默): who muted what, until when and why. */
export function makeSilenceRoutes(deps: ApiDeps): ApiRoute[] {
  const { silences, alerts, audit, subtreeOf, now } = deps;
  /** Seen by those who may see what it is for: everybody for a whole view, else by its unit or alert. */
  const isVisible = async ({ matcher }: Silence, scope: readonly string[] | undefined) => {
    if (!scope || isInScope(scope, matcher.orgUnit)) return true;
    const alert = matcher.alert === undefined ? undefined : await alerts.get(matcher.alert);
    return alert !== undefined && isInScope(scope, alert.orgUnit);
  };
  const record = (principal: { name: string; tokenId: string }, requestId: string, silence: Silence, action: string) =>
    audit.record({
      at: new Date(now()),
      action,
      who: { name: principal.name, tokenId: principal.tokenId },
      object: { type: 'silence', id: silence.id },
      reason: `${silence.reason} ${JSON.stringify(silence.matcher)}`.slice(0, 1000),
      requestId,
    }); // prettier-ignore

  return [
    defineRoute({
      method: 'get',
      path: '/api/silences',
      name: 'listSilences',
      tag: 'alerts',
      summary: `Silences, newest first; at most ${MOST}`,
      roles: READERS,
      scope: 'list',
      query: z.strictObject({
        live: flagField.optional().meta({ description: '`true`: neither ended nor over' }),
      }),
      responses: {
        200: { description: 'Silences', schema: z.strictObject({ items: z.array(silenceSchema) }) },
      },
      async handle({ query, principal }) {
        const scope = scopeOf(principal, subtreeOf);
        const wanted = {
          limit: MOST,
          ...(query.live && { live: { now: new Date(now()) } }),
          ...(scope && { orgUnits: scope }),
        };
        const items: Silence[] = [];
        // Those of alerts of other units must not take the place of his own.
        for (let skip = 0; items.length < MOST; skip += MOST) {
          const found = await silences.list({ ...wanted, skip });
          const visible = await Promise.all(found.map((silence) => isVisible(silence, scope)));
          items.push(...found.filter((_, index) => visible[index]));
          if (found.length < MOST) break;
        }
        return { json: { items: items.slice(0, MOST) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/silences',
      name: 'createSilence',
      tag: 'alerts',
      summary: 'Keep alerts quiet for a time; they stay listed and counted',
      roles: ['supervisor'],
      scope: 'object',
      body: silenceBody,
      responses: {
        201: {
          description: 'The silence, and how many alerts it changed at once',
          schema: z.strictObject({ ...silenceSchema.shape, changed: z.int() }),
        },
      },
      async handle({ body, principal, requestId }) {
        const scope = scopeOf(principal, subtreeOf);
        const at = now();
        const from = body.from ?? new Date(at);
        const matcher: Silence['matcher'] = withoutUndefined(body.matcher);
        refuseBadTimes(matcher, from, body.until, at);
        if (matcher.alert !== undefined)
          findVisible(
            await alerts.get(matcher.alert),
            ({ orgUnit }) => isInScope(scope, orgUnit),
            `alert ${matcher.alert}`,
          );
        else if (scope && !isInScope(scope, matcher.orgUnit))
          throw new ForbiddenError('Name an orgUnit that you are for in the matcher.');
        const silence: Silence = {
          id: randomUUID(),
          matcher,
          reason: body.reason,
          by: idOf(principal),
          createdAt: new Date(at),
          from,
          ...(body.until && { until: body.until }),
        };
        await record(principal, requestId, silence, 'silence.create');
        await silences.add(silence);
        return { status: 201, json: { ...silence, changed: await deps.applySilence(silence) } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/silences/{id}/end',
      name: 'endSilence',
      tag: 'alerts',
      summary: 'End a silence before its time',
      roles: ['supervisor'],
      scope: 'object',
      params: idParams,
      responses: {
        200: { description: 'The silence', schema: silenceSchema },
        409: { description: 'Ended already', schema: errorSchema },
      },
      async handle({ params: { id }, principal, requestId }) {
        return audit.inTurn(`silence|${id}`, async () => {
          const silence = await silences.get(id);
          if (!silence || !(await isVisible(silence, scopeOf(principal, subtreeOf))))
            throw new NotFoundError(`There is no silence ${id}.`);
          const endedAlready = new ConflictError(`Silence ${id} is ended already.`);
          if (silence.ended) throw endedAlready;
          await record(principal, requestId, silence, 'silence.end');
          const ended = { at: new Date(now()), by: idOf(principal) };
          if (!(await silences.end(id, ended))) throw endedAlready;
          await deps.applySilence(silence);
          return { json: { ...silence, ended } };
        });
      },
    }),
  ];
}

function refuseBadTimes(matcher: Silence['matcher'], from: Date, until: Date | undefined, at: number): void {
  const refuse = (path: string, message: string): never => {
    throw new InvalidRequestError(`Body field ${path} ${message}.`, { fields: [{ path, message }] });
  };
  if (!until) {
    if (matcher.alert === undefined && matcher.subject === undefined)
      refuse('until', 'is missing: only a silence of one alert or one subject lasts until it is resolved');
    return;
  }
  if (until.getTime() <= Math.max(at, from.getTime())) refuse('until', 'must be later than now and from');
  if (until.getTime() - from.getTime() > MAX_DAYS * DAY_MS)
    refuse('until', `must be at most ${MAX_DAYS} days after from`);
}
