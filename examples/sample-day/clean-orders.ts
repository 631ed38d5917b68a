import { acceptOrder, workItemOf } from './accept-order.js';
import { short } from './faulty-flows.js';
import type { Order } from './make-order.js';
import {
  approverOf,
  CHENGDONG,
  DONGWAN,
  HALLS,
  LINJIANG_1,
  LINJIANG_2,
  NANYU,
  QINGPUSHAN,
} from './people.js';
import { COMMERCIAL, CONFIRMATION, CONSULTATION, HIGH_VOLTAGE, RESIDENTIAL } from './processes.js';
import { byEngineer, makeStage } from './scenes.js';
import type { Scene } from './scenes.js';
import { walkStages } from './walk-stages.js';

/** Work orders on which nothing is wrong, but that some have been waiting for their next stage: finished and filed, under way, suspended, sent back, given up. */
export function makeCleanOrders(): Scene[] {
  const { scenes, start, show } = makeStage(1);
  const clean = (shows: string, order: Order) => show(shows, [], order);
  const walked = (order: Order, pace: number, count?: number) => {
    acceptOrder(order);
    walkStages(order, pace, count);
    return order;
  };

  for (let i = 0; i < 14; i++) {
    // The first eight are filed on the sample day, the others on the day before.
    const order = start(RESIDENTIAL, i < 8 ? -3 : -4, `09:${10 + i * 3}`, HALLS[i % HALLS.length]);
    clean('低压居民新装：全程规范，已归档', walked(order, 96 + (i % 4) * 5));
  }
  HALLS.forEach((hall, i) => {
    const order = walked(start(COMMERCIAL, -5, `09:${10 + i * 7}`, hall), i < 2 ? 100 : 240);
    clean(i < 2 ? '低压非居民新装：全程规范，已归档' : '低压非居民新装：规范办理中', order);
  });
  [LINJIANG_1, QINGPUSHAN, DONGWAN, NANYU].forEach((hall, i) => {
    const order = walked(start(HIGH_VOLTAGE, -8 + i, `10:0${i}`, hall), 300 + i * 40, 5);
    if (i < 3) show('高压新装：上一环节已发送，一个多工作日没有下文', ['sent-not-arrived'], order);
    else clean('高压新装：规范办理中', order);
  });
  [LINJIANG_1, CHENGDONG, QINGPUSHAN, DONGWAN].forEach((hall, i) => {
    clean('用电大项目前期咨询：规范办理', walked(start(CONSULTATION, -3 + i, `09:2${i}`, hall), 220));
  });

  const sameCity = start(CONSULTATION, -2, '14:10', LINJIANG_2);
  acceptOrder(sameCity, { sameCity: { managingUnit: QINGPUSHAN.county, contacted: true } });
  sameCity.tellAt(-1, '10:20', 'paper.delivered', { stage: '业务受理', toUnit: QINGPUSHAN.county });
  walkStages(sameCity, 300, 2);
  clean('同城受理：已联系管辖窗口，下一工作日送达', sameCity);

  clean('用电大项目前期咨询：项目未定，直接归档', filedAtOnce(start(CONSULTATION, -1, '09:40', NANYU)));
  const confirmed = broughtLater(start(CONFIRMATION, -3, '10:05', LINJIANG_1));
  clean('客户申请确认：缺件一次性告知，已收资料建档，按约补齐', confirmed);

  const paused = walked(start(HIGH_VOLTAGE, -6, '09:30', DONGWAN), 200, 1);
  paused.tellAt(-5, '15:30', 'workorder.suspended', { side: 'customer', reason: '客户更改用电方案' });
  paused.tellAt(-2, '09:10', 'workorder.resumed', { side: 'customer', reason: '客户提交新方案' });
  show('高压新装：客户原因中止，恢复后一直没有下文', ['sent-not-arrived'], paused);

  const returned = walked(start(COMMERCIAL, -1, '09:15', NANYU), 150, 1);
  clean('低压非居民新装：审批退回现场勘查，重新勘查后通过', surveyedAgain(returned));

  const cancelled = walked(start(RESIDENTIAL, -2, '10:30', LINJIANG_2), 0, 0);
  cancelled.wait(200);
  cancelled.tell('workorder.cancelled', { reason: '客户放弃申请' });
  clean('低压居民新装：客户撤销', cancelled);
  return scenes;
}

function filedAtOnce(order: Order): Order {
  const stage = '资料归档';
  const filing = { stage, workItem: workItemOf(order, stage) };
  const who = { by: order.hall.archivist };
  acceptOrder(order, { projectDetermined: false, nextStage: stage });
  order.wait(120);
  order.tell('stage.arrived', filing, who);
  order.wait(30);
  order.tell('archive.filed', { stage, archiveNo: `DA-${order.subject}` }, who);
  order.tell('stage.completed', filing, who);
  order.tick(1);
  order.tell('workorder.closed', { reason: '项目未定' }, who);
  return order;
}

function broughtLater(order: Order): Order {
  const stage = '客户申请确认';
  const { subject, clerk, checker, hall } = order;
  short(order, { agreedDate: '{day -1}' }, true);
  const then = (time: string, type: string, data: Parameters<Order['tellAt']>[3]) =>
    order.tellAt(-1, time, type, data);
  then('09:30', 'document.received', { stage, document: '产权证明', paper: true, copies: 1 });
  then('09:32', 'workorder.resumed', { side: 'customer' });
  then('09:36', 'contactcard.issued', { stage, fields: { applicationNo: subject, phone: '0571-88000100' } });
  then('09:40', 'stage.completed', { stage, workItem: workItemOf(order, stage), checker: { ...checker } });
  then('16:15', 'handover.recorded', {
    stage,
    toStage: '业务受理',
    documents: ['身份证件', '产权证明'],
    giver: clerk.id,
    receiver: hall.archivist.id,
    giverSigned: true,
    receiverSigned: true,
  });
  then('16:20', 'workorder.closed', { reason: '转业务受理' });
  return order;
}

function surveyedAgain(order: Order): Order {
  const checker = { checker: { ...order.checker } };
  const step = (type: string, stage: string, data = {}) => {
    const who =
      stage === '审批' ? { by: approverOf(order.hall), unit: order.hall.county } : byEngineer(order);
    order.tell(type, { stage, workItem: workItemOf(order, stage), ...data }, who);
    order.tick(1);
  };
  step('stage.arrived', '审批');
  order.wait(120);
  step('flow.returned', '审批', { nextStage: '现场勘查', reason: '勘查单缺用电设备容量' });
  step('stage.arrived', '现场勘查');
  order.wait(180);
  step('stage.completed', '现场勘查', checker);
  step('flow.sent', '现场勘查', { nextStage: '审批' });
  step('stage.arrived', '审批');
  order.wait(60);
  step('stage.completed', '审批', checker);
  step('flow.sent', '审批', { nextStage: '答复供电方案' });
  return order;
}
