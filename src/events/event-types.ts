import type { z } from 'zod';
import type { EventSubjectType } from './business-event.js';
import { subjectTypeOf } from './business-event.js';
import {
  amount, choice, commonData, count, date, fields, flag, name, names, signer, text,
} from './event-fields.js'; // prettier-ignore

export const CUSTOMER_CLASSES = ['低压居民', '低压非居民', '高压单电源', '高压双电源'] as const;
export const SIGNATURE_ROLES = [
  'customer',
  'handler',
  'checker',
  'utilitySeal',
  'giver',
  'receiver',
] as const;
export const INCIDENT_KINDS = ['pc', 'system', 'power'] as const;

/** A known event type: what its `data` must look like. The source of docs/events.md and of the OpenAPI document. */
export interface EventType {
  readonly type: string;
  /** 中文 English: what has happened. */
  readonly description: string;
  /** What `subject` names. */
  readonly subject: EventSubjectType;
  /** Checks `data`, common fields included; unknown fields pass. */
  readonly data: z.ZodObject;
}

type Fields = Parameters<typeof commonData.extend>[0];

const types: EventType[] = [];
function define(shortType: string, description: string, own: Fields = {}): void {
  const type = `yxzy.${shortType}`;
  types.push({ type, description, subject: subjectTypeOf(type), data: commonData.extend(own) });
}

const stage = name('环节 stage, e.g. 业务受理');
const reason = text('原因 reason').optional();
const checker = signer('校核人 who checked it, {id, name} or the id').optional();
const form = name('表单 form, e.g. 用电大项目前期咨询受理单').optional();
const side = choice(['customer', 'utility'], '责任方 whose side it is on: 客户 customer, 供电企业 utility');

define('workorder.opened', '工单建立 a work order is opened', {
  process: name('业务类型 process, e.g. 高压新装'),
  customerNo: name('客户编号 customer number').optional(),
  customerClass: choice(CUSTOMER_CLASSES, '客户类别 customer class').optional(),
  sameCity: flag("同城受理 accepted at another unit's counter").optional(),
  managingUnit: name('管辖单位 code of the unit in charge').optional(),
});
define('workorder.suspended', '工单中止 its clocks stand still', { side, reason });
define('workorder.resumed', '工单恢复 its clocks run again', { side: side.optional(), reason });
define('workorder.closed', '工单办结 the work order ends', { reason });
define('workorder.cancelled', '工单撤销 the work order is given up', { reason });

define('stage.arrived', '环节到达 the flow arrives at a stage', { stage, checker });
define('stage.started', '环节开始 work on a stage begins', { stage, checker });
define('stage.completed', '环节完成 a stage is completed', { stage, checker });
define('flow.sent', '流程发送 sent on to the next stage', {
  stage,
  nextStage: name('下一环节 stage it is sent to').optional(),
  reason,
});
define('flow.returned', '流程退回 sent back to an earlier stage', {
  stage,
  nextStage: name('退回环节 stage it goes back to').optional(),
  reason,
});

define('document.received', '收到资料 a document of the customer is received', {
  document: name('资料名称 document, e.g. 用电主体证明'),
  paper: flag('有纸质 on paper').optional(),
  electronic: flag('有电子件 electronic').optional(),
  copies: count('份数 copies').optional(),
});
define('document.shortfall.notified', '一次性告知 the customer is told at once all that is missing', {
  documents: names('缺件 what is missing').min(1),
  agreedDate: date('约定补充日 day by which the customer agreed to bring it').optional(),
});
define('signature.recorded', '签章登记 a signature or seal is recorded', {
  document: name('单据 document that is signed'),
  role: choice(SIGNATURE_ROLES, '签章角色 in whose name: 客户, 经办人, 校核人, 供电企业印章, 移交人, 接收人'),
  signer: signer('签章人 who signed, {id, name} or the id').optional(),
});
define('contactcard.issued', '发放客户联系卡 the customer gets a contact card', {
  fields: fields('联系卡内容 what stands on it, e.g. applicationNo, phone').optional(),
});
define('record.entered', '信息录入 a form is keyed into the sales system', {
  form,
  fields: fields('录入内容 the fields as entered').optional(),
});
define('record.checked', '信息校核 an entry is checked by a second person', {
  form,
  checker,
  enteredBy: signer('录入人 who had entered it, {id, name} or the id').optional(),
  mismatches: names('不一致项 fields that differ from the paper').optional(),
});
define('acceptance.offline', '先受理 accepted on paper while the system is down', {
  incident: name('突发事件 incident it is due to').optional(),
  contact: text('经办人联系方式 how to reach the applicant').optional(),
});
define('acceptance.backfilled', '后补录 entered afterwards (when: recordedtime)', {
  incident: name('突发事件 incident it was due to').optional(),
});
define('handover.recorded', '资料移交登记 papers are handed over', {
  toStage: name('接收环节 stage that receives them').optional(),
  documents: names('移交清单 documents handed over').optional(),
  giver: signer('移交人 who hands over, {id, name} or the id').optional(),
  receiver: signer('接收人 who receives, {id, name} or the id').optional(),
  giverSigned: flag('移交人已签 giver has signed').optional(),
  receiverSigned: flag('接收人已签 receiver has signed').optional(),
});
define('paper.delivered', '纸质资料送达 the paper file reaches a unit', {
  toUnit: name('送达单位 code of the unit').optional(),
});

