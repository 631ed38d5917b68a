/**
 * Names of stages may be given as a pattern: `*` stands for any text, e.g. `*归档`. Nothing else is special, so that
 * a pattern is matched in linear time and holds no surprises.
 */
export function isPattern(name: string): boolean {
  return name.includes('*');
}

/** Which lists hold patterns; lists of rule files do not change, and are asked about at every event. */
const patternsOf = new WeakMap<readonly string[], readonly string[]>();

/** Whether a name is one of the list, or matches a pattern in it. */
export function matchesAny(wanted: readonly string[], name: string): boolean {
  if (wanted.includes(name)) return true;
  let patterns = patternsOf.get(wanted);
  if (!patterns) {
    patterns = wanted.filter(isPattern);
    patternsOf.set(wanted, patterns);
  }
  return patterns.length > 0 && patterns.some((pattern) => matchesPattern(pattern, name));
}

export function matchesPattern(pattern: string, name: string): boolean {
  const parts = pattern.split('*');
  const first = parts[0] ?? '';
  const last = parts.at(-1) ?? '';
  if (parts.length === 1) return pattern === name;
  if (name.length < first.length + last.length || !name.startsWith(first) || !name.endsWith(last))
    return false;
  let at = first.length;
  const end = name.length - last.length;
  for (const part of parts.slice(1, -1)) {
    const found = name.indexOf(part, at);
    if (found < 0 || found + part.length > end) return false;
    at = found + part.length;
  }
  return at <= end;
}
