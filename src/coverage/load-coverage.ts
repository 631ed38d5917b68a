import { join } from 'node:path';
import type { z } from 'zod';
import { ContentError, parseFile } from '../file-problems.js';
import { readJsonFile } from '../read-json-files.js';
import { clausesFileSchema, coverageFileSchema, type Clause, type Exemption } from './coverage-content.js';

/** What the rules of a folder are held against. */
export interface CoverageContent {
  readonly clauses: readonly Clause[];
  readonly exemptions: readonly Exemption[];
}

/**
 * Reads `clauses.json` and `coverage.json` of a rules folder.
 * @throws ContentError when one is missing or wrong
 */
export async function loadCoverage(dir: string): Promise<CoverageContent> {
  const { clauses } = await read(clausesFileSchema, join(dir, 'clauses.json'));
  const { notApplicable } = await read(coverageFileSchema, join(dir, 'coverage.json'));
  return { clauses, exemptions: notApplicable };
}

async function read<Schema extends z.ZodType>(schema: Schema, file: string): Promise<z.infer<Schema>> {
  const json = await readJsonFile(file);
  const parsed = json.ok ? parseFile(schema, json.value, file) : json;
  if (!parsed.ok) throw new ContentError('The coverage of the rules cannot be measured', parsed.problems);
  return parsed.value;
}
