import { z } from 'zod';
import { commonData } from './event-fields.js';
import { EVENT_TYPES } from './event-types.js';

/** The part of a JSON Schema that a table of fields shows. */
interface FieldSchema {
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly string[];
  readonly items?: FieldSchema;
  readonly anyOf?: readonly FieldSchema[];
  readonly description?: string;
}

/** The event types and their fields as Markdown tables, in Chinese and English: the generated part of docs/events.md. */
export function describeEventTypes(): string {
  const common = fieldsOf(commonData);
  const commonNames = new Set(common.map(({ name }) => name));
  const types = [...EVENT_TYPES.values()].map(({ type, description, subject, data }) => {
    const own = fieldsOf(data).filter(({ name, required }) => required || !commonNames.has(name));
    const cells = own.map(({ name, required, what }) => `${required ? `**${name}**` : name}: ${what}`);
    return `| \`${type}\` | ${description} | ${SUBJECTS[subject]} | ${cells.join('<br>') || '–'} |`;
  });
  return [
    'Common fields of `data`, all optional unless a type below needs them:',
    '',
    '| field | what it is |',
    '| --- | --- |',
    ...common.map(({ name, what }) => `| ${name} | ${what} |`),
    '',
    'Types; a **bold** field is required:',
    '',
    '| type | what has happened | subject | fields of its own |',
    '| --- | --- | --- | --- |',
    ...types,
  ].join('\n');
}

const SUBJECTS = {
  workOrder: 'work order',
  hall: 'hall',
  orgUnit: 'org unit',
  account: 'account',
  feed: 'feed',
} as const;

function fieldsOf(schema: z.ZodObject): { name: string; required: boolean; what: string }[] {
  const { properties = {}, required = [] } = z.toJSONSchema(schema, { io: 'input' });
  return Object.entries(properties).map(([name, property]) => {
    const field = property as FieldSchema;
    return {
      name,
      required: required.includes(name),
      what: `${kindOf(field)}; ${field.description ?? ''}`.replaceAll('|', '\\|'),
    };
  });
}

function kindOf(field: FieldSchema): string {
  if (field.enum) return field.enum.map((value) => `\`${value}\``).join(', ');
  if (field.anyOf) return field.anyOf.map(kindOf).join(' or ');
  if (field.format === 'date') return 'date `YYYY-MM-DD`';
  if (field.type === 'array') return `list of ${kindOf(field.items ?? {})}`;
  const kinds: Record<string, string> = { string: 'text', integer: 'whole number', boolean: 'true/false' };
  return kinds[field.type ?? ''] ?? field.type ?? 'any';
}
