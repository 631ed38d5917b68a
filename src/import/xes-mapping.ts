import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { MisuseError } from './misuse-error.js';

const attributeKey = z.string().min(1).max(200);
/** Field names that would reach into an object's prototype. */
export const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
const fieldName = attributeKey.refine((name) => !FORBIDDEN_NAMES.has(name), 'this name is not allowed');
const eventType = z
  .string()
  .regex(/^[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)+$/, 'a dotted event type such as yxzy.stage.completed');
const target = z.union([
  fieldName,
  z.strictObject({ name: fieldName, type: z.enum(['string', 'number', 'boolean']) }),
]);
const choice = z.union([z.enum(['all', 'none']), z.record(attributeKey, target)]);

const mappingSchema = z.strictObject({
  $schema: z.string().optional(),
  description: z.string().optional(),
  process: z.string().min(1).max(200).optional(),
  source: z
    .string()
    .regex(/^\S{1,200}$/, 'a URI reference without spaces, such as /bank/loans')
    .optional(),
  subject: attributeKey.default('concept:name'),
  stage: attributeKey.default('concept:name'),
  time: attributeKey.default('time:timestamp'),
  transition: attributeKey.default('lifecycle:transition'),
  operator: attributeKey.default('org:resource'),
  types: z.record(z.string().min(1), eventType).default({}),
  stageTypes: z.record(z.string().min(1), eventType).default({}),
  attributes: choice.default('all'),
  fields: choice.default('all'),
  offset: z
    .string()
    .regex(/^(Z|[+-](0\d|1[0-4]):[0-5]\d)$/, 'an offset such as +01:00 or Z')
    .optional(),
});

/** How a XES log becomes CloudEvents; docs/import.md describes each field. */
export type XesMapping = z.output<typeof mappingSchema> & { readonly source: string };
/** Where a value goes, and as what. */
export type XesTarget = z.output<typeof target>;

/** Event types by `lifecycle:transition`; the rest become `yxzy.stage.<transition in lower case>`. */
const DEFAULT_TYPES: Readonly<Record<string, string>> = {
  SCHEDULE: 'yxzy.stage.arrived',
  START: 'yxzy.stage.started',
  COMPLETE: 'yxzy.stage.completed',
};

/**
 * The mapping of the standard XES extensions, with what a mapping file and the command line say otherwise.
 *
 * @param file content of a mapping file (already parsed JSON), if any
 * @param name what to call that file in an error
 * @throws {MisuseError} with one line a wrong field
 */
export function makeXesMapping(
  file: unknown = {},
  overrides: { readonly process?: string | undefined; readonly source?: string | undefined } = {},
  name = 'the mapping',
): XesMapping {
  const given = typeof file === 'object' && file !== null && !Array.isArray(file) ? file : undefined;
  const told = Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined));
  const result = mappingSchema.safeParse(given ? { ...given, ...told } : file);
  if (!result.success) {
    const lines = result.error.issues.map((issue) => {
      const path = issue.path.join('.');
      return path in told
        ? `--${path}: ${issue.message}`
        : `${name}: ${path || '(the file)'}: ${issue.message}`;
    });
    throw new MisuseError(lines.join('\n'));
  }
  const types = Object.fromEntries(
    Object.entries(result.data.types).map(([transition, type]) => [transition.toUpperCase(), type]),
  );
  return { ...result.data, source: result.data.source ?? '/xes', types: { ...DEFAULT_TYPES, ...types } };
}

/** Reads a mapping file. @throws {MisuseError} where it cannot be read or is no JSON */
export async function readMappingFile(path: string): Promise<unknown> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    throw new MisuseError(`The mapping file ${path} cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new MisuseError(`The mapping file ${path} is not JSON: ${(error as Error).message}`, {
      cause: error,
    });
  }
}
