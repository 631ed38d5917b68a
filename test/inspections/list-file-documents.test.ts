import { describe, expect, it } from '@jest/globals';
import type { CUSTOMER_CLASSES } from '../../src/events/event-types.js';
import { listFileDocuments } from '../../src/inspections/list-file-documents.js';
import { foldEvents, newWorkOrder } from '../../src/work-orders/project-work-order.js';
import { loadProjectRules } from '../rules/load-project-rules.js';
import { eventAt } from '../support/event-at.js';

const at = (minute: number) => new Date(Date.parse('2026-03-03T09:00+08:00') + minute * 60_000).toISOString();

/** The file of a work order that has completed some stages, by the templates that ship. */
async function fileOf(
  process: string,
  stages: readonly string[],
  customerClass?: (typeof CUSTOMER_CLASSES)[number],
) {
  const { checklists } = await loadProjectRules();
  const events = [
    eventAt('workorder.opened', at(0), { process, ...(customerClass && { customerClass }) }),
    ...stages.map((stage, i) => eventAt('stage.completed', at(20 + i), { stage })),
    eventAt('document.received', at(5), { stage: '业务受理', document: '用电申请表', paper: true }),
    eventAt('signature.recorded', at(6), { document: '用电申请表', role: 'customer', signer: '客户' }),
  ];
  const workOrder = foldEvents(events, newWorkOrder({ recordId: 'WO1', subjectType: 'workOrder', subject: 'WO1' })); // prettier-ignore
  return listFileDocuments(workOrder, checklists);
}
const named = (list: Awaited<ReturnType<typeof fileOf>>, document: string) =>
  list.find((one) => one.document === document);

describe('the documents of a file', () => {
  it('are those of its process: what must be there, what may come later, and what was received', async () => {
    const residential = await fileOf('低压居民新装', ['业务受理'], '低压居民');
    expect(named(residential, '用电申请表')).toMatchObject({
      need: '必备',
      stages: ['业务受理'],
      received: true,
    });
    expect(named(residential, '身份证件')).toMatchObject({ need: '必备', received: false });
    expect(named(residential, '营业执照')).toBeUndefined();

    const firm = await fileOf('低压非居民新装', ['业务受理'], '低压非居民');
    expect(named(firm, '营业执照')).toMatchObject({ need: '必备' });
    expect(named(firm, '授权委托书')).toMatchObject({ need: '容缺' });
    expect(named(firm, '身份证件')).toBeUndefined();
  });

  it('are those of the stages that are done, and of no other', async () => {
    const accepted = await fileOf('高压新装', ['业务受理'], '高压单电源');
    const surveyed = await fileOf('高压新装', ['业务受理', '现场勘查'], '高压单电源');
    const more = surveyed.filter(({ document }) => !named(accepted, document));
    expect(more.length).toBeGreaterThan(0);
    for (const { stages } of more) expect(stages).toEqual(['现场勘查']);
  });

  it('carry the signatures they must have, with those that are recorded', async () => {
    const list = await fileOf('高压新装', ['业务受理', '资料归档'], '高压单电源');
    expect(named(list, '用电申请表')?.signatures).toEqual([{ role: 'customer', recorded: true }]);
    expect(named(list, '归档资料清单')?.signatures).toEqual([
      { role: 'handler', recorded: false },
      { role: 'receiver', recorded: false },
    ]);
  });

  it('leave out what is for other classes of customers, and say so where the class is not known', async () => {
    const one = await fileOf('高压新装', ['业务受理'], '高压单电源');
    const two = await fileOf('高压新装', ['业务受理'], '高压双电源');
    const only = two.filter(({ document }) => !named(one, document));
    expect(only.map(({ document }) => document)).toEqual(['双电源必要性说明']);
    const unknown = await fileOf('高压新装', ['业务受理']);
    expect(named(unknown, '双电源必要性说明')).toMatchObject({ onlyFor: ['高压双电源'] });
    expect(named(two, '双电源必要性说明')).not.toHaveProperty('onlyFor');
  });

  it('exist for all 46 processes once every stage is done, but where the templates say why there are none', async () => {
    const { catalogue, checklists } = await loadProjectRules();
    const empty: string[] = [];
    for (const { process, stages } of catalogue.processes) {
      const list = await fileOf(
        process,
        stages.map(({ stage }) => stage),
        '高压双电源',
      );
      const excused = stages.every(({ stage }) =>
        checklists.of(process, stage).some((template) => template.noDocuments),
      );
      if (list.length === 0 && !excused) empty.push(process);
    }
    expect(catalogue.processes).toHaveLength(46);
    expect(empty).toEqual([]);
  });
});
