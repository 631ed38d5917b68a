/** What editors offer to write, as VS Code reads it from a JSON Schema. `$1` … are the places to fill in, in order. */
interface Snippet {
  readonly label: string;
  readonly description?: string;
  readonly body: unknown;
}
interface Snippets {
  readonly defaultSnippets: readonly Snippet[];
  readonly markdownDescription?: string;
}

const LIMIT = {
  value: '^${1:1}',
  unit: '${2|workingDay,workingHour,calendarDay,calendarHour,month,minute|}',
};

/** By the part of a rule file that they write. `^` before a place: a number or true/false, not a text. */
export const SNIPPETS = {
  trigger: {
    markdownDescription: [
      '何时判断：',
      '- `event`：某类事件发生时',
      '- `deadline`：从起算事件开始计时，临期和到期时；停止事件来了就不再判断',
      '- `sweep`：每日定时，对象在办期间',
      '- `window`：每来一个事件，看它之前一段时间内同组的事件',
      '',
      '例：`{ "on": "deadline", "start": "stage.completed", "stop": "paper.delivered", "limit": { "value": 1, "unit": "workingDay" } }`',
    ].join('\n'),
    defaultSnippets: [
      { label: 'event 事件发生时', body: { on: 'event', types: ['${1:stage.completed}'] } },
      {
        label: 'deadline 到了时限还没有做',
        body: { on: 'deadline', start: '${1:stage.arrived}', stop: '${2:stage.completed}', limit: { value: '^${3:1}', unit: '${4:workingDay}' }, warnAt: ['^${5:0.8}'] },
      },
      {
        label: 'sweep 每日巡检',
        body: { on: 'sweep', job: '${1:end-of-day}', subject: 'workOrder', each: 'stage' },
      },
      {
        label: 'window 一段时间内的次数、比例',
        body: { on: 'window', types: ['${1:stage.completed}'], groupBy: '${2:operator.id}', window: { value: '^${3:10}', unit: '${4:minute}' } },
      },
    ],
  },
  limit: { defaultSnippets: [{ label: '时限', body: LIMIT }] },
  basis: {
    defaultSnippets: [
      { label: '见于原文的规定', body: { document: '$1', article: '$2', certainty: 'seen' } },
      { label: '本项目的假定', body: { document: '$1', certainty: 'assumption', note: '$2' } },
    ],
  },
  test: {
    defaultSnippets: [
      { label: '命中的用例', body: { name: '$1', facts: { '${2:workOrder.sameCity}': '^${3:true}' }, expect: 'hit' } },
      { label: '不命中的用例', body: { name: '$1', facts: { '${2:workOrder.sameCity}': '^${3:false}' }, expect: 'no_hit' } },
      { label: '事实缺失的用例', body: { name: '$1', facts: {}, expect: 'not_evaluated' } },
    ],
  },
  sequence: {
    defaultSnippets: [
      {
        label: '事件序列用例',
        body: {
          name: '$1',
          events: [{ type: 'workorder.opened', time: '${2:2026-01-05 09:00}', data: {} }],
          until: '${3:2026-01-07 09:00}',
          expect: [{ at: '${4:2026-01-06 17:30}' }],
        },
      },
    ],
  },
  condition: {
    defaultSnippets: [
      { label: '条件', description: '事实、操作符、值', body: { name: '$1', fact: '$2', operator: '${3:equal}', value: '$4' } },
      {
        label: '与另一个事实比较',
        body: { name: '$1', fact: '$2', operator: '${3:equal}', value: { fact: '$4' } },
      },
      {
        label: '两个时刻之间',
        description: '工作小时数、分钟数',
        body: {
          name: '$1',
          fact: '${2|elapsed.workingHours,elapsed.workingDays,elapsed.calendarHours,elapsed.minutes|}',
          params: { from: '${3:stage.arrivedAt}', to: '${4:stage.completedAt}' },
          operator: '${5:greaterThan}',
          value: '^${6:4}',
        },
      },
    ],
  },
  conditions: {
    markdownDescription:
      '条件的组合：`all` 全部成立，`any` 任一成立，`not` 不成立，可以嵌套；`{ "condition": "编号" }` 引用共用条件。\n\n不知道不等于否：结果取决于没有告知的事实时，不能判断，不会命中。',
    defaultSnippets: [
      { label: 'all 全部成立', body: { all: [{ name: '$1', fact: '$2', operator: '${3:equal}', value: '$4' }] } },
      { label: 'any 任一成立', body: { any: [{ name: '$1', fact: '$2', operator: '${3:equal}', value: '$4' }] } },
    ],
  },
} satisfies Readonly<Record<string, Snippets>>; // prettier-ignore
