/** The names of a rules folder that editors complete. Absent kinds are not known: any text is taken. */
export interface SchemaNames {
  readonly processes?: readonly string[];
  readonly stages?: readonly string[];
  readonly stageKinds?: readonly string[];
  readonly workItems?: readonly string[];
  readonly orgUnits?: readonly Named[];
  /** Daily moments of the calendar. */
  readonly moments?: readonly string[];
  /** Roles that alerts go to. Nothing refuses another one. */
  readonly posts?: readonly Named[];
  /** `group.name`; those of type limit apart. */
  readonly parameters?: readonly Named[];
  readonly limitParameters?: readonly Named[];
  readonly sharedConditions?: readonly Named[];
}
/** A code, and what people call it. */
export interface Named {
  readonly name: string;
  readonly zh: string;
}

/** The kinds of names, as the shapes of rule-schema.ts mark their fields with. */
export const NAME_KINDS = [
  'process',
  'stage',
  'stagePattern',
  'stageOrAny',
  'stageKind',
  'workItem',
  'orgUnit',
  'moment',
  'post',
  'limitParameter',
  'eventType',
] as const;
export type NameKind = (typeof NAME_KINDS)[number];

/** Key in the metadata of a shape by which a field says whose names it takes. */
export const NAMES_KEY = 'x-names';

/** Marks a text as one of the names of a kind: `words('…').meta(namesOf('stage'))`. */
export function namesOf(kind: NameKind): { readonly [NAMES_KEY]: NameKind } {
  return { [NAMES_KEY]: kind };
}
