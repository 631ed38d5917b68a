import type { OrgUnit } from '../api/types.js';

export interface UnitNode {
  readonly value: string;
  readonly title: string;
  readonly children: UnitNode[];
}

/** The org tree for a chooser; a unit whose parent may not be seen stands at the top. */
export function toTree(units: readonly OrgUnit[]): UnitNode[] {
  const nodes = new Map<string, UnitNode>();
  for (const { code, name } of units) nodes.set(code, { value: code, title: name, children: [] });
  const roots: UnitNode[] = [];
  for (const { code, parent } of units) {
    const node = nodes.get(code);
    if (node) (nodes.get(parent ?? '')?.children ?? roots).push(node);
  }
  return roots;
}
