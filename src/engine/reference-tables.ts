import { accepts } from './check-conditions.js';
import { FACT_CATALOGUE } from './fact-catalogue.js';
import { FACT_TYPES } from './fact-definition.js';
import type { FactDefinition } from './fact-definition.js';
import { FORMATS } from './formats.js';
import { OPERATORS } from './operators.js';
import type { OperatorDefinition } from './operators.js';

/** The facts as Markdown, a table a topic (the part of the name before the dot). */
export function factsMarkdown(): string {
  const topics = new Map<string, FactDefinition[]>();
  for (const fact of FACT_CATALOGUE.values()) {
    const topic = fact.name.includes('.') ? (fact.name.split('.')[0] ?? '') : 'now / today';
    topics.set(topic, [...(topics.get(topic) ?? []), fact]);
  }
  return [...topics]
    .map(([topic, facts]) => {
      const rows = facts.map((fact) => [
        `\`${fact.name}\``,
        fact.type,
        paramsText(fact, '<br>'),
        fact.alwaysKnown ? '是' : '',
        fact.onlyOn ? `${fact.zh}（仅 ${fact.onlyOn} 规则）` : fact.zh,
        fact.en,
      ]);
      return `#### ${topic}\n\n${table(['事实', '类型', '参数', '总是已知', '说明', 'English'], rows)}`;
    })
    .join('\n\n');
}

/** The operators and the formats as Markdown. */
export function operatorsMarkdown(): string {
  const rows = [...OPERATORS.values()].map((operator) => [
    `\`${operator.name}\``,
    factTypesText(operator),
    valueText(operator),
    operator.zh,
    operator.en,
  ]);
  const formats = [...FORMATS].map(([name, { zh }]) => [`\`${name}\``, zh]);
  return [
    table(['操作符', '用于', 'value', '说明', 'English'], rows),
    '`hasFormat` 的格式：',
    table(['格式', '说明'], formats),
  ].join('\n\n');
}

/** `documents 应有的资料`, optional ones with `?`. */
export function paramsText({ params }: FactDefinition, between: string): string {
  return Object.entries(params)
    .map(([name, param]) => `\`${name}${param.required ? '' : '?'}\` ${param.zh}`)
    .join(between);
}

/** The types of fact an operator may be put on. */
export function factTypesText(operator: OperatorDefinition): string {
  return FACT_TYPES.filter((type) => accepts(operator, type)).join('、');
}

const VALUE_TEXTS: Readonly<Record<OperatorDefinition['value'], string>> = {
  same: '同类型的值',
  sameList: '同类型值的列表',
  scalar: '文字、数字或 true/false',
  scalarList: '列表',
  number: '数字',
  date: '日期或时刻',
  boolean: 'true / false',
  string: '文字',
  length: '整数 ≥ 1',
  format: '格式名称',
};

/** What an operator's value must be. */
export function valueText({ value, valueFact }: OperatorDefinition): string {
  return `${VALUE_TEXTS[value]}${valueFact ? '，或另一个事实' : ''}`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
