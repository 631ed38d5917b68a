/** A schema of the OpenAPI document, as far as values are made up from it. */
export interface BodySchema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly BodySchema[];
  readonly oneOf?: readonly BodySchema[];
  readonly allOf?: readonly BodySchema[];
  readonly items?: BodySchema;
  readonly properties?: Readonly<Record<string, BodySchema>>;
  readonly additionalProperties?: boolean | BodySchema;
  readonly maxLength?: number;
}

/** One body that must be refused, as text: some cannot be written as an object. */
export interface HostileBody {
  readonly what: string;
  readonly text: string;
}

/** In place of a value. */
const OPERATORS = [
  '{"$gt":""}',
  '{"$ne":null}',
  '{"$where":"sleep(1000)"}',
  '{"$regex":".*"}',
  '[{"$gt":""}]',
];
/** Beside the fields that there are: what only the service itself sets, operators, and the keys of prototypes. */
const EXTRA = [
  '"role":"admin"', '"roles":["admin"]', '"orgUnit":"ZJ"', '"_id":"x"', '"id":"x"', '"status":"closed"', '"history":[]', '"version":999', '"by":"x"',
  '"$set":{"status":"closed"}', '"$where":"1"', '"a.b":1', '"grants.0.role":"admin"', '"__proto__":{"isAdmin":true}', '"constructor":{"prototype":{"isAdmin":true}}',
  '"prototype":{}', '"toString":"x"', '"hasOwnProperty":1',
]; // prettier-ignore
const WHOLE = ['null', '[]', '"text"', '1', 'true', '{"$gt":""}', '{"__proto__":{}}', '{', '', '\u0000', '{"a":1e999}', `${'['.repeat(20_000)}${']'.repeat(20_000)}`]; // prettier-ignore

/**
 * Bodies made from one that is good: each value replaced by an operator, an array, another type, a huge text; each object with
 * fields that are not its own; each field that is left out there given as an operator; and things that are no body at all.
 */
export function makeHostileBodies(
  good: object,
  schema: BodySchema,
  resolve: ($ref: string) => BodySchema,
  freeText: readonly string[] = [],
): HostileBody[] {
  const open = (given: BodySchema): BodySchema[] => {
    if (given.$ref !== undefined) return open(resolve(given.$ref));
    const parts = given.anyOf ?? given.oneOf ?? given.allOf;
    return parts ? parts.flatMap(open) : [given];
  };
  const bodies: HostileBody[] = WHOLE.map((text) => ({ what: `the whole body ${text.slice(0, 30)}`, text }));

  /** @param write the whole body, with this text in place of the value */
  function visit(value: unknown, schemas: readonly BodySchema[], path: string, write: (text: string) => string) {
    if (schemas.some(isAnything)) return;
    const add = (what: string, text: string) => bodies.push({ what: `${path || 'body'} ${what}`, text: write(text) });
    if (path !== '') for (const text of wrongFor(value, schemas).filter((text) => !text.startsWith('"') || !freeText.includes(path))) add(`= ${text.slice(0, 40)}`, text);
    if (Array.isArray(value)) {
      const items = schemas.flatMap(({ items }) => (items ? open(items) : []));
      const [first] = value as unknown[];
      if (first !== undefined)
        visit(first, items, `${path}[0]`, (text) => write(`[${[text, ...value.slice(1).map((item) => JSON.stringify(item))].join(',')}]`));
      return;
    }
    if (typeof value !== 'object' || value === null) return;
    const own = Object.entries(value);
    const objects = schemas.filter(({ properties }) => properties !== undefined);
    const withField = (name: string, text: string) =>
      write(`{${[...own.filter(([key]) => key !== name).map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`), `${JSON.stringify(name)}:${text}`].join(',')}}`);
    for (const [name, item] of own) {
      const fitting = objects.flatMap(({ properties }) => { const field = properties?.[name]; return field ? open(field) : []; });
      visit(item, fitting, path === '' ? name : `${path}.${name}`, (text) => withField(name, text));
    }
    for (const extra of EXTRA) {
      const name = /^"([^"]+)"/.exec(extra)?.[1] ?? '';
      if (objects.some(({ properties }) => properties && Object.hasOwn(properties, name))) continue;
      add(`with ${extra}`, `{${[...own.map(([key, item]) => `${JSON.stringify(key)}:${JSON.stringify(item)}`), extra].join(',')}}`);
    }
    for (const name of new Set(objects.flatMap(({ properties }) => Object.keys(properties ?? {})))) {
      const fields = objects.flatMap(({ properties }) => { const field = properties?.[name]; return field ? open(field) : []; });
      if (!Object.hasOwn(value, name) && !fields.some(isAnything)) bodies.push({ what: `${path}.${name} given as an operator`, text: withField(name, '{"$gt":""}') });
    }
  }
  visit(good, open(schema), '', (text) => text);
  return bodies;
} // prettier-ignore

/** Values that no schema of this place takes. */
function wrongFor(value: unknown, schemas: readonly BodySchema[]): string[] {
  const types = new Set(schemas.flatMap(typesOf));
  const wrong = [...OPERATORS];
  if (!types.has('array')) wrong.push(`[${JSON.stringify(value)}]`, '[]');
  if (!types.has('number') && !types.has('integer')) wrong.push('0', '-1e308');
  if (!types.has('boolean')) wrong.push('true');
  if (!types.has('null')) wrong.push('null');
  if (!types.has('string')) wrong.push('""', '"1"');
  else wrong.push(JSON.stringify('x'.repeat(50_000)), JSON.stringify('字符\u0000字符字符'));
  return wrong;
}

function typesOf({ type, enum: values, const: only }: BodySchema): string[] {
  if (type !== undefined) return typeof type === 'string' ? [type] : [...type];
  return [...(values ?? [only])].map((value) => (value === null ? 'null' : typeof value));
}

/** Any JSON may stand here. */
function isAnything(schema: BodySchema): boolean {
  const { type, enum: values, properties, additionalProperties } = schema;
  if (type === 'object') return properties === undefined && additionalProperties !== false;
  return type === undefined && values === undefined && !('const' in schema);
}
