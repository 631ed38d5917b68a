import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidArgumentError, type Command } from 'commander';
import { isDate } from '../calendar/civil-date.js';
import type { Config } from '../config.js';
import { MisuseError } from '../import/misuse-error.js';
import { OperatorError } from '../infra/operator-error.js';
import { describeSent, describeSimulation } from '../simulate/describe-simulation.js';
import { assertCoversPeriod } from '../simulate/covered-period.js';
import { instantOf } from '../simulate/office-time.js';
import { readContent } from '../simulate/read-content.js';
import { SendError, sendEvents, type SendSummary } from '../simulate/send-events.js';
import type { Manifest, SimulationSettings } from '../simulate/simulation.js';
import { FILES, writeSimulation } from '../simulate/write-simulation.js';
import { makeImportProgress, type ImportIo } from './import-io.js';
import { VERSION } from './open-service.js';

export interface SimulateCommandDeps {
  readonly readConfig: () => Pick<Config, 'rulesDir' | 'adminToken' | 'batchMaxEvents'>;
  readonly io: ImportIo;
  readonly now: () => number;
}

interface Options {
  readonly seed: number;
  readonly workOrders: number;
  readonly days: number;
  readonly faultRate: number;
  readonly from: string;
  readonly out: string;
  readonly post?: URL;
  readonly token?: string;
  readonly rate?: number;
  readonly speed?: number;
  readonly json?: true;
}

/** The fortnight around the National Day of 2026, with the Mid-Autumn Festival and a Saturday worked in lieu (调休). */
const DEFAULT_FROM = '2026-09-21';

/** Adds `yxrisk simulate`. Exit code 0 fine, 1 not all was sent or taken, 2 misuse. */
export function addSimulateCommand(program: Command, deps: SimulateCommandDeps): void {
  program
    .command('simulate')
    .description(
      'Make up a period of business with faults in it, and what is true of it; send it to a service',
    )
    .requiredOption('--out <dir>', 'folder for events.ndjson, truth.ndjson and manifest.json')
    .option(
      '--seed <n>',
      'the same seed and options give the same files, byte by byte',
      whole(0, 999_999_999),
      1,
    )
    .option('--work-orders <n>', 'work orders that are opened', whole(1, 10_000_000), 200)
    .option('--days <n>', 'business days on which they are opened', whole(1, 240), 15)
    .option('--fault-rate <p>', 'share of work orders and hall days with a fault, 0 to 1', share, 0.05)
    .option('--from <date>', 'first day, YYYY-MM-DD', date, DEFAULT_FROM)
    .option('--post <url>', 'send the events to the service at this address', httpUrl)
    .option('--token <token>', 'access token of role integrator (default: the setting ADMIN_TOKEN)')
    .option('--rate <n>', 'send so many events a second, at most', positive(1_000_000))
    .option(
      '--speed <x>',
      'send x times as fast as it happened (1440: a day in a minute)',
      positive(10_000_000),
    )
    .option('--json', 'print manifest and answer as JSON')
    .action(async (options: Options) => {
      const { rulesDir, adminToken, batchMaxEvents } = deps.readConfig();
      const token = options.token ?? adminToken;
      assertSendable(options, token);
      assertCoversPeriod(options.from, options.days);
      await assertFolder(options.out);
      const content = await readContent(rulesDir);
      const abort = new AbortController();
      const stopListening = deps.io.onInterrupt(() => abort.abort());
      try {
        const { seed, workOrders, days, faultRate, from: start } = options;
        const settings = { seed, workOrders, days, faultRate, start };
        const manifest = await write(settings, content, options.out, deps, abort.signal);
        const sent =
          options.post && token !== undefined
            ? await send(
                manifest,
                { ...options, post: options.post, token, batchMaxEvents },
                deps,
                abort.signal,
              )
            : undefined;
        deps.io.out(
          options.json
            ? `${JSON.stringify({ ...manifest, ...(sent && { sent }) })}\n`
            : describeSimulation(manifest, options.out) + (sent ? describeSent(sent) : ''),
        );
        deps.io.exit(sent && sent.rejected > 0 ? 1 : 0);
      } catch (error) {
        if (!abort.signal.aborted) throw error;
        deps.io.err('Interrupted.\n');
        deps.io.exit(1);
      } finally {
        stopListening();
      }
    });
}

