import { z } from 'zod';
import { CUSTOMER_CLASSES } from '../events/event-types.js';
import { isDay, isInstantText } from './moments.js';
import { BASIS, fields, LIMIT, names, words } from './rule-fields.js';
import { RISK_KINDS, SEVERITIES, WINDOW_UNITS } from './rule-file.js';
import { namesOf } from './schema-names.js';
import { SNIPPETS } from './schema-snippets.js';

/**
 * The shape of a rule file. Unknown fields are refused. What a shape cannot say (facts, operators, types,
 * names of the catalogue) is checked in check-rule.ts. Descriptions are for rule authors: they end up in
 * `rules/rule.schema.json`, from which editors complete and explain.
 */
const SUBJECTS = ['workOrder', 'hall', 'orgUnit', 'account', 'feed'] as const;
export const RULE_STATUSES = ['active', 'shadow', 'disabled'] as const;

/** Short event type: words with dots; `*` = every type. Other systems' types may be named in full. */
export const EVENT_TYPE_PATTERN = /^(\*|[A-Za-z][\w-]*(\.[\w-]+)*)$/;
/** A clause of the manual: work item / stage no. / Q requirement, R risk, C control + no. */
export const CLAUSE_PATTERN = /^(YXZY-YY-\d{3}\/\d+\/[QRC]\d+|(?!YXZY).+)$/u;

const eventType = z
  .string()
  .max(100)
  .regex(EVENT_TYPE_PATTERN, '应为事件类型，如 stage.completed；* 表示所有类型')
  .refine((type) => !type.startsWith('yxzy.'), '不要写 yxzy. 前缀，如 stage.completed')
  .describe('事件类型，不带 yxzy. 前缀；* 表示所有类型')
  .meta(namesOf('eventType'));

const selector = z
  .union([
    eventType,
    fields(
      {
        type: eventType,
        stage: words('环节名称；same 表示时限所在环节（stage.*、flow.* 停止事件的默认值）；any 不限')
          .meta(namesOf('stageOrAny'))
          .optional(),
        where: z
          .record(z.string(), z.json())
          .optional()
          .describe('事件 data 中的字段应等于的值，可用点号取下级'),
        has: names('事件 data 中须有内容的字段（不为空文字、空列表），可用点号取下级').optional(),
      },
      '带条件的事件',
    ),
  ])
  .describe('事件类型，或带环节、字段条件的事件');
const selectors = z.union([...selector.options, z.array(selector).min(1).max(100)]);

function field(zh: string): z.ZodString {
  return words(zh, 100).regex(
    /^[\p{L}_][\p{L}\p{N}_-]*(\.[\p{L}_][\p{L}\p{N}_-]*)*$/u,
    '应为字段名，可用点号取下级，如 operator.id',
  );
}

