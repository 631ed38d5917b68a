import { createHash } from 'node:crypto';
import type { ImportStore } from './import-store.js';
import type { BadRecord, ImportNotice, ImportSummary } from './import-summary.js';
import { makeBatches } from './make-batches.js';
import { makeTally } from './make-tally.js';
import type { AcceptAnswer } from './make-tally.js';
import type { ImportFile } from './open-import-file.js';
import type { RawEvent, ReadItem } from './read-item.js';
import { readNdjson } from './read-ndjson.js';
import { readXes } from './read-xes.js';
import { sendBatches } from './send-batches.js';
import type { XesMapping } from './xes-mapping.js';

/** What importing needs from outside. */
export interface ImportFileDeps {
  /** Validates and stores a batch as `POST /api/events` does; resolved = on disk. */
  readonly accept: (events: readonly RawEvent[]) => Promise<AcceptAnswer>;
  /** Without it nothing is resumed or remembered: a dry run. */
  readonly checkpoints?: Pick<ImportStore, 'load' | 'save'>;
  readonly now: () => number;
  readonly report: (notice: ImportNotice) => void;
  /** Waits that many ms for a store that is away. Default: a timer. */
  readonly wait?: (ms: number) => Promise<void>;
}

/** One import. */
export interface ImportRequest {
  readonly file: ImportFile;
  /** How a XES log is read; NDJSON needs none. */
  readonly mapping: XesMapping;
  /** Ignores the checkpoint of an earlier run. */
  readonly restart?: boolean;
  /** Told once, before the first record, whether an earlier run is gone on from. */
  readonly onStart?: (resumes: boolean) => void;
  /** Told of every bad record, in file order. */
  readonly onRejected?: (bad: BadRecord) => void;
  /** Stops after the batches in flight. */
  readonly signal?: AbortSignal;
}

const CHECKPOINT_EVERY_MS = 1_000;

/**
 * Imports one file in batches, a few of them in flight, and goes on from where an interrupted run had come to.
 * A file that was imported to its end is not read again; `before.finishedAt` of the summary tells so.
 */
export function makeImportFile(deps: ImportFileDeps): (request: ImportRequest) => Promise<ImportSummary> {
  const wait = deps.wait ?? ((ms) => new Promise((resolve) => setTimeout(resolve, ms)));

  return async (request) => {
    const { file } = request;
    const key = checkpointKey(file, request.mapping);
    const startedAt = deps.now();
    const before = request.restart ? undefined : await deps.checkpoints?.load(key);
    request.onStart?.(before !== undefined);
    const from = before?.record ?? 0;
    const tally = makeTally(from, (bad) => request.onRejected?.(bad));
    let skipped = 0;
    let savedAt = startedAt;

    const elapsed = () => (deps.now() - startedAt) / 1_000;
    const perSecond = () => tally.counts().read / Math.max(elapsed(), 0.001);
    const reportProgress = () => {
      const bytesRead = file.bytesRead();
      const secondsLeft =
        bytesRead > 0 ? { secondsLeft: (elapsed() * (file.size - bytesRead)) / bytesRead } : {};
      const counts = { ...tally.counts(), skipped };
      deps.report({
        kind: 'progress',
        ...counts,
        bytesRead,
        bytes: file.size,
        perSecond: perSecond(),
        ...secondsLeft,
      });
    };
    const save = async (finished: boolean): Promise<void> => {
      if (!deps.checkpoints) return;
      savedAt = deps.now();
      const { accepted, duplicates, rejected } = tally.counts();
      await deps.checkpoints.save(key, {
        file: file.path,
        record: tally.record(),
        accepted: (before?.accepted ?? 0) + accepted,
        duplicates: (before?.duplicates ?? 0) + duplicates,
        rejected: (before?.rejected ?? 0) + rejected,
        startedAt: before?.startedAt ?? new Date(startedAt),
        updatedAt: new Date(savedAt),
        ...(finished ? { finishedAt: new Date(savedAt) } : {}),
      });
    };
    /** The records that no earlier run has dealt with. */
    async function* remaining(): AsyncGenerator<ReadItem> {
      for await (const item of readItems(file, request.mapping)) {
        if (item.record > from) yield item;
        else skipped += 1;
      }
    }

    let stopped: string | undefined;
    if (before?.finishedAt === undefined) {
      // From now on the minute pass knows that an import is running (ImportStore.isRunning).
      await save(false);
      stopped = await sendBatches(makeBatches(remaining()), {
        accept: deps.accept,
        add(batch) {
          const settle = tally.add(batch);
          return (answer) => {
            settle(answer);
            reportProgress();
          };
        },
        between: async () => {
          if (deps.now() - savedAt >= CHECKPOINT_EVERY_MS) await save(false);
        },
        onWait: deps.report,
        wait,
        signal: request.signal,
      });
      // A store that is away cannot keep the checkpoint either; then the one before stands.
      await save(stopped === undefined).catch((error: unknown) => {
        stopped ??= error instanceof Error ? error.message : String(error);
      });
    }
    return {
      file: file.path,
      ...tally.counts(),
      skipped,
      rejections: tally.rejections,
      seconds: elapsed(),
      perSecond: perSecond(),
      ...(before ? { before } : {}),
      ...(stopped === undefined ? {} : { stopped }),
    };
  };
}

function readItems(file: ImportFile, mapping: XesMapping): AsyncGenerator<ReadItem> {
  return file.format === 'xes' ? readXes(file.chunks(), mapping) : readNdjson(file.chunks());
}

/** The same for the same content read in the same way. */
function checkpointKey(file: ImportFile, mapping: XesMapping): string {
  const how = file.format === 'xes' ? JSON.stringify(mapping) : '';
  return createHash('sha256').update(`${file.identity}:${file.format}:${how}`).digest('hex');
}
