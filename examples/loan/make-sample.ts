import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { boundaryCases } from './sample/boundary-cases.js';
import { randomCases } from './sample/random-cases.js';
import { toXes } from './sample/to-xes.js';

/** A made-up log of the same shape as the real one: every rule's boundary cases, and as many ordinary ones. */
export function makeSample(): string {
  return toXes([...boundaryCases(), ...randomCases(150)]);
}

if (process.argv[1] === import.meta.filename) {
  const file = join(import.meta.dirname, 'sample.xes.gz');
  writeFileSync(file, gzipSync(makeSample(), { level: 9 }));
  process.stdout.write(`${file}\n`);
}
