import { readFileSync } from 'node:fs';
import type { Process } from './make-order.js';

/** A process as rules/catalogue declares it, with its stages in order. */
function readProcess(file: string): Process {
  const url = new URL(`../../rules/catalogue/${file}.json`, import.meta.url);
  return JSON.parse(readFileSync(url, 'utf8')) as Process;
}

export const CONSULTATION = readProcess('large-project-consultation');
export const CONFIRMATION = readProcess('application-confirmation');
export const HIGH_VOLTAGE = readProcess('high-voltage-new-supply');
export const RESIDENTIAL = readProcess('low-voltage-residential-new-supply');
export const COMMERCIAL = readProcess('low-voltage-commercial-new-supply');
