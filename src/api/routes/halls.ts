import { z } from 'zod';
import { recordIdOf } from '../../events/business-event.js';
import type { WorkOrder } from '../../work-orders/work-order.js';
import type { ApiDeps } from '../deps.js';
import { isInScope, scopeOf, unitsToList } from '../org-scope.js';
import { codeList, dateField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { timeSchema } from '../schemas/common-schemas.js';
import { READERS } from './readers.js';

const SAMPLED = 'hall.queue.sampled';
/** How far back to look for a day with samples, where none is asked for. */
const LOOK_BACK_DAYS = 7;

const count = z.number().nullable().meta({ description: 'Null where the sample does not tell' });
export const hallLoadSchema = z
  .strictObject({
    date: z.iso.date(),
    halls: z.array(
      z.strictObject({
        hall: z.string().meta({ description: 'Org unit' }),
        orgUnitName: z.string(),
        recordId: z.string().meta({ description: 'Its record of that day, at /api/work-orders/{no}' }),
        samples: z.array(
          z.strictObject({
            at: timeSchema,
            waiting: count,
            windowsOpen: count,
            longestWaitMinutes: count,
          }),
        ),
      }),
    ),
  })
  .meta({ id: 'HallLoad' });

/** The business halls (营业厅) and how busy they were. */
export function makeHallRoutes(deps: ApiDeps): ApiRoute[] {
  const { workOrders, orgUnits, subtreeOf, calendar, now } = deps;

  async function loadOf(date: string, halls: readonly { readonly code: string; readonly name: string }[]) {
    const ids = new Map(halls.map(({ code }) => [code, recordIdOf(`yxzy.${SAMPLED}`, code, date)]));
    const found = await workOrders.getMany([...ids.values()]);
    return halls.flatMap(({ code, name }) => {
      const recordId = ids.get(code) ?? '';
      const samples = samplesOf(found.get(recordId)?.record.workOrder);
      return samples.length === 0 ? [] : [{ hall: code, orgUnitName: name, recordId, samples }];
    });
  }

  return [
    defineRoute({
      method: 'get',
      path: '/api/halls/load',
      name: 'loadOfHalls',
      tag: 'operations',
      summary: 'The queues of business halls through a day, as they were sampled',
      description: 'Halls are those of the org tree. The newest 50 samples of a hall and day are kept.',
      roles: READERS,
      scope: 'list',
      query: z.strictObject({
        date: dateField.optional().meta({
          description: `Default: today, or where there are no samples yet, the latest of the ${LOOK_BACK_DAYS} days before that has some`,
        }),
        orgUnit: codeList('Org units, with all below them').optional(),
      }),
      responses: { 200: { description: 'By hall, in the order of the org tree', schema: hallLoadSchema } },
      async handle({ query: { date, orgUnit }, principal }) {
        const units = unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf);
        const visible = orgUnits.filter(({ code }) => isInScope(units, code));
        const today = calendar.dateOf(now());
        const dates =
          date === undefined
            ? Array.from({ length: LOOK_BACK_DAYS + 1 }, (_, back) => calendar.addDays(today, -back))
            : [date];
        for (const day of dates) {
          const halls = await loadOf(day, visible);
          if (halls.length > 0) return { json: { date: day, halls } };
        }
        return { json: { date: date ?? today, halls: [] } };
      },
    }),
  ];
}

function samplesOf(workOrder: WorkOrder | undefined) {
  const number = (value: unknown) => (typeof value === 'number' ? value : null);
  const samples = workOrder?.milestones[SAMPLED] ?? [];
  return samples.map(({ at, data }) => ({
    at: new Date(at),
    waiting: number(data['waiting']),
    windowsOpen: number(data['windowsOpen']),
    longestWaitMinutes: number(data['longestWaitMinutes']),
  }));
}
