/** A line of two texts laid over each other; lines from 1, absent on the side where it is not. */
export interface DiffLine {
  readonly kind: 'same' | 'removed' | 'added';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

/** A stretch of lines that are shown, or so many equal ones that are left out. */
export type DiffPart = { readonly lines: readonly DiffLine[] } | { readonly skipped: number };

/** Longer middles are not searched for what they have in common: all of the one goes, all of the other comes. */
const MOST_CELLS = 4_000_000;

/** The fewest lines to take out of one text and put in to make it the other. Pure. */
export function diffLines(before: string, after: string): DiffLine[] {
  const a = linesOf(before);
  const b = linesOf(after);
  let head = 0;
  while (head < a.length && head < b.length && a[head] === b[head]) head += 1;
  let tail = 0;
  while (
    tail < a.length - head &&
    tail < b.length - head &&
    a[a.length - 1 - tail] === b[b.length - 1 - tail]
  )
    tail += 1;
  const lines: DiffLine[] = [];
  let [i, j] = [0, 0];
  const same = () => {
    lines.push({ kind: 'same', text: a[i] ?? '', before: i + 1, after: j + 1 });
    i += 1;
    j += 1;
  };
  const removed = () => {
    lines.push({ kind: 'removed', text: a[i] ?? '', before: i + 1 });
    i += 1;
  };
  const added = () => {
    lines.push({ kind: 'added', text: b[j] ?? '', after: j + 1 });
    j += 1;
  };
  while (i < head) same();
  const [endA, endB] = [a.length - tail, b.length - tail];
  const longest = commonOf(a.slice(head, endA), b.slice(head, endB));
  while (i < endA && j < endB && longest) {
    if (a[i] === b[j]) same();
    else if (longest(i - head + 1, j - head) >= longest(i - head, j - head + 1)) removed();
    else added();
  }
  while (i < endA) removed();
  while (j < endB) added();
  while (i < a.length) same();
  return lines;
}

/** Leaves out equal lines that are further than `around` from a change. */
export function foldSame(lines: readonly DiffLine[], around = 3): DiffPart[] {
  const isNear = lines.map((_, index) =>
    lines.slice(Math.max(0, index - around), index + around + 1).some(({ kind }) => kind !== 'same'),
  );
  const parts: DiffPart[] = [];
  let start = 0;
  while (start < lines.length) {
    let end = start;
    while (end < lines.length && isNear[end] === isNear[start]) end += 1;
    parts.push(isNear[start] ? { lines: lines.slice(start, end) } : { skipped: end - start });
    start = end;
  }
  return parts;
}

/** Length of the longest common sequence of the rests that begin at two places; undefined where the texts are too long. */
function commonOf(
  a: readonly string[],
  b: readonly string[],
): ((i: number, j: number) => number) | undefined {
  const width = b.length + 1;
  if ((a.length + 1) * width > MOST_CELLS) return undefined;
  const cells = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number) => cells[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1)
      cells[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  return at;
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  if (lines.at(-1) === '') lines.pop();
  return lines;
}
