import type { JsonObject } from '../../src/json.js';
import { customerOf } from './customers.js';
import { CONSULTATION } from './processes.js';
import type { Order } from './make-order.js';

/** What goes wrong at the counter. Nothing, when left out. */
export interface CounterFaults {
  readonly sameCity?: { readonly managingUnit: string; readonly contacted: boolean };
  /** Documents not brought. */
  readonly withoutDocuments?: readonly string[];
  /** Put over the fields of the form; null leaves one out. */
  readonly fields?: Readonly<Record<string, string | number | null>>;
  readonly without?: readonly ('seal' | 'handlerSignature' | 'card' | 'check' | 'sent' | 'handover')[];
  readonly card?: JsonObject;
  readonly checkedBySelf?: boolean;
  readonly mismatches?: readonly string[];
  readonly nextStage?: string;
  readonly projectDetermined?: boolean;
  /** Put over the handover. */
  readonly handover?: JsonObject;
  /** Entered so many working days after it was done. */
  readonly recordedDaysLater?: number;
}

/** 业务受理, from the customer's arrival to the papers handed over (YXZY-YY-144 and 145 step by step). */
export function acceptOrder(order: Order, faults: CounterFaults = {}): void {
  const { process, hall, clerk, checker } = order;
  const customer = customerOf(order);
  const without = new Set(faults.without);
  const stage = '业务受理';
  const workItem = workItemOf(order, stage);
  const isConsultation = process === CONSULTATION;
  const start = order.now();

  order.tell('workorder.opened', {
    process: process.process,
    customerNo: customer.customerNo,
    customerClass: order.customerClass,
    managingUnit: faults.sameCity?.managingUnit ?? hall.county,
    ...(faults.sameCity && { sameCity: true }),
    ...(isConsultation && { attributes: { projectDetermined: faults.projectDetermined ?? true } }),
  });
  order.tick(1);
  order.tell('stage.arrived', { stage, workItem });
  order.tick(2);
  for (const document of customer.documents) {
    if (!faults.withoutDocuments?.includes(document)) {
      order.tell('document.received', { stage, document, paper: true, copies: 1 });
    }
  }
  order.tick(5);
  const fields = withoutNulls({
    ...customer.fields,
    acceptedAt: `{day ${start.day}} ${start.time}`,
    ...faults.fields,
  });
  order.tell('record.entered', { stage, form: '受理单', fields });
  order.tick(3);
  if (!without.has('check')) {
    const by = faults.checkedBySelf ? clerk : checker;
    const mismatches = [...(faults.mismatches ?? [])];
    order.tell('record.checked', { stage, form: '受理单', checker: { ...by }, mismatches }, { by });
  }
  order.tick(1);
  const sign = (role: string, signer: string) =>
    order.tell('signature.recorded', { stage, document: '受理单', role, signer });
  sign('customer', customer.name);
  if (!without.has('handlerSignature')) sign('handler', clerk.id);
  if (!without.has('seal')) sign('utilitySeal', hall.code);
  order.tick(1);
  if (!without.has('card')) {
    order.tell('contactcard.issued', {
      stage,
      fields: faults.card ?? { applicationNo: order.subject, phone: '0571-88000100' },
    });
  }
  order.tick(2);
  const done = order.now();
  order.tell(
    'stage.completed',
    { stage, workItem, checker: { ...(faults.checkedBySelf ? clerk : checker) } },
    { recorded: { day: done.day + (faults.recordedDaysLater ?? 0), time: done.time } },
  );
  order.tick(1);
  const nextStage = faults.nextStage ?? process.stages[1]?.stage ?? '资料归档';
  if (!without.has('sent')) {
    const attributes = faults.sameCity?.contacted ? { attributes: { managingWindowContacted: true } } : {};
    order.tell('flow.sent', { stage, nextStage, ...attributes });
  }
  if (without.has('handover')) return;
  // 日结日清: the papers of the day are handed over together, before the sweep at 17:00.
  order.tellAt(done.day, `16:${10 + (Number(order.no) % 40)}`, 'handover.recorded', {
    stage,
    toStage: nextStage,
    documents: [
      '受理单',
      '资料清单',
      ...customer.documents.filter((d) => !faults.withoutDocuments?.includes(d)),
    ],
    giver: clerk.id,
    receiver: hall.archivist.id,
    giverSigned: true,
    receiverSigned: true,
    ...faults.handover,
  });
}

export function workItemOf({ process }: Order, stage: string): string {
  const found = process.stages.find((entry) => entry.stage === stage);
  if (!found) throw new Error(`${process.process} has no stage ${stage}`);
  return found.workItem;
}

function withoutNulls(fields: Readonly<Record<string, string | number | null>>): JsonObject {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
