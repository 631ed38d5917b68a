import { accepts } from './check-conditions.js';
import { FACT_CATALOGUE } from './fact-catalogue.js';
import { FACT_TYPES } from './fact-definition.js';
import type { FactDefinition, FactType, ParamDefinition } from './fact-definition.js';
import { FORMATS } from './formats.js';
import { OPERATORS } from './operators.js';
import type { OperatorDefinition } from './operators.js';

type Schema = Record<string, unknown>;

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
      type: 'object',
      additionalProperties: false,
      minProperties: 1,
      properties: {
        name: { type: 'string', minLength: 1, description: '这组条件的说明' },
        all: { ...children, description: '全部成立' },
        any: { ...children, description: '任一成立' },
        not: { ...node, description: '不成立' },
        condition: {
          type: 'string',
          minLength: 1,
          description: '共用条件的编号（conditions 文件夹中的文件）',
        },
      },
      oneOf: ['all', 'any', 'not', 'condition'].map((branch) => ({ required: [branch] })),
    },
    condition: leafSchema(),
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
      allOf: paramRules(),
    },
  };
}

function leafSchema(): Schema {
  return {
    description: '一个条件：事实、操作符、值',
    type: 'object',
    additionalProperties: false,
    required: ['fact', 'operator', 'value'],
    properties: {
      name: { type: 'string', minLength: 1, description: '这个条件的说明，随预警保存' },
      fact: { $ref: '#/$defs/fact' },
      params: { type: 'object', description: '事实的参数' },
      operator: {
        enum: [...OPERATORS.keys()],
        enumDescriptions: [...OPERATORS.values()].map((operator) => operator.zh),
        description: '操作符',
      },
      value: { description: '比较的值，或另一个事实 {"fact":…}' },
    },
    allOf: [...paramRules(), ...FACT_TYPES.flatMap(operatorRule), ...[...OPERATORS.values()].map(valueRule)],
  };
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

function paramSchema({ type, zh, values }: ParamDefinition): Schema {
  const item = { type: 'string', minLength: 1, ...(values ? { enum: values } : {}) };
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

function needsParams(fact: FactDefinition): boolean {
  return Object.values(fact.params).some((param) => param.required);
}

/** Which operators may be put on facts of a type. */
function operatorRule(type: FactType): Schema[] {
  if (type === 'any') return [];
  const facts = [...FACT_CATALOGUE.values()].filter((fact) => fact.type === type).map((fact) => fact.name);
  const operators = [...OPERATORS.values()].filter((operator) => accepts(operator, type));
  return [
    {
      if: { required: ['fact'], properties: { fact: { enum: facts } } },
      then: { properties: { operator: { enum: operators.map((operator) => operator.name) } } },
    },
  ];
}

function valueRule(operator: OperatorDefinition): Schema {
  const literal = literalSchema(operator);
  return {
    if: { required: ['operator'], properties: { operator: { const: operator.name } } },
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
