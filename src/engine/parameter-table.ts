import type { Limit } from '../calendar/business-calendar.js';
import type {
  ParameterDeclaration,
  ParameterFile,
  ParameterType,
  ParameterValue,
  ParameterValues,
} from './parameter-file.js';

/** What the engine must know of the org tree (`rules/org-units.json`). */
export interface OrgTree {
  readonly list: readonly { readonly code: string; readonly name?: string }[];
  /** A unit, with the code of the one above it; undefined for a code that is in no tree. */
  get(code: string): { readonly parent?: string | undefined } | undefined;
}

/** A value, and what makes it so. */
export interface ParameterInForce {
  readonly value: ParameterValue;
  /** The set it comes from; absent for the default. */
  readonly set?: string;
  readonly effectiveFrom?: string;
  /** The unit whose override it is. */
  readonly orgUnit?: string;
}

/** Which case a value is for. */
export interface ParameterPlace {
  readonly orgUnit?: string | undefined;
  /** Business day whose values count; absent = the newest. */
  readonly date?: string | undefined;
}

/** All parameters of a rules folder, immutable. */
export interface ParameterTable {
  readonly files: readonly ParameterFile[];
  /** `group.name` of every parameter. */
  readonly names: readonly string[];
  typeOf(name: string): ParameterType | undefined;
  declarationOf(name: string): ParameterDeclaration | undefined;
  /**
   * The value for a unit on a day: of what was in force, the newest that speaks of the parameter; within it
   * that of the nearest unit going up the org tree, else that for all. So a new regulation also replaces
   * the older overrides of single units, unless it repeats them.
   */
  lookUp(name: string, place: ParameterPlace): ParameterInForce | undefined;
  /** The same of a parameter of type `limit`. Throws for what is none (a loaded rule names none such). */
  limitOf(name: string, place: ParameterPlace): Limit;
}

interface Layer {
  readonly set?: string;
  readonly effectiveFrom?: string;
  readonly effectiveTo?: string;
  readonly values: ParameterValues;
  readonly orgUnits: Readonly<Record<string, ParameterValues>>;
}

/** @param files checked ones (check-parameters.ts) */
export function makeParameterTable(files: readonly ParameterFile[], orgTree?: OrgTree): ParameterTable {
  const declarations = new Map<string, ParameterDeclaration>();
  const layersOf = new Map<string, readonly Layer[]>();
  for (const file of files) {
    const layers = layersFrom(file);
    for (const [name, declaration] of Object.entries(file.parameters)) {
      declarations.set(`${file.group}.${name}`, declaration);
      layersOf.set(`${file.group}.${name}`, layers);
    }
  }

  const lookUp = (name: string, { orgUnit, date }: ParameterPlace): ParameterInForce | undefined => {
    const own = name.slice(name.indexOf('.') + 1);
    const units = unitsUpwards(orgUnit, orgTree);
    for (const layer of layersOf.get(name) ?? []) {
      if (!inForce(layer, date)) continue;
      const found = valueIn(layer, own, units);
      if (found) return found;
    }
    return undefined;
  };

  return {
    files: Object.freeze([...files]),
    names: [...declarations.keys()],
    typeOf: (name) => declarations.get(name)?.type,
    declarationOf: (name) => declarations.get(name),
    lookUp,
    limitOf: (name, place) => {
      const found = lookUp(name, place);
      if (!found || declarations.get(name)?.type !== 'limit') throw new Error(`no limit parameter "${name}"`);
      return found.value as Limit;
    },
  };
}

/** A table without parameters. */
export const NO_PARAMETERS: ParameterTable = makeParameterTable([]);

/** Newest first; the defaults, in force from ever, are the last. */
function layersFrom({ parameters, orgUnits = {}, sets = [] }: ParameterFile): Layer[] {
  const later = sets
    .map(({ name, effectiveFrom, effectiveTo, values = {}, orgUnits: units = {} }) => ({
      set: name,
      effectiveFrom,
      ...(effectiveTo !== undefined && { effectiveTo }),
      values,
      orgUnits: units,
    }))
    .reverse()
    .sort((a, b) => (a.effectiveFrom < b.effectiveFrom ? 1 : a.effectiveFrom > b.effectiveFrom ? -1 : 0));
  const defaults = Object.entries(parameters).map(([name, { default: value }]) => [name, value] as const);
  return [...later, { values: Object.fromEntries(defaults), orgUnits }];
}

function inForce({ effectiveFrom, effectiveTo }: Layer, date: string | undefined): boolean {
  if (date === undefined) return effectiveTo === undefined;
  return (
    (effectiveFrom === undefined || effectiveFrom <= date) &&
    (effectiveTo === undefined || date <= effectiveTo)
  );
}

function valueIn(layer: Layer, name: string, units: readonly string[]): ParameterInForce | undefined {
  const { set, effectiveFrom } = layer;
  const origin = { ...(set !== undefined && { set }), ...(effectiveFrom !== undefined && { effectiveFrom }) };
  for (const unit of units) {
    const own = Object.hasOwn(layer.orgUnits, unit) ? layer.orgUnits[unit] : undefined;
    const value = own && Object.hasOwn(own, name) ? own[name] : undefined;
    if (value !== undefined) return { value, ...origin, orgUnit: unit };
  }
  const value = Object.hasOwn(layer.values, name) ? layer.values[name] : undefined;
  return value === undefined ? undefined : { value, ...origin };
}

/** A unit's code and those of the units above it, nearest first. */
export function unitsUpwards(code: string | undefined, orgTree: OrgTree | undefined): string[] {
  const units: string[] = [];
  for (let unit = code; unit !== undefined && !units.includes(unit); unit = orgTree?.get(unit)?.parent)
    units.push(unit);
  return units;
}
