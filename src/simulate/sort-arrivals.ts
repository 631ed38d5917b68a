import { appendFile, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { byArrival } from './deliver.js';
import { HOUR } from './office-time.js';
import { toLine } from './simulate.js';
import type { Delivery } from './simulation.js';

/** Sorts deliveries by arrival without holding them all: a file for each hour, sorted when its turn comes. */
export interface Arrivals {
  add(delivery: Delivery): void;
  /** Writes out what is held when that is much. */
  flush(): Promise<void>;
  /** All of them, earliest first; once, after the last was added. */
  inOrder(): AsyncGenerator<{ readonly line: string; readonly time: string }>;
}

/** @param most deliveries held before they are written out */
export function openArrivals(dir: string, most = 50_000): Arrivals {
  const hours = new Map<number, Delivery[]>();
  const written = new Set<number>();
  let held = 0;
  const fileOf = (hour: number) => join(dir, `arrivals-${hour}.ndjson`);
  return {
    add(delivery) {
      const hour = Math.floor(delivery.arrivesAt / HOUR);
      const own = hours.get(hour);
      if (own) own.push(delivery);
      else hours.set(hour, [delivery]);
      held += 1;
    },
    async flush() {
      if (held < most) return;
      for (const [hour, deliveries] of hours) {
        await appendFile(fileOf(hour), deliveries.map(toLine).join(''));
        written.add(hour);
      }
      hours.clear();
      held = 0;
    },
    async *inOrder() {
      const all = [...new Set([...hours.keys(), ...written])].sort((a, b) => a - b);
      for (const hour of all) {
        const lines = written.has(hour) ? (await readFile(fileOf(hour), 'utf8')).trimEnd().split('\n') : [];
        const deliveries = lines.map((line) => JSON.parse(line) as Delivery).concat(hours.get(hour) ?? []);
        await rm(fileOf(hour), { force: true });
        for (const { event } of deliveries.sort(byArrival)) yield { line: toLine(event), time: event.time };
      }
    },
  };
}
