import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { makeDeliver } from './deliver.js';
import { makeHappenings } from './happenings.js';
import { makeTally } from './make-tally.js';
import { openArrivals } from './sort-arrivals.js';
import { toLine, toManifestFile } from './simulate.js';
import type { Manifest, SimulationSettings, TruthRow } from './simulation.js';
import { makeJudge } from './truth/write-truth.js';
import type { SimulationContent } from './world.js';

export const FILES = { events: 'events.ndjson', truth: 'truth.ndjson', manifest: 'manifest.json' } as const;

export interface WriteOptions {
  readonly dir: string;
  /** Of yxrisk, for the manifest. */
  readonly version: string;
  /** Deliveries held in memory, at most; default 50,000. */
  readonly held?: number;
  /** Called now and then with how much is done. */
  readonly report?: (step: 'records' | 'events', done: number) => void;
  /** Stops it with the reason of the signal; what was half written is removed. */
  readonly signal?: AbortSignal;
}

/**
 * Writes a simulation to a folder: `events.ndjson` in the order of delivery, `truth.ndjson` and, last of all, `manifest.json`.
 * Files of an earlier one are replaced when all of the new one is there. The same bytes as {@link simulate} makes, but
 * only the events of some hours are in memory at a time.
 */
export async function writeSimulation(
  settings: SimulationSettings,
  content: SimulationContent,
  { dir, version, held, report, signal }: WriteOptions,
): Promise<Manifest> {
  await mkdir(dir, { recursive: true });
  const temporary = join(dir, '.simulate');
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary);
  const streams: WriteStream[] = [];
  const create = (name: string): WriteStream => {
    const stream = createWriteStream(join(temporary, name));
    // `write` and `end` throw it.
    stream.on('error', () => undefined);
    streams.push(stream);
    return stream;
  };
  try {
    const happenings = makeHappenings(settings, content);
    const deliver = makeDeliver(settings.seed);
    const tally = makeTally();
    const judge = makeJudge(content);
    const arrivals = openArrivals(temporary, held);
    const truth = create(FILES.truth);
    const writeRows = async (rows: readonly TruthRow[]) => {
      for (const row of rows) {
        const line = toLine(row);
        tally.truthLine(line);
        await write(truth, line);
      }
    };
    let records = 0;
    for (const record of happenings.records()) {
      signal?.throwIfAborted();
      const rows = judge.truthOf(record);
      tally.record(record, rows);
      await writeRows(rows);
      for (const event of record.events) for (const delivery of deliver(event)) arrivals.add(delivery);
      await arrivals.flush();
      report?.('records', (records += 1));
    }
    const overMany = judge.truthOfWindows();
    tally.rows(overMany);
    await writeRows(overMany);
    await end(truth);

    const events = create(FILES.events);
    let delivered = 0;
    for await (const { line, time } of arrivals.inOrder()) {
      signal?.throwIfAborted();
      tally.eventLine(line, time);
      await write(events, line);
      report?.('events', (delivered += 1));
    }
    await end(events);
    const manifest = tally.manifest(settings, happenings, version);
    const manifestFile = create(FILES.manifest);
    await write(manifestFile, toManifestFile(manifest));
    await end(manifestFile);
    for (const name of Object.values(FILES)) await rename(join(temporary, name), join(dir, name));
    return manifest;
  } finally {
    // A file that is still being opened would be looked for in a folder that is gone.
    await Promise.all(streams.map(close));
    await rm(temporary, { recursive: true, force: true });
  }
}

async function write(stream: WriteStream, text: string): Promise<void> {
  if (stream.errored) throw stream.errored;
  if (!stream.write(text)) await once(stream, 'drain');
}

async function end(stream: WriteStream): Promise<void> {
  stream.end();
  await finished(stream);
}

function close(stream: WriteStream): Promise<void> {
  return new Promise((resolve) => {
    if (stream.closed) return resolve();
    // What it says of writes that are given up is no news.
    stream.once('close', () => resolve());
    stream.destroy();
  });
}
