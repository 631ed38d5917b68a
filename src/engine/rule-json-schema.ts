import { z } from 'zod';
import { conditionJsonSchemas } from './condition-json-schema.js';
import { RULE_SCHEMA } from './rule-schema.js';

/**
 * JSON Schema (2020-12) of a rule file, for editors: `rules/rule.schema.json` is this, written by
 * `yxrisk rules schema --write`. The service itself checks more (check-rule.ts).
 */
export function ruleJsonSchema(): Record<string, unknown> {
  const schema = z.toJSONSchema(RULE_SCHEMA, { target: 'draft-2020-12', io: 'input' }) as Record<
    string,
    unknown
  >;
  const { $schema, $defs, ...rest } = schema;
  return {
    $schema,
    title: 'yxrisk 规则文件',
    ...rest,
    $defs: { ...($defs as Record<string, unknown>), ...conditionJsonSchemas() },
  };
}

/** The text of the committed file. */
export function ruleJsonSchemaText(): string {
  return `${JSON.stringify(ruleJsonSchema(), null, 2)}\n`;
}
