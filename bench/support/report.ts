import { mkdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { describeMachine } from './machine.js';

let folder = fileURLToPath(new URL('../results/', import.meta.url));

/** Where results are written instead of bench/results. */
export function writeResultsTo(directory: string): void {
  folder = directory;
}

/** Numbers are shown with three significant digits, or whole from 100 on. */
export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly (string | number)[])[],
): void {
  const table = new Table({
    head: [...head],
    style: { head: [], border: [] },
    colAligns: head.map((_, column) => (column === 0 ? 'left' : 'right')),
  });
  for (const row of rows)
    table.push(row.map((cell) => (typeof cell === 'number' ? formatNumber(cell) : cell)));
  console.log(`\n${title}\n${table.toString()}`);
}

/** Writes `bench/results/<name>.json`: what was measured, on what, with which versions. */
export function writeResult(name: string, result: object): void {
  mkdirSync(folder, { recursive: true });
  const text = JSON.stringify({ name, machine: describeMachine(), ...result }, rounded, 2);
  const file = join(folder, `${name}.json`);
  writeFileSync(file, `${text}\n`);
  console.log(`→ ${relative(process.cwd(), file)}`);
}

export function say(text: string): void {
  console.log(text);
}

export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100
    ? Math.round(value).toLocaleString('en')
    : String(Number(value.toPrecision(3)));
}

function rounded(_key: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value;
}
