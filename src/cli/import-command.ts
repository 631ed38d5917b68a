import type { Command } from 'commander';
import type { EventLimits } from '../events/event-limits.js';
import { describeRejections, describeSummary } from '../import/describe-import.js';
import { makeImportFile } from '../import/import-file.js';
import type { ImportFileDeps } from '../import/import-file.js';
import type { ImportStore } from '../import/import-store.js';
import type { ImportSummary } from '../import/import-summary.js';
import { MisuseError } from '../import/misuse-error.js';
import { openErrorsFile } from '../import/open-errors-file.js';
import { openImportFile } from '../import/open-import-file.js';
import { makeValidateOnly } from '../import/make-validate-only.js';
import { makeXesMapping, readMappingFile } from '../import/xes-mapping.js';
import { makeImportProgress, processIo } from './import-io.js';
import type { ImportIo } from './import-io.js';

/** The service behind an import. */
export interface Importer {
  readonly accept: ImportFileDeps['accept'];
  readonly checkpoints: Pick<ImportStore, 'load' | 'save'>;
  /** Resolves when no accepted event waits to be processed, or when the signal aborts. */
  waitUntilProcessed(options: {
    readonly signal: AbortSignal;
    readonly report: (waiting: number) => void;
  }): Promise<void>;
  /** No service runs that would process the events: the import waits until they are processed, asked or not. */
  readonly alone?: boolean;
  close(): Promise<void>;
}

/** What the command needs; the composition root brings it. */
export interface ImportCommandDeps {
  /** Called once the file, the mapping and the options are known to be good; not called in a dry run. */
  openImporter(): Promise<Importer>;
  /** What a dry run judges by; the limits of the importer's own intake. */
  readonly limits?: () => EventLimits;
  /** Default: the process's own. */
  readonly io?: ImportIo;
  readonly now?: () => number;
}

interface Options {
  process?: string;
  source?: string;
  mapping?: string;
  errors?: string;
  restart?: true;
  dryRun?: true;
  wait?: true;
  json?: true;
}

/** Adds `yxrisk import FILE`. Exit code 0 fine, 1 some records are not in (or the end was not reached), 2 misuse. */
export function addImportCommand(program: Command, deps: ImportCommandDeps): void {
  program
    .command('import')
    .description('Import events from CloudEvents NDJSON (.ndjson, .jsonl) or a XES log (.xes), each also .gz')
    .argument('<file>', 'the file; an interrupted import goes on where it stopped')
    .option('--process <name>', 'XES: the process (业务类型) of all cases')
    .option('--source <uri>', 'XES: the CloudEvents source, e.g. /bank/loans')
    .option('--mapping <file>', 'XES: how the log becomes events (docs/import.md)')
    .option('--restart', 'begin at the first record, even if an earlier run came further')
    .option('--dry-run', 'validate only, store nothing')
    .option('--errors <file>', 'write every bad record to this file, a JSON object a line')
    .option('--wait', 'return when the events are processed, not only stored')
    .option('--json', 'print the summary as JSON')
    .action(async (path: string, options: Options) => {
      const io = deps.io ?? processIo();
      try {
        io.exit(await runImport(path, options, deps, io));
      } catch (error) {
        if (!(error instanceof MisuseError)) throw error;
        io.err(`${error.message}\n`);
        io.exit(2);
      }
    });
}

async function runImport(
  path: string,
  options: Options,
  deps: ImportCommandDeps,
  io: ImportIo,
): Promise<0 | 1> {
  const file = await openImportFile(path);
  const { process, source, mapping: mappingFile, dryRun = false } = options;
  if (file.format === 'ndjson' && (process ?? source ?? mappingFile) !== undefined)
    throw new MisuseError(
      '--process, --source and --mapping are for XES logs; the events of an NDJSON file tell these themselves.',
    );
  if (dryRun && options.wait)
    throw new MisuseError('--dry-run stores nothing, so there is nothing to --wait for.');
  const mapping = makeXesMapping(
    mappingFile === undefined ? undefined : await readMappingFile(mappingFile),
    { process, source },
    mappingFile,
  );
  const errors = options.errors === undefined ? undefined : await openErrorsFile(options.errors, file);
  const now = deps.now ?? Date.now;
  const abort = new AbortController();
  const stopListening = io.onInterrupt(() => abort.abort());
  const progress = makeImportProgress(io, now);
  let importer: Importer | undefined;
  try {
    if (!dryRun) importer = await deps.openImporter();
    const importFile = makeImportFile({
      accept: importer?.accept ?? makeValidateOnly(now, deps.limits?.()),
      ...(importer && { checkpoints: importer.checkpoints }),
      now,
      report: (notice) => progress.notice(notice),
    });
    const summary = await importFile({
      file,
      mapping,
      restart: options.restart ?? false,
      signal: abort.signal,
      onStart: (resumes) => errors?.start(resumes),
      onRejected: (bad) => errors?.write(bad),
    });
    if (importer && (options.wait || importer.alone) && summary.stopped === undefined)
      await importer.waitUntilProcessed({
        signal: abort.signal,
        report: (waiting) => progress.line(`${waiting.toLocaleString('en-US')} events wait to be processed`),
      });
    progress.end();
    for (const line of describeRejections(summary)) io.err(`${line}\n`);
    io.out(`${options.json ? JSON.stringify(summary) : describeSummary(summary, dryRun)}\n`);
    return exitCodeOf(summary, abort.signal);
  } finally {
    stopListening();
    errors?.close();
    await importer?.close();
  }
}

function exitCodeOf({ rejected, before, stopped }: ImportSummary, signal: AbortSignal): 0 | 1 {
  return rejected + (before?.rejected ?? 0) > 0 || stopped !== undefined || signal.aborted ? 1 : 0;
}
