import { mkdirSync, writeFileSync } from 'node:fs';
import Table from 'cli-table3';
import { describeMachine } from './machine.js';

const RESULTS = new URL('../results/', import.meta.url);

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
  mkdirSync(RESULTS, { recursive: true });
  const text = JSON.stringify({ name, machine: describeMachine(), ...result }, rounded, 2);
  const file = new URL(`${name}.json`, RESULTS);
  writeFileSync(file, `${text}\n`);
  console.log(`→ bench/results/${name}.json`);
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
