import { accepts } from './check-conditions.js';
import { FACT_CATALOGUE } from './fact-catalogue.js';
import { FACT_TYPES } from './fact-definition.js';
import type { FactDefinition, FactType, ParamDefinition } from './fact-definition.js';
import { FORMATS } from './formats.js';
import { valuesOf } from './lint/fact-values.js';
import type { NameDefinition, Schema } from './name-json-schemas.js';
import { OPERATORS } from './operators.js';
import type { OperatorDefinition } from './operators.js';
import { SNIPPETS } from './schema-snippets.js';

/**
 * JSON Schema of a condition tree, built from the fact catalogue and the operator table: editors complete
 * facts, their parameters, and the operators and values that fit the fact.
 */
export function conditionJsonSchemas(): Record<string, Schema> {
  const node = { anyOf: [{ $ref: '#/$defs/conditions' }, { $ref: '#/$defs/condition' }] };
  const children = { type: 'array', minItems: 1, items: node };
  return {
    conditions: {
      description: '条件的组合：all 全部成立，any 任一成立，not 不成立；可以嵌套',
      ...SNIPPETS.conditions,
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        name: { type: 'string', minLength: 1, description: '这组条件的说明' },
        all: { ...children, description: '全部成立' },
        any: { ...children, description: '任一成立' },
        not: { ...node, description: '不成立' },
        condition: {
          anyOf: [named('sharedCondition')],
          description: '共用条件的编号（conditions 文件夹中的文件）',
        },
      },
      oneOf: ['all', 'any', 'not', 'condition'].map((branch) => ({ required: [branch] })),
    },
    condition: leafSchema(),
    factParams: { allOf: paramRules() },
    fact: {
      enum: [...FACT_CATALOGUE.keys()],
      enumDescriptions: [...FACT_CATALOGUE.values()].map(describeFact),
      description: '事实名称',
    },
    valueFact: {
      description: '另一个事实',
      type: 'object',
      additionalProperties: false,
      required: ['fact'],
      properties: { fact: { $ref: '#/$defs/fact' }, params: { type: 'object' } },
      allOf: [{ $ref: '#/$defs/factParams' }],
    },
  };
}

function leafSchema(): Schema {
  return {
    description: '一个条件：事实、操作符、值',
    ...SNIPPETS.condition,
    type: 'object',
    additionalProperties: false,
    required: ['fact', 'operator', 'value'],
    properties: {
      name: { type: 'string', minLength: 1, description: '这个条件的说明，随预警保存' },
      fact: { $ref: '#/$defs/fact' },
      params: { type: 'object', description: '事实的参数' },
      operator: { type: 'string', description: '操作符' },
      value: { description: '比较的值，或另一个事实 {"fact":…}' },
    },
    allOf: [
      { $ref: '#/$defs/factParams' },
      ...FACT_TYPES.flatMap(operatorRule),
      ...[...OPERATORS.values()].map(valueRule),
      ...nameRules(),
    ],
  };
}

/** Facts whose texts are names of the content, or a few words: those are the values to compare them with. */
function nameRules(): Schema[] {
  const byNames = new Map<string, { readonly facts: string[]; readonly text: Schema }>();
  for (const fact of FACT_CATALOGUE.values()) {
    const { texts, names } = valuesOf(fact) ?? {};
    if (fact.type !== 'string' || (!texts && !names)) continue;
    const key = names ?? texts?.join() ?? '';
    const group = byNames.get(key) ?? { facts: [], text: names ? named(names) : { enum: texts } };
    group.facts.push(fact.name);
    byNames.set(key, group);
  }
  const other = { $ref: '#/$defs/valueFact' };
  return [...byNames.values()].flatMap(({ facts, text }) => {
    const when = (operators: readonly string[]) => ({
      required: ['fact', 'operator'],
      properties: { fact: { enum: facts }, operator: operatorIs(operators) },
    });
    const list = { type: 'array', minItems: 1, items: text };
    return [
      { if: when(['equal', 'notEqual']), then: { properties: { value: { anyOf: [text, other] } } } },
      { if: when(['in', 'notIn']), then: { properties: { value: { anyOf: [list, other] } } } },
    ];
  });
}

function named(kind: NameDefinition): Schema {
  return { $ref: `#/$defs/${kind}` };
}

