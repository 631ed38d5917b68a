import { z } from 'zod';
import type { BusinessCalendar } from '../calendar/business-calendar.js';

/** Most values one list parameter may hold. */
const MAX_LIST = 50;
/** Most items one page may hold. */
export const MAX_LIMIT = 200;

/** Of texts that people write, on several lines if they like. */
export const withoutControls = [
  /^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/,
  'must not hold control characters',
] as const;

/** A code, name or id of ours or of the sales system: short text on one line. */
export const codeField = codeOrNothing().min(1, 'must not be empty');

/** The same, or an empty text, which says that there is none. */
export function codeOrNothing() {
  return z
    .string()
    .max(256, 'must have at most 256 characters')
    .regex(/^[^\u0000-\u001f\u007f]*$/, 'must not hold control characters');
}

/** One of some values, or several separated by commas: `open,acknowledged`. */
export function enumList<const Value extends string>(values: readonly Value[], description: string) {
  return splitList
    .pipe(z.array(z.enum(values)))
    .meta({ ...listDocument({ type: 'string', enum: [...values] }), description });
}

/** One code, or several separated by commas. */
export function codeList(description: string) {
  return splitList.pipe(z.array(codeField)).meta({ ...listDocument({ type: 'string' }), description });
}

const splitList = z.string().transform((text, context) => {
  const items = [...new Set(text.split(',').map((item) => item.trim()))];
  if (items.includes('')) context.addIssue('must be a list like `a,b`, without empty places');
  else if (items.length > MAX_LIST) context.addIssue(`must hold at most ${MAX_LIST} values`);
  return items;
});

function listDocument(items: object) {
  return { type: 'array', items, param: { style: 'form', explode: false } };
}

/** Version of a rule. */
export const versionField = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, 'must be a whole number from 1')
  .transform(Number)
  .meta({ type: 'integer', minimum: 1, example: 1 });

export const pageFields = {
  limit: z
    .string()
    .regex(/^\d{1,6}$/, `must be a whole number from 1 to ${MAX_LIMIT}`)
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAX_LIMIT, `must be a whole number from 1 to ${MAX_LIMIT}`)
    .default(50)
    .meta({ type: 'integer', minimum: 1, maximum: MAX_LIMIT, default: 50, description: 'Items a page' }),
  cursor: z
    .string()
    .max(2000)
    .regex(/^[\w.-]+$/, 'must be the `nextCursor` of the page before')
    .optional()
    .meta({ description: '`nextCursor` of the page before; leave it out for the first page' }),
};

const DATE = /^(19|20|21)\d{2}-\d{2}-\d{2}$/;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/;
const TIME_FORMS =
  'must be a business date YYYY-MM-DD or an RFC 3339 time with offset, e.g. 2026-11-02T08:00:00+08:00, of the years 1900 to 2199';

/**
 * A point on the time line: an RFC 3339 time, or a business date, which stands for its start (`from`) or its end
 * (`to`), so that `from=2026-11-02&to=2026-11-02` is that day.
 */
export function timeField(calendar: Pick<BusinessCalendar, 'instantOf' | 'addDays'>, side: 'from' | 'to') {
  const startOf = (date: string) => calendar.instantOf(date, '00:00');
  return z
    .string()
    .transform((given, context) => {
      // A + that was not encoded arrives as a blank.
      const text = given.replace(/ (?=\d{2}:\d{2}$)/, '+');
      if (isRealDate(text)) return new Date(startOf(side === 'from' ? text : calendar.addDays(text, 1)));
      const at = INSTANT.test(text) && isRealDate(text.slice(0, 10)) ? Date.parse(text) : NaN;
      if (Number.isNaN(at)) context.addIssue(TIME_FORMS);
      return new Date(at);
    })
    .meta({
      type: 'string',
      description:
        side === 'from'
          ? 'At or after this time; a business date means its start'
          : 'Before this time; a business date means its end',
      example: '2026-11-02',
    });
}

/** Refuses 30 February, which Date.parse takes for 2 March, and years no calendar speaks of. */
function isRealDate(text: string): boolean {
  if (!DATE.test(text)) return false;
  const at = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text);
}

export const flagField = z
  .enum(['true', 'false'])
  .transform((text) => text === 'true')
  .meta({ type: 'string', enum: ['true', 'false'] });

/** A business date. */
export const dateField = z
  .string()
  .refine(isRealDate, 'must be a business date YYYY-MM-DD')
  .meta({ type: 'string', format: 'date', description: 'Business date', example: '2026-11-02' });
