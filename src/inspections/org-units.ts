import { z } from 'zod';
import type { FileProblem } from '../file-problems.js';

/** 省, 市, 县公司, 供电所, 营业厅班组: from the top down. The last two are on one level. */
export const ORG_UNIT_TYPES = ['province', 'city', 'county', 'station', 'hall'] as const;
export type OrgUnitType = (typeof ORG_UNIT_TYPES)[number];

const LEVEL: Record<OrgUnitType, number> = { province: 0, city: 1, county: 2, station: 3, hall: 3 };

/** A code as events name it in `orgUnit`; no `|`, which separates the parts of a task's id. */
const code = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, 'expected 1–64 letters, digits, dots, hyphens or underscores');

export const orgUnitsFileSchema = z.strictObject({
  $schema: z.string().optional(),
  note: z.string().optional(),
  units: z.array(
    z.strictObject({
      code,
      name: z.string().min(1),
      type: z.enum(ORG_UNIT_TYPES),
      /** Code of the unit above; absent at the top. */
      parent: code.optional(),
    }),
  ),
});

/** `rules/org-units.json`. */
export type OrgUnitsFile = z.infer<typeof orgUnitsFileSchema>;
/** An org unit. */
export type OrgUnit = OrgUnitsFile['units'][number];

/** The org tree. */
export interface OrgUnits {
  /** In the order of the file. */
  readonly list: readonly OrgUnit[];
  get(code: string): OrgUnit | undefined;
  /** A unit's own code and those of all units below it; just the code for one that is in no tree. */
  subtreeOf(code: string): readonly string[];
}

/** What is wrong with the units as a tree; empty when they are one (or several). */
export function findOrgUnitProblems({ units }: OrgUnitsFile, file: string): FileProblem[] {
  const problems: FileProblem[] = [];
  const byCode = new Map<string, OrgUnit>();
  units.forEach((unit, index) => {
    if (byCode.has(unit.code))
      problems.push({ file, path: `units.${index}.code`, message: `"${unit.code}" is given twice` });
    else byCode.set(unit.code, unit);
  });
  units.forEach((unit, index) => {
    if (unit.parent === undefined) return;
    const parent = byCode.get(unit.parent);
    const path = `units.${index}.parent`;
    if (!parent) problems.push({ file, path, message: `there is no unit "${unit.parent}"` });
    // Parents are always higher up, which also rules out circles.
    else if (LEVEL[parent.type] >= LEVEL[unit.type])
      problems.push({
        file,
        path,
        message: `a ${unit.type} cannot be below the ${parent.type} "${parent.code}"; expected one of ${higherThan(unit.type)}`,
      });
  });
  return problems;
}

/** The tree of a file without problems. */
export function makeOrgUnits({ units }: OrgUnitsFile): OrgUnits {
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  const subtrees = new Map<string, string[]>(units.map(({ code }) => [code, [code]]));
  for (const { code, parent } of units)
    for (let above = parent; above !== undefined; above = byCode.get(above)?.parent)
      subtrees.get(above)?.push(code);
  return {
    list: units,
    get: (code) => byCode.get(code),
    subtreeOf: (code) => subtrees.get(code) ?? [code],
  };
}

function higherThan(type: OrgUnitType): string {
  return ORG_UNIT_TYPES.filter((other) => LEVEL[other] < LEVEL[type]).join(', ') || 'none (leave parent out)';
}
