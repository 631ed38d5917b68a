import type { Checklists } from '../engine/checklists.js';
import type { WorkOrder } from '../work-orders/work-order.js';

/** A document that belongs into the file of a work order, as its inspector ticks it off. */
export interface FileDocument {
  readonly document: string;
  /** 必备: must be there; 容缺: may be brought later. */
  readonly need: '必备' | '容缺';
  /** Completed stages that ask for it. */
  readonly stages: readonly string[];
  /** Whether its receipt is recorded. */
  readonly received: boolean;
  /** Whose signatures and seals it must carry, and which of them are recorded. */
  readonly signatures: readonly { readonly role: string; readonly recorded: boolean }[];
  /** Only for these classes of customers; there where the class of this customer is not known. */
  readonly onlyFor?: readonly string[];
}

/** What is read of a work order. */
type FiledWorkOrder = Pick<WorkOrder, 'process' | 'customerClass' | 'stages' | 'documents' | 'signatures'>;

/**
 * The documents and signatures that the templates (`rules/checklists/`) ask for in the file of a work order, for its
 * process, its class of customer and the stages it has completed, each with what is recorded of it. In the order of the
 * stages. Pure.
 */
export function listFileDocuments(workOrder: FiledWorkOrder, checklists: Checklists): FileDocument[] {
  const { process, customerClass, documents, signatures } = workOrder;
  const found = new Map<string, Collected>();
  const done = workOrder.stages.filter(({ completedAt }) => completedAt !== undefined);
  for (const stage of new Set(done.map((visit) => visit.stage))) {
    for (const item of checklists.of(process, stage).flatMap((list) => list.documents)) {
      const classes: readonly string[] | undefined = item.customerClasses;
      if (classes && customerClass !== undefined && !classes.includes(customerClass)) continue;
      const unsure = classes && customerClass === undefined ? classes : undefined;
      const known = found.get(item.document) ?? newEntry(item.need, unsure);
      found.set(item.document, known);
      known.stages.add(stage);
      // The stricter of two templates holds; what one asks of everybody is asked whatever the class.
      if (item.need === '必备') known.need = '必备';
      if (!unsure) delete known.onlyFor;
      for (const role of item.signatures ?? []) known.roles.add(role);
    }
  }
  return [...found].map(([document, { need, stages, roles, onlyFor }]) => ({
    document,
    need,
    stages: [...stages],
    received: documents.some((receipt) => receipt.document === document),
    signatures: [...roles].map((role) => ({
      role,
      recorded: signatures.some((one) => one.document === document && one.role === role),
    })),
    ...(onlyFor && { onlyFor }),
  }));
}

interface Collected {
  need: FileDocument['need'];
  readonly stages: Set<string>;
  readonly roles: Set<string>;
  onlyFor?: readonly string[];
}

function newEntry(need: FileDocument['need'], onlyFor: readonly string[] | undefined): Collected {
  return { need, stages: new Set(), roles: new Set(), ...(onlyFor && { onlyFor }) };
}
