/** The names nearest to a mistyped one, nearest first; none where nothing is near. */
export function nearest(name: string, names: Iterable<string>, most = 3): string[] {
  const typed = name.toLowerCase().slice(0, 80);
  const tail = typed.slice(typed.lastIndexOf('.') + 1);
  const ranked: { name: string; distance: number }[] = [];
  for (const candidate of names) {
    const lower = candidate.toLowerCase();
    const limit = Math.max(1, Math.floor(Math.max(typed.length, lower.length) / 3));
    let distance = editDistance(typed, lower, limit);
    if (distance > limit && tail.length > 2 && lower.endsWith(`.${tail}`)) distance = limit;
    if (distance > limit && typed.length > 1 && lower.includes(typed)) distance = limit;
    if (distance <= limit) ranked.push({ name: candidate, distance });
  }
  ranked.sort((a, b) => a.distance - b.distance);
  const best = ranked[0]?.distance === 0 ? 1 : most;
  return ranked.slice(0, best).map((entry) => entry.name);
}

/** ` 是不是 "x"、"y"？`, or nothing. */
export function didYouMean(name: string, names: Iterable<string>): string {
  const found = nearest(name, names);
  return found.length === 0 ? '' : `，是不是 ${found.map((near) => `"${near}"`).join(' 或 ')}？`;
}

/** What to list as allowed: everything if it is short, else the nearest. */
export function allowedFor(name: string, names: readonly string[]): readonly string[] {
  return names.length <= 30 ? names : nearest(name, names, 8);
}

/** Levenshtein with transpositions; anything above the limit counts as limit + 1. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) > limit) return limit + 1;
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        best = Math.min(best, (beforeLast[j - 2] ?? 0) + 1);
      }
      row.push(best);
    }
    if (Math.min(...row) > limit) return limit + 1;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit + 1;
}
