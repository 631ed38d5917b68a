import { z } from 'zod';
import { findTimeOfDay } from '../calendar/civil-date.js';

const text = z.string().trim().min(1, 'must not be empty').max(64);
const date = z.iso.date('expected YYYY-MM-DD');
const time = z
  .string()
  .refine((given) => findTimeOfDay(given) !== undefined, 'expected HH:mm between 00:00 and 24:00');

/** `rules/duty.json`: who holds which post (值班表), and who stands in for whom (代理). */
export const dutyFileSchema = z.strictObject({
  $schema: z.string().optional(),
  note: z.string().optional(),
  roster: z.array(
    z
      .strictObject({
        /** As rules and the ladder name it. */
        post: text,
        orgUnit: text,
        /** User id. */
        user: text,
        /** Business dates, both included; absent = without end. */
        from: date.optional(),
        to: date.optional(),
        /** Part of the day in local time, `until` not included; before `since` = into the next day. Absent = all day. */
        since: time.optional(),
        until: time.optional(),
        /** Working days only, or days off only; absent = both. */
        days: z.enum(['working', 'off']).optional(),
      })
      .refine(
        ({ since, until }) => (since === undefined) === (until === undefined),
        'give since and until, or neither',
      ),
  ),
  deputies: z.array(
    z
      .strictObject({
        user: text,
        deputy: text,
        /** Business dates, both included. */
        from: date,
        to: date,
      })
      .refine(({ from, to }) => from <= to, 'from must not be after to')
      .refine(({ user, deputy }) => user !== deputy, 'nobody stands in for himself'),
  ),
});
export type DutyFile = z.output<typeof dutyFileSchema>;

/** Without a file: nobody is on duty by name; posts are still told by their name. */
export const NO_DUTY: DutyFile = { roster: [], deputies: [] };
