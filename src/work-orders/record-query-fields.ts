import type { WorkOrderRecord } from '../engine/work-order-record.js';
import type { SubjectType } from '../events/business-event.js';
import { dueFieldsOf, type DueFields } from './due-fields.js';
import type { WorkOrder } from './work-order.js';

/** The part of a record that lists and sweeps search by, kept beside the record itself. */
export interface RecordQueryFields extends DueFields {
  readonly status: WorkOrder['status'];
  readonly subjectType: SubjectType;
  readonly process?: string;
  readonly orgUnit?: string;
  readonly managingUnit?: string;
  readonly customerNo?: string;
  readonly feed?: string;
  /** When the latest archive.filed occurred. */
  readonly archivedAt?: Date;
  readonly updatedAt: Date;
  /** Rule set the record was assessed with. */
  readonly ruleSetHash: string;
}

/** The query fields of a record. `updatedAt` is epoch ms. */
export function queryFieldsOf(
  { workOrder, clocks }: Pick<WorkOrderRecord, 'workOrder' | 'clocks'>,
  written: { readonly updatedAt: number; readonly ruleSetHash: string },
): RecordQueryFields {
  const { process, orgUnit, managingUnit, customerNo, feed } = workOrder;
  const archived = workOrder.milestones['archive.filed']?.at(-1);
  return {
    status: workOrder.status,
    subjectType: workOrder.subjectType,
    ...(process === undefined ? {} : { process }),
    ...(orgUnit === undefined ? {} : { orgUnit }),
    ...(managingUnit === undefined ? {} : { managingUnit }),
    ...(customerNo === undefined ? {} : { customerNo }),
    ...(feed === undefined ? {} : { feed }),
    ...(archived === undefined ? {} : { archivedAt: new Date(archived.at) }),
    ...dueFieldsOf(clocks),
    updatedAt: new Date(written.updatedAt),
    ruleSetHash: written.ruleSetHash,
  };
}
