import { describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { ruleErrorText } from '../../src/engine/rule-error.js';
import { loadRules } from '../../src/engine/load-rules.js';
import { calendar, ruleWith } from './fixtures.js';
import { catalogue, loadFiles, problemsOf, withRuleFolder } from './rule-folder.js';

const leaf = { fact: 'workOrder.sameCity', operator: 'equal', value: true };
const FORM_OF_EVENT = {
  fact: 'record.unchecked',
  params: { form: 'same' },
  operator: 'isEmpty',
  value: false,
};
const DEADLINE = {
  on: 'deadline',
  start: 'stage.completed',
  stop: 'paper.delivered',
  limit: { value: 1, unit: 'workingDay' },
};

const WINDOW = {
  on: 'window',
  types: ['stage.completed'],
  groupBy: 'operator.id',
  window: { value: 10, unit: 'minute' },
};
const COUNTED = { all: [{ fact: 'window.count', operator: 'greaterThan', value: 3 }] };

/** What is wrong, the fields of the rule that make it so, and the message (all of it, but for the file). */
const MISTAKES: [string, object, string | RegExp][] = [
  ['unknown field', { tilte: 'x' }, /a-rule.json:\d+:3 tilte：没有 "tilte" 这个字段/],
  ['missing field', { name: undefined }, 'a-rule.json:1:1 name：缺少字段 "name"'],
  ['id is not the file name', { id: 'b-rule' }, 'a-rule.json:2:9 id：编号应与文件名相同："a-rule"，现为 "b-rule"'],
  ['id in capitals', { id: 'A-Rule' }, /id：应为小写字母、数字和连字符/],
  ['version zero', { version: 0 }, 'a-rule.json:3:14 version：应至少为 1'],
  ['version as text', { version: '1' }, /version：应为数字，现为 "1"/],
  ['status mistyped', { status: 'activ' }, /status："activ" 不可用，是不是 "active"？；可用：active、shadow、disabled/],
  ['empty name', { name: '' }, /name：不能为空/],
  ['line break in name', { name: 'a\nb' }, /name：不能含换行等控制字符/],
  ['risk kind', { riskPoint: { kind: 'timeouts', clauses: ['x'] } }, /riskPoint.kind："timeouts" 不可用，是不是 "timeout"？/],
  ['clause', { riskPoint: { kind: 'timeout', clauses: ['YXZY-YY-144/1/X1'] } }, /riskPoint.clauses\[0\]：手册条款应为/],
  ['no basis', { basis: [] }, /basis：不能为空列表/],
  ['basis date', { basis: [{ document: 'd', effectiveFrom: '2013-02-30' }] }, /effectiveFrom：应为存在的日期/],
  ['severity', { event: { type: 'alert', params: { ...ruleWith().event.params, severity: 'severe' } } }, /severity："severe" 不可用/],
  ['trigger kind', { trigger: { on: 'events' } }, /trigger.on："events" 不可用，是不是 "event"？/],
  ['trigger without kind', { trigger: {} }, /trigger：缺少字段 "on"|trigger.on：缺少字段 "on"/],
  ['window without a group', { trigger: { ...WINDOW, groupBy: undefined } }, /trigger.groupBy：缺少字段 "groupBy"/],
  ['window of a working day', { trigger: { ...WINDOW, window: { value: 1, unit: 'workingDay' } } }, /trigger.window.unit："workingDay" 不可用.*；可用：minute、calendarHour、calendarDay/],
  ['window of two years', { trigger: { ...WINDOW, window: { value: 731, unit: 'calendarDay' } } }, /trigger.window：窗口过长：最多 366 天/],
  ['window grouped by a path', { trigger: { ...WINDOW, groupBy: 'operator[0]' } }, /trigger.groupBy：应为字段名/],
  ['window without peers', { trigger: { ...WINDOW, among: 'operator.id' } }, /trigger.among：与 groupBy 相同/],
  ['window that resolves', { trigger: WINDOW, conditions: COUNTED, resolveWhen: { all: [leaf] } }, /resolveWhen：窗口规则不写 resolveWhen/],
  ['window that asks for a work order', { trigger: WINDOW, conditions: { all: [leaf] } }, /conditions.all\[0\].fact：窗口规则看的是许多工单的事件，没有 "workOrder.sameCity"/],
  ['window with unknown events', { trigger: { ...WINDOW, named: { errors: ['flow.returned'] } }, conditions: { all: [{ ...COUNTED.all[0], params: { events: 'error' } }] } }, /params.events：trigger.named 中没有 "error"，是不是 "errors"？；可用：errors/],
  ['window with unknown event type', { trigger: { ...WINDOW, named: { errors: ['yxzy.flow.returned'] } } }, /trigger.named.errors\[0\]：不要写 yxzy. 前缀/],
  ['count of a window elsewhere', { conditions: COUNTED }, /"window.count" 只在 window 触发的规则中才有/],
  ['no event types', { trigger: { on: 'event', types: [] } }, /trigger.types：不能为空列表/],
  ['event type as number', { trigger: { on: 'event', types: [5] } }, /trigger.types\[0\]：应为文字或对象 \{…\}，现为 5/],
  ['event type shape', { trigger: { on: 'event', types: ['stage completed'] } }, /trigger.types\[0\]：应为事件类型，如 stage.completed/],
  ['event type prefix', { trigger: { on: 'event', types: ['yxzy.stage.completed'] } }, /trigger.types\[0\]：不要写 yxzy. 前缀/],
  ['selector field', { trigger: { on: 'event', types: [{ type: 'stage.completed', stag: 'x' }] } }, /types\[0\].stag：没有 "stag" 这个字段，是不是 "stage"/],
  ['selector stage', { trigger: { on: 'event', types: [{ type: 'stage.completed', stage: '业务受力' }] } }, /types\[0\].stage：目录中没有环节 "业务受力"，是不是 "业务受理"/],
  ['same in an event trigger', { trigger: { on: 'event', types: [{ type: 'stage.completed', stage: 'same' }] } }, /types\[0\].stage：same 只用于 stop/],
  ['limit of half a day', { trigger: { ...DEADLINE, limit: { value: 0.5, unit: 'workingDay' } } }, /limit.value：单位为 workingDay 时应为整数/],
  ['limit of zero', { trigger: { ...DEADLINE, limit: { value: 0, unit: 'minute' } } }, /limit.value：应大于 0/],
  ['limit unit', { trigger: { ...DEADLINE, limit: { value: 1, unit: 'day' } } }, /limit.unit："day" 不可用/],
  ['roll of working days', { trigger: { ...DEADLINE, limit: { value: 1, unit: 'workingDay', rollToWorkingDay: true } } }, /rollToWorkingDay：只用于 calendarDay 和 month/],
  ['warning at the end', { trigger: { ...DEADLINE, warnAt: [1] } }, /warnAt\[0\]：应小于 1/],
  ['stop as list of numbers', { trigger: { ...DEADLINE, stop: ['stage.completed', 7] } }, /trigger.stop\[1\]：应为文字或对象/],
  ['restart with stages', { trigger: { ...DEADLINE, restart: true }, appliesTo: { stages: ['业务受理'] } }, /trigger.restart：restart 的时限看整张工单/],
  ['unknown moment', { trigger: { on: 'sweep', job: 'end-of-dya', subject: 'workOrder' } }, /trigger.job：日历中没有时刻 "end-of-dya"，是不是 "end-of-day"？；可用：end-of-day/],
  ['a minute of what is no feed', { trigger: { on: 'sweep', job: 'every-minute', subject: 'hall' } }, /trigger.job：日历中没有时刻 "every-minute"/],
  ['unknown process', { appliesTo: { processes: ['高压新庄'] } }, /appliesTo.processes\[0\]：目录中没有业务类型 "高压新庄"，是不是 "高压新装"/],
  ['unknown stage', { appliesTo: { stages: ['业务受里'] } }, /appliesTo.stages\[0\]：目录中没有环节 "业务受里"，是不是 "业务受理"/],
  ['stage of another process', { appliesTo: { processes: ['高压新装'], stages: ['资料归档'] } }, /appliesTo.stages\[0\]：环节 "资料归档" 不属于 appliesTo.processes 所列的业务类型；可用：业务受理、现场勘查/],
  ['unknown work item', { appliesTo: { workItems: ['YXZY-YY-999'] } }, /appliesTo.workItems\[0\]：目录中没有作业项/],
  ['unknown exception', { appliesTo: { except: { processes: ['没有'] } } }, /appliesTo.except.processes\[0\]：目录中没有业务类型/],
  ['conditions as list', { conditions: [leaf] }, /conditions：条件应为对象 \{…\}/],
  ['leaf at the top', { conditions: { operator: 'equal' } }, /conditions：最外层应为 all（全部成立）、any（任一成立）或 not（不成立）/],
  ['empty all', { conditions: { all: [] } }, /conditions.all：all 不能为空列表（空列表会永远命中）/],
  ['empty any inside', { conditions: { all: [{ any: [] }] } }, /conditions.all\[0\].any：any 不能为空列表/],
  ['not as list', { conditions: { not: [leaf] } }, /conditions.not：not 应为一个条件/],
  ['all and any', { conditions: { all: [leaf], any: [leaf] } }, /conditions：all、any 只能有一个/],
  ['path', { conditions: { all: [{ ...leaf, path: '$..x' }] } }, /conditions.all\[0\].path：不允许使用 path/],
  ['path in value', { conditions: { all: [{ ...leaf, value: { fact: 'handover.recorded', path: '$.x' } }] } }, /value.path：不允许使用 path/],
  ['priority', { conditions: { all: [{ ...leaf, priority: 5 }] } }, /priority：不需要 priority/],
  ['shared condition', { conditions: { all: [{ condition: 'x' }] } }, /conditions.all\[0\].condition：conditions 文件夹中没有共用条件 "x"/],
  ['unknown fact', { conditions: { all: [{ ...leaf, fact: 'workOrder.samecity' }] } }, 'a-rule.json:26:17 conditions.all[0].fact：没有名为 "workOrder.samecity" 的事实，是不是 "workOrder.sameCity"？；可用：workOrder.sameCity'],
  ['fact as number', { conditions: { all: [{ ...leaf, fact: 5 }] } }, /fact：应为事实名称，现为 5/],
  ['fact of a prototype', { conditions: { all: [{ ...leaf, fact: 'toString' }] } }, /没有名为 "toString" 的事实/],
  ['unknown operator', { conditions: { all: [{ ...leaf, operator: 'equals' }] } }, /operator：没有操作符 "equals"，是不是 "equal".*；可用：equal、notEqual、isPresent/],
  ['decorated operator', { conditions: { all: [{ ...leaf, operator: 'not:equal' }] } }, /没有操作符 "not:equal"/],
  ['operator on a wrong type', { conditions: { all: [{ ...leaf, operator: 'greaterThan', value: 1 }] } }, /操作符 "greaterThan" 不能用于 boolean 类的 "workOrder.sameCity"；可用：equal、notEqual、isPresent/],
  ['date compared by equal', { conditions: { all: [{ fact: 'now', operator: 'equal', value: '2026-01-01' }] } }, /操作符 "equal" 不能用于 date 类的 "now"；可用：before、onOrBefore/],
  ['presence of what is always known', { conditions: { all: [{ fact: 'handover.recorded', operator: 'isPresent', value: true }] } }, /"handover.recorded" 总是已知的/],
  ['form of no event', { trigger: DEADLINE, conditions: { all: [{ ...FORM_OF_EVENT }] } }, /conditions.all\[0\].params.form：参数 "form" 的 same 指触发事件的/],
  ['form of no event, in resolveWhen', { resolveWhen: { all: [{ ...FORM_OF_EVENT }] } }, /resolveWhen.all\[0\].params.form：参数 "form" 的 same 指触发事件的/],
  ['no value', { conditions: { all: [{ fact: 'workOrder.sameCity', operator: 'equal' }] } }, /conditions.all\[0\].value：缺少字段 "value"/],
  ['value of a wrong type', { conditions: { all: [{ ...leaf, value: 'true' }] } }, /"equal" 的 value 应为true 或 false，现为 "true"/],
  ['null value', { conditions: { all: [{ ...leaf, value: null }] } }, /"equal" 的 value 应为/],
  ['number as text', { conditions: { all: [{ fact: 'workOrder.returns', operator: 'greaterThan', value: '2' }] } }, /"greaterThan" 的 value 应为数字（不加引号），现为 "2"/],
  ['in without a list', { conditions: { all: [{ fact: 'workOrder.process', operator: 'in', value: '高压新装' }] } }, /"in" 的 value 应为不空的列表/],
  ['in an empty list', { conditions: { all: [{ fact: 'workOrder.process', operator: 'in', value: [] }] } }, /"in" 的 value 应为不空的列表/],
  ['date that does not exist', { conditions: { all: [{ fact: 'now', operator: 'after', value: '2026-02-30' }] } }, /"after" 的 value 应为 "YYYY-MM-DD"/],
  ['unknown format', { conditions: { all: [{ fact: 'event.data', params: { field: 'p' }, operator: 'hasFormat', value: 'mobile' }] } }, /"hasFormat" 的 value 应为格式名称，现为 "mobile"，是不是 "mobilePhone"？/],
  ['regular expression', { conditions: { all: [{ fact: 'event.data', params: { field: 'p' }, operator: 'matches', value: '(a+)+$' }] } }, /没有操作符 "matches"/],
  ['length of half', { conditions: { all: [{ fact: 'workOrder.process', operator: 'lengthAtLeast', value: 1.5 }] } }, /应为不小于 1 的整数/],
  ['other fact of another type', { conditions: { all: [{ fact: 'now', operator: 'after', value: { fact: 'workOrder.process' } }] } }, /value.fact：不能与 string 类的 "workOrder.process" 比较；可用：date 类的事实/],
  ['other fact where none fits', { conditions: { all: [{ fact: 'now', operator: 'isWorkingDay', value: { fact: 'handover.recorded' } }] } }, /"isWorkingDay" 的 value 不能是另一个事实/],
  ['unknown parameter', { conditions: { all: [{ fact: 'record.entered', params: { from: 'x' }, operator: 'equal', value: true }] } }, /params.from：事实 "record.entered" 没有参数 "from"，是不是 "form"？；可用：form、stage/],
  ['parameter where there is none', { conditions: { all: [{ ...leaf, params: { x: 1 } }] } }, /params.x：事实 "workOrder.sameCity" 不带参数/],
  ['missing parameter', { conditions: { all: [{ fact: 'document.received', operator: 'equal', value: true }] } }, /事实 "document.received" 缺少参数 "document"（资料名称）/],
  ['parameter of a wrong type', { conditions: { all: [{ fact: 'document.missing', params: { documents: '身份证' }, operator: 'isEmpty', value: false }] } }, /params.documents：参数 "documents" 应为不空的文字列表/],
  ['params as text', { conditions: { all: [{ fact: 'document.received', params: '身份证', operator: 'equal', value: true }] } }, /params：params 应为对象/],
  ['unknown role', { conditions: { all: [{ fact: 'signature.missing', params: { document: 'd', roles: ['customr'] }, operator: 'isEmpty', value: false }] } }, /params.roles\[0\]：参数 "roles" 不可为 "customr"，是不是 "customer"/],
  ['unknown stage in a parameter', { conditions: { all: [{ fact: 'stage.sent', params: { stage: '业务' }, operator: 'equal', value: true }] } }, /params.stage：目录中没有环节 "业务"，是不是 "业务受理"/],
  ['span from no date', { conditions: { all: [{ fact: 'elapsed.minutes', params: { from: 'workOrder.process' }, operator: 'greaterThan', value: 5 }] } }, /params.from：参数 "from" 应为日期类事实，"workOrder.process" 是 string/],
  ['span from a fact that needs parameters', { conditions: { all: [{ fact: 'elapsed.minutes', params: { from: 'milestone.at' }, operator: 'greaterThan', value: 5 }] } }, /params.from：事实 "milestone.at" 缺少参数 "name"/],
  ['event fact in a deadline rule', { trigger: DEADLINE, conditions: { all: [{ fact: 'event.type', operator: 'equal', value: 'x' }] } }, /"event.type" 只在 event 触发的规则中才有，本规则由 deadline 触发/],
  ['clock fact in an event rule', { conditions: { all: [{ fact: 'clock.phase', operator: 'equal', value: 'early' }] } }, /"clock.phase" 只在 deadline 触发的规则中才有/],
  ['unknown fact in a title', { event: { type: 'alert', params: { ...ruleWith().event.params, title: '{{workOrder.number}}' } } }, /event.params.title：没有名为 "workOrder.number" 的事实/],
  ['script in a title', { event: { type: 'alert', params: { ...ruleWith().event.params, title: '{{constructor.constructor("x")()}}' } } }, /event.params.title：/],
  ['open braces', { event: { type: 'alert', params: { ...ruleWith().event.params, advice: '{{workOrder.no}' } } }, /event.params.advice：花括号没有配对/],
  ['a person in a title', { event: { type: 'alert', params: { ...ruleWith().event.params, advice: '致电 {{contactCard.field(field=phone)}}' } } }, /event.params.advice：.*是个人信息/],
  ['resolveWhen', { resolveWhen: { all: [{ ...leaf, fact: 'nope' }] } }, /resolveWhen.all\[0\].fact：没有名为 "nope" 的事实/],
  ['escalation', { escalation: [{ after: { value: 1, unit: 'hour' }, to: 'x' }] }, /escalation\[0\].after.unit："hour" 不可用/],
  ['no test that hits', { tests: [...ruleWith().tests.slice(1), { name: 'x', facts: { 'workOrder.sameCity': false }, expect: 'no_hit' }] }, /tests：至少要有一个 expect 为 "hit" 的用例/],
  ['no test that does not hit', { tests: [...ruleWith().tests.slice(0, 1), { name: 'x', facts: { 'workOrder.sameCity': true }, expect: 'hit' }] }, /tests：至少要有一个 expect 为 "no_hit" 的用例/],
  ['tests of one name', { tests: [...ruleWith().tests, ruleWith().tests[0]] }, /tests\[2\].name：用例名称 "是" 重复/],
  ['unknown fact in a test', { tests: [{ name: 'x', facts: { sameCity: true }, expect: 'hit' }, ...ruleWith().tests] }, /tests\[0\].facts.sameCity：没有名为 "sameCity" 的事实，是不是 "workOrder.sameCity"/],
  ['value of a test', { tests: [{ name: 'x', facts: { 'workOrder.sameCity': 'yes' }, expect: 'hit' }, ...ruleWith().tests] }, /"workOrder.sameCity" 的值应为 true 或 false，现为 "yes"/],
  ['time of a test without hours', { tests: [{ name: 'x', facts: { now: '2026-01-01' }, expect: 'hit' }, ...ruleWith().tests] }, /"now" 的值应为时刻 "YYYY-MM-DD HH:mm"/],
  ['key of a test', { tests: [{ name: 'x', facts: { 'document.received(document=a': true }, expect: 'hit' }, ...ruleWith().tests] }, /写法有误：应有 "\)"/],
  ['parameter in a test', { tests: [{ name: 'x', facts: { 'document.received(doc=a)': true }, expect: 'hit' }, ...ruleWith().tests] }, /没有参数 "doc"/],
  ['one fact twice in a test', { tests: [{ name: 'x', facts: { 'document.missing(documents=[a])': [], 'document.missing(documents=["a"])': [] }, expect: 'hit' }, ...ruleWith().tests] }, /事实 "document.missing\(documents=\[a\]\)" 重复/],
  ['test that fails', { tests: [...ruleWith().tests, { name: '反', facts: { 'workOrder.sameCity': false }, expect: 'hit' }] }, /tests\[2\]：用例 "反" 未通过：应为 hit，实为 no_hit/],
  ['test that lacks a fact', { tests: [...ruleWith().tests, { name: '缺', facts: {}, expect: 'hit' }] }, /用例 "缺" 未通过：应为 hit，实为 not_evaluated，缺少 workOrder.sameCity/],
]; // prettier-ignore

describe('a mistake in a rule file is told with its place and what would be right', () => {
  it.each(MISTAKES)('%s', async (_what, fields, message) => {
    const problems = await problemsOf({ 'a-rule.json': { ...ruleWith(), ...fields } });
    expect(problems).toContainEqual(typeof message === 'string' ? message : expect.stringMatching(message));
  });

  it('points at line and column of the very value, in characters', async () => {
    const text = JSON.stringify({ ...ruleWith(), name: '规则' }).replace(
      '"name":"规则",',
      '"name":"规则","版":1,',
    );
    const [problem] = await problemsOf({ 'a-rule.json': text });
    expect(problem).toMatch(new RegExp(`^a-rule.json:1:${text.indexOf('"版"') + 1} 版：`));
  });

  it('tells all mistakes of all files at once', async () => {
    const problems = await problemsOf({
      'a/a-rule.json': { ...ruleWith(), version: 0, name: '', conditions: { all: [{ ...leaf, fact: 'x' }, { ...leaf, operator: 'y' }] } },
      'b/b-rule.json': { ...ruleWith(), status: 'on' },
      'c/c-rule.json': '{',
    }); // prettier-ignore
    expect(problems.map((problem) => problem.split('：')[0]?.replace(/:\d+:\d+/, ''))).toEqual([
      'a/a-rule.json version',
      'a/a-rule.json name',
      'a/a-rule.json conditions.all[0].fact',
      'a/a-rule.json conditions.all[1].operator',
      'b/b-rule.json status',
      'c/c-rule.json',
    ]);
  });

  it('asks for a value of what is always known, where a test relies on its absence', async () => {
    const rule = ruleWith({
      conditions: { all: [{ fact: 'handover.recorded', operator: 'equal', value: false }] },
      tests: [
        { name: '无', facts: { 'handover.recorded': false }, expect: 'hit' },
        { name: '有', facts: { 'handover.recorded': true }, expect: 'no_hit' },
        { name: '不知', facts: {}, expect: 'not_evaluated' },
      ],
    });
    expect(await problemsOf({ 'a-rule.json': rule })).toEqual([
      expect.stringMatching(/用例 "不知" 未通过：handover.recorded 实际总是已知的/),
    ]);
  });

  it('finds a fact that a test gives with other parameters than the conditions ask for', async () => {
    const rule = ruleWith({
      conditions: {
        all: [{ fact: 'document.received', params: { document: '甲' }, operator: 'equal', value: true }],
      },
      tests: [
        { name: '是', facts: { 'document.received(document=乙)': true }, expect: 'hit' },
        { name: '否', facts: { 'document.received(document=甲)': false }, expect: 'no_hit' },
      ],
    });
    expect(await problemsOf({ 'a-rule.json': rule })).toEqual([
      expect.stringMatching(/用例给出的 document.received\(document=乙\) 在条件中没有用到/),
    ]);
  });
});

const deep = (levels: number) => '['.repeat(levels) + ']'.repeat(levels);
const HOSTILE: [string, string | Uint8Array, RegExp][] = [
  ['nested 10,000 deep', deep(10_000), /嵌套过深：最多 24 层/],
  ['conditions nested 5,000 deep', JSON.stringify(ruleWith()).replace('"all":', `"all":${'[{"all":'.repeat(5000)}`), /嵌套过深/],
  ['__proto__', '{"__proto__":{"polluted":true}}', /1:2 ：?字段名 "__proto__" 不允许使用|字段名 "__proto__" 不允许使用/],
  ['constructor', '{"id":"a-rule","constructor":{"prototype":{}}}', /字段名 "constructor" 不允许使用/],
  ['escaped __proto__', '{"\\u005f_proto__":1}', /字段名 "__proto__" 不允许使用/],
  ['100,000 values', `[${'1,'.repeat(99_999)}1]`, /内容过多：最多 10000 个值/],
  ['a megabyte', `"${'x'.repeat(1_000_000)}"`, /文件过大：1000002 字节/],
  ['a number beyond all bounds', '{"version":1e999}', /数字 1e999 过大/],
  ['NaN', '{"version":NaN}', /此处的 "N" 不是 JSON 的值/],
  ['a repeated key', '{"id":"a","id":"b"}', /字段 "id" 重复/],
  ['a comment', '{\n  // hello\n}', /a-rule.json:2:3：此处应为带双引号的字段名/],
  ['a trailing comma', '{"id":"a",}', /此处应为带双引号的字段名（注意去掉多余的逗号）/],
  ['a trailing comma in a list', '{"a":[1,]}', /此处缺少值（\] 之前有多余的逗号？）/],
  ['Chinese quotes', '{"id":“a”}', /文字须用英文双引号 "，不能用 “/],
  ['a Chinese comma', '{"id":"a"，"b":1}', /此处应为逗号 "," 或 "}"/],
  ['half a file', '{"id":"a-rule","na', /文字缺少结尾的双引号/],
  ['a file that ends early', '{"id":', /文件不完整：内容到此中断/],
  ['an empty file', '', /文件不完整/],
  ['two values', '{} {}', /文件末尾有多余的内容/],
  ['leading zeros', '{"version":01}', /不是 JSON 的值/],
  ['a line break in a text', '{"name":"a\nb"}', /文字缺少结尾的双引号/],
  ['GBK', Uint8Array.from([0x7b, 0x22, 0xb9, 0xe6, 0xd4, 0xf2, 0x22, 0x3a, 0x31, 0x7d]), /文件不是 UTF-8 编码（可能是 GBK）/],
  ['null', 'null', /应为对象 \{…\}，现为 null/],
  ['a list', '[]', /应为对象 \{…\}，现为 \[\]/],
]; // prettier-ignore

describe('a hostile or broken file is refused with a clear reason', () => {
  it.each(HOSTILE)('%s', async (_what, text, message) => {
    const problems = await problemsOf({ 'a-rule.json': text });
    expect(problems).toContainEqual(expect.stringMatching(message));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});

describe('loading a folder', () => {
  it('lets feeds be looked at every minute, and event rules ask for the form of their event', async () => {
    const feed = ruleWith({ id: 'feed', trigger: { on: 'sweep', job: 'every-minute', subject: 'feed' } });
    const form = ruleWith({
      id: 'form',
      conditions: { all: [FORM_OF_EVENT] },
      tests: [
        { name: '有', facts: { 'record.unchecked(form=same)': ['甲'] }, expect: 'hit' },
        { name: '无', facts: { 'record.unchecked(form=same)': [] }, expect: 'no_hit' },
      ],
    });
    expect(await problemsOf({ 'feed.json': feed, 'form.json': form })).toEqual([]);
  });

  it('takes the rules of all folders and leaves alone what is something else', async () => {
    const result = await loadFiles({
      'a-rule.json': ruleWith(),
      'deep/er/b-rule.json': ruleWith({ id: 'b-rule' }),
      'off/c-rule.json': ruleWith({ id: 'c-rule', status: 'disabled' }),
      '_template.json': '{',
      'deep/_draft.json': '{',
      '.hidden.json': '{',
      'catalogue/x.json': '{',
      'calendars/x.json': '{',
      'inspections/x.json': '{',
      '_retired/x.json': '{',
      'org-units.json': '{',
      'rule.schema.json': '{',
      'README.md': '#',
    });
    if (!('ruleSet' in result)) throw new Error(result.errors.map(ruleErrorText).join('\n'));
    expect(result.ruleSet.rules.map((rule) => rule.key)).toEqual(['a-rule@1', 'b-rule@1']);
    expect(result.files.map(({ file }) => file)).toEqual([
      'a-rule.json',
      'deep/er/b-rule.json',
      'off/c-rule.json',
    ]);
    expect(result.ruleSet.byId('b-rule')?.version).toBe(1);
    expect(result.ruleSet.byId('c-rule')).toBeUndefined();
    expect(result.warnings).toEqual([]);
  });

  it('takes a file with a byte order mark, as some editors write it', async () => {
    expect(await problemsOf({ 'a-rule.json': `\uFEFF${JSON.stringify(ruleWith())}` })).toEqual([]);
  });

  it('refuses an id that two folders use', async () => {
    expect(await problemsOf({ 'a/a-rule.json': ruleWith(), 'b/a-rule.json': ruleWith() })).toEqual([
      'b/a-rule.json:2:9 id：规则编号 "a-rule" 与 a/a-rule.json 重复',
    ]);
  });

  it('warns of an event type nobody knows, and loads', async () => {
    const result = await loadFiles({
      'a-rule.json': ruleWith({ trigger: { on: 'event', types: ['stage.complete', 'A_SUBMITTED', '*'] } }),
    });
    expect(result.warnings.map(ruleErrorText)).toEqual([
      expect.stringMatching(
        /trigger.types\[0\]："stage.complete" 不是已知的事件类型，是不是 "stage.completed"/,
      ),
      expect.stringMatching(/"A_SUBMITTED" 不是已知的事件类型/),
    ]);
    expect('ruleSet' in result).toBe(true);
  });

  it('does not check names of processes where there is no catalogue', async () => {
    const rule = ruleWith({ appliesTo: { processes: ['贷款'], stages: ['审批'] } });
    await withRuleFolder({ 'a-rule.json': rule }, async (dir) => {
      expect(await loadRules({ dir, calendar })).toHaveProperty('ruleSet');
      expect(await loadRules({ dir, calendar, catalogue })).toHaveProperty('errors');
    });
  });

  it('gives a hash that changes with any content and with nothing else', async () => {
    const hashOf = async (files: Record<string, object>) => {
      const result = await loadFiles(files);
      if (!('ruleSet' in result)) throw new Error('did not load');
      return result.ruleSet.hash;
    };
    const one = ruleWith();
    const turned = Object.fromEntries(Object.entries(one).reverse());
    const two = ruleWith({ id: 'b-rule' });
    const base = await hashOf({ 'a-rule.json': one, 'b-rule.json': two });
    expect(await hashOf({ 'z/a-rule.json': turned, 'b-rule.json': two })).toBe(base);
    expect(await hashOf({ 'a-rule.json': ruleWith({ version: 2 }), 'b-rule.json': two })).not.toBe(base);
    expect(await hashOf({ 'a-rule.json': one })).not.toBe(base);
  });

  it('says which folder cannot be read', async () => {
    await expect(loadRules({ dir: '/no/such/folder', calendar })).rejects.toThrow(
      '规则文件夹 "/no/such/folder" 读不出来',
    );
  });

  it('takes the template as it is, but for its name', async () => {
    const template = await readFile(new URL('../../rules/_template.json', import.meta.url), 'utf8');
    expect(await problemsOf({ 'rule-id-same-as-file-name.json': template })).toEqual([]);
  });
});
