type Defined<Query> = { [Key in keyof Query]: Exclude<Query[Key], undefined> };

/** Without the fields that are undefined: an optional field that was not given is absent. */
export function withoutUndefined<Query extends object>(query: Query): Defined<Query> {
  return Object.fromEntries(
    Object.entries(query).filter(([, value]) => value !== undefined),
  ) as Defined<Query>;
}
