import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { makeRoutes } from '../../src/api/create-app.js';
import type { ApiDeps } from '../../src/api/deps.js';
import { buildOpenApi } from '../../src/api/openapi.js';
import type { ApiRoute } from '../../src/api/route.js';

/** src/client/operations.ts, which is written from the OpenAPI document. */
export const OPERATIONS_FILE = new URL('../../src/client/operations.ts', import.meta.url);

/** Routes as they are declared: their handlers are never called, so that they need nothing to stand on. */
export function declaredRoutes(): ApiRoute[] {
  return makeRoutes(anything() as unknown as ApiDeps);
}

/** Has every field and every method, and each is this again. */
function anything(): object {
  const self: object = new Proxy(() => undefined, { get: () => self, apply: () => self });
  return self;
}

interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly format?: string;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly items?: Schema;
  readonly prefixItems?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | Schema;
}
type Content = Readonly<Record<string, { readonly schema?: Schema }>>;
interface Operation {
  readonly operationId: string;
  readonly summary?: string;
  readonly security: readonly unknown[];
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
}

/** What programs send may leave a field undefined; what they receive has it or not. */
type Side = 'sent' | 'received';

/** The source of src/client/operations.ts for these routes. */
export async function renderOperations(routes: readonly ApiRoute[]): Promise<string> {
  const config = await resolveConfig(OPERATIONS_FILE);
  return format(render(routes), { ...config, parser: 'typescript' });
}

function render(routes: readonly ApiRoute[]): string {
  const document = buildOpenApi(routes, '0') as unknown as {
    readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
    readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
  };
  const operations = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ path, method, operation })),
  );
  const schemas = Object.entries(document.components.schemas).map(
    ([name, schema]) => `  ${name}: ${typeOf(schema, 'received')};`,
  );
  return [
    '/* Written by test/client/write-operations.ts from the OpenAPI document; edit the routes, not this file. */',
    '',
    '/** A file: its content is sent as it is. */',
    'export type RawBody = Blob | Uint8Array<ArrayBuffer> | string;',
    '',
    '/** An object without fields. */',
    'export type Nothing = Record<never, never>;',
    '',
    '/** Schemas of the document that have a name. */',
    'export interface Schemas {',
    ...schemas,
    '}',
    '',
    '/** What each operation takes and answers. */',
    'export interface Operations {',
    ...operations.flatMap(({ operation }) => [
      ...(operation.summary === undefined ? [] : [`  /** ${operation.summary.replaceAll('*/', '')} */`]),
      `  ${operation.operationId}: ${describe(operation)};`,
    ]),
    '}',
    '',
    '/** Where each operation is: method, path, whether it is open to anybody, the headers it reads, other statuses that bring its answer. */',
    'export const OPERATIONS = {',
    ...operations.map(({ path, method, operation }) => {
      const headers = (operation.parameters ?? []).flatMap((parameter) =>
        parameter.in === 'header' ? [parameter.name] : [],
      );
      const more = operation.security.length === 0 ? ', open: true' : '';
      const read = headers.length === 0 ? '' : `, headers: [${headers.map(quote).join(', ')}]`;
      const told = alsoAnswers(operation.responses);
      const also = told.length === 0 ? '' : `, answers: [${told.join(', ')}]`;
      return `  ${operation.operationId}: { method: ${quote(method)}, path: ${quote(path)}${more}${read}${also} },`;
    }),
    '} as const;',
    '',
  ].join('\n');
}

function describe({ parameters = [], requestBody, responses }: Operation): string {
  const fields = (place: string) => {
    const own = parameters.filter((parameter) => parameter.in === place);
    return own.length === 0
      ? undefined
      : objectOf(own.map(({ name, required, schema }) => [name, sentAs(name, schema), required === true]), 'sent');
  };
  const params = fields('path');
  const query = fields('query');
  const isQueryNeeded = parameters.some((parameter) => parameter.in === 'query' && parameter.required);
  const headers = new Set(parameters.filter((parameter) => parameter.in === 'header').map(({ name }) => name));
  const parts = [
    ...(params === undefined ? [] : [`params: ${params}`]),
    ...(query === undefined ? [] : [isQueryNeeded ? `query: ${query}` : `query?: ${query} | undefined`]),
    ...bodyParts(requestBody?.content),
    ...(headers.has('If-Match') ? ['version?: number | undefined'] : []),
    ...(headers.has('Idempotency-Key') ? ['key?: string | undefined'] : []),
  ];
  const good = Object.entries(responses).filter(([status]) => /^[23]/.test(status));
  const answers = good.map(([, { content }]) => answerOf(content));
  const input = parts.length === 0 ? 'Nothing' : `{ ${parts.join('; ')} }`;
  return `{ input: ${input}; answer: ${[...new Set(answers)].join(' | ')} }`;
} // prettier-ignore

