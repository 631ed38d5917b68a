import type { JsonValue } from '../../json.js';
import type { StageVisit } from '../../work-orders/work-order.js';
import { defineFact, optionalText, textList } from '../fact-definition.js';
import type { FactDefinition, FactType } from '../fact-definition.js';
import type { FactScope } from '../rule-set.js';
import { isCovered, stageNameOf, visitOf } from './reading.js';

const STAGE = {
  stage: optionalText(
    '看另一个环节（取其最近一次）；不写则看当前环节',
    'Another stage (its latest visit); absent = the stage in question',
    {
      names: 'stage',
    },
  ),
};

/** Facts about the stage in question: the triggering event's, the clock's, the swept one; or a named one. */
export const STAGE_FACTS = [
  ofName('stage.name', 'string', '环节名称', 'Stage name', (name) => name),
  ofVisit(
    'stage.visit',
    'number',
    '第几次进入本环节（1 为首次）',
    'Which visit to the stage this is',
    'visit',
  ),
  ofName(
    'stage.visits',
    'number',
    '共进入本环节几次',
    'How many visits there were',
    (name, scope) => visitsTo(name, scope).length,
  ),
  ofVisit('stage.workItem', 'string', '作业项编号 YXZY-YY-nnn', 'Work item code', 'workItem'),
  ofVisit('stage.arrivedAt', 'date', '到达本环节的时间', 'When it arrived', 'arrivedAt'),
  ofVisit('stage.completedAt', 'date', '本环节完成时间', 'When it was completed', 'completedAt'),
  ofName(
    'stage.completed',
    'boolean',
    '本环节是否已完成',
    'Completed',
    (_name, _scope, visit) => visit?.completedAt !== undefined,
  ),
  ofName(
    'stage.completions',
    'number',
    '本次进入环节后报告完成的次数（2 表示重复办理）',
    'How often completion was reported in this visit',
    (_name, _scope, visit) => visit?.completions ?? 0,
  ),
  ofName(
    'stage.totalCompletions',
    'number',
    '历次进入本环节报告完成的总次数',
    'How often completion was reported over all visits',
    (name, scope) => visitsTo(name, scope).reduce((sum, visit) => sum + visit.completions, 0),
  ),
  ofVisit('stage.sentAt', 'date', '工单从本环节发送的时间', 'When the flow was sent on', 'sentAt'),
  ofName(
    'stage.sent',
    'boolean',
    '工单是否已从本环节发送',
    'Sent on',
    (_name, _scope, visit) => visit?.sentAt !== undefined,
  ),
  ofName(
    'stage.returned',
    'boolean',
    '本次进入环节后是否被退回：从本环节退回去，或被后面的环节退回来重办',
    'Sent back: from this stage to an earlier one, or from a later one to this stage',
    (_name, _scope, visit) => visit?.returnedAt !== undefined || visit?.recalledAt !== undefined,
  ),
  defineFact({
    name: 'stage.workingDaysSpent',
    type: 'number',
    zh: '各环节用时合计（工作日，当日办完为 0），不计所列的客户环节和客户原因中止的时间',
    en: 'Working days spent in all stages but the named ones (0 where done the same day), without what the customer suspended',
    params: { except: textList('不计的环节', 'Stages that are the customer’s', { names: 'stage' }) },
    resolve: (scope, { except }) => {
      const { calendar, workOrder, now } = scope;
      const spans = workOrder.stages.flatMap(({ stage, arrivedAt, completedAt, returnedAt }) => {
        const to = completedAt ?? returnedAt ?? now;
        return arrivedAt === undefined || except.includes(stage) || to < arrivedAt
          ? []
          : [[arrivedAt, to] as const];
      });
      if (spans.length === 0 || spans.some(([from, to]) => !isCovered(from, to, calendar))) return undefined;
      const held = workOrder.pauses.filter(({ side }) => side === 'customer');
      const days = (from: number, to: number) => (from < to ? calendar.workingDaysBetween(from, to) : 0);
      return spans.reduce((sum, [from, to]) => {
        const paused = held.map((pause) => days(Math.max(from, pause.from), Math.min(to, pause.to ?? now)));
        return sum + Math.max(0, days(from, to) - paused.reduce((all, one) => all + one, 0));
      }, 0);
    },
  }),
  ofVisit('stage.operatorId', 'string', '本环节办理人编号', 'Who handled it', 'operatorId'),
  ofVisit('stage.checkerId', 'string', '本环节校核人编号', 'Who checked it', 'checkerId'),
  ofVisit('stage.orgUnit', 'string', '本环节办理单位编码', 'Unit that handled it', 'orgUnit'),
];

/** A value some event told about the visit. */
function ofVisit(
  name: string,
  type: FactType,
  zh: string,
  en: string,
  key: keyof StageVisit,
): FactDefinition {
  return defineFact({
    name,
    type,
    zh,
    en,
    params: STAGE,
    alwaysKnown: key === 'visit',
    resolve: (scope, { stage }) => visitOf(scope, stage)?.[key],
  });
}

/** Known for any named stage, visited or not; missing only where there is no stage in question at all. */
function ofName(
  name: string,
  type: FactType,
  zh: string,
  en: string,
  read: (stage: string, scope: FactScope, visit: StageVisit | undefined) => JsonValue,
): FactDefinition {
  return defineFact({
    name,
    type,
    zh,
    en,
    params: STAGE,
    alwaysKnown: true,
    resolve: (scope, { stage }) => {
      const known = stageNameOf(scope, stage);
      return known === undefined ? undefined : read(known, scope, visitOf(scope, stage));
    },
  });
}

function visitsTo(stage: string, scope: FactScope): StageVisit[] {
  return scope.workOrder.stages.filter((visit) => visit.stage === stage);
}
