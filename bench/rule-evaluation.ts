import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadCalendar } from '../src/calendar/load-calendar.js';
import { loadRules } from '../src/engine/load-rules.js';
import type { RuleSet } from '../src/engine/rule-set.js';
import { toProcessCatalogue } from '../src/work-orders/catalogue.js';
import { loadCatalogue } from '../src/work-orders/load-catalogue.js';
import type { BenchArguments } from './support/arguments.js';
import { makeCases, makeSpecs, toRuleFile, type Case, type RuleSpec } from './support/evaluation-load.js';
import {
  closureEvaluator,
  indexedClosureEvaluator,
  oneEngineEvaluator,
  ownEvaluator,
  zenEvaluator,
  type Evaluator,
} from './support/evaluators.js';
import { printTable, say, writeResult } from './support/report.js';
import { median } from './support/statistics.js';

const COUNTS = [10, 100, 1_000, 10_000];
/** What each contender may take for one measurement, ms. */
const SLICE_MS = 400;
const WARM_UP_MS = 2_000;
const AT = Date.parse('2026-03-02T10:00:00+08:00');

interface Measured {
  readonly usPerEvent: number;
  readonly eventsPerSecond: number;
  readonly events: number;
}

/** Cost of judging an event by 10 to 10,000 rule files: the service's way, and four others, on the same rules and events. */
export async function runRuleEvaluation(args: BenchArguments): Promise<void> {
  const { rounds = 5, events = 20_000 } = args;
  const calendar = await loadCalendar({ dir: 'rules/calendars', timeZone: 'Asia/Shanghai' });
  const catalogue = await loadCatalogue('rules/catalogue');
  const results: Record<string, unknown>[] = [];
  const own = new Map<number, Record<string, Measured | undefined>>();
  for (const count of COUNTS) {
    const specs = makeSpecs(count, catalogue);
    const loaded = await loadFiles(specs, async (dir) =>
      loadRules({ dir, calendar, catalogue: toProcessCatalogue(catalogue) }),
    );
    const cases = makeCases(specs, events, AT);
    const contenders: Record<string, Evaluator | undefined> = {
      own: ownEvaluator(loaded.ruleSet, calendar),
      oneEngine: oneEngineEvaluator(specs),
      zen: await zenEvaluator(specs),
      closures: closureEvaluator(specs),
      indexedClosures: indexedClosureEvaluator(specs),
    };
    const hits = await compareAnswers(contenders, cases, count > 1_000 ? 10 : 100);
    const measured: Record<string, Measured | undefined> = {};
    for (const [name, evaluator] of Object.entries(contenders))
      measured[name] = evaluator && (await measure(evaluator, cases, rounds));
    own.set(count, measured);
    results.push({ rules: count, loadMs: loaded.ms, hitShare: hits, ...measured });
    say(
      `${count} rule files: loaded, checked and tested in ${Math.round(loaded.ms)} ms; ${(hits * 100).toFixed(1)} % hits`,
    );
  }
  report(own, results);
}

function report(
  measured: ReadonlyMap<number, Record<string, Measured | undefined>>,
  results: readonly Record<string, unknown>[],
): void {
  const names = ['own', 'oneEngine', 'zen', 'closures', 'indexedClosures'];
  printTable(
    'Rule evaluation, events/s on one core (rules a place: 6; about 1 % of events hit)',
    [
      'rule files',
      'screen + verdict',
      'one json-rules-engine',
      'GoRules zen table',
      'closures, all',
      'closures, indexed',
    ],
    [...measured].map(([count, row]) => [
      count.toLocaleString('en'),
      ...names.map((name) => row[name]?.eventsPerSecond ?? 'not installed'),
    ]),
  );
  const of = (count: number, name: string) => measured.get(count)?.[name]?.usPerEvent ?? NaN;
  const targets = [
    ['cost per event, 10,000 rules ÷ 10 rules', of(10_000, 'own') / of(10, 'own'), '≤ 2'],
    [
      'faster than one json-rules-engine at 1,000 rules',
      of(1_000, 'oneEngine') / of(1_000, 'own'),
      '≥ 1,000',
    ],
    ...COUNTS.map((count) => [
      `of the indexed closures at ${count.toLocaleString('en')}`,
      of(count, 'indexedClosures') / of(count, 'own'),
      '≥ 0.3',
    ]),
  ] as [string, number, string][];
  printTable('Targets', ['', 'measured', 'target'], targets);
  writeResult('rule-evaluation', {
    results,
    targets: targets.map(([what, value, target]) => ({ what, value, target })),
  });
}

/** Writes the rules as files and loads them as a start does: every file checked, its in-file tests run. */
async function loadFiles(
  specs: readonly RuleSpec[],
  load: (dir: string) => ReturnType<typeof loadRules>,
): Promise<{ ruleSet: RuleSet; ms: number }> {
  const dir = mkdtempSync(join(tmpdir(), 'yxrisk-bench-evaluation-'));
  try {
    for (const [index, spec] of specs.entries()) {
      const folder = join(dir, `d${Math.floor(index / 500)}`);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, `${spec.id}.json`), JSON.stringify(toRuleFile(spec), null, 2));
    }
    const start = performance.now();
    const loaded = await load(dir);
    const ms = performance.now() - start;
    if ('errors' in loaded)
      throw new Error(
        loaded.errors
          .slice(0, 3)
          .map(({ message }) => message)
          .join('\n'),
      );
    return { ruleSet: loaded.ruleSet, ms };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** All contenders must find the same. Answers the share of events that hit. */
async function compareAnswers(
  contenders: Readonly<Record<string, Evaluator | undefined>>,
  cases: readonly Case[],
  sample: number,
): Promise<number> {
  const reference = contenders['indexedClosures'] as Evaluator;
  let hit = 0;
  const interesting: Case[] = [];
  for (const item of cases) {
    if ((await reference(item)) === 0) continue;
    hit += 1;
    if (interesting.length < sample) interesting.push(item);
  }
  for (const item of [...interesting, ...cases.slice(0, sample)]) {
    const wanted = await reference(item);
    for (const [name, evaluator] of Object.entries(contenders)) {
      const found = await evaluator?.(item);
      if (found !== undefined && found !== wanted)
        throw new Error(`${name} finds ${found} hits where the closures find ${wanted}`);
    }
  }
  return hit / cases.length;
}

/**
 * Median over the rounds of as many events as go into a time slice; at least one. Counted in time of the processor, so
 * that whoever shares the machine counts little.
 */
async function measure(evaluator: Evaluator, cases: readonly Case[], rounds: number): Promise<Measured> {
  let next = 0;
  const run = async (ms: number, atMost: number): Promise<number> => {
    const before = process.cpuUsage();
    const start = performance.now();
    let done = 0;
    while (done < atMost && (done === 0 || performance.now() - start < ms)) {
      // The clock is read once for some events, unless they are slow ones.
      const block = done < 64 ? 1 : 64;
      for (let i = 0; i < block; i += 1) {
        const answer = evaluator(cases[next % cases.length] as Case);
        if (answer instanceof Promise) await answer;
        next += 1;
      }
      done += block;
    }
    const { user, system } = process.cpuUsage(before);
    return (user + system) / done;
  };
  // Every place once, as far as a slow contender gets: the index works a place out when it is first asked for.
  await run(WARM_UP_MS, cases.length);
  const costs: number[] = [];
  for (let round = 0; round < rounds; round += 1) costs.push(await run(SLICE_MS, Infinity));
  const usPerEvent = median(costs);
  return { usPerEvent, eventsPerSecond: 1e6 / usPerEvent, events: next };
}
