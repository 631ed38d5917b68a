import { workItemOf } from './accept-order.js';
import type { Order } from './make-order.js';
import { DONGWAN, QINGPUSHAN } from './people.js';
import { COMMERCIAL, CONFIRMATION, CONSULTATION, HIGH_VOLTAGE, RESIDENTIAL } from './processes.js';
import { byEngineer } from './scenes.js';
import type { Stage } from './scenes.js';

/** 流程去向与顺序 (145/2/Q3, C1). */
export function tellWrongWays({ start, counter }: Stage): void {
  counter('项目已定却直接归档', ['consult-determined-archived'], start(CONSULTATION, -1), {
    nextStage: '资料归档',
  });
  counter('项目未定却发往后续环节', ['consult-undetermined-not-archived'], start(CONSULTATION, 0), {
    projectDetermined: false,
  });

  const order = start(HIGH_VOLTAGE, 0, '10:30');
  const stage = '现场勘查';
  const surveyed = { stage, workItem: workItemOf(order, stage), checker: { ...order.checker } };
  order.tellAt(-1, '15:20', 'stage.completed', surveyed, byEngineer(order));
  order.tellAt(-1, '15:22', 'flow.sent', { stage, nextStage: '拟定供电方案' }, byEngineer(order));
  counter('现场勘查早于业务受理（体外流转）', ['survey-before-acceptance'], order, {});
}

/** 资料不全 (144/1/Q1, 144/3/Q1). */
export function tellShortfalls({ start, counter, show }: Stage): void {
  counter('资料缺件而未告知', ['residential-documents-missing'], start(RESIDENTIAL, 0), {
    withoutDocuments: ['产权证明'],
  });
  const today = { agreedDate: '{day 0}' };
  const passed = { agreedDate: '{day -2}' };
  const confirm = (day: number) => start(CONFIRMATION, day);
  show('资料不全而未出具一次性告知单', ['shortfall-notice-missing'], short(confirm(0), undefined, true));
  show('约定补充日已过，资料仍未补齐', ['shortfall-agreed-date-passed'], short(confirm(-4), passed, true));
  show('一次性告知未约定补充时间', ['shortfall-agreed-date-missing'], short(confirm(0), {}, true));
  show('资料不全，已收资料未建档存放', ['incomplete-documents-not-filed'], short(confirm(-2), today, false));
}

/** An application that cannot be accepted yet: what the customer brought, the notice, the pause, the filing. */
export function short(
  order: Order,
  notice: { readonly agreedDate?: string } | undefined,
  filed: boolean,
): Order {
  const stage = '客户申请确认';
  const { customerClass, hall } = order;
  order.tell('workorder.opened', { process: stage, customerClass, managingUnit: hall.county });
  order.tick(1);
  order.tell('stage.arrived', { stage, workItem: workItemOf(order, stage) });
  order.tick(3);
  order.tell('document.received', { stage, document: '身份证件', paper: true, copies: 1 });
  order.tick(4);
  if (notice) order.tell('document.shortfall.notified', { stage, documents: ['产权证明'], ...notice });
  order.tick(1);
  order.tell('workorder.suspended', { side: 'customer', reason: '资料不全' });
  order.tick(8);
  if (filed) order.tell('archive.filed', { stage, archiveNo: `ZC-${order.subject}` });
  return order;
}

/** 先受理、后补录 (145/1/C3): the system of 东湾 is down on the sample day from 10:05. */
export function tellOffline({ start, show }: Stage): void {
  const offline = (order: Order, contact?: string) => {
    const { process } = order.process;
    const told = {
      process,
      stage: '业务受理',
      incident: 'system',
      ...(contact !== undefined && { contact }),
    };
    order.tell('acceptance.offline', told);
    return order;
  };
  const backfill = (order: Order, time: string) => {
    const recorded = { day: 0, time };
    order.tellAt(0, time, 'acceptance.backfilled', { stage: '业务受理', incident: 'system' }, { recorded });
  };
  const waiting = offline(start(RESIDENTIAL, 0, '10:12', DONGWAN), '13800002001');
  show('系统故障时先受理，至下班未补录', ['offline-acceptance-not-backfilled'], waiting);

  const nameless = offline(start(RESIDENTIAL, 0, '10:18', DONGWAN));
  backfill(show('先受理未记经办人联系方式', ['offline-acceptance-without-contact'], nameless), '11:30');

  const slow = offline(start(COMMERCIAL, -1, '15:00', QINGPUSHAN), '13800002003');
  backfill(show('先受理的业务补录超时', ['offline-acceptance-backfilled-late'], slow), '15:00');
}
