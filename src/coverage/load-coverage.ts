import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { z } from 'zod';
import { ContentError, parseFile } from '../file-problems.js';
import { readJsonFile } from '../read-json-files.js';
import { clausesFileSchema, coverageFileSchema, type Clause, type Exemption } from './coverage-content.js';
import { knownLimitsFileSchema, type KnownLimit } from './known-limits.js';

/** What the rules of a folder are held against. */
export interface CoverageContent {
  readonly clauses: readonly Clause[];
  readonly exemptions: readonly Exemption[];
  /** Time limits that were collected; none where the folder has no `known-limits.json`. */
  readonly knownLimits: readonly KnownLimit[];
}

/**
 * Reads `clauses.json`, `coverage.json` and, if there is one, `known-limits.json` of a rules folder.
 * @throws ContentError when one is missing or wrong
 */
export async function loadCoverage(dir: string): Promise<CoverageContent> {
  const { clauses } = await read(clausesFileSchema, join(dir, 'clauses.json'));
  const { notApplicable } = await read(coverageFileSchema, join(dir, 'coverage.json'));
  return { clauses, exemptions: notApplicable, knownLimits: await loadKnownLimits(dir) };
}

/**
 * The time limits that were collected; none where the folder has no `known-limits.json`.
 * @throws ContentError when it is wrong
 */
export async function loadKnownLimits(dir: string): Promise<readonly KnownLimit[]> {
  if (!(await readdir(dir)).includes(KNOWN_LIMITS)) return [];
  return (await read(knownLimitsFileSchema, join(dir, KNOWN_LIMITS))).limits;
}

const KNOWN_LIMITS = 'known-limits.json';

async function read<Schema extends z.ZodType>(schema: Schema, file: string): Promise<z.infer<Schema>> {
  const json = await readJsonFile(file);
  const parsed = json.ok ? parseFile(schema, json.value, file) : json;
  if (!parsed.ok) throw new ContentError('The coverage of the rules cannot be measured', parsed.problems);
  return parsed.value;
}
