import { createHash } from 'node:crypto';
import { asText } from './as-text.js';
import type { Happenings } from './happenings.js';
import { isoOf } from './office-time.js';
import type { CloudEvent, Manifest, SimulationSettings, TruthRow } from './simulation.js';
import type { Committed } from './truth/write-truth.js';

/** Counts a simulation as it goes by, and comes to its manifest. */
export interface Tally {
  /** A record of it, and what is true of the record. */
  record(record: Committed, rows: readonly TruthRow[]): void;
  /** What is true of more than one record. */
  rows(rows: readonly TruthRow[]): void;
  /** A line of truth.ndjson, with its end. */
  truthLine(line: string): void;
  /** A line of events.ndjson, with its end, in the order of the file. */
  eventLine(line: string, time: string): void;
  manifest(settings: SimulationSettings, happenings: Happenings, version: string): Manifest;
}

export function makeTally(): Tally {
  const counts = { deliveries: 0, events: 0, outOfOrder: 0, workOrders: 0, faults: 0, findings: 0 };
  const byType = new Map<string, number>();
  const byProcess = new Map<string, number>();
  const byFault = new Map<string, number>();
  const hashes = { events: createHash('sha256'), truth: createHash('sha256') };
  let newest = '';
  const countRows = (rows: readonly TruthRow[]) => {
    for (const { kind, findings } of rows) {
      counts.faults += 1;
      counts.findings += findings.length;
      add(byFault, kind);
    }
  };
  return {
    record({ on, events }, rows) {
      counts.events += events.length;
      for (const { type } of events) add(byType, type);
      if (on === 'workOrder') {
        counts.workOrders += 1;
        const process = processOf(events);
        if (process !== undefined) add(byProcess, process);
      }
      countRows(rows);
    },
    rows: countRows,
    truthLine: (line) => void hashes.truth.update(line),
    eventLine(line, time) {
      hashes.events.update(line);
      counts.deliveries += 1;
      if (time < newest) counts.outOfOrder += 1;
      else newest = time;
    },
    manifest(settings, { days, settledAt, hallDays }, version) {
      return {
        format: 1,
        version,
        settings,
        period: {
          from: days[0] ?? settings.start,
          to: days.at(-1) ?? settings.start,
          settledAt: isoOf(settledAt),
        },
        counts: { ...counts, duplicates: counts.deliveries - counts.events, hallDays },
        byType: sorted(byType),
        byProcess: sorted(byProcess),
        byFault: sorted(byFault),
        hashes: { events: hashes.events.digest('hex'), truth: hashes.truth.digest('hex') },
      };
    },
  };
}

function processOf(events: readonly CloudEvent[]): string | undefined {
  const opened = events.find(({ type }) => type === 'yxzy.workorder.opened');
  return opened && asText(opened.data['process']);
}

function add(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}

function sorted(counts: ReadonlyMap<string, number>): Record<string, number> {
  return Object.fromEntries([...counts].sort(([a], [b]) => (a < b ? -1 : 1)));
}