/** Which parameters each fact takes. */
function paramRules(): Schema[] {
  const rules: Schema[] = [];
  const without: string[] = [];
  for (const fact of FACT_CATALOGUE.values()) {
    const params = Object.entries(fact.params);
    if (params.length === 0) {
      without.push(fact.name);
      continue;
    }
    const required = params.filter(([, param]) => param.required).map(([name]) => name);
    rules.push({
      if: { required: ['fact'], properties: { fact: { const: fact.name } } },
      then: {
        ...(required.length > 0 ? { required: ['params'] } : {}),
        properties: {
          params: {
            type: 'object',
            additionalProperties: false,
            ...(required.length > 0 ? { required } : {}),
            properties: Object.fromEntries(params.map(([name, param]) => [name, paramSchema(param)])),
          },
        },
      },
    });
  }
  rules.push({
    if: { required: ['fact'], properties: { fact: { enum: without } } },
    then: { properties: { params: { type: 'object', maxProperties: 0 } } },
  });
  return rules;
}

function paramSchema(param: ParamDefinition): Schema {
  const { type, zh } = param;
  const item = itemSchema(param);
  switch (type) {
    case 'text':
      return { ...item, description: zh };
    case 'textList':
      return { type: 'array', minItems: 1, items: item, description: zh };
    case 'dateFact': {
      const dates = [...FACT_CATALOGUE.values()].filter((fact) => fact.type === 'date' && !needsParams(fact));
      return {
        anyOf: [{ enum: dates.map((fact) => fact.name) }, { $ref: '#/$defs/valueFact' }],
        description: zh,
      };
    }
  }
}

function itemSchema({ values, names }: ParamDefinition): Schema {
  switch (names) {
    case 'stage':
      return { anyOf: [named('stage'), { const: 'same' }] };
    case 'eventType':
      return { anyOf: [named('eventType')] };
    case 'parameter':
    case 'limitParameter':
      return { anyOf: [named(names)] };
    default:
      return { type: 'string', minLength: 1, ...(values ? { enum: values } : {}) };
  }
}

function needsParams(fact: FactDefinition): boolean {
  return Object.values(fact.params).some((param) => param.required);
}

/** Which operators may be put on facts of a type. Nowhere are all of them listed: an editor would offer them beside those that fit. */
function operatorRule(type: FactType): Schema[] {
  const facts = [...FACT_CATALOGUE.values()].filter((fact) => fact.type === type).map((fact) => fact.name);
  const operators = [...OPERATORS.values()].filter((operator) => accepts(operator, type));
  const operator = {
    enum: operators.map(({ name }) => name),
    enumDescriptions: operators.map(({ zh }) => zh),
  };
  const isOfType = { required: ['fact'], properties: { fact: { enum: facts } } };
  // Where no fact stands yet, or none that there is, every operator may come.
  const when = type === 'any' ? { anyOf: [isOfType, { not: hasKnownFact() }] } : isOfType;
  return [{ if: when, then: { properties: { operator } } }];
}

/** A pattern, and no list: what stands in an `if` is offered by editors, too. */
function operatorIs(names: readonly string[]): Schema {
  return { pattern: `^(${names.join('|')})$` };
}

function hasKnownFact(): Schema {
  return { required: ['fact'], properties: { fact: { enum: [...FACT_CATALOGUE.keys()] } } };
}

function valueRule(operator: OperatorDefinition): Schema {
  const literal = literalSchema(operator);
  return {
    if: { required: ['operator'], properties: { operator: operatorIs([operator.name]) } },
    then: {
      properties: {
        value: operator.valueFact ? { anyOf: [literal, { $ref: '#/$defs/valueFact' }] } : literal,
      },
    },
  };
}

function literalSchema({ value }: OperatorDefinition): Schema {
  const scalar = { type: ['string', 'number', 'boolean'] };
  switch (value) {
    case 'same':
    case 'scalar':
      return scalar;
    case 'sameList':
    case 'scalarList':
      return { type: 'array', minItems: 1, items: scalar };
    case 'number':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'string':
      return { type: 'string', minLength: 1 };
    case 'length':
      return { type: 'integer', minimum: 1 };
    case 'date':
      return { type: 'string', description: 'YYYY-MM-DD、YYYY-MM-DD HH:mm 或带时区的 ISO 8601' };
    case 'format':
      return {
        enum: [...FORMATS.keys()],
        enumDescriptions: [...FORMATS.values()].map((format) => format.zh),
      };
  }
}

function describeFact({ zh, type, params, onlyOn }: FactDefinition): string {
  const list = Object.entries(params).map(([name, param]) => (param.required ? name : `${name}?`));
  const only = onlyOn ? `；仅 ${onlyOn} 触发` : '';
  return `${zh}（${type}${list.length > 0 ? `；参数 ${list.join('、')}` : ''}${only}）`;
}
