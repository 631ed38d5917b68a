import type { JsonObject } from '../../src/json.js';
import { workItemOf } from './accept-order.js';
import type { Order } from './make-order.js';
import { approverOf } from './people.js';

/** Facts told when a stage is done. */
const MILESTONES: Readonly<Record<string, readonly [type: string, data: JsonObject][]>> = {
  确定费用: [['fee.determined', { amount: 1_280, item: '业务费' }]],
  业务收费: [['fee.paid', { amount: 1_280, item: '业务费' }]],
  签订合同: [['contract.signed', { utilitySigned: true, customerSigned: true, expiresOn: '2031-06-30' }]],
  装表: [['meter.installed', { meterNo: '3310000{D}' }]],
  装表接电: [
    ['meter.installed', { meterNo: '3310000{D}' }],
    ['power.connected', {}],
  ],
  送电: [['power.connected', {}]],
  客户回访: [['visit.completed', { result: '满意' }]],
};
const AT_THE_HALL = new Set(['业务收费', '客户回访', '信息归档', '资料归档']);

/**
 * The stages after 业务受理, each arrived at, completed and sent on; with 资料归档 the work order is filed and closed.
 *
 * @param pace working minutes a stage takes
 * @param count how many stages; all when left out
 */
export function walkStages(order: Order, pace: number, count = Infinity): void {
  const { process, hall, checker } = order;
  const stages = process.stages.slice(1, 1 + Math.min(count, process.stages.length));
  stages.forEach(({ stage }, i) => {
    const workItem = workItemOf(order, stage);
    const atHall = AT_THE_HALL.has(stage);
    const inCounty = stage === '审批' ? approverOf(hall) : hall.engineer;
    const who = atHall ? { by: hall.archivist } : { by: inCounty, unit: hall.county };
    order.tick(1);
    order.tell('stage.arrived', { stage, workItem }, who);
    order.wait(pace);
    for (const [type, data] of MILESTONES[stage] ?? []) order.tell(type, { ...data, stage }, who);
    const last = stage === '资料归档';
    if (last) order.tell('archive.filed', { stage, archiveNo: `DA-${order.subject}` }, who);
    order.tell('stage.completed', { stage, workItem, checker: { ...checker } }, who);
    order.tick(1);
    const nextStage = process.stages[i + 2]?.stage;
    if (last) order.tell('workorder.closed', {}, who);
    else if (nextStage !== undefined) order.tell('flow.sent', { stage, nextStage }, who);
  });
}
