import { z } from 'zod';
import { isDateText } from './parse-timestamp.js';

// The kinds of field that event data is made of. Every description is "中文 English": it is printed in
// docs/events.md and in the OpenAPI document.

const MAX_NAME = 200;
const MAX_TEXT = 2_000;
const MAX_LIST = 200;

/** A name that rules compare: a stray blank at an end would silently be another name. */
export const name = (description: string) =>
  z
    .string()
    .min(1)
    .max(MAX_NAME)
    .refine((text) => text.trim() === text, { error: 'must not begin or end with white space', abort: true })
    .describe(description);

/** Free text. */
export const text = (description: string) => z.string().max(MAX_TEXT).describe(description);

export const flag = (description: string) => z.boolean().describe(description);

export const count = (description: string) => z.int().min(0).max(1_000_000).describe(description);

export const amount = (description: string) => z.number().min(0).describe(description);

export const choice = <const Values extends readonly [string, ...string[]]>(
  values: Values,
  description: string,
) => z.enum(values).describe(description);

export const date = (description: string) =>
  z
    .string()
    .refine(isDateText, { error: 'must be a real date written YYYY-MM-DD' })
    .meta({ description, format: 'date' });

export const names = (description: string) => z.array(name(description)).max(MAX_LIST).describe(description);

/** Any JSON object. */
export const fields = (description: string) => z.looseObject({}).describe(description);

/** `{id, name}`; either may be missing, the id is what rules compare. */
export const person = (description: string) =>
  z
    .looseObject({ id: name('工号 staff id').optional(), name: text('姓名 name').optional() })
    .describe(description);

/** `{id, name}` or just the id. */
export const signer = (description: string) =>
  z.union([name(description), person(description)]).describe(description);

/** Fields every event may carry. */
export const commonData = z.looseObject({
  process: name('业务类型 process, e.g. 高压新装').optional(),
  workItem: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'must be a code such as YXZY-YY-145')
    .describe('作业项 work item code, e.g. YXZY-YY-145')
    .optional(),
  stage: name('环节 stage, e.g. 业务受理').optional(),
  orgUnit: name('单位 org unit code').optional(),
  operator: person('作业人员 who did it').optional(),
  feed: name('数据源 the feed this came through; absence rules wait while it is silent').optional(),
  attributes: fields('属性 merged into the attributes of the work order, key by key').optional(),
});
