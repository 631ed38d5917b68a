import type { Handover, StageVisit, WorkOrder } from '../work-orders/work-order.js';

/**
 * 未移交, 缺移交人签字, 缺接收人签字, 双方同一人, 移交清单少件; and 记录簿有而已办清单没有.
 */
export const DIFFERENCE_CODES = [
  'not-handed-over',
  'giver-unsigned',
  'receiver-unsigned',
  'same-person',
  'list-short',
  'register-only',
] as const;
export type DifferenceCode = (typeof DIFFERENCE_CODES)[number];

/** A line of a statement: something completed, and its entry in the handover register; or an entry without anything completed. */
export interface ReconciliationRow {
  readonly workOrder: string;
  readonly process?: string;
  readonly stage: string;
  readonly visit?: number;
  /** Epoch ms. */
  readonly completedAt?: number;
  /** Operator id of who completed it. */
  readonly operator?: string;
  readonly handedOverAt?: number;
  readonly giver?: string;
  readonly receiver?: string;
  readonly giverSigned: boolean;
  readonly receiverSigned: boolean;
  /** The paper file came to its unit by itself (paper.delivered). */
  readonly delivered: boolean;
  /** Different papers taken in up to the handover, and different ones on the handover lists. */
  readonly documentsReceived: number;
  readonly documentsHanded: number;
  readonly differences: readonly DifferenceCode[];
}

/** A row, and whose statement it is of. */
export interface PlacedRow {
  readonly orgUnit: string;
  /** When it was completed, or handed over: epoch ms. */
  readonly at: number;
  readonly row: ReconciliationRow;
}

/**
 * The lines a work order adds to statements: one for each visit to one of the stages that was completed (not those that were returned or
 * called back), and one for each handover of a stage of which nothing is completed. Which documents count is as in the facts `handover.*`. Pure.
 */
export function reconcileRecord(workOrder: WorkOrder, stages: readonly string[]): PlacedRow[] {
  if (workOrder.subjectType !== 'workOrder') return [];
  return stages.flatMap((stage) => {
    const visits = workOrder.stages.filter(
      (visit) => visit.stage === stage && visit.returnedAt === undefined && visit.recalledAt === undefined,
    );
    const completed = visits.filter((visit) => visit.completedAt !== undefined);
    const handovers = workOrder.handovers.filter((handover) => handover.stage === stage);
    if (completed.length > 0)
      return completed.flatMap((visit) => placeVisit(workOrder, visit, handovers) ?? []);
    const last = newest(handovers);
    const orgUnit = unitOf(workOrder, visits.at(-1));
    if (!last || orgUnit === undefined || wasEverCompleted(workOrder, stage)) return [];
    return [
      {
        orgUnit,
        at: last.at,
        row: { ...baseOf(workOrder, stage, handovers), differences: ['register-only' as const] },
      },
    ];
  });
}

function placeVisit(
  workOrder: WorkOrder,
  visit: StageVisit,
  handovers: readonly Handover[],
): PlacedRow | undefined {
  const { stage, completedAt, operatorId } = visit;
  const orgUnit = unitOf(workOrder, visit);
  if (completedAt === undefined || orgUnit === undefined) return undefined;
  const base = baseOf(workOrder, stage, handovers);
  return {
    orgUnit,
    at: completedAt,
    row: {
      ...base,
      visit: visit.visit,
      completedAt,
      ...(operatorId !== undefined && { operator: operatorId }),
      differences: differencesOf(base, omittedOf(workOrder, stage, handovers).length),
    },
  };
}

function baseOf(
  workOrder: WorkOrder,
  stage: string,
  handovers: readonly Handover[],
): Omit<ReconciliationRow, 'differences'> {
  const last = newest(handovers);
  const { no, process } = workOrder;
  return {
    workOrder: no,
    ...(process !== undefined && { process }),
    stage,
    ...(last && { handedOverAt: last.at }),
    ...(last?.giver !== undefined && { giver: last.giver }),
    ...(last?.receiver !== undefined && { receiver: last.receiver }),
    giverSigned: last?.giverSigned ?? false,
    receiverSigned: last?.receiverSigned ?? false,
    delivered: (workOrder.milestones['paper.delivered'] ?? []).length > 0,
    documentsReceived: papersOf(workOrder, stage, last?.at).size,
    documentsHanded: listedIn(handovers).size,
  };
}

function differencesOf(row: Omit<ReconciliationRow, 'differences'>, omitted: number): DifferenceCode[] {
  if (row.handedOverAt === undefined) return row.delivered ? [] : ['not-handed-over'];
  return [
    ...(row.giverSigned ? [] : (['giver-unsigned'] as const)),
    ...(row.receiverSigned ? [] : (['receiver-unsigned'] as const)),
    ...(row.giver !== undefined && row.giver === row.receiver ? (['same-person'] as const) : []),
    ...(omitted > 0 ? (['list-short'] as const) : []),
  ];
}

/** Papers that are on no list, where a list says anything at all. */
function omittedOf(workOrder: WorkOrder, stage: string, handovers: readonly Handover[]): string[] {
  const listed = listedIn(handovers);
  if (listed.size === 0) return [];
  return [...papersOf(workOrder, stage, newest(handovers)?.at)].filter((paper) => !listed.has(paper));
}

function listedIn(handovers: readonly Handover[]): Set<string> {
  return new Set(handovers.flatMap(({ documents }) => documents));
}

/** Different papers taken in at a stage. */
function papersOf({ documents }: WorkOrder, stage: string, until = Infinity): Set<string> {
  const papers = documents.filter(
    (receipt) =>
      receipt.stage === stage && receipt.at <= until && (receipt.paper ?? receipt.electronic !== true),
  );
  return new Set(papers.map(({ document }) => document));
}

function newest(handovers: readonly Handover[]): Handover | undefined {
  let found: Handover | undefined;
  for (const handover of handovers) if (!found || handover.at >= found.at) found = handover;
  return found;
}

function wasEverCompleted({ stages }: WorkOrder, stage: string): boolean {
  return stages.some((visit) => visit.stage === stage && visit.completedAt !== undefined);
}

function unitOf({ orgUnit, managingUnit }: WorkOrder, visit: StageVisit | undefined): string | undefined {
  return visit?.orgUnit ?? orgUnit ?? managingUnit;
}
