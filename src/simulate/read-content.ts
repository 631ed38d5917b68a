import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MisuseError } from '../import/misuse-error.js';
import { ACCEPTANCE, type OrgUnit, type Process, type SimulationContent } from './world.js';

/**
 * Reads org units and processes of a rules folder, as plain JSON: the simulator shares no code with what loads
 * them for the service.
 * @throws MisuseError that names the file, or says what there is none of
 */
export async function readContent(dir: string): Promise<SimulationContent> {
  const { units = [] } = await readJson<{ units?: OrgUnit[] }>(join(dir, 'org-units.json'));
  const folder = join(dir, 'catalogue');
  const names = await readdir(folder).catch((cause: unknown) => {
    throw new MisuseError(`${folder} cannot be read: give --rules the folder of the rules.`, { cause });
  });
  const files = names.filter((name) => name.endsWith('.json') && !name.startsWith('_')).sort();
  const processes = await Promise.all(files.map((name) => readJson<Process>(join(folder, name))));
  if (!units.some(({ type }) => type === 'hall' || type === 'station'))
    throw new MisuseError(`${join(dir, 'org-units.json')} has no unit of type hall or station to accept at.`);
  if (!processes.some(({ stages }) => stages?.[0]?.stage === ACCEPTANCE))
    throw new MisuseError(`${folder} has no process that begins with ${ACCEPTANCE}.`);
  return { units, processes };
}

async function readJson<T>(path: string): Promise<T> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (cause) {
    throw new MisuseError(`${path} cannot be read as JSON: give --rules the folder of the rules.`, { cause });
  }
}