async function write(
  settings: SimulationSettings,
  content: Awaited<ReturnType<typeof readContent>>,
  dir: string,
  { io, now }: SimulateCommandDeps,
  signal: AbortSignal,
): Promise<Manifest> {
  const progress = makeImportProgress(io, now);
  try {
    return await writeSimulation(settings, content, {
      dir,
      version: VERSION,
      signal,
      report: (step, done) => progress.line(`${done.toLocaleString('en-US')} ${step} written`),
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (typeof code !== 'string' || signal.aborted) throw error;
    throw new OperatorError(`${dir} cannot be written (${code}).`, { cause: error });
  } finally {
    progress.end();
  }
}

async function send(
  { counts, period }: Manifest,
  options: Options & { readonly post: URL; readonly token: string; readonly batchMaxEvents: number },
  { io, now }: SimulateCommandDeps,
  signal: AbortSignal,
): Promise<SendSummary> {
  if (Date.parse(period.settledAt) > now())
    throw new MisuseError(
      `What happens up to ${period.settledAt} cannot be sent before then: a service refuses events of the future. Choose an earlier --from.`,
    );
  const progress = makeImportProgress(io, now);
  const total = counts.deliveries.toLocaleString('en-US');
  const { post: url, token, rate, speed, batchMaxEvents } = options;
  try {
    return await sendEvents(join(options.out, FILES.events), {
      url,
      token,
      batchSize: Math.min(500, batchMaxEvents),
      ...(rate !== undefined && { rate }),
      ...(speed !== undefined && { speed, since: instantOf(period.from, '00:00') }),
      signal,
      report: ({ sent, waiting }) =>
        progress.line(
          waiting
            ? `${url.origin}: ${waiting.reason}; trying again in ${waiting.seconds} s`
            : `${sent.toLocaleString('en-US')} of ${total} events sent`,
          waiting !== undefined,
        ),
    });
  } catch (error) {
    if (error instanceof SendError) throw new OperatorError(error.message, { cause: error });
    throw error;
  } finally {
    progress.end();
  }
}

function assertSendable({ post, token: own, rate, speed }: Options, token: string | undefined): void {
  if (post === undefined) {
    const needless = [own && '--token', rate && '--rate', speed && '--speed'].filter(Boolean);
    if (needless.length > 0)
      throw new MisuseError(`${needless.join(', ')}: there is nothing to send without --post.`);
    return;
  }
  if (rate !== undefined && speed !== undefined)
    throw new MisuseError('--rate and --speed are two ways to say how fast; give one of them.');
  if (token === undefined)
    throw new MisuseError(
      '--post needs an access token of role integrator: give --token, or set ADMIN_TOKEN.',
    );
}

async function assertFolder(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => undefined);
  if (found && !found.isDirectory()) throw new MisuseError(`${dir} is a file; --out names a folder.`);
}

function whole(min: number, max: number) {
  return (text: string): number => {
    const value = /^\d{1,9}$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`Allowed is a whole number from ${min} to ${max}.`);
  };
}

function share(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
  if (value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError('Allowed is a share from 0 to 1, e.g. 0.05.');
}

function positive(max: number) {
  return (text: string): number => {
    const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : NaN;
    if (value > 0 && value <= max) return value;
    throw new InvalidArgumentError(`Allowed is a number above 0, up to ${max}.`);
  };
}

function date(text: string): string {
  if (isDate(text)) return text;
  throw new InvalidArgumentError('Write a date as YYYY-MM-DD, e.g. 2026-03-02.');
}

function httpUrl(text: string): URL {
  if (!/^https?:\/\//i.test(text) || !URL.canParse(text))
    throw new InvalidArgumentError('Allowed is an address such as http://127.0.0.1:8080.');
  const url = new URL(text);
  if (url.username !== '' || url.password !== '')
    throw new InvalidArgumentError('Name no user in the address; the token goes with --token.');
  return url;
}
