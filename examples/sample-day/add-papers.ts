import { readdirSync, readFileSync } from 'node:fs';
import type { SampleEvent } from '../../src/events/load-sample-day.js';
import type { Order } from './make-order.js';

interface Template {
  readonly stageKinds: readonly string[];
  readonly processes?: readonly string[];
  readonly exceptProcesses?: readonly string[];
  readonly documents: readonly {
    readonly document: string;
    readonly need: string;
    readonly signatures?: readonly string[];
    readonly customerClasses?: readonly string[];
  }[];
}
interface Process {
  readonly process: string;
  readonly stages: readonly { readonly stage: string; readonly kinds: readonly string[] }[];
}

const read = <T>(folder: string): T[] =>
  readdirSync(new URL(`../../rules/${folder}`, import.meta.url))
    .filter((name) => name.endsWith('.json') && !name.startsWith('_'))
    .map(
      (name) =>
        JSON.parse(readFileSync(new URL(`../../rules/${folder}/${name}`, import.meta.url), 'utf8')) as T,
    );

const TEMPLATES = read<{ checklists: Template[] }>('checklists').flatMap(({ checklists }) => checklists);
const PROCESSES = new Map(read<Process>('catalogue').map((process) => [process.process, process]));

/**
 * The papers (kept electronically, so that none is handed over) and signatures that rules/checklists asks for at each stage, just before the stage is completed.
 * @param atCounter those of the counter, too; not where what the customer brings is what the scene is about
 */
export function addPapers(order: Order, atCounter: boolean): SampleEvent[] {
  const { customerClass, process } = order;
  const stages = PROCESSES.get(process.process)?.stages ?? [];
  const had = new Set(order.events.map(({ data }) => keyOf(data)));
  return order.events.flatMap((event, i) => {
    const stage = stages.find((one) => one.stage === event.data['stage']);
    const before = order.events[i - 1];
    if (event.type !== 'yxzy.stage.completed' || !stage || !before) return [event];
    if (!atCounter && stage === stages[0]) return [event];
    const wanted = TEMPLATES.filter(
      ({ stageKinds, processes, exceptProcesses }) =>
        stage.kinds.some((kind) => stageKinds.includes(kind)) &&
        (!processes || processes.includes(process.process)) &&
        !exceptProcesses?.includes(process.process),
    )
      .flatMap(({ documents }) => documents)
      .filter(({ customerClasses }) => !customerClasses || customerClasses.includes(customerClass));
    const papers = wanted.flatMap(({ document, signatures = [] }) => [
      { type: 'yxzy.document.received', data: { document, electronic: true } },
      ...signatures.map((role) => ({ type: 'yxzy.signature.recorded', data: { document, role } })),
    ]);
    const missing = papers.filter(({ data }) => {
      const key = keyOf(data);
      return !had.has(key) && had.add(key);
    });
    return [
      ...missing.map(({ type, data }, n) => ({
        ...event,
        // Sorts after what came before and before the completion, which is of the same minute.
        id: `${before.id}-${String(n + 1).padStart(2, '0')}`,
        type,
        data: { stage: stage.stage, ...pick(event.data), ...data },
      })),
      event,
    ];
  });
}

function pick({ process, orgUnit, operator }: SampleEvent['data']): SampleEvent['data'] {
  return { ...(process && { process }), ...(orgUnit && { orgUnit }), ...(operator && { operator }) };
}

/** A document, or a signature on it. */
function keyOf({ document, role }: SampleEvent['data']): string {
  return JSON.stringify([document, role]);
}
