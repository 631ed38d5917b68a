import { z } from 'zod';
import { HEALTH_SIGNALS } from '../../rule-health/report-rule-health.js';
import { InvalidRequestError } from '../../errors.js';
import type { ApiDeps } from '../deps.js';
import { codeField, dateField, enumList } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { ruleHealthSchema } from '../schemas/publishing-schema.js';
import { READERS } from './readers.js';

/** Business days looked back on unless others are asked for. */
const DAYS = 30;

/** How rules do. Sums over all org units: no unit, work order or person is told. */
export function makeRuleHealthRoutes({ ruleHealth, calendar, now }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/rules/health',
      name: 'getRuleHealth',
      tag: 'rules',
      summary: `Looks, hits, errors, missing facts, time and precision of every rule version; the last ${DAYS} days unless others are asked for`,
      roles: READERS,
      scope: 'same',
      masked: false,
      query: z.strictObject({
        from: dateField.optional().meta({ description: 'First business date' }),
        to: dateField.optional().meta({ description: 'Last business date' }),
        rule: codeField.optional().meta({ description: 'Only this rule' }),
        signal: enumList(HEALTH_SIGNALS, 'Only rules with one of these signals').optional(),
      }),
      responses: {
        200: {
          description: 'Those with signals first, the worst on top',
          schema: z.strictObject({
            from: z.iso.date(),
            to: z.iso.date(),
            items: z.array(ruleHealthSchema),
            nextCursor: z.null(),
          }),
        },
      },
      async handle({ query: { rule, signal, ...dates } }) {
        const to = dates.to ?? calendar.dateOf(now());
        const from = dates.from ?? calendar.addDays(to, 1 - DAYS);
        if (from > to)
          throw new InvalidRequestError('Query parameter from must not be later than to.', {
            fields: [{ path: 'from', message: 'must not be later than to' }],
          });
        const all = await ruleHealth({ from, to, ...(rule !== undefined && { rule }) });
        const items = all.filter(({ signals }) => !signal || signals.some((one) => signal.includes(one)));
        return { json: { from, to, items, nextCursor: null } };
      },
    }),
  ];
}
