import type { RuleHealth } from '../api/types.js';

/** How a rule did, all its versions together; signals are those of the version in force that the others do not belie. */
export interface RuleFigures {
  readonly looks: number;
  readonly hits: number;
  readonly errors: number;
  readonly raised: number;
  readonly open: number;
  readonly confirmed: number;
  /** Those that people judged. */
  readonly judged: number;
  readonly lastHitAt?: string;
  readonly signals: RuleHealth['signals'];
}

const NOTHING: RuleFigures = {
  looks: 0, hits: 0, errors: 0, raised: 0, open: 0, confirmed: 0, judged: 0, signals: [],
}; // prettier-ignore

/** By rule id. */
export function figuresOfRules(items: readonly RuleHealth[]): ReadonlyMap<string, RuleFigures> {
  const byRule = new Map<string, RuleFigures>();
  for (const item of items) {
    const { raised, open, confirmed, unconfirmed, invalid } = item.alerts;
    byRule.set(
      item.rule,
      addFigures(byRule.get(item.rule), {
        looks: item.looks,
        hits: item.hits,
        errors: item.errors,
        raised,
        open,
        confirmed,
        judged: confirmed + unconfirmed + invalid,
        ...(item.lastHitAt !== undefined && { lastHitAt: item.lastHitAt }),
        signals: item.status === 'former' ? [] : item.signals,
      }),
    );
  }
  return new Map([...byRule].map(([rule, figures]) => [rule, withoutBelied(figures)]));
}

/** A version that was published a moment ago has done nothing yet; the rule has. */
function withoutBelied(figures: RuleFigures): RuleFigures {
  const { looks, hits, signals } = figures;
  const isBelied = (signal: (typeof signals)[number]) =>
    (signal === 'never-looked' && looks > 0) || (signal === 'never-hits' && hits > 0);
  return { ...figures, signals: signals.filter((signal) => !isBelied(signal)) };
}

/** Several rules together, those of a cell or a clause. */
export function sumFigures(all: readonly (RuleFigures | undefined)[]): RuleFigures {
  return all.reduce<RuleFigures>(addFigures, NOTHING);
}

/** Share of confirmed alerts among those that people judged, in percent; undefined while none was judged. */
export function percentOf({
  confirmed,
  judged,
}: Pick<RuleFigures, 'confirmed' | 'judged'>): number | undefined {
  return judged === 0 ? undefined : Math.round((100 * confirmed) / judged);
}

function addFigures(a: RuleFigures = NOTHING, b: RuleFigures = NOTHING): RuleFigures {
  const lastHitAt = [a.lastHitAt, b.lastHitAt].flatMap((at) => at ?? []).sort().at(-1);
  return {
    looks: a.looks + b.looks,
    hits: a.hits + b.hits,
    errors: a.errors + b.errors,
    raised: a.raised + b.raised,
    open: a.open + b.open,
    confirmed: a.confirmed + b.confirmed,
    judged: a.judged + b.judged,
    ...(lastHitAt !== undefined && { lastHitAt }),
    signals: [...new Set([...a.signals, ...b.signals])],
  };
} // prettier-ignore
