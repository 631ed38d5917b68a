import type { Connection } from 'mongoose';
import { sideBySide } from '../../src/side-by-side.js';
import { assessWorkOrder } from '../../src/engine/assess-work-order.js';
import type { WorkOrderRecord } from '../../src/engine/work-order-record.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import type { Content } from '../../src/open-content.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';
import { makeWorkOrderStore } from '../../src/work-orders/work-order-store.js';

export interface FillRequest {
  readonly count: number;
  /** One in so many is overdue at `now`. */
  readonly oneInOverdue: number;
  /** Epoch ms; business hours of a working day. */
  readonly now: number;
}

const PROCESS = '高压新装';
const STAGE = '业务受理';
const BATCH = 1_000;

/**
 * Open work orders as the service would have stored them: accepted at another counter of the same city, their papers to
 * be delivered by the next working day. Most were accepted yesterday; the overdue ones three working days ago.
 */
export async function fillWorkOrders(
  connection: Connection,
  { ruleSet, calendar }: Content,
  { count, oneInOverdue, now }: FillRequest,
): Promise<number> {
  const store = makeWorkOrderStore(connection);
  await store.init();
  const workingDaysBack = (days: number): string => {
    let date = calendar.dateOf(now);
    for (let i = 0; i < days; i += 1) date = calendar.previousWorkingDay(date);
    return date;
  };
  const tell = (date: string) => assessHealthyOrder({ ruleSet, calendar }, date);
  const running = await tell(workingDaysBack(1));
  const overdue = await tell(workingDaysBack(3));
  let written = 0;
  const starts = Array.from({ length: Math.ceil(count / BATCH) }, (_, index) => index * BATCH);
  await sideBySide(starts, 2, async (from) => {
    const writes = Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => {
      const no = `C${String(from + index).padStart(8, '0')}`;
      const record = renamed((from + index) % oneInOverdue === 0 ? overdue : running, no);
      const queryFields = queryFieldsOf(record, { updatedAt: now, ruleSetHash: ruleSet.hash });
      return { id: no, expectedRevision: 0, record, queryFields };
    });
    const done = await store.replaceRecords(writes);
    written += done.written.length;
  });
  return written;
}

/** The record of a work order accepted on a business date, some minutes before that day's end-of-day sweep. */
export async function assessHealthyOrder(
  context: Pick<Content, 'ruleSet' | 'calendar'>,
  date: string,
): Promise<WorkOrderRecord> {
  const { calendar } = context;
  const record = await assessWorkOrder(
    context,
    { recordId: 'T', subjectType: 'workOrder', subject: 'T' },
    undefined,
    tellAcceptance((time) => calendar.instantOf(date, time)),
    calendar.instantOf(date, '16:01'),
  );
  const found = record.findings.map(({ rule }) => rule.id);
  if (found.length > 0) throw new Error(`the work order of the bench has findings already: ${found.join()}`);
  return record;
}

function renamed(record: WorkOrderRecord, no: string): WorkOrderRecord {
  return { ...record, workOrder: { ...record.workOrder, no, subject: no, customerNo: no } };
}

function tellAcceptance(at: (time: string) => number): BusinessEvent[] {
  const told: [time: string, type: string, data: EventData][] = [
    [
      '14:00',
      'workorder.opened',
      { customerNo: '1', customerClass: '高压单电源', sameCity: true, managingUnit: '334010102' },
    ],
    ['14:00', 'stage.arrived', {}],
    ['14:05', 'document.received', { document: '用电申请表', paper: true, copies: 1 }],
    ['14:06', 'document.received', { document: '营业执照', paper: true, copies: 1 }],
    ['14:07', 'document.received', { document: '用电设备清单', paper: true, copies: 1 }],
    ['14:08', 'signature.recorded', { document: '用电申请表', role: 'customer', signer: 'c' }],
    ['14:10', 'signature.recorded', { document: '受理单', role: 'handler', signer: 'u1' }],
    ['14:11', 'signature.recorded', { document: '受理单', role: 'utilitySeal', signer: 'u1' }],
    ['14:12', 'signature.recorded', { document: '受理单', role: 'customer', signer: 'c' }],
    [
      '14:20',
      'record.entered',
      {
        form: '用电申请',
        fields: { customerName: '某公司', address: '某路 1 号', phone: '13800000000', acceptedAt: '14:00' },
      },
    ],
    ['14:50', 'record.checked', { form: '用电申请', checker: 'u2', mismatches: [] }],
    ['15:00', 'contactcard.issued', { fields: { applicationNo: 'T', phone: '13800000000' } }],
    ['15:30', 'stage.completed', { checker: 'u2', attributes: { managingWindowContacted: true } }],
    [
      '15:35',
      'handover.recorded',
      {
        toStage: '现场勘查',
        documents: ['用电申请表', '营业执照', '用电设备清单'],
        giver: 'u1',
        receiver: 'u3',
        giverSigned: true,
        receiverSigned: true,
      },
    ],
    ['15:40', 'flow.sent', { nextStage: '现场勘查' }],
    ['15:45', 'stage.arrived', { stage: '现场勘查', operator: { id: 'u3' } }],
  ];
  return told.map(([time, type, data], index) => ({
    key: `/bench ${index}`,
    id: String(index),
    source: '/bench',
    type: `yxzy.${type}`,
    subject: 'T',
    at: at(time) + index,
    receivedAt: at(time),
    data: { process: PROCESS, stage: STAGE, orgUnit: '334010101', operator: { id: 'u1' }, ...data },
  }));
}
