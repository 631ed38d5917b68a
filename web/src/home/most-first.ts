/** The sum of the counts of each name, the greatest first. */
export function mostFirst<Group extends { readonly count: number }, Name extends string>(
  groups: readonly Group[],
  nameOf: (group: Group) => Name,
): [Name, number][] {
  const sums = new Map<Name, number>();
  for (const group of groups) sums.set(nameOf(group), (sums.get(nameOf(group)) ?? 0) + group.count);
  return [...sums].sort(([, a], [, b]) => b - a);
}