const trigger = z
  .discriminatedUnion('on', [
    fields(
      {
        on: z.literal('event').describe('事件发生时判断'),
        types: z.array(selector).min(1).max(100).describe('哪些事件发生时判断'),
      },
      '事件触发',
    ),
    fields(
      {
        on: z.literal('deadline').describe('时限临期、到期时判断'),
        start: selectors.describe('从哪个事件起算'),
        stop: selectors.describe('哪个事件使时限停止'),
        limit: z
          .union([
            LIMIT,
            fields(
              {
                parameter: words('时限类参数，组.参数，如 supply-reply.lowVoltage').meta(
                  namesOf('limitParameter'),
                ),
              },
              '取自参数的时限',
            ),
          ])
          .describe('时限，或取自参数的时限 {"parameter":"组.参数"}'),
        warnAt: z
          .array(z.number().gt(0).lt(1))
          .min(1)
          .max(10)
          .optional()
          .describe('用去多少比例时临期提醒，如 [0.8]'),
        restart: z.boolean().optional().describe('每次起算事件都重新计时（查长时间无进展）；默认 false'),
        per: words('逐一计时：事件 data 中的字段，如 form 表示每张表单各自计时').optional(),
        pausedBy: z
          .enum(['customer', 'any', 'none'])
          .optional()
          .describe('哪一方的中止使计时暂停：customer 客户（默认），any 任一方，none 不暂停'),
        startDay: z.enum(['excluded', 'included']).optional().describe('起算当日是否计入；默认按日历文件'),
      },
      '时限触发',
    ),
    fields(
      {
        on: z.literal('sweep').describe('每日定时巡检时判断'),
        job: words('日历文件 moments 中的时刻名称，如 end-of-day').meta(namesOf('moment')),
        subject: z.enum(SUBJECTS).describe('巡检对象'),
        each: z.literal('stage').optional().describe('stage：对每个环节分别判断；默认只看最近环节'),
      },
      '巡检触发',
    ),
    fields(
      {
        on: z.literal('window').describe('在一连串事件上看一段时间：次数、比例、合计'),
        types: z.array(selector).min(1).max(100).describe('哪些事件算在内'),
        groupBy: field(
          '按什么分组，一组一个窗口：subject 事件主体（营业厅、工单），orgUnit 单位，operator.id 操作员，或事件 data 的其他字段',
        ),
        among: z
          .union([z.literal('*'), field('同类的共同字段，如 orgUnit：同一单位的各组互为同类')])
          .optional()
          .describe('与同类比较时，同类的共同字段；* 表示全部互为同类'),
        window: fields(
          {
            value: z.number().positive().max(100_000).describe('数量'),
            unit: z
              .enum(WINDOW_UNITS)
              .describe('单位：minute 分钟，calendarHour 小时，calendarDay 天（24 小时）'),
          },
          '窗口长度：从所判断的事件往前推这么久',
        ),
        named: z
          .record(
            z.string().regex(/^[A-Za-z][A-Za-z0-9]{0,60}$/, '名称应为字母和数字，如 errors'),
            z.array(selector).min(1).max(100),
          )
          .optional()
          .describe('给其中一部分事件起名，window.* 事实用参数 events 引用'),
        carry: z
          .boolean()
          .optional()
          .describe('窗口之前最近一次采样在窗口开始时仍有效（排队人数等）；默认 false'),
        keepOpen: z
          .boolean()
          .optional()
          .describe('条件不再成立时预警仍保留；默认 false，同组下一事件时自动解除'),
      },
      '窗口触发',
    ),
  ])
  .describe('何时判断：event 事件，deadline 时限，sweep 巡检，window 一段时间内的次数、比例')
  .meta(SNIPPETS.trigger);

const except = fields(
  {
    processes: names('除外的业务类型', 'process').optional(),
    stages: names('除外的环节，可用 * 代表任意文字', 'stagePattern').optional(),
    stageKinds: names('除外的环节类别', 'stageKind').optional(),
    workItems: names('除外的作业项编号', 'workItem').optional(),
    customerClasses: z.array(z.enum(CUSTOMER_CLASSES)).min(1).optional().describe('除外的客户类别'),
    orgUnits: names('除外的单位编码，含其下级单位', 'orgUnit').optional(),
  },
  '除外情形；没有告知的不算除外',
);
const appliesTo = fields(
  {
    subject: z.enum(SUBJECTS).optional().describe('对象类型；默认不限'),
    processes: names('业务类型，满足其一；默认不限', 'process').optional(),
    stages: names('环节，满足其一，可用 * 代表任意文字，如 "*归档"；默认不限', 'stagePattern').optional(),
    stageKinds: names('环节类别，如 受理、勘查，满足其一；默认不限', 'stageKind').optional(),
    workItems: names('作业项编号 YXZY-YY-nnn，满足其一；默认不限', 'workItem').optional(),
    customerClasses: z
      .array(z.enum(CUSTOMER_CLASSES))
      .min(1)
      .optional()
      .describe('客户类别，满足其一；默认不限'),
    orgUnits: names('单位编码，含其下级单位，满足其一；默认不限', 'orgUnit').optional(),
    except: except.optional(),
  },
  '适用范围：各项须同时满足',
);

/** Stand-ins for what conditions are; checked by check-conditions.ts, described by condition-json-schema.ts. */
const conditions = z.any().meta({ id: 'conditions' });

const test = fields(
  {
    name: words('用例说明'),
    facts: z
      .record(z.string(), z.json())
      .describe('事实的值，键为 "事实" 或 "事实(参数=值,…)"；时刻写 "YYYY-MM-DD HH:mm"；未写的事实视为未知'),
    expect: z
      .enum(['hit', 'no_hit', 'not_evaluated'])
      .describe('hit 命中，no_hit 不命中，not_evaluated 事实缺失不能判断'),
  },
  '用例',
).meta(SNIPPETS.test);

