import { beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FAULT_KINDS } from '../../src/simulate/fault-kinds.js';
import { readContent } from '../../src/simulate/read-content.js';
import { simulate } from '../../src/simulate/simulate.js';
import type { SimulationSettings } from '../../src/simulate/simulation.js';
import { FILES, writeSimulation, type WriteOptions } from '../../src/simulate/write-simulation.js';
import type { SimulationContent } from '../../src/simulate/world.js';

const SETTINGS: SimulationSettings = {
  seed: 7,
  workOrders: 60,
  days: 6,
  faultRate: 0.3,
  start: '2026-09-28',
};
let content: SimulationContent;
beforeAll(async () => {
  content = await readContent('rules');
});

const readAll = async (dir: string) => ({
  events: await readFile(join(dir, FILES.events), 'utf8'),
  truth: await readFile(join(dir, FILES.truth), 'utf8'),
  manifest: await readFile(join(dir, FILES.manifest), 'utf8'),
});

async function inFolder<T>(use: (dir: string) => Promise<T>): Promise<T> {
  const dir = await mkdtemp(join(tmpdir(), 'yxrisk-simulate-'));
  try {
    return await use(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const written = (settings: SimulationSettings, options: Partial<WriteOptions> = {}) =>
  inFolder(async (dir) => {
    await writeSimulation(settings, content, { dir, version: '1', ...options });
    return readAll(dir);
  });

describe('a simulation that is written', () => {
  it('is the same byte by byte, whatever is held in memory, and another for another seed', async () => {
    const { files } = simulate(SETTINGS, content, '1');
    expect(await written(SETTINGS)).toEqual(files);
    expect(await written(SETTINGS, { held: 100 })).toEqual(files);
    const other = await written({ ...SETTINGS, seed: 8 });
    expect(other.events).not.toBe(files.events);
    expect(other.truth).not.toBe(files.truth);
  });

  it('lists the events in the order of delivery, some twice and some late', () => {
    const { deliveries, manifest } = simulate(SETTINGS, content);
    const arrivals = deliveries.map(({ arrivesAt }) => arrivesAt);
    expect(arrivals).toEqual([...arrivals].sort((a, b) => a - b));
    expect(manifest.counts.duplicates).toBeGreaterThan(0);
    expect(manifest.counts.outOfOrder).toBeGreaterThan(0);
    expect(manifest.counts.events + manifest.counts.duplicates).toBe(deliveries.length);
  });

  it('tells what it was made of', () => {
    const { manifest, truth } = simulate(SETTINGS, content, '1.2.3');
    expect(manifest).toMatchObject({ format: 1, version: '1.2.3', settings: SETTINGS });
    expect(manifest.period).toMatchObject({ from: '2026-09-28', to: '2026-10-10' });
    expect(manifest.counts).toMatchObject({ workOrders: 60, faults: truth.length });
    const faults = Object.values(manifest.byFault).reduce((sum, n) => sum + n, 0);
    expect(faults).toBe(truth.length);
  });

  it('takes the place of an earlier one when it is there as a whole, and not before', async () => {
    await inFolder(async (dir) => {
      await writeSimulation(SETTINGS, content, { dir, version: '1' });
      const before = await readAll(dir);
      const abort = new AbortController();
      const second = writeSimulation({ ...SETTINGS, seed: 8 }, content, {
        dir,
        version: '1',
        signal: abort.signal,
        report: (step) => step === 'events' && abort.abort(),
      });
      await expect(second).rejects.toThrow(/abort/i);
      expect(await readAll(dir)).toEqual(before);
      expect((await readdir(dir)).sort()).toEqual(Object.values(FILES).sort());
    });
  });

  it('ends with the reason it was stopped for, whenever that comes: no file is opened in a folder that is gone', async () => {
    for (let records = 1; records <= 40; records += 1)
      await inFolder(async (dir) => {
        const abort = new AbortController();
        const stopped = writeSimulation(SETTINGS, content, {
          dir,
          version: '1',
          signal: abort.signal,
          report: (step, done) => step === 'records' && done === records && abort.abort(),
        });
        await expect(stopped).rejects.toThrow(/abort/i);
        expect(await readdir(dir)).toEqual([]);
      });
  });

  it('injects no fault where none were asked for; what such business runs into by itself is told under its rule', () => {
    const { truth, manifest } = simulate({ ...SETTINGS, faultRate: 0 }, content);
    const injected = new Set(FAULT_KINDS.map(({ kind }) => kind));
    const rules = new Set(content.rules.map(({ id }) => id));
    expect(Object.keys(manifest.byFault).filter((kind) => injected.has(kind))).toEqual([]);
    expect(truth.filter(({ kind }) => !rules.has(kind))).toEqual([]);
  });
});
