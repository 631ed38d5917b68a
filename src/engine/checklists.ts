import { z } from 'zod';
import { CUSTOMER_CLASSES, SIGNATURE_ROLES } from '../events/event-types.js';
import type { CatalogueLookup } from './catalogue-lookup.js';

const text = z.string().trim().min(1, 'must not be blank');
const names = z.array(text).min(1);

const itemSchema = z.strictObject({
  document: text,
  /** 必备: there when the stage is done. 容缺: may be brought later. */
  need: z.enum(['必备', '容缺']),
  /** Whose signature or seal it must carry. */
  signatures: z.array(z.enum(SIGNATURE_ROLES)).min(1).optional(),
  /** Only for these customers. */
  customerClasses: z.array(z.enum(CUSTOMER_CLASSES)).min(1).optional(),
  note: text.optional(),
});

const checklistSchema = z.strictObject({
  name: text,
  /** The stages it is for: of one of the kinds, in one of the processes; what is absent does not restrict. */
  stageKinds: names,
  processes: names.optional(),
  exceptProcesses: names.optional(),
  documents: z.array(itemSchema),
  /** Why there is no document to be had at these stages. */
  noDocuments: text.optional(),
  /** Why no document of these stages is signed. */
  noSignatures: text.optional(),
});

/** A file of `rules/checklists/`: 资料与签章模板 of some stages. */
export const checklistFileSchema = z.strictObject({
  $schema: z.string().optional(),
  name: text,
  basis: z
    .array(
      z.strictObject({
        document: text,
        article: text.optional(),
        certainty: z.enum(['seen', 'seenUnattributed', 'generalKnowledge', 'assumption']),
        note: text.optional(),
      }),
    )
    .min(1),
  checklists: z.array(checklistSchema).min(1),
});
export type ChecklistFile = z.infer<typeof checklistFileSchema>;
export type Checklist = z.infer<typeof checklistSchema>;
/** A document that belongs to a stage, and the signatures it must carry. */
export type ChecklistItem = z.infer<typeof itemSchema>;

/** What papers and signatures each stage of each process must have. */
export interface Checklists {
  readonly files: readonly ChecklistFile[];
  /** The templates of a stage; a process that is not told leaves it to the name of the stage. */
  of(process: string | undefined, stage: string | undefined): readonly Checklist[];
}

/** Far more places than a catalogue has. */
const MOST_PLACES = 10_000;

export const NO_CHECKLISTS: Checklists = Object.freeze({ files: [], of: () => [] });

export function makeChecklists(files: readonly ChecklistFile[], catalogue: CatalogueLookup): Checklists {
  const all = files.flatMap((file) =>
    file.checklists.map((checklist) => ({ checklist, stages: catalogue.stagesOf(checklist.stageKinds) })),
  );
  const found = new Map<string, readonly Checklist[]>();
  return {
    files,
    of: (process, stage) => {
      if (stage === undefined) return [];
      const key = `${process ?? ''}\n${stage}`;
      let checklists = found.get(key);
      if (!checklists) {
        checklists = all
          .filter(
            ({ checklist, stages }) =>
              stages.has(process, stage) === true &&
              (!checklist.processes || (process !== undefined && checklist.processes.includes(process))) &&
              !(process !== undefined && checklist.exceptProcesses?.includes(process)),
          )
          .map(({ checklist }) => checklist);
        // Names that events bring must not make it grow for ever.
        if (found.size < MOST_PLACES) found.set(key, checklists);
      }
      return checklists;
    },
  };
}

/** What is wrong with a file beyond its form, given the names there are. */
export function findChecklistProblems(
  file: ChecklistFile,
  stageKinds: readonly string[],
  processes: readonly string[],
): { path: string; message: string }[] {
  const problems: { path: string; message: string }[] = [];
  file.checklists.forEach((checklist, index) => {
    const path = `checklists.${index}`;
    const say = (field: string, message: string) => problems.push({ path: `${path}.${field}`, message });
    for (const kind of checklist.stageKinds)
      if (!stageKinds.includes(kind)) say('stageKinds', `"${kind}" is no kind of stage of the catalogue`);
    for (const process of [...(checklist.processes ?? []), ...(checklist.exceptProcesses ?? [])])
      if (!processes.includes(process)) say('processes', `"${process}" is no process of the catalogue`);
    const signed = checklist.documents.some(({ signatures }) => signatures !== undefined);
    if (checklist.documents.length > 0 === (checklist.noDocuments !== undefined))
      say('noDocuments', 'say why there are no documents where there are none, and only there');
    if (signed === (checklist.noSignatures !== undefined))
      say('noSignatures', 'say why nothing is signed where nothing is, and only there');
  });
  return problems;
}