const time = z
  .string()
  .max(40)
  .refine((text) => isDay(text) || isInstantText(text), '应为 "YYYY-MM-DD HH:mm" 或带时区的时刻')
  .describe('时刻，如 2026-01-05 09:00（业务时间）');

const sequence = fields(
  {
    name: words('用例说明'),
    events: z
      .array(
        fields(
          {
            type: eventType,
            time,
            recordedTime: time.optional().describe('录入时刻（补录）'),
            subject: words('工单号、营业厅或单位编码；默认都是同一个', 128).optional(),
            data: z.record(z.string(), z.json()).optional().describe('事件的 data'),
          },
          '一个事件',
        ),
      )
      .min(1)
      .max(500)
      .describe('依次发生的事件'),
    until: time.optional().describe('看到什么时候为止；默认到最后一个事件'),
    expect: z
      .array(
        fields(
          {
            at: time.describe('预警产生的时刻'),
            closed: time.optional().describe('自动解除的时刻；不写表示到最后还没有解除'),
            phase: z.enum(['early', 'overdue']).optional().describe('时限规则：early 临期，overdue 超期'),
            stage: words('所在环节').optional(),
          },
          '一条应有的预警',
        ),
      )
      .max(100)
      .describe('应当产生的全部预警；[] 表示不应有预警'),
  },
  '事件序列用例：连同 trigger、appliesTo 和计时一起检验',
).meta(SNIPPETS.sequence);

/** A rule file as a whole. */
export const RULE_SCHEMA = fields(
  {
    $schema: z.string().optional().describe('指向 rule.schema.json，编辑器据此提示'),
    id: z
      .string()
      .max(80)
      .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, '应为小写字母、数字和连字符，如 no-contact-card')
      .describe('规则编号，与文件名相同'),
    version: z.int().min(1).max(1_000_000).describe('版本号；改动规则时加 1'),
    status: z.enum(RULE_STATUSES).describe('active 启用，shadow 试运行（只记录不通知），disabled 停用'),
    name: words('规则名称'),
    riskPoint: fields(
      {
        kind: z.enum(RISK_KINDS).describe('风险类别'),
        clauses: z
          .array(
            words('条款').regex(
              CLAUSE_PATTERN,
              '手册条款应为 YXZY-YY-nnn/环节序号/Q|R|C序号，如 YXZY-YY-145/3/Q3',
            ),
          )
          .min(1)
          .describe('对应的手册条款，如 YXZY-YY-145/3/Q3；其他手册可写文字'),
      },
      '风险点',
    ),
    basis: z.array(BASIS).min(1).describe('依据：至少一条'),
    appliesTo: appliesTo.optional(),
    trigger,
    conditions: conditions.describe('条件：全部（all）、任一（any）、非（not）的组合'),
    event: fields(
      {
        type: z.literal('alert').describe('目前只有 alert 预警'),
        params: fields(
          {
            severity: z.enum(SEVERITIES).describe('等级：low 蓝，medium 黄，high 橙，critical 红'),
            title: words('标题，可用 {{事实}} 填入，如 {{workOrder.no}}'),
            advice: words('处理建议，可用 {{事实}} 填入', 1000),
            assignTo: words('处理人角色，如 shift-supervisor', 80).meta(namesOf('post')),
          },
          '预警内容',
        ),
      },
      '命中时产生的预警',
    ),
    resolveWhen: conditions.optional().describe('这些条件成立时预警自动解除（证据已到）'),
    escalation: z
      .array(fields({ after: LIMIT, to: words('升级到的角色', 80).meta(namesOf('post')) }, '一级升级'))
      .max(10)
      .optional()
      .describe('逾期未处理时的升级'),
    tests: z.array(test).min(2).max(200).describe('用例：至少一个 hit 和一个 no_hit，最好有边界值'),
    sequences: z
      .array(sequence)
      .max(100)
      .optional()
      .describe('事件序列用例：这些事件应当产生哪些预警、在什么时刻'),
  },
  '风险规则',
);
