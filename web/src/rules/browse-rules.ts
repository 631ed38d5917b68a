import type { RuleSummary } from '../api/types.js';
import type { RuleFigures } from './rule-figures.js';

export interface RuleRow extends RuleSummary {
  readonly figures?: RuleFigures | undefined;
}

/** What rules are browsed by. */
export const FACETS = ['kind', 'clause', 'process', 'severity', 'status', 'signal'] as const;
export type Facet = (typeof FACETS)[number];

/** Stands for the process of rules that look at no work orders. */
export const NO_PROCESS = 'none';
/** Stands for a rule with nothing that is worth a look. */
export const NO_SIGNAL = 'none';

/** What is chosen, by facet, and words that are looked for; an empty text is no choice. */
export type RuleChoice = Readonly<Record<Facet | 'text', string>>;

export interface Browsed {
  readonly shown: readonly RuleRow[];
  /** By facet: each value, and how many rules it would leave beside what else is chosen. */
  readonly counts: Readonly<Record<Facet, ReadonlyMap<string, number>>>;
}

/** Narrows the rules down, and counts what each further choice would leave. Pure. */
export function browseRules(rows: readonly RuleRow[], choice: RuleChoice): Browsed {
  const everyProcess = [...new Set(rows.flatMap(({ processes }) => processes ?? []))];
  const valuesOf = (row: RuleRow, facet: Facet): readonly string[] => {
    switch (facet) {
      case 'clause':
        return row.clauses;
      case 'process':
        if (!row.processes) return everyProcess;
        return row.processes.length === 0 ? [NO_PROCESS] : row.processes;
      case 'signal':
        if (!row.figures) return [];
        return row.figures.signals.length === 0 ? [NO_SIGNAL] : row.figures.signals;
      default:
        return [row[facet]];
    }
  };
  const isChosen = (row: RuleRow, facet: Facet) =>
    choice[facet] === '' || valuesOf(row, facet).includes(choice[facet]);
  const text = choice.text.trim().toLowerCase();
  const found = rows.filter((row) =>
    [row.name, row.id, ...row.clauses].some((part) => part.toLowerCase().includes(text)),
  );
  const countsOf = (facet: Facet) => {
    const counts = new Map<string, number>();
    for (const row of found) {
      if (!FACETS.every((other) => other === facet || isChosen(row, other))) continue;
      for (const value of valuesOf(row, facet)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  };
  const counts = {
    kind: countsOf('kind'),
    clause: countsOf('clause'),
    process: countsOf('process'),
    severity: countsOf('severity'),
    status: countsOf('status'),
    signal: countsOf('signal'),
  };
  return { shown: found.filter((row) => FACETS.every((facet) => isChosen(row, facet))), counts };
}
