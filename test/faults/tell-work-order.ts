import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import type { JsonObject } from '../../src/json.js';
import { eventAt, FEED, HALLS, type CloudEvent } from './cloud-event.js';
import type { Random } from './random.js';

/** Stages after 业务受理, as the catalogue has them. */
const PROCESSES: Readonly<Record<string, readonly string[]>> = {
  高压新装: ['现场勘查', '拟定供电方案', '审批', '答复供电方案', '确定费用'],
  低压居民新装: ['现场勘查', '拟定供电方案', '装表接电'],
  低压非居民新装: ['现场勘查', '拟定供电方案', '审批', '装表接电'],
  用电大项目前期咨询: ['需求信息处理', '现场勘查', '资料归档'],
};
const DOCUMENTS = ['用电申请表', '身份证件', '产权证明', '客户承诺书'];
const PEOPLE = ['u1', 'u2', 'u3', 'u4'];
/** How often each single thing goes wrong. */
const FAULT = 0.12;

export interface WorkOrderRequest {
  readonly random: Random;
  readonly no: string;
  readonly days: readonly string[];
  readonly calendar: BusinessCalendar;
}

/** A pen that writes one event after the other and stops after the last day. */
interface Pen {
  readonly stage: (name: string) => void;
  readonly write: (type: string, data?: JsonObject, recordedLater?: boolean) => void;
  /** Working minutes go by. */
  readonly wait: (from: number, to: number) => void;
  readonly events: CloudEvent[];
}

/** The life of one work order, as far as it comes by the last day. */
export function tellWorkOrder(request: WorkOrderRequest): CloudEvent[] {
  const { random, no } = request;
  const pen = makePen(request);
  const process = random.pick(Object.keys(PROCESSES));
  accept(pen, random, process, no);
  for (const stage of PROCESSES[process] ?? []) {
    walk(pen, random, stage);
    if (random.chance(0.04)) {
      pen.write('workorder.cancelled', { reason: '客户撤销' });
      return pen.events;
    }
  }
  if (!random.chance(FAULT)) pen.write('archive.filed', { stage: '信息归档' });
  pen.wait(1, 30);
  pen.write('workorder.closed');
  if (random.chance(0.05)) {
    pen.wait(60, 300);
    pen.write('workorder.opened', { process });
  }
  return pen.events;
}

function accept(pen: Pen, random: Random, process: string, no: string): void {
  const fault = () => random.chance(FAULT);
  const clerk = { operator: { id: random.pick(PEOPLE) } };
  const sameCity = random.chance(0.3);
  const opening = { process, sameCity, customerNo: `C${no}`, customerClass: '低压居民' };
  if (random.chance(0.1)) {
    pen.write('acceptance.offline', { incident: '系统故障', ...(!fault() && { contact: '0571-88000100' }) });
    pen.wait(10, 600);
    if (!fault()) pen.write('acceptance.backfilled', {}, true);
  }
  pen.write('workorder.opened', {
    ...opening,
    managingUnit: '3340101',
    ...(random.chance(0.3) && { attributes: { projectDetermined: random.chance(0.5) } }),
  });
  pen.stage('业务受理');
  pen.write('stage.arrived', clerk);
  const brought = DOCUMENTS.filter(() => !fault());
  for (const document of brought) pen.write('document.received', { document, paper: true });
  if (brought.length < DOCUMENTS.length && !fault()) {
    const documents = DOCUMENTS.filter((document) => !brought.includes(document));
    const date = new Date(Date.parse(pen.events.at(-1)?.time ?? '') + random.int(1, 3) * 86_400_000);
    pen.write('document.shortfall.notified', {
      documents,
      ...(!fault() && { agreedDate: date.toISOString().slice(0, 10) }),
    });
    pen.wait(5, 900);
    for (const document of documents) if (!fault()) pen.write('document.received', { document });
  }
  pen.wait(1, 15);
  const phone = fault() ? '12' : '0571-88000100';
  const fields = {
    phone,
    acceptedAt: '上午',
    customerName: '客户甲',
    ...(!fault() && { address: '解放路' }),
  };
  pen.write('record.entered', { form: '受理单', fields, ...clerk });
  pen.wait(0, fault() ? 700 : 20);
  if (!fault()) {
    const checker = fault() ? clerk.operator.id : random.pick(PEOPLE);
    pen.write('record.checked', { form: '受理单', checker, mismatches: fault() ? ['用电地址'] : [] });
  }
  for (const role of ['customer', 'handler', 'utilitySeal'])
    if (!fault()) pen.write('signature.recorded', { document: '受理单', role, signer: random.pick(PEOPLE) });
  if (!fault()) {
    const applicationNo = fault() ? 'X1' : (pen.events[0]?.subject ?? '');
    pen.write('contactcard.issued', { fields: { applicationNo, phone } });
  }
  complete(pen, random, clerk);
  if (!fault()) {
    const giver = clerk.operator.id;
    const receiver = fault() ? giver : random.pick(PEOPLE);
    const signed = { giverSigned: !fault(), receiverSigned: !fault() };
    pen.write('handover.recorded', { toStage: '现场勘查', documents: brought, giver, receiver, ...signed });
  }
  if (sameCity) {
    pen.wait(10, random.chance(0.3) ? 1_500 : 300);
    if (!fault()) pen.write('paper.delivered', { toUnit: fault() ? '33402' : '3340101' });
  }
}

