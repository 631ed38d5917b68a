/** A set of values, exact, and closed under "and" and "not": what a condition on one fact allows. */
export type Domain = NumberDomain | ChoiceDomain;

/** Numbers: disjoint intervals from low to high. Of whole numbers the ends are closed. */
export interface NumberDomain {
  readonly kind: 'number';
  readonly whole: boolean;
  readonly intervals: readonly Interval[];
}
export interface Interval {
  readonly low: number;
  readonly lowOpen: boolean;
  readonly high: number;
  readonly highOpen: boolean;
}

/** Texts, yes and no: these, or all but these. */
export interface ChoiceDomain {
  readonly kind: 'choice';
  readonly values: ReadonlySet<string | boolean>;
  readonly complement: boolean;
}

export function choice(values: Iterable<string | boolean>, complement = false): ChoiceDomain {
  return { kind: 'choice', values: new Set(values), complement };
}

export const ANY_CHOICE: ChoiceDomain = choice([], true);
export const YES_NO: ChoiceDomain = choice([true, false]);

/** Numbers from `low` to `high`; infinite ends are open by nature. */
export function numbers(
  low: number,
  high: number,
  { lowOpen = false, highOpen = false, whole = false } = {},
): NumberDomain {
  return tidy(whole, [{ low, lowOpen, high, highOpen }]);
}

export function points(values: readonly number[], whole = false): NumberDomain {
  const intervals = values.map((value) => ({ low: value, lowOpen: false, high: value, highOpen: false }));
  return tidy(whole, intervals);
}

export function intersect(a: Domain, b: Domain): Domain {
  if (a.kind === 'number' && b.kind === 'number') {
    const both = a.intervals.flatMap((one) => b.intervals.map((other) => overlapOf(one, other)));
    return tidy(a.whole || b.whole, both);
  }
  if (a.kind === 'choice' && b.kind === 'choice') {
    if (a.complement && b.complement) return choice([...a.values, ...b.values], true);
    const [listed, other] = a.complement ? [b, a] : [a, b];
    return choice([...listed.values].filter((value) => other.values.has(value) !== other.complement));
  }
  throw new Error('domains of different kinds');
}

export function complementOf(domain: Domain): Domain {
  if (domain.kind === 'choice') return choice(domain.values, !domain.complement);
  const gaps: Interval[] = [];
  let low = -Infinity;
  let lowOpen = false;
  for (const interval of domain.intervals) {
    gaps.push({ low, lowOpen, high: interval.low, highOpen: !interval.lowOpen });
    low = interval.high;
    lowOpen = !interval.highOpen;
  }
  gaps.push({ low, lowOpen, high: Infinity, highOpen: false });
  return tidy(domain.whole, gaps);
}

export function isEmpty(domain: Domain): boolean {
  return domain.kind === 'number'
    ? domain.intervals.length === 0
    : !domain.complement && domain.values.size === 0;
}

/** Whether all of `a` is in `b`. */
export function isWithin(a: Domain, b: Domain): boolean {
  return isEmpty(intersect(a, complementOf(b)));
}

/** In the words of a rule author. */
export function describeDomain(domain: Domain): string {
  if (isEmpty(domain)) return '没有';
  if (domain.kind === 'choice') {
    const values = [...domain.values].map((value) => (typeof value === 'boolean' ? String(value) : value));
    return domain.complement
      ? values.length === 0
        ? '任何值'
        : `除 ${values.join('、')} 外`
      : values.join('、');
  }
  return domain.intervals
    .map(({ low, lowOpen, high, highOpen }) => {
      if (low === high) return String(low);
      if (low === -Infinity && high === Infinity) return '任何数';
      if (low === -Infinity) return `${highOpen ? '小于' : '至多'} ${high}`;
      if (high === Infinity) return `${lowOpen ? '大于' : '至少'} ${low}`;
      return `${low} 至 ${high}`;
    })
    .join(' 或 ');
}

function overlapOf(a: Interval, b: Interval): Interval {
  const low = Math.max(a.low, b.low);
  const high = Math.min(a.high, b.high);
  return {
    low,
    lowOpen: (a.low === low && a.lowOpen) || (b.low === low && b.lowOpen),
    high,
    highOpen: (a.high === high && a.highOpen) || (b.high === high && b.highOpen),
  };
}

function tidy(whole: boolean, given: readonly Interval[]): NumberDomain {
  const intervals = given
    .map((interval) => (whole ? wholeOf(interval) : interval))
    .filter(
      ({ low, lowOpen, high, highOpen }) =>
        low < high || (low === high && !lowOpen && !highOpen && Number.isFinite(low)),
    )
    .sort((a, b) => a.low - b.low || Number(a.lowOpen) - Number(b.lowOpen));
  const merged: Interval[] = [];
  for (const interval of intervals) {
    const last = merged.at(-1);
    if (!last || !touches(last, interval, whole)) merged.push(interval);
    else if (interval.high > last.high || (interval.high === last.high && last.highOpen))
      merged[merged.length - 1] = { ...last, high: interval.high, highOpen: interval.highOpen };
  }
  return { kind: 'number', whole, intervals: merged };
}

function touches(a: Interval, b: Interval, whole: boolean): boolean {
  if (whole) return b.low <= a.high + 1;
  return b.low < a.high || (b.low === a.high && !(a.highOpen && b.lowOpen));
}

function wholeOf({ low, lowOpen, high, highOpen }: Interval): Interval {
  return {
    low: lowOpen ? Math.floor(low) + 1 : Math.ceil(low),
    lowOpen: false,
    high: highOpen ? Math.ceil(high) - 1 : Math.floor(high),
    highOpen: false,
  };
}
