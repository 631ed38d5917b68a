import { FAULT_KINDS } from '../../src/simulate/fault-kinds.js';
import type { ExpectedFinding, TruthRow } from '../../src/simulate/simulation.js';

/** What the service found, from a finding or an alert. */
export interface FoundFinding {
  readonly recordId: string;
  readonly rule: string;
  readonly stage?: string;
  readonly visit?: number;
  readonly phase?: 'early' | 'overdue';
  readonly openedAt: number;
  readonly closedAt?: number;
}

/** One line of the table. */
export interface KindScore {
  readonly kind: string;
  /** Faults of the kind, and the findings they must lead to. */
  readonly injected: number;
  readonly expected: number;
  readonly found: number;
  readonly missed: number;
  /** Found where nothing is wrong, by the kind whose rule it is. */
  readonly false: number;
  /** Found, but first known, overdue or cured at another minute than in truth. */
  readonly mistimed: number;
}
export interface Comparison {
  readonly scores: readonly KindScore[];
  /** What is missed, false or mistimed, for a person to read. */
  readonly differences: readonly string[];
}

/** Holds what was found against the truth: the same rule, on the same record and stage visit, at the same minute. */
export function compareWithTruth(truth: readonly TruthRow[], found: readonly FoundFinding[]): Comparison {
  const differences: string[] = [];
  const scores = new Map<string, { -readonly [K in keyof KindScore]: KindScore[K] }>();
  const scoreOf = (kind: string) => {
    const score = scores.get(kind) ?? {
      kind,
      injected: 0,
      expected: 0,
      found: 0,
      missed: 0,
      false: 0,
      mistimed: 0,
    };
    scores.set(kind, score);
    return score;
  };
  for (const { kind } of FAULT_KINDS) scoreOf(kind);

  const left = new Map<string, FoundFinding[]>();
  for (const finding of found) {
    const key = keyOf(finding.recordId, finding);
    left.set(
      key,
      [...(left.get(key) ?? []), finding].sort((a, b) => a.openedAt - b.openedAt),
    );
  }
  for (const { kind, recordId, findings } of truth) {
    const score = scoreOf(kind);
    score.injected += 1;
    for (const expected of findings) {
      score.expected += 1;
      const match = left.get(keyOf(recordId, expected))?.shift();
      if (!match) {
        score.missed += 1;
        differences.push(`missed ${kind} ${recordId} ${describe(expected)}`);
        continue;
      }
      score.found += 1;
      const wrong = mistimed(expected, match);
      if (wrong === undefined) continue;
      score.mistimed += 1;
      differences.push(`mistimed ${kind} ${recordId} ${describe(expected)}: found ${wrong}`);
    }
  }
  for (const finding of [...left.values()].flat()) {
    const kind = FAULT_KINDS.find(({ rules }) => rules[0] === finding.rule)?.kind ?? finding.rule;
    scoreOf(kind).false += 1;
    differences.push(`false ${kind} ${finding.recordId} ${describeFound(finding)}`);
  }
  return { scores: [...scores.values()], differences };
}

function keyOf(
  recordId: string,
  { rule, stage, visit }: Pick<FoundFinding, 'rule' | 'stage' | 'visit'>,
): string {
  return `${recordId}|${rule}|${stage ?? ''}#${visit ?? ''}`;
}

const minute = (at: number | string | undefined): number | undefined =>
  at === undefined ? undefined : Math.floor((typeof at === 'string' ? Date.parse(at) : at) / 60_000);

function mistimed(expected: ExpectedFinding, found: FoundFinding): string | undefined {
  const overdue = found.phase === 'overdue';
  const sameTimes =
    minute(found.openedAt) === minute(expected.firstKnownAt) &&
    minute(found.closedAt) === minute(expected.curedAt);
  if (sameTimes && overdue === (expected.overdueAt !== undefined)) return undefined;
  return describeFound(found);
}

function describe({ rule, stage, visit, firstKnownAt, overdueAt, curedAt }: ExpectedFinding): string {
  const end = curedAt === undefined ? 'open' : `cured ${curedAt}`;
  return `${rule} ${stage ?? ''}#${visit ?? ''} ${overdueAt === undefined ? '' : 'overdue '}${firstKnownAt} ${end}`;
}

function describeFound({ rule, stage, visit, phase, openedAt, closedAt }: FoundFinding): string {
  const local = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19);
  const end = closedAt === undefined ? 'open' : `cured ${local(closedAt)}`;
  return `${rule} ${stage ?? ''}#${visit ?? ''} ${phase ?? ''} ${local(openedAt)} ${end}`;
}

/** The table, with percentages and a total. */
export function formatScores(scores: readonly KindScore[]): string {
  const total = (field: Exclude<keyof KindScore, 'kind'>) =>
    scores.reduce((sum, score) => sum + score[field], 0);
  const all: KindScore = {
    kind: 'total', injected: total('injected'), expected: total('expected'), found: total('found'),
    missed: total('missed'), false: total('false'), mistimed: total('mistimed'),
  }; // prettier-ignore
  const percent = (part: number, whole: number) =>
    whole === 0 ? '–' : `${Math.floor((100 * part) / whole)} %`;
  const rows = [...scores, all].map((score) => [
    score.kind,
    ...[score.injected, score.expected, score.found, score.missed, score.false, score.mistimed].map(String),
    percent(score.found, score.expected),
    percent(score.found, score.found + score.false),
  ]);
  const head = [
    'kind',
    'injected',
    'findings',
    'found',
    'missed',
    'false',
    'mistimed',
    'recall',
    'precision',
  ];
  const widths = head.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join(' | ')} |`;
  const rule = `| ${widths.map((width, i) => (i === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(head), rule, ...rows.map(line)].join('\n');
}