function walk(pen: Pen, random: Random, stage: string): void {
  const clerk = { operator: { id: random.pick(PEOPLE) } };
  pen.stage(stage);
  pen.wait(20, 200);
  pen.write('stage.arrived', clerk);
  if (random.chance(0.08)) {
    pen.write('workorder.suspended', { side: random.pick(['customer', 'utility']), reason: '资料不全' });
    pen.wait(60, 900);
    if (!random.chance(FAULT)) pen.write('workorder.resumed');
  }
  pen.wait(10, 120);
  if (random.chance(0.06)) {
    pen.write('flow.returned', { nextStage: '业务受理', reason: random.pick(['资料不全', '信息有误']) });
    pen.stage('业务受理');
    pen.wait(10, 100);
    complete(pen, random, clerk);
    pen.stage(stage);
  }
  complete(pen, random, clerk);
}

/** Done, and mostly sent on; sometimes late, sometimes never. */
function complete(pen: Pen, random: Random, clerk: { readonly operator: { readonly id: string } }): void {
  const checker = random.chance(FAULT) ? clerk.operator : { id: 'u9' };
  pen.write('stage.completed', { ...clerk, checker: { ...checker } }, random.chance(0.1));
  pen.wait(1, random.chance(FAULT) ? 1_200 : 20);
  if (!random.chance(FAULT / 2)) pen.write('flow.sent', clerk);
}

/** Minutes an office is open on a day. */
const DAY = 540;

function makePen({ random, no, days, calendar }: WorkOrderRequest): Pen {
  const subject = `WO-${no}`;
  const hall = random.pick(HALLS);
  /** Opening minutes since the first day began. */
  let minute = random.int(0, days.length - 1) * DAY + random.int(0, 480);
  let stage: string | undefined;
  const events: CloudEvent[] = [];
  const instantOf = (at: number): number | undefined => {
    const date = days[Math.floor(at / DAY)];
    return date === undefined ? undefined : calendar.instantOf(date, '08:30') + (at % DAY) * 60_000;
  };
  return {
    events,
    stage: (name) => (stage = name),
    wait: (from, to) => (minute += random.int(from, to)),
    write: (type, data = {}, recordedLater = false) => {
      const begun = instantOf(minute);
      if (begun === undefined) return;
      const id = `${subject}/${String(events.length).padStart(3, '0')}`;
      const more = { ...(stage !== undefined && { stage }), orgUnit: hall, feed: FEED };
      const recordedAt = recordedLater ? instantOf(minute + random.int(60, 900)) : undefined;
      const at = begun + random.int(0, 59_999);
      events.push(eventAt(type, subject, id, at, { ...more, ...data }, recordedAt));
      minute += random.int(0, 2);
    },
  };
}
