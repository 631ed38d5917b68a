import { EVENT_TYPES } from '../events/event-types.js';
import { shortType } from '../events/business-event.js';
import type { NameKind, Named, SchemaNames } from './schema-names.js';

export type Schema = Record<string, unknown>;

/** The definitions that fields marked with `namesOf` point at, and those of conditions. */
export type NameDefinition = NameKind | 'parameter' | 'sharedCondition';

/**
 * A JSON Schema for each kind of name: what there is is completed, what there is not is marked; a kind of which nothing is
 * known takes any text.
 */
export function nameJsonSchemas(names: SchemaNames): Record<NameDefinition, Schema> {
  const stage = oneOf(names.stages);
  return {
    process: oneOf(names.processes),
    stage,
    stagePattern: names.stages ? { anyOf: [stage, { type: 'string', pattern: '\\*' }] } : stage,
    stageOrAny: names.stages ? { anyOf: [stage, { enum: ['same', 'any'] }] } : stage,
    stageKind: oneOf(names.stageKinds),
    workItem: oneOf(names.workItems),
    orgUnit: oneNamed(names.orgUnits),
    moment: oneOf(names.moments),
    // Nothing refuses another role: it is completed and not marked.
    post: { ...ANY_TEXT, ...(names.posts && { examples: names.posts.map(({ name }) => name) }) },
    limitParameter: oneNamed(names.limitParameters),
    parameter: oneNamed(names.parameters),
    sharedCondition: oneNamed(names.sharedConditions),
    eventType: eventTypeSchema(),
  };
}

const ANY_TEXT: Schema = { type: 'string', minLength: 1 };

function oneOf(names: readonly string[] | undefined): Schema {
  return names && names.length > 0 ? { enum: names } : ANY_TEXT;
}

function oneNamed(names: readonly Named[] | undefined): Schema {
  if (!names || names.length === 0) return ANY_TEXT;
  return { enum: names.map(({ name }) => name), enumDescriptions: names.map(({ zh }) => zh) };
}

/** Other systems bring types of their own; one that begins like ours and is none of ours is a mistake. */
function eventTypeSchema(): Schema {
  const known = [...EVENT_TYPES.values()].map(({ type, description }) => ({
    name: shortType(type),
    zh: description,
  }));
  const families = [...new Set(known.map(({ name }) => name.split('.')[0] ?? name))].sort();
  return {
    anyOf: [
      oneNamed([...known, { name: '*', zh: '所有类型' }]),
      { type: 'string', pattern: `^(?!(yxzy|${families.join('|')})\\.)[A-Za-z][\\w-]*(\\.[\\w-]+)*$` },
    ],
  };
}
