import type { Principal } from '../access/principal.js';
import { ForbiddenError, NotFoundError } from '../errors.js';

type SubtreeOf = (orgUnit: string) => readonly string[];

/** The units a principal may see; undefined = all. A person sees those where one of the roles asked for holds. */
export function scopeOf(principal: Principal, subtreeOf: SubtreeOf): readonly string[] | undefined {
  const { grants, orgUnit } = principal;
  if (grants)
    return grants.some(({ units }) => !units)
      ? undefined
      : [...new Set(grants.flatMap(({ units }) => units ?? []))];
  return orgUnit === undefined ? undefined : subtreeOf(orgUnit);
}

/** For what belongs to no unit. @throws ForbiddenError unless the principal may see everything */
export function requireWholeView(principal: Principal, what: string): void {
  if (scopeOf(principal, (unit) => [unit]) !== undefined)
    throw new ForbiddenError(
      `${what} to those for all org units only; you are for ${principal.orgUnit ?? 'some'}.`,
    );
}

/** The units to list: those asked for with all below them, as far as they may be seen; undefined = all. */
export function unitsToList(
  asked: readonly string[] | undefined,
  scope: readonly string[] | undefined,
  subtreeOf: SubtreeOf,
): readonly string[] | undefined {
  if (!asked) return scope;
  const wanted = [...new Set(asked.flatMap((unit) => [...subtreeOf(unit)]))];
  if (!scope) return wanted;
  const seen = new Set(scope);
  return wanted.filter((unit) => seen.has(unit));
}

/** True when one of the units a thing belongs to may be seen. What belongs to no unit is for those who see everything. */
export function isInScope(scope: readonly string[] | undefined, ...units: (string | undefined)[]): boolean {
  return !scope || units.some((unit) => unit !== undefined && scope.includes(unit));
}

/** The thing, if it exists and may be seen. @throws NotFoundError the same for both, so that nothing is told */
export function findVisible<Thing>(
  thing: Thing | undefined,
  isVisible: (thing: Thing) => boolean,
  what: string,
): Thing {
  if (thing === undefined || !isVisible(thing)) throw new NotFoundError(`There is no ${what}.`);
  return thing;
}
