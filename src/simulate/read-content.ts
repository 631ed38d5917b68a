import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OperatorError } from '../infra/operator-error.js';
import type { JsonValue } from '../json.js';
import { fillInParameters, type ParameterContent } from './fill-in-parameters.js';
import type { ChecklistContent, RuleContent } from './rule-content.js';
import { ACCEPTANCE, type OrgUnit, type Process, type SimulationContent } from './world.js';

const unitsFile = z.object({
  units: z.array(
    z.object({ code: z.string(), name: z.string(), type: z.string(), parent: z.string().optional() }),
  ),
});
const processFile = z.object({
  process: z.string(),
  stages: z
    .array(
      z.object({
        stage: z.string(),
        workItem: z.string().optional(),
        kinds: z.array(z.string()).default([]),
        final: z.boolean().default(false),
      }),
    )
    .min(1),
});

const checklistFile = z.object({
  checklists: z.array(
    z.object({
      stageKinds: z.array(z.string()),
      processes: z.array(z.string()).optional(),
      exceptProcesses: z.array(z.string()).optional(),
      documents: z.array(
        z.object({
          document: z.string(),
          need: z.string(),
          signatures: z.array(z.string()).optional(),
          customerClasses: z.array(z.string()).optional(),
        }),
      ),
    }),
  ),
});
const parameterFile = z.object({
  group: z.string(),
  parameters: z.record(z.string(), z.looseObject({})),
  orgUnits: z.looseObject({}).optional(),
  sets: z.unknown().optional(),
});
/** What a rule says in full is checked by those who judge by it. */
const ruleFile = z.looseObject({
  id: z.string(),
  status: z.string(),
  basis: z.array(z.looseObject({})).min(1),
  trigger: z.looseObject({ on: z.enum(['event', 'deadline', 'sweep', 'window']) }),
  conditions: z.looseObject({}),
});

/**
 * Reads org units and processes of a rules folder: the simulator shares no code with what loads them for the
 * service.
 * @throws OperatorError that names the file, or says what there is none of
 */
export async function readContent(dir: string): Promise<SimulationContent> {
  const { units } = (await readJson(join(dir, 'org-units.json'), unitsFile)) as { units: OrgUnit[] };
  const folder = join(dir, 'catalogue');
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new OperatorError(`${folder} cannot be read: set RULES_DIR to the folder of the rules.`, { cause });
  });
  const files = names.filter((name) => name.endsWith('.json') && !name.startsWith('_')).sort();
  const processes: Process[] = [];
  for (const name of files)
    processes.push(withEnd((await readJson(join(folder, name), processFile)) as Process));
  if (!units.some(({ type }) => type === 'hall' || type === 'station'))
    throw new OperatorError(
      `${join(dir, 'org-units.json')} has no unit of type hall or station to accept at.`,
    );
  if (!processes.some(({ stages }) => stages[0]?.stage === ACCEPTANCE))
    throw new OperatorError(`${folder} has no process that begins with ${ACCEPTANCE}.`);
  return { units, processes, checklists: await readChecklists(dir), rules: await readRules(dir) };
}

const NO_RULES = new Set(['calendars', 'catalogue', 'checklists', 'conditions', 'inspections', 'parameters']);

/** Every rule that is judged by, in the order of ids; those in `shadow` find things too. */
async function readRules(dir: string): Promise<RuleContent[]> {
  const rules: RuleContent[] = [];
  const groups: ParameterContent[] = [];
  for (const path of await jsonFilesOf(join(dir, 'parameters')))
    groups.push((await readJson(path, parameterFile)) as ParameterContent);
  for (const entry of await readdir(dir, { withFileTypes: true })) {
    if (!entry.isDirectory() || /^[._]/.test(entry.name) || NO_RULES.has(entry.name)) continue;
    for (const path of await jsonFilesOf(join(dir, entry.name)))
      rules.push(
        fillInParameters((await readJson(path, ruleFile)) as JsonValue, groups) as unknown as RuleContent,
      );
  }
  return rules.filter(({ status }) => status !== 'disabled').sort((a, b) => (a.id < b.id ? -1 : 1));
}

async function readChecklists(dir: string): Promise<ChecklistContent[]> {
  const files: ChecklistContent[][] = [];
  for (const path of await jsonFilesOf(join(dir, 'checklists')))
    files.push(((await readJson(path, checklistFile)) as { checklists: ChecklistContent[] }).checklists);
  return files.flat();
}

/** None where there is no such folder. */
async function jsonFilesOf(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names
    .filter((name) => name.endsWith('.json') && !/^[._]/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Where no stage is said to be final, the last one is. */
function withEnd({ process, stages }: Process): Process {
  if (stages.some(({ final }) => final)) return { process, stages };
  return { process, stages: stages.map((stage, i) => ({ ...stage, final: i === stages.length - 1 })) };
}

async function readJson(path: string, schema: z.ZodType): Promise<unknown> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new OperatorError(`${path} cannot be read as JSON: set RULES_DIR to the folder of the rules.`, {
      cause,
    });
  }
  const { success, data, error } = schema.safeParse(value);
  if (success) return data;
  const [issue] = error.issues;
  throw new OperatorError(
    `${path} is not what is expected at ${issue?.path.join('.') || 'the top'}: ${issue?.message ?? ''}. Check it with: yxrisk rules validate`,
    { cause: error },
  );
}