/** The end of a list is told as null: asked on with that, a list begins anew. */
function sentAs(name: string, schema: Schema): string {
  const type = typeOf(schema, 'sent');
  return name === 'cursor' ? `${type} | null` : type;
}

/** JSON is `body`; of several content types one is named beside it. */
function bodyParts(content: Content | undefined): string[] {
  if (!content) return [];
  const json = content['application/json'];
  if (json && Object.keys(content).length === 1) return [`body: ${typeOf(json.schema ?? {}, 'sent')}`];
  const kinds = Object.entries(content).map(([type, { schema = {} }]) => {
    const body = schema.format === 'binary' ? 'RawBody' : typeOf(schema, 'sent');
    return { type, body };
  });
  const bodies = new Set(kinds.map(({ body }) => body));
  if (bodies.size === 1)
    return [`raw: { contentType: ${kinds.map(({ type }) => quote(type)).join(' | ')}; body: ${kinds[0]?.body} }`];
  return [`raw: ${kinds.map(({ type, body }) => `{ contentType: ${quote(type)}; body: ${body} }`).join(' | ')}`];
} // prettier-ignore

/** Statuses that say no, in the same words as the good answer: whoever is not ready says what is missing. */
function alsoAnswers(responses: Operation['responses']): string[] {
  const schemaOf = (status: string) => responses[status]?.content?.['application/json']?.schema?.$ref;
  const good = schemaOf('200');
  return Object.keys(responses).filter((status) => /^[45]/.test(status) && good !== undefined && schemaOf(status) === good);
} // prettier-ignore

function answerOf(content: Content | undefined): string {
  const [type, media] = Object.entries(content ?? {})[0] ?? [];
  if (type === undefined || media === undefined) return 'string';
  if (type === 'application/json') return typeOf(media.schema ?? {}, 'received');
  return type.startsWith('text/') ? 'string' : 'Blob';
}

function typeOf(schema: Schema, side: Side): string {
  const { $ref, enum: values, anyOf, oneOf, allOf } = schema;
  if ($ref !== undefined) return `Schemas[${quote($ref.slice('#/components/schemas/'.length))}]`;
  if ('const' in schema) return JSON.stringify(schema.const);
  if (values && side === 'sent' && String(values) === 'true,false') return 'boolean';
  if (values) return values.map((value) => (typeof value === 'string' ? quote(value) : JSON.stringify(value))).join(' | ');
  if (anyOf ?? oneOf) return union((anyOf ?? oneOf ?? []).map((one) => typeOf(one, side)));
  if (allOf) return allOf.map((one) => `(${typeOf(one, side)})`).join(' & ');
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? []);
  return types.length === 0 ? 'unknown' : union(types.map((type) => plainType(type, schema, side)));
} // prettier-ignore

function plainType(type: string, schema: Schema, side: Side): string {
  switch (type) {
    case 'integer':
    case 'number':
      return 'number';
    case 'array':
      return arrayType(schema, side);
    case 'object':
      return objectType(schema, side);
    default:
      return type;
  }
}

function arrayType({ items, prefixItems }: Schema, side: Side): string {
  const readonly = side === 'sent' ? 'readonly ' : '';
  if (prefixItems) return `${readonly}[${prefixItems.map((item) => typeOf(item, side)).join(', ')}]`;
  return `${readonly}(${typeOf(items ?? {}, side)})[]`;
}

function objectType({ properties, required = [], additionalProperties }: Schema, side: Side): string {
  const own = Object.entries(properties ?? {});
  if (own.length > 0)
    return objectOf(
      own.map(([name, schema]) => [name, typeOf(schema, side), required.includes(name)]),
      side,
    );
  const rest = typeof additionalProperties === 'object' ? typeOf(additionalProperties, side) : 'unknown';
  return additionalProperties === false ? 'Nothing' : `Record<string, ${rest}>`;
}

function objectOf(fields: readonly (readonly [string, string, boolean])[], side: Side): string {
  const texts = fields.map(([name, type, isRequired]) => {
    const key = /^[A-Za-z_$][\w$]*$/.test(name) ? name : quote(name);
    if (isRequired) return `${key}: ${type}`;
    return `${key}?: ${type}${side === 'sent' && type !== 'unknown' ? ' | undefined' : ''}`;
  });
  return `{ ${texts.join('; ')} }`;
}

function union(types: readonly string[]): string {
  return types.includes('unknown') ? 'unknown' : [...new Set(types)].join(' | ');
}

function quote(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
}

// node --import tsx test/client/write-operations.ts
if (process.argv[1]?.endsWith('write-operations.ts'))
  await writeFile(OPERATIONS_FILE, await renderOperations(declaredRoutes()));
