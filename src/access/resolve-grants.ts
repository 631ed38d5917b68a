import type { OrgUnits } from '../inspections/org-units.js';
import type { Role } from './principal.js';
import type { Exclusion, Grant } from './user.js';

/** A role and the units it holds in; without `units` everywhere, also where no unit is named. */
export interface ResolvedGrant {
  readonly role: Role;
  readonly units?: readonly string[];
}

/**
 * What grants give after exclusions, which win over every grant, direct or by group. A grant everywhere from which a
 * unit is excluded holds in all other units of the tree, and no longer where no unit is named. Pure.
 */
export function resolveGrants(
  grants: readonly Grant[],
  exclusions: readonly Exclusion[],
  orgUnits: Pick<OrgUnits, 'list' | 'subtreeOf'>,
): ResolvedGrant[] {
  const byRole = new Map<Role, Set<string> | 'all'>();
  for (const { role, orgUnit } of grants) {
    const before = byRole.get(role);
    if (orgUnit === undefined) byRole.set(role, 'all');
    else if (before !== 'all') byRole.set(role, new Set([...(before ?? []), ...orgUnits.subtreeOf(orgUnit)]));
  }
  return [...byRole].flatMap(([role, given]) => {
    const against = exclusions.filter((exclusion) => exclusion.role === undefined || exclusion.role === role);
    if (against.some(({ orgUnit }) => orgUnit === undefined)) return [];
    if (against.length === 0) return [given === 'all' ? { role } : { role, units: [...given] }];
    const out = new Set(against.flatMap(({ orgUnit }) => orgUnits.subtreeOf(orgUnit ?? '')));
    const all = given === 'all' ? orgUnits.list.map(({ code }) => code) : [...given];
    const units = all.filter((unit) => !out.has(unit));
    return units.length === 0 ? [] : [{ role, units }];
  });
}
