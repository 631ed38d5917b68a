import { byArrival, makeDeliver } from './deliver.js';
import { makeHappenings } from './happenings.js';
import { makeTally } from './make-tally.js';
import type { Delivery, Simulation, SimulationSettings, TruthRow } from './simulation.js';
import { makeJudge } from './truth/write-truth.js';
import type { SimulationContent } from './world.js';

/** Makes a simulation in memory; the same settings and content give the same one, byte by byte. */
export function simulate(settings: SimulationSettings, content: SimulationContent, version = ''): Simulation {
  const happenings = makeHappenings(settings, content);
  const deliver = makeDeliver(settings.seed);
  const tally = makeTally();
  const judge = makeJudge(content);
  const deliveries: Delivery[] = [];
  const truth: TruthRow[] = [];
  for (const record of happenings.records()) {
    const rows = judge.truthOf(record);
    tally.record(record, rows);
    truth.push(...rows);
    for (const event of record.events) deliveries.push(...deliver(event));
  }
  const overMany = judge.truthOfWindows();
  tally.rows(overMany);
  truth.push(...overMany);
  deliveries.sort(byArrival);
  const events = deliveries.map(({ event }) => {
    const line = toLine(event);
    tally.eventLine(line, event.time);
    return line;
  });
  const rows = truth.map((row) => {
    const line = toLine(row);
    tally.truthLine(line);
    return line;
  });
  const manifest = tally.manifest(settings, happenings, version);
  return {
    deliveries,
    truth,
    manifest,
    files: { events: events.join(''), truth: rows.join(''), manifest: toManifestFile(manifest) },
  };
}

/** A line of an NDJSON file, with its end. */
export function toLine(value: object): string {
  return `${JSON.stringify(value)}\n`;
}

export function toManifestFile(manifest: object): string {
  return `${JSON.stringify(manifest, null, 2)}\n`;
}
