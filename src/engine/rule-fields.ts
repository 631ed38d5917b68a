import { z } from 'zod';
import { LIMIT_UNITS } from '../calendar/business-calendar.js';
import { BASIS_LAYERS } from './rule-file.js';
import { namesOf } from './schema-names.js';
import type { NameKind } from './schema-names.js';
import { SNIPPETS } from './schema-snippets.js';

/** Pieces that the shapes of rule files, parameter files and shared conditions have in common. */

/** An object that refuses unknown fields; the message carries the fields there are, see explain-issue.ts. */
export function fields<T extends z.core.$ZodLooseShape>(
  shape: T,
  zh: string,
): z.ZodObject<T, z.core.$strict> {
  const names = Object.keys(shape).join(' ');
  return z
    .strictObject(shape, { error: (issue) => (issue.code === 'unrecognized_keys' ? names : undefined) })
    .describe(zh);
}

/** A text on one line. */
export function words(zh: string, most = 200): z.ZodString {
  return z
    .string()
    .min(1)
    .max(most)
    .refine((text) => !/\p{Cc}/u.test(text), '不能含换行等控制字符')
    .describe(zh);
}

/** @param kind whose names they are, for editors */
export function names(zh: string, kind?: NameKind): z.ZodArray<z.ZodString> {
  const name = words('名称');
  return z
    .array(kind ? name.meta(namesOf(kind)) : name)
    .min(1)
    .max(500)
    .describe(zh);
}

/** A business day. */
export function day(zh: string): z.ZodISODate {
  return z.iso.date('应为存在的日期 YYYY-MM-DD').describe(zh);
}

const wholeUnits = new Set(['workingDay', 'calendarDay', 'month']);

/** A budget of time. */
export const LIMIT = fields(
  {
    value: z.number().positive().max(10_000).describe('数量：日、月为整数，小时、分钟可带小数'),
    unit: z
      .enum(LIMIT_UNITS)
      .describe(
        '单位：workingDay 工作日，workingHour 工作小时，calendarDay 自然日，calendarHour 小时，month 月，minute 分钟',
      ),
    rollToWorkingDay: z.boolean().optional().describe('仅自然日和月：末日逢休息日顺延到下一工作日'),
  },
  '时限',
)
  .meta(SNIPPETS.limit)
  .superRefine((given, context) => {
    if (wholeUnits.has(given.unit) && !Number.isInteger(given.value)) {
      context.addIssue({ code: 'custom', path: ['value'], message: `单位为 ${given.unit} 时应为整数` });
    }
    if (given.rollToWorkingDay && given.unit !== 'calendarDay' && given.unit !== 'month') {
      context.addIssue({
        code: 'custom',
        path: ['rollToWorkingDay'],
        message: '只用于 calendarDay 和 month',
      });
    }
  });

/** Where a rule or a value comes from, how sure that is, and from when to when it holds. */
export const BASIS = fields(
  {
    document: words('依据的文件'),
    article: words('条款').optional(),
    layer: z
      .enum(BASIS_LAYERS)
      .optional()
      .describe('时限的层次：regulation 法规，promise 公司承诺，province 省公司，internal 内部参数'),
    limits: names('时限条目编号，如 r24-reply-hv1').optional(),
    certainty: z
      .enum(['seen', 'seenUnattributed', 'generalKnowledge', 'assumption'])
      .optional()
      .describe(
        '把握程度：seen 见于原始来源，seenUnattributed 见过但未注明出处，generalKnowledge 常识，assumption 本项目假定',
      ),
    effectiveFrom: day('生效日期').optional(),
    effectiveTo: day('失效日期').optional(),
    note: words('说明', 1000).optional(),
  },
  '依据',
).meta(SNIPPETS.basis);
