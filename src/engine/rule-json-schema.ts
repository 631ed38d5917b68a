import { z } from 'zod';
import { conditionJsonSchemas } from './condition-json-schema.js';
import { nameJsonSchemas } from './name-json-schemas.js';
import type { Schema } from './name-json-schemas.js';
import { PARAMETER_SCHEMA } from './parameter-file.js';
import { RULE_SCHEMA } from './rule-schema.js';
import { NAMES_KEY } from './schema-names.js';
import type { SchemaNames } from './schema-names.js';
import { SHARED_CONDITIONS_SCHEMA } from './shared-conditions.js';

/** Versions of JSON Schema: 2020-12 for programs, draft 7 for editors that read no newer one. */
export const SCHEMA_DRAFTS = ['2020-12', 'draft-07'] as const;
export type SchemaDraft = (typeof SCHEMA_DRAFTS)[number];

/**
 * JSON Schema of a rule file, for editors; written beside the rules by `yxrisk rules schema --write`. The service itself
 * checks more (check-rule.ts), and is the authority.
 * @param names of the rules folder, to complete; without them any text is taken
 */
export function ruleJsonSchema(names: SchemaNames = {}, draft: SchemaDraft = '2020-12'): Schema {
  return schemaOf(RULE_SCHEMA, 'yxrisk 规则文件', names, draft, true);
}

/** JSON Schema of a file of shared conditions. */
export function conditionsJsonSchema(names: SchemaNames = {}, draft: SchemaDraft = '2020-12'): Schema {
  return schemaOf(SHARED_CONDITIONS_SCHEMA, 'yxrisk 共用条件', names, draft, true);
}

/** JSON Schema of a parameter file. */
export function parametersJsonSchema(names: SchemaNames = {}, draft: SchemaDraft = '2020-12'): Schema {
  return schemaOf(PARAMETER_SCHEMA, 'yxrisk 规则参数', names, draft, false);
}

/** The files that `rules schema --write` writes into a rules folder. */
export function schemaFiles(names: SchemaNames): Readonly<Record<string, string>> {
  return {
    'rule.schema.json': schemaText(ruleJsonSchema(names)),
    'rule.draft7.schema.json': schemaText(ruleJsonSchema(names, 'draft-07')),
    'conditions.schema.json': schemaText(conditionsJsonSchema(names, 'draft-07')),
    'parameters.schema.json': schemaText(parametersJsonSchema(names, 'draft-07')),
  };
}

export function schemaText(schema: Schema): string {
  return `${JSON.stringify(schema, null, 1)}\n`;
}

function schemaOf(
  shape: z.ZodType,
  title: string,
  names: SchemaNames,
  draft: SchemaDraft,
  hasConditions: boolean,
): Schema {
  const target = draft === 'draft-07' ? 'draft-7' : 'draft-2020-12';
  const { $schema, $defs, definitions, ...rest } = z.toJSONSchema(shape, {
    target,
    io: 'input',
    reused: 'ref',
  }) as Schema;
  const whole = {
    $schema,
    title,
    ...rest,
    $defs: {
      ...($defs ?? definitions ?? {}),
      ...nameJsonSchemas(names),
      ...(hasConditions ? conditionJsonSchemas() : {}),
    },
  };
  return pointNames(whole, draft) as Schema;
}

/**
 * Puts references where `x-names` marks stand. Beside a `$ref` draft 7 ignores everything, so what stands there goes
 * around it; its definitions have another name, too.
 */
function pointNames(node: unknown, draft: SchemaDraft): unknown {
  if (Array.isArray(node)) return node.map((item) => pointNames(item, draft));
  if (typeof node !== 'object' || node === null) return node;
  const isOld = draft === 'draft-07';
  const place = (ref: string) => (isOld ? ref.replace('#/$defs/', '#/definitions/') : ref);
  const { [NAMES_KEY]: kind, ...rest } = node as Schema;
  const entries = Object.entries(rest).map(([key, value]) => [
    isOld && key === '$defs' ? 'definitions' : key,
    key === '$ref' && typeof value === 'string' ? place(value) : pointNames(value, draft),
  ]);
  const plain = Object.fromEntries(entries) as Schema;
  if (typeof kind === 'string') {
    const { description } = plain;
    return {
      ...(description === undefined ? {} : { description }),
      anyOf: [{ $ref: place(`#/$defs/${kind}`) }],
    };
  }
  const { $ref, ...beside } = plain;
  if (!isOld || $ref === undefined || Object.keys(beside).length === 0) return plain;
  return { ...beside, allOf: [{ $ref }] };
}