const feeFields = {
  amount: amount('金额 amount in yuan').optional(),
  item: name('费用项目 fee item').optional(),
};
define('fee.determined', '确定费用 a fee is determined', feeFields);
define('fee.paid', '费用收讫 a fee is paid', feeFields);
define('contract.signed', '合同签订 the supply contract is signed', {
  utilitySigned: flag('供电方已签 utility has signed').optional(),
  customerSigned: flag('客户已签 customer has signed').optional(),
  expiresOn: date('到期日 last day of the contract').optional(),
});
define('meter.installed', '装表 a meter is installed', { meterNo: name('表号 meter number').optional() });
define('power.connected', '送电 power is switched on', { reason });
define('power.cut', '停电 power is cut', { reason });
define('power.restored', '复电 power is restored', { reason });
define('powercut.noticed', '停电通知 the customer is told of a power cut', {
  channel: name('通知方式 how').optional(),
});
define('visit.completed', '客户回访 the customer is called back', {
  result: text('回访结果 result').optional(),
});
define('complaint.received', '客户投诉 a customer complains about how the work order was handled', {
  complainedOf: signer('被投诉人 whom it is about, {id, name} or the id').optional(),
  kind: name('投诉类别 e.g. 服务态度, 业务差错, 超时限').optional(),
});
define('archive.filed', '资料归档 the papers are filed', {
  archiveNo: name('档案号 archive number').optional(),
});

const inspectors = names('检查人员 ids of the inspectors').optional();
define('inspection.planned', '用电检查计划 an inspection is planned', {
  inspectors,
  plannedOn: date('计划日 day it is planned for').optional(),
});
define('inspection.completed', '用电检查完成 an inspection is done', {
  inspectors,
  certificateShown: flag('已出示检查证 certificate shown').optional(),
  customerSigned: flag('客户已签 customer has signed').optional(),
  findings: names('检查问题 findings').optional(),
});

define('hall.queue.sampled', '营业厅排队采样 a look at the queue of a hall', {
  waiting: count('等候人数 people waiting'),
  windowsOpen: count('开台数 counters open').optional(),
  longestWaitMinutes: amount('最长等候分钟 longest wait in minutes').optional(),
});
const kind = choice(INCIDENT_KINDS, '事件类别 电脑 pc, 系统 system, 停电 power');
define('hall.incident.opened', '突发事件发生 an incident begins', { kind });
define('hall.incident.responded', '突发事件响应 emergency handling begins', { kind: kind.optional() });
define('hall.incident.closed', '突发事件结束 the incident is over', { kind: kind.optional() });
define('meeting.held', '班组会议 a team meeting is held', {
  kind: name('会议类别 e.g. 班前会, 班后会, 学习会').optional(),
  participants: names('参加人员 ids of those present').optional(),
});
define('drill.held', '应急演练 an emergency drill is held', {
  kind: name('演练类别 e.g. 系统故障').optional(),
  participants: names('参加人员 ids of those present').optional(),
  expected: names('应参加人员 ids of those who should be').optional(),
});
define('hall.customers.queried', '批量查询客户信息 customer data is looked up', {
  records: count('查看的客户数 how many customers were shown'),
  purpose: text('用途 what for').optional(),
});
const expiresOn = date('到期日 last day it is good for');
define('account.contract.effective', '供用电合同生效 the contract of an account is in force', { expiresOn });
define('account.contract.ended', '供用电合同终止 the contract of an account has ended', { reason });
define('account.term.started', '有期限的用电开始 temporary supply, suspension or the like begins', {
  kind: name('类别 e.g. 临时用电, 暂停, 减容, 暂拆, 暂换'),
  expiresOn,
});
define('account.term.ended', '有期限的用电结束 restored, renewed as another, or closed', {
  kind: name('类别 e.g. 临时用电, 暂停, 减容, 暂拆, 暂换').optional(),
});
define('account.inspected', '周期检查完成 a periodic inspection is done', {
  nextDueOn: date('下次应检日 day by which the next is due').optional(),
});
define('account.certificate.issued', '证书登记 a certificate of an electrician or inspector', {
  holder: signer('持证人 holder').optional(),
  expiresOn,
});
define('account.test.done', '预防性试验完成 a preventive test is done', {
  equipment: name('设备 equipment').optional(),
  nextDueOn: date('下次应试日 day by which the next is due').optional(),
});
const meterFields = {
  meterClass: name('计量装置类别 class by DL/T 448: I, II, III, IV, V').optional(),
  meterNo: name('表号 meter number').optional(),
};
define('account.meter.commissioned', '计量装置投运 a metering device is put into service', meterFields);
define('account.meter.checked', '计量装置现场检验 a metering device is checked on site', meterFields);
define('account.meter.removed', '计量装置拆除 a metering device is taken out of service', meterFields);
define('feed.heartbeat', '数据源心跳 the feed is alive', {
  feed: name('数据源 feed, the same as the subject'),
});

/** Every known type by its full name. An event of another type is accepted with the common fields checked. */
export const EVENT_TYPES: ReadonlyMap<string, EventType> = new Map(types.map((entry) => [entry.type, entry]));
