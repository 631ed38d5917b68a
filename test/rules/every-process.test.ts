import { describe, expect, it } from '@jest/globals';
import type { Checklists } from '../../src/engine/checklists.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import type { ProcessDefinition } from '../../src/work-orders/catalogue.js';
import { loadCatalogue } from '../../src/work-orders/load-catalogue.js';
import { eventAt } from '../support/event-at.js';
import { assessUnder, loadProjectRules, summarise } from './load-project-rules.js';

const CLASSES = ['低压居民', '低压非居民', '高压单电源', '高压双电源'] as const;
type CustomerClass = (typeof CLASSES)[number];
const { processes } = await loadCatalogue('rules/catalogue');
const MINUTE = 60_000;
/** Three weeks of ordinary working days: 2 to 20 March 2026. */
const DAYS = Array.from(
  { length: 19 },
  (_, n) => new Date(Date.parse('2026-03-02T08:40+08:00') + n * 86_400_000),
).filter((day) => ![0, 6].includes(new Date(day.getTime() + 8 * 3_600_000).getUTCDay()));

/** Minutes after 08:40 at which the stages of a day begin. */
const HOURS = [0, 110, 320];

/** What happens at a stage besides the papers, by its kind. */
const MILESTONES: Record<string, [type: string, data: EventData][]> = {
  费用: [['fee.determined', { amount: 100 }]],
  收费: [['fee.paid', { amount: 100 }]],
  合同签订: [['contract.signed', { utilitySigned: true, customerSigned: true, expiresOn: '2026-08-01' }]],
  装表: [['meter.installed', {}]],
  送电: [['power.connected', {}]],
  回访: [['visit.completed', { result: '满意' }]],
  复电: [['power.restored', {}]],
  用电检查: [
    [
      'inspection.completed',
      { inspectors: ['u1', 'u2'], certificateShown: true, customerSigned: true, findings: [] },
    ],
  ],
  资料归档: [['archive.filed', {}]],
};
const SIGNERS: Record<string, string> = { giver: 'u3', receiver: 'u4' };

/** One work order done as the manual and the templates say: two stages a day, all papers there, signed and handed over. */
function byTheBook(
  { process, stages }: ProcessDefinition,
  customerClass: CustomerClass,
  checklists: Checklists,
): BusinessEvent[] {
  const events: BusinessEvent[] = [];
  let at = DAYS[0]?.getTime() ?? 0;
  const tell = (type: string, data: EventData = {}) => {
    events.push(eventAt(type, new Date(at).toISOString(), { orgUnit: '33401', ...data }));
    at += MINUTE;
  };
  const person = residentOf(process)
    ? { idNumber: '11010519491231002X' }
    : { creditCode: '91350100M000100Y43' };
  tell('workorder.opened', {
    process,
    customerClass,
    sameCity: false,
    attributes: { projectDetermined: true },
  });
  stages.forEach(({ stage, kinds = [], final }, index) => {
    const day = DAYS[Math.floor(index / 3)]?.getTime() ?? 0;
    at = Math.max(at + 5 * MINUTE, day + (HOURS[index % 3] ?? 0) * MINUTE);
    const clerk = { id: `u${10 + index}` };
    const checker = { id: `u${50 + index}` };
    tell('stage.arrived', { stage, operator: clerk });
    const documents = checklists
      .of(process, stage)
      .flatMap((checklist) => checklist.documents)
      .filter(({ customerClasses }) => !customerClasses || customerClasses.includes(customerClass));
    for (const { document } of documents) tell('document.received', { stage, document, paper: true });
    for (const { document, signatures = [] } of documents)
      for (const role of signatures)
        tell('signature.recorded', { stage, document, role, signer: SIGNERS[role] ?? clerk.id });
    if (kinds.includes('受理') || kinds.includes('申请确认'))
      counter(
        tell,
        stage,
        clerk,
        checker,
        person,
        documents.map((item) => item.document),
      );
    if (kinds.includes('停电'))
      cutAndRestore(
        tell,
        stage,
        () => (at += 31 * MINUTE),
        () => (at += 4 * 86_400_000),
      );
    const own = kinds.flatMap((kind) =>
      kind === '复电' && kinds.includes('停电') ? [] : (MILESTONES[kind] ?? []),
    );
    for (const [type, data] of own) tell(type, { stage, ...data });
    at += 6 * MINUTE;
    tell('stage.completed', { stage, operator: clerk, checker });
    const next = stages[index + 1]?.stage;
    if (!final && next) tell('flow.sent', { stage, nextStage: next });
    if (kinds.includes('受理') || kinds.includes('申请确认'))
      handOver(
        tell,
        stage,
        documents.map((item) => item.document),
        next,
      );
    if (final) tell('workorder.closed');
  });
  return events;
}
type Person = { readonly id: string };
type Tell = (type: string, data?: EventData) => void;

function counter(
  tell: Tell,
  stage: string,
  clerk: Person,
  checker: Person,
  person: EventData,
  documents: string[],
) {
  const consult = {
    projectName: '某厂',
    usage: '工业',
    nearTermCapacity: 1,
    longTermCapacity: 2,
    powerDate: '2027-01',
    contact: '甲',
  };
  tell('record.entered', {
    stage,
    operator: clerk,
    fields: {
      customerName: '某',
      phone: '13800138000',
      address: '某路',
      acceptedAt: '2026-03-02 08:40',
      ...person,
      ...consult,
    },
  });
  tell('stage.started', { stage });
  tell('record.checked', { stage, checker, mismatches: [] });
  for (const role of ['customer', 'handler', 'utilitySeal'])
    if (!documents.includes('受理单') || role !== 'customer')
      tell('signature.recorded', { stage, document: '受理单', role, signer: clerk.id });
  tell('contactcard.issued', { stage, fields: { applicationNo: 'WO1', phone: '95598' } });
}

function handOver(tell: Tell, stage: string, documents: string[], toStage: string | undefined) {
  tell('handover.recorded', {
    stage,
    ...(toStage && { toStage }),
    documents: [...documents, '受理单', '资料清单'],
    giver: 'u3',
    receiver: 'u4',
  });
  for (const [role, signer] of Object.entries(SIGNERS))
    tell('signature.recorded', { stage, document: '业务档案移交记录簿', role, signer });
}

function cutAndRestore(tell: Tell, stage: string, halfAnHour: () => void, fourDays: () => void) {
  tell('powercut.noticed', { stage });
  fourDays();
  tell('powercut.noticed', { stage });
  halfAnHour();
  tell('power.cut', { stage, reason: '窃电' });
  tell('power.restored', { stage });
}

const residentOf = (process: string) => process.startsWith('低压居民');
const classesOf = (process: string): readonly CustomerClass[] =>
  residentOf(process)
    ? ['低压居民']
    : /^低压非居民/.test(process)
      ? ['低压非居民']
      : /^高压|临时|减容|暂停/.test(process)
        ? ['高压单电源', '高压双电源']
        : CLASSES;

describe('each of the 46 processes, done by the book', () => {
  it.each(processes.map((process) => [process.process, process] as const))(
    'raises nothing: %s',
    async (name, process) => {
      const { files, checklists } = await loadProjectRules();
      const ids = files.map(({ rule }) => rule.id);
      for (const customerClass of classesOf(name)) {
        const events = byTheBook(process, customerClass, checklists);
        const until = new Date(Math.max(...events.map(({ at }) => at)) + 30 * 86_400_000).toISOString();
        const { findings } = await assessUnder(ids, events, until);
        expect(findings.map(summarise)).toEqual([]);
      }
    },
  );
});
