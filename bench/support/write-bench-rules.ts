import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listRuleFiles } from '../../src/engine/load-rules.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import { loadCatalogue } from '../../src/work-orders/load-catalogue.js';

/** A rules folder for a bench; `close` removes it. */
export interface BenchRules {
  readonly dir: string;
  readonly files: number;
  readonly close: () => void;
}

/**
 * The project's own rules, and variants of them up to `count` files: the same risk point at another stage of another
 * process, with somewhat other limits, as a full installation has one for each of the manual's 339 work items.
 */
export async function writeBenchRules(count: number, rulesDir = 'rules'): Promise<BenchRules> {
  const dir = mkdtempSync(join(tmpdir(), 'yxrisk-bench-rules-'));
  cpSync(rulesDir, dir, { recursive: true });
  const originals = await readRules(rulesDir);
  const variants = await makeVariants(originals, Math.max(0, count - originals.length), rulesDir);
  mkdirSync(join(dir, 'variants'));
  for (const rule of variants)
    writeFileSync(join(dir, 'variants', `${rule.id}.json`), JSON.stringify(rule, null, 2));
  return {
    dir,
    files: originals.length + variants.length,
    close: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Rules whose evidence belongs to one kind of stage only: at another stage they would always find something. */
const OF_ONE_KIND = new Set([
  'handover-missing-at-day-end',
  'paper-file-late',
  'consult-registration-missing',
  'survey-before-acceptance',
]);

/**
 * Variants of the work order rules that are bound to no process and no kind of stage, dealt out over all (process, stage) places
 * of the catalogue: one that is bound would find fault elsewhere with what is in order there.
 */
export async function makeVariants(
  originals: readonly RuleFile[],
  count: number,
  rulesDir = 'rules',
): Promise<RuleFile[]> {
  const { processes } = await loadCatalogue(join(rulesDir, 'catalogue'));
  const places = [...processes.values()].flatMap(({ process, stages }) =>
    stages.map(({ stage }) => ({ process, stage })),
  );
  const bases = originals.filter(
    ({ id, trigger, appliesTo }) =>
      !OF_ONE_KIND.has(id) &&
      appliesTo?.subject === undefined &&
      appliesTo?.stageKinds === undefined &&
      appliesTo?.processes === undefined &&
      !(trigger.on === 'sweep' && trigger.subject !== 'workOrder'),
  );
  const variants: RuleFile[] = [];
  for (let round = 0; variants.length < count; round += 1) {
    for (const [index, base] of bases.entries()) {
      if (variants.length === count) break;
      const place = places[(round * bases.length + index * 7) % places.length];
      if (place) variants.push(toVariant(base, place, `${base.id}-v${round}`));
    }
  }
  return variants;
}

function toVariant(base: RuleFile, place: { process: string; stage: string }, id: string): RuleFile {
  // Sequences tell of the stage that the original is about.
  const { sequences: _, ...rule } = structuredClone(base);
  return {
    ...rule,
    id,
    name: `${base.name}（${place.process}·${place.stage}）`,
    status: 'active',
    appliesTo: { processes: [place.process], stages: [place.stage] },
  };
}

/** All rule files of a folder, as they stand there. */
export async function readRules(rulesDir = 'rules'): Promise<RuleFile[]> {
  const files = await listRuleFiles(rulesDir);
  return files.map((file) => JSON.parse(readFileSync(join(rulesDir, file), 'utf8')) as RuleFile);
}
