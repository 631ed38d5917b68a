import { z } from 'zod';
import type { Limit } from '../calendar/business-calendar.js';
import { BASIS, day, fields, LIMIT, words } from './rule-fields.js';
import type { Basis } from './rule-file.js';

export const PARAMETER_TYPES = ['number', 'string', 'boolean', 'list', 'limit'] as const;
/** What a parameter holds; `limit` is a budget of time and stands in `trigger.limit` only. */
export type ParameterType = (typeof PARAMETER_TYPES)[number];
export type ParameterValue = string | number | boolean | readonly (string | number | boolean)[] | Limit;

/** Values by the parameter's name within its file. */
export type ParameterValues = Readonly<Record<string, ParameterValue>>;

/** `rules/parameters/<group>.json`: numbers and limits that change more often, or differ more, than the rules that use them. */
export interface ParameterFile {
  readonly $schema?: string;
  /** The file's name; a rule names a parameter `group.name`. */
  readonly group: string;
  readonly name: string;
  /** Where the defaults come from. */
  readonly basis: readonly Basis[];
  readonly parameters: Readonly<Record<string, ParameterDeclaration>>;
  /** Overrides by org unit code; they hold for the units below it too. */
  readonly orgUnits?: Readonly<Record<string, ParameterValues>>;
  /** What came into force later, and perhaps ended. */
  readonly sets?: readonly ParameterSet[];
}

export interface ParameterDeclaration {
  readonly name: string;
  readonly type: ParameterType;
  readonly default: ParameterValue;
  /** Bounds of every value of a number. */
  readonly min?: number;
  readonly max?: number;
}

/** Values that hold from a business day on, e.g. since a regulation came into force. */
export interface ParameterSet {
  readonly name: string;
  readonly effectiveFrom: string;
  /** The last day; absent = still in force. */
  readonly effectiveTo?: string;
  readonly basis: readonly Basis[];
  readonly values?: ParameterValues;
  readonly orgUnits?: Readonly<Record<string, ParameterValues>>;
}

const scalar = z.union([z.string().min(1).max(500), z.number(), z.boolean()]);
const value = z
  .union([scalar, z.array(scalar).min(1).max(500), LIMIT])
  .describe('值：数字、文字、true/false、列表，或时限 {"value":…,"unit":…}，须与 type 一致');
const values = z.record(z.string(), value).describe('参数名 → 值');
const byOrgUnit = z.record(z.string(), values).describe('单位编码 → 该单位及其下级单位的值');
const basis = z.array(BASIS).min(1).describe('依据：至少一条');

/** The shape of a parameter file; what the values mean is checked in check-parameters.ts. */
export const PARAMETER_SCHEMA = fields(
  {
    $schema: z.string().optional().describe('指向 parameters.schema.json，编辑器据此提示'),
    group: z
      .string()
      .max(80)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '应为小写字母、数字和连字符，如 supply-reply')
      .describe('参数组编号，与文件名相同；规则中写 组.参数'),
    name: words('参数组名称'),
    basis: basis.describe('默认值的依据：至少一条'),
    parameters: z
      .record(
        z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,60}$/, '参数名应为字母和数字，如 waitingCustomers'),
        fields(
          {
            name: words('参数的中文名称'),
            type: z
              .enum(PARAMETER_TYPES)
              .describe(
                '类型：number 数字，string 文字，boolean 是否，list 列表，limit 时限（用于 trigger.limit）',
              ),
            default: value.describe('默认值：没有别的规定时用它'),
            min: z.number().optional().describe('最小值（仅数字）'),
            max: z.number().optional().describe('最大值（仅数字）'),
          },
          '参数',
        ),
      )
      .describe('参数名 → 参数'),
    orgUnits: byOrgUnit.optional(),
    sets: z
      .array(
        fields(
          {
            name: words('这一组值的名称，如所依据的文件'),
            effectiveFrom: day('从哪一天起施行'),
            effectiveTo: day('施行到哪一天（含）；不写则至今').optional(),
            basis,
            values: values.optional(),
            orgUnits: byOrgUnit.optional(),
          },
          '某日起施行的一组值',
        ),
      )
      .max(200)
      .optional()
      .describe('按施行日期的各组值；没有写到的参数沿用以前的'),
  },
  '规则参数',
);
