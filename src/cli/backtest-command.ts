import { readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { BacktestError } from '../backtest/backtest-error.js';
import { isSame } from '../backtest/backtest-result.js';
import { KNOWN_BY, type KnownBy } from '../backtest/known-at.js';
import { loadSides, type CandidateSource } from '../backtest/load-sides.js';
import type { TextChange } from '../backtest/overlay-texts.js';
import { readEventFile } from '../backtest/read-event-file.js';
import { reportHtml } from '../backtest/report-html.js';
import { reportText } from '../backtest/report-text.js';
import { runBacktest, type BacktestProgress } from '../backtest/run-backtest.js';
import type { Config } from '../config.js';
import { isDay, isInstantText, startOf } from '../engine/moments.js';
import { RULE_JSON_LIMITS } from '../engine/parse-rule-json.js';
import type { BusinessEvent } from '../events/business-event.js';
import { MisuseError } from '../import/misuse-error.js';
import { openImportFile } from '../import/open-import-file.js';
import { makeXesMapping, readMappingFile } from '../import/xes-mapping.js';
import { makeImportProgress, type ImportIo } from './import-io.js';
import { eventLimitsOf } from './open-service.js';
import { errorList } from './rules-output.js';

/** What `rules backtest` needs from the outside. */
export interface BacktestCommandDeps {
  readonly readConfig: () => Config;
  /** Opens the inbox of the service that the settings name. */
  readonly openInbox: () => Promise<{
    stream(receivedBefore: number | undefined): AsyncIterable<readonly BusinessEvent[]>;
    close(): Promise<void>;
  }>;
  readonly io: ImportIo;
  readonly now: () => number;
}

interface Options {
  readonly rules?: string;
  readonly change?: readonly string[];
  readonly dir?: string;
  readonly file?: string;
  readonly mapping?: string;
  readonly process?: string;
  readonly source?: string;
  readonly from?: string;
  readonly to?: string;
  readonly knownBy?: KnownBy;
  readonly history?: number;
  readonly maxEvents: number;
  readonly examples: number;
  readonly html?: string;
  readonly json?: true;
}

const DAY_MS = 86_400_000;
/** Of the inbox, where `--from` does not say. */
const DEFAULT_DAYS = 30;

/** Adds `yxrisk rules backtest`. Exit code 0: the same alerts; 1: they differ, or rules or events are wrong; 2: misuse. */
export function addBacktestCommand(program: Command, deps: BacktestCommandDeps): void {
  const rules = program.commands.find((command) => command.name() === 'rules');
  if (!rules) throw new Error('the command "rules" must be added first');
  rules
    .command('backtest')
    .description(
      'replay past events with candidate rules and compare the alerts with those of the live ones / 用历史事件回测规则',
    )
    .option('--rules <folder>', 'the candidate: a whole rules folder')
    .option('--change <file...>', 'the candidate: these rule files laid over the live set')
    .option('--dir <folder>', 'the live rules (default: RULES_DIR)')
    .option('--file <file>', 'events from a file: .ndjson, .jsonl or .xes, each also .gz (default: the inbox)')
    .option('--mapping <file>', 'XES: how the log becomes events (docs/import.md)')
    .option('--process <name>', 'XES: the process (业务类型) of all cases')
    .option('--source <uri>', 'XES: the CloudEvents source')
    .option('--from <time>', 'count alerts raised from here on: 2026-03-01 or "2026-03-01 08:30"')
    .option('--to <time>', 'up to here; a day is meant whole')
    .addOption(
      new Option(
        '--known-by <time>',
        'when an event became known: received by this service, or recorded in the sales system (default: received; for files recorded)',
      ).choices([...KNOWN_BY]),
    )
    .addOption(number('--history <days>', 'read events of so many days before --from, for what was open then (default: all)', 36_500))
    .addOption(number('--examples <n>', 'examples of each rule and kind of change', 100, 3))
    .addOption(number('--max-events <n>', 'more are refused; a million takes some 500 MB', 20_000_000, 1_000_000))
    .option('--html <file>', 'also write the report as a page to print or send')
    .option('--json', 'answer in JSON, for programs')
    .action(async (options: Options) => {
      deps.io.exit(await backtest(options, deps));
    }); // prettier-ignore
}

async function backtest(options: Options, deps: BacktestCommandDeps): Promise<0 | 1 | 2> {
  const { io, now } = deps;
  const config = deps.readConfig();
  const { timeZone, startDay } = config;
  const dir = resolve(options.dir ?? config.rulesDir);
  const content = { dir, timeZone, ...(startDay && { startDay }) };
  refuseMisuse(options);
  const sides = await loadSides(content, await candidateOf(options, dir)).catch(toMisuse);
  if ('errors' in sides) {
    if (options.json) io.out(`${JSON.stringify(sides, null, 2)}\n`);
    else io.err(`${sides.wrong === 'live' ? '现行规则' : '候选规则'}：\n${errorList('错误', sides.errors)}`);
    return 1;
  }
  const { calendar } = sides.live;
  const from = options.from === undefined ? undefined : instantOf('--from', options.from, calendar);
  const asked = options.to === undefined ? undefined : endOf(options.to, calendar);
  if (from !== undefined && asked !== undefined && from >= asked)
    throw new MisuseError('--from must be before --to.');
  if (from !== undefined && from >= now()) throw new MisuseError('--from must not be in the future.');
  // What has not happened yet did not fail to happen.
  const to = asked === undefined ? undefined : Math.min(asked, now());

  const abort = new AbortController();
  const stopListening = io.onInterrupt(() => abort.abort(new BacktestError('Stopped; nothing was written.')));
  const progress = makeImportProgress(io, now);
  const source = await openSource(options, deps, { from, to });
  try {
    const result = await runBacktest({
      events: source.batches,
      rejected: source.rejected,
      knownBy: options.knownBy ?? source.knownBy,
      ...source.period,
      live: sides.live,
      candidate: sides.candidate,
      feedSilentAfterMs: config.feedSilentAfterMinutes * 60_000,
      examples: Math.max(options.examples, 3),
      maxEvents: options.maxEvents,
      signal: abort.signal,
      report: (at) => progress.line(describeProgress(at)),
    });
    progress.end();
    source.tell(io);
    if (options.html !== undefined) await writeHtml(options.html, reportHtml(result, sides.names));
    io.out(options.json ? `${JSON.stringify(result, null, 2)}\n` : reportText(result, sides.names, options.examples));
    return isSame(result) && result.events.rejected === 0 && result.failures.length === 0 ? 0 : 1;
  } finally {
    stopListening();
    await source.close();
  } // prettier-ignore
}

/** A folder that cannot be read was named wrongly. */
function toMisuse(error: unknown): never {
  throw new MisuseError(error instanceof Error ? error.message : String(error), { cause: error });
}

function refuseMisuse({ rules, change, file, mapping, process, source }: Options): void {
  if ((rules === undefined) === (change === undefined))
    throw new MisuseError('Name the candidate: either --rules FOLDER or --change FILE.');
  if (file === undefined && (mapping ?? process ?? source) !== undefined)
    throw new MisuseError('--mapping, --process and --source are for a XES log named by --file.');
}

async function candidateOf({ rules, change = [] }: Options, dir: string): Promise<CandidateSource> {
  if (rules !== undefined) return { dir: resolve(rules) };
  const changes: TextChange[] = [];
  for (const path of change) changes.push({ file: placeIn(dir, path), text: await readRule(path) });
  return { changes };
}

/** Where a changed file belongs: where it lies, if that is in the rules folder; parameters and conditions by their folder. */
function placeIn(dir: string, path: string): string {
  const inside = relative(dir, resolve(path));
  if (!inside.startsWith('..') && !inside.startsWith(sep)) return inside.split(sep).join('/');
  const folder = basename(dirname(resolve(path)));
  return folder === 'parameters' || folder === 'conditions' ? `${folder}/${basename(path)}` : basename(path);
}

async function readRule(path: string): Promise<string> {
  try {
    const bytes = await readFile(path);
    if (bytes.length > RULE_JSON_LIMITS.bytes)
      throw new MisuseError(
        `${path} has ${bytes.length} bytes; a rule file has at most ${RULE_JSON_LIMITS.bytes}.`,
      );
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof MisuseError) throw error;
    throw new MisuseError(
      `${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

type Calendar = Parameters<typeof startOf>[1];

function instantOf(option: string, text: string, calendar: Calendar): number {
  const at = isDay(text) || isInstantText(text) ? startOf(text, calendar) : undefined;
  if (at === undefined)
    throw new MisuseError(
      `${option} "${text}" is no time; write 2026-03-01, "2026-03-01 08:30" or 2026-03-01T08:30:00+08:00.`,
    );
  return at;
}

/** The end of a day that is named, or the instant. */
function endOf(text: string, calendar: Calendar): number {
  return isDay(text)
    ? instantOf('--to', calendar.addDays(text, 1), calendar)
    : instantOf('--to', text, calendar);
}

async function openSource(
  options: Options,
  { readConfig, openInbox, now }: BacktestCommandDeps,
  { from, to }: { readonly from: number | undefined; readonly to: number | undefined },
) {
  if (options.file !== undefined) {
    const { mapping, process, source } = options;
    const opened = await openImportFile(options.file);
    if (opened.format === 'ndjson' && (mapping ?? process ?? source) !== undefined)
      throw new MisuseError('--process, --source and --mapping are for XES logs.');
    const xes = makeXesMapping(
      mapping === undefined ? undefined : await readMappingFile(mapping),
      { process, source },
      mapping,
    );
    const events = readEventFile(opened, xes, eventLimitsOf(readConfig()), now());
    return {
      ...events,
      knownBy: 'recorded' as const,
      period: { ...(from !== undefined && { from }), ...(to !== undefined && { to }) },
      tell(io: ImportIo) {
        for (const { line, record, id, reason } of events.rejections.slice(0, 10))
          io.err(`${opened.path}:${line}: record ${record}${id ? ` (${id})` : ''}: ${reason}\n`);
      },
      close: () => Promise.resolve(),
    };
  }
  const { history } = options;
  const inbox = await openInbox();
  const until = to ?? now();
  const start = from ?? until - DEFAULT_DAYS * DAY_MS;
  const isByReceived = (options.knownBy ?? 'received') === 'received';
  return {
    batches: inbox.stream(isByReceived ? until : undefined),
    rejected: () => 0,
    knownBy: 'received' as const,
    period: { from: start, to: until, ...(history !== undefined && { since: start - history * DAY_MS }) },
    tell: () => undefined,
    close: () => inbox.close(),
  };
}

function describeProgress({ phase, done, of }: BacktestProgress): string {
  const count = done.toLocaleString('en-US');
  if (phase === 'reading' || of === undefined) return `已读 ${count} 个事件`;
  return `已回放 ${count} / ${of.toLocaleString('en-US')} 个事件（${Math.floor((100 * done) / Math.max(1, of))} %）`;
}

async function writeHtml(path: string, html: string): Promise<void> {
  try {
    await writeFile(path, html);
  } catch (error) {
    throw new MisuseError(
      `${path} cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      { cause: error },
    );
  }
}

/** A whole number from 1 to `most`. */
function number(flags: string, description: string, most: number, fallback?: number): Option {
  const option = new Option(flags, description).argParser((text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value < 1 || value > most)
      throw new InvalidArgumentError(`It must be a whole number from 1 to ${most}.`);
    return value;
  });
  return fallback === undefined ? option : option.default(fallback);
}
