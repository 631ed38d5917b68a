import type { StageVisit, WorkOrder } from '../work-orders/work-order.js';
import type { CatalogueLookup } from './catalogue-lookup.js';
import { judgeField, judgeKinds, judgeUnits } from './match-applies-to.js';
import type { Applies } from './match-applies-to.js';
import { orgUnitOf } from './org-unit-of.js';
import type { OrgTree } from './parameter-table.js';
import type { CompiledRule } from './rule-set.js';

/** Names of things in the place of work orders that Chinese readers know. */
export const SUBJECT_TEXTS: Readonly<Record<string, string>> = {
  workOrder: '工单',
  hall: '营业厅',
  orgUnit: '单位',
  account: '户',
  feed: '数据源',
  operator: '操作员',
  group: '分组',
};

/** One demand of appliesTo that is not met, or of which nobody knows. */
export interface AppliesGap {
  readonly result: Exclude<Applies, 'yes'>;
  readonly reason: string;
}

/** What of appliesTo keeps a rule from a work order and stage; empty = it applies. Says the same as matchAppliesTo, field by field. */
export function explainApplies(
  { file, kinds }: Pick<CompiledRule, 'file' | 'kinds'>,
  workOrder: WorkOrder,
  stage: StageVisit | undefined,
  catalogue: CatalogueLookup,
  orgTree?: OrgTree,
): AppliesGap[] {
  const { appliesTo } = file;
  if (!appliesTo) return [];
  const { except } = appliesTo;
  const gaps: AppliesGap[] = [];
  const { subjectType, process, customerClass } = workOrder;
  if (appliesTo.subject && appliesTo.subject !== subjectType) {
    const reason = `只看${SUBJECT_TEXTS[appliesTo.subject]}，这是${SUBJECT_TEXTS[subjectType]}`;
    gaps.push({ result: 'no', reason });
  }
  const workItem = stage?.workItem ?? catalogue.workItemOf(process, stage?.stage);
  const fields = [
    ['业务类型', appliesTo.processes, except?.processes, process],
    ['环节', appliesTo.stages, except?.stages, stage?.stage],
    ['作业项', appliesTo.workItems, except?.workItems, workItem],
    ['客户类别', appliesTo.customerClasses, except?.customerClasses, customerClass],
  ] as const;
  for (const [word, wanted, excluded, actual] of fields)
    add(gaps, word, wanted, excluded, actual, judgeField(wanted, excluded, actual));
  const ofKind = judgeKinds(kinds, process, stage?.stage);
  add(gaps, '环节类别', appliesTo.stageKinds, except?.stageKinds, stage && `环节 ${stage.stage}`, ofKind);
  const unit = orgUnitOf(workOrder, stage);
  const ofUnit = judgeUnits(appliesTo, workOrder, stage, orgTree);
  add(gaps, '单位', appliesTo.orgUnits, except?.orgUnits, unit, ofUnit);
  return gaps;
}

function add(
  gaps: AppliesGap[],
  word: string,
  wanted: readonly string[] | undefined,
  excluded: readonly string[] | undefined,
  actual: string | undefined,
  result: Applies,
): void {
  if (result === 'yes') return;
  const asked = wanted ? `规则只看 ${listed(wanted)}` : `规则除外 ${listed(excluded ?? [])}`;
  gaps.push({
    result,
    reason:
      actual === undefined
        ? `还没有事件告知${word}（${asked}）`
        : result === 'unknown'
          ? `${actual} 是不是所要的${word}还不能确定（${asked}）`
          : `${word}是 ${actual}，${asked}`,
  });
}

/** Names in a sentence, cut where there are many. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 6).join('、');
  return names.length > 6 ? `${shown} 等 ${names.length} 项` : shown;
}
