import { z } from 'zod';
import { InvalidRequestError } from '../../errors.js';
import type { ApiDeps } from '../deps.js';
import { dateField } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { timeSchema } from '../schemas/common-schemas.js';
import { READERS } from './readers.js';

/** Most days of one answer: a year, and a little. */
const MAX_DAYS = 400;

export const calendarDaySchema = z
  .strictObject({
    date: z.iso.date(),
    startsAt: timeSchema,
    workingDay: z.boolean().meta({ description: 'Holidays and days worked instead (调休) are heeded' }),
    covered: z.boolean().meta({ description: 'False: no official schedule of the year is known, so that nothing is decided by it' }),
    hours: z
      .array(z.strictObject({ from: timeSchema, to: timeSchema }))
      .meta({ description: 'Business hours; none on a day off' }),
  })
  .meta({ id: 'CalendarDay' }); // prettier-ignore

/** The business calendar that limits are counted by. */
export function makeCalendarRoutes({ calendar }: ApiDeps): ApiRoute[] {
  return [
    defineRoute({
      method: 'get',
      path: '/api/calendar',
      name: 'getCalendar',
      tag: 'operations',
      summary: 'Working days and business hours, by which limits are counted',
      roles: READERS,
      scope: 'same',
      masked: false,
      query: z.strictObject({
        from: dateField.meta({ description: 'First business date' }),
        to: dateField.meta({ description: `Last business date; at most ${MAX_DAYS} days` }),
      }),
      responses: {
        200: {
          description: 'Each day',
          schema: z.strictObject({ timeZone: z.string(), days: z.array(calendarDaySchema) }),
        },
      },
      handle({ query: { from, to } }) {
        if (from > to) refuse('must not be before `from`');
        if (calendar.addDays(from, MAX_DAYS) <= to) refuse(`must be at most ${MAX_DAYS} days after \`from\``);
        const days = [];
        for (let date = from; date <= to; date = calendar.addDays(date, 1))
          days.push({
            date,
            startsAt: new Date(calendar.instantOf(date, '00:00')),
            workingDay: calendar.isWorkingDay(date),
            covered: calendar.isCovered(Number(date.slice(0, 4))),
            hours: calendar.hoursOf(date).map((hours) => ({ from: new Date(hours.from), to: new Date(hours.to) })),
          }); // prettier-ignore
        return { json: { timeZone: calendar.timeZone, days } };
      },
    }),
  ];
}

function refuse(message: string): never {
  throw new InvalidRequestError(`Query parameter to ${message}.`, { fields: [{ path: 'to', message }] });
}
