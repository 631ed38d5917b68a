import { z } from 'zod';
import { limitSchema } from '../alerts/alert-handling.js';
import { RISK_KINDS, SEVERITIES } from '../engine/rule-file.js';

const text = z.string('须为文字').trim().min(1, '不能为空').max(200, '最多 200 字');
const id = z
  .string('须为文字')
  .regex(/^[A-Za-z0-9]+([._-][A-Za-z0-9]+)*$/, '须为字母、数字，可用 - . _ 连接，例如 KH-01')
  .max(64, '最多 64 个字符');
const some = <Item extends z.ZodType>(item: Item) => z.array(item, '须为列表').min(1, '列表不能为空');

/** Sums of tenths and hundredths are rounded, so that 0.1 + 0.2 is 0.3 in every report. */
const amount = (decimals: number, most: number, unit: string) =>
  z
    .number(`须为数字（${unit}）`)
    .min(0, '不能小于 0')
    .max(most, `最多 ${most} ${unit}`)
    .refine(
      (value) => Number(value.toFixed(decimals)) === value,
      decimals === 0 ? '须为整数' : `最多 ${decimals} 位小数`,
    );

const chargeSchema = z
  .strictObject({
    to: z.enum(['person', 'team'], '须为 person（责任人）或 team（责任人所在单位、班组）').meta({
      description: 'person：记责任人，责任人不明时并入单位；team：记所在单位、班组',
    }),
    points: amount(1, 100, '分').default(0).meta({ description: '扣分' }),
    money: amount(2, 100_000, '元').default(0).meta({ description: '扣款，元' }),
  })
  .refine(({ points, money }) => points > 0 || money > 0, '扣分和扣款不能都是 0');

const matchSchema = z
  .strictObject({
    rules: some(id).optional().meta({ description: '规则编号' }),
    kinds: some(z.enum(RISK_KINDS, `须为风险类别之一：${RISK_KINDS.join('、')}`))
      .optional()
      .meta({ description: '风险类别' }),
    severities: some(z.enum(SEVERITIES, `须为 ${SEVERITIES.join('、')} 之一`))
      .optional()
      .meta({ description: '预警等级' }),
    phase: z
      .enum(['early', 'overdue'], '须为 early（临期）或 overdue（已超期）')
      .optional()
      .meta({ description: '只算临期或只算已超期的' }),
  })
  .refine((match) => Object.values(match).some((value) => value !== undefined), '至少写一项条件');

/** `rules/assessment.json`: what a confirmed finding costs (经济责任制考核标准). Messages are for those who write it. */
export const assessmentTableSchema = z.strictObject({
  $schema: z.string().optional(),
  note: z.string().optional(),
  basis: z
    .array(
      z.strictObject({
        document: text,
        article: text.optional(),
        certainty: z.enum(['seen', 'seenUnattributed', 'generalKnowledge', 'assumption']),
        note: z.string().optional(),
      }),
    )
    .optional(),
  monthStartsOn: z
    .int('须为整数')
    .min(1, '须为 1 到 28')
    .max(28, '须为 1 到 28')
    .default(26)
    .meta({ description: '统计月的起始日：26 表示上月 26 日 0 时至本月 25 日 24 时；1 表示自然月' }),
  appealWithin: limitSchema
    .default({ value: 5, unit: 'workingDay' })
    .meta({ description: '自记考核之日起多久内可以申诉' }),
  clauses: z
    .array(
      z.strictObject({
        id: id.meta({ description: '条款编号' }),
        title: text.meta({ description: '条款内容，一句话' }),
        match: matchSchema
          .optional()
          .meta({ description: '哪些查实的预警适用；各项须同时满足。不写的只由巡检项目点名（assess）' }),
        charge: some(chargeSchema).meta({ description: '记谁、扣多少' }),
      }),
      '须为列表',
    )
    .default([])
    .meta({ description: '自上而下，第一条适用的生效' }),
});

export type AssessmentTable = z.output<typeof assessmentTableSchema>;
export type AssessmentClause = AssessmentTable['clauses'][number];

/** Where a rules folder says nothing: nothing is charged. */
export const NO_ASSESSMENT: AssessmentTable = assessmentTableSchema.parse({});

/** JSON Schema (2020-12) of the table, for editors: `rules/assessment.schema.json`. */
export function assessmentTableJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(assessmentTableSchema, { target: 'draft-2020-12', io: 'input' });
  return { ...schema, title: 'yxrisk 经济责任制考核标准' };
}
