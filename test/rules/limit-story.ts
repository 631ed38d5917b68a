import type { Limit } from '../../src/calendar/business-calendar.js';
import type { LoadedRule } from '../../src/engine/load-rules.js';
import type { ParameterTable } from '../../src/engine/parameter-table.js';
import type { DeadlineTrigger, EventSelector, RuleFile } from '../../src/engine/rule-file.js';
import { subjectTypeOf, type BusinessEvent, type EventData } from '../../src/events/business-event.js';
import type { Catalogue } from '../../src/work-orders/catalogue.js';
import { makeNaiveCalendar } from '../calendar/naive-calendar.js';
import { daysOfSchedule, OFFICIAL_SCHEDULES, type OfficialSchedule } from '../calendar/official-schedules.js';
import { eventAt } from '../support/event-at.js';

/** What leads up to a time limit and what stops it, made from the file of its rule. */

export const MINUTE = 60_000;

/** When the clock starts: business time, by what lies ahead. Each set is for rules in force then. */
export const ANCHORS = {
  2021: {
    'an ordinary day': '2021-03-02 10:00',
    'a weekend': '2021-03-05 16:00',
    'a Saturday worked in lieu (调休)': '2021-09-17 10:00',
    'a holiday': '2021-09-30 10:00',
    'the year end': '2020-12-31 15:00',
  },
  2024: {
    'an ordinary day': '2024-03-05 10:00',
    'a weekend': '2024-03-08 16:00',
    'a Sunday worked in lieu (调休)': '2024-04-03 10:00',
    'a holiday': '2024-02-08 10:00',
    'the year end': '2023-12-29 15:00',
  },
  2026: {
    'an ordinary day': '2026-03-03 10:00',
    'a weekend': '2026-03-06 16:00',
    'a Saturday worked in lieu (调休)': '2026-02-27 10:00',
    'a holiday': '2026-09-30 10:00',
    'the year end': '2025-12-31 15:00',
  },
} as const;

/** For limits that were in force until 2021. */
const SCHEDULE_2021: OfficialSchedule = {
  year: 2021,
  off: [
    ['元旦', '01-01', '01-03'],
    ['春节', '02-11', '02-17'],
    ['清明节', '04-03', '04-05'],
    ['劳动节', '05-01', '05-05'],
    ['端午节', '06-12', '06-14'],
    ['中秋节', '09-19', '09-21'],
    ['国庆节', '10-01', '10-07'],
  ],
  worked: ['02-07', '02-20', '04-25', '05-08', '09-18', '09-26', '10-09'],
};
const official = new Map([SCHEDULE_2021, ...OFFICIAL_SCHEDULES].flatMap(daysOfSchedule));
const isWeekday = (date: string) => ![0, 6].includes(new Date(`${date}T00:00:00Z`).getUTCDay());

/** Another calendar than the service's: it says when a limit runs out. */
export const oracle = makeNaiveCalendar({
  zone: 'Asia/Shanghai',
  hours: [
    [8 * 60 + 30, 12 * 60],
    [13 * 60 + 30, 17 * 60 + 30],
  ],
  // Of 2020 and 2023 only the last days matter, and none of them is a holiday.
  isWorkingDay: (date) => official.get(date) ?? isWeekday(date),
});

export interface LimitRule {
  readonly rule: RuleFile;
  readonly trigger: DeadlineTrigger;
  /** The limit, its default where it is a parameter. */
  readonly limit: Limit;
}

/** Every rule with a time limit. */
export function limitRules(rules: readonly LoadedRule[], parameters: ParameterTable): LimitRule[] {
  return rules.flatMap(({ rule: { file } }) => {
    const { trigger } = file;
    if (trigger.on !== 'deadline') return [];
    const limit =
      'parameter' in trigger.limit ? parameters.limitOf(trigger.limit.parameter, {}) : trigger.limit;
    return [{ rule: file, trigger, limit }];
  });
}

/** When the rule was in force; with one basis without dates it always is. */
export function forceOf({ basis }: RuleFile): { from?: string | undefined; to?: string | undefined } {
  const isAlways = basis.some(({ effectiveFrom, effectiveTo }) => !effectiveFrom && !effectiveTo);
  return isAlways ? {} : { from: basis[0]?.effectiveFrom, to: basis[0]?.effectiveTo };
}

/** The set of anchors that a rule is in force at, and whose limits end in a covered year. */
export function anchorsOf({ rule, limit }: LimitRule): keyof typeof ANCHORS {
  const { to } = forceOf(rule);
  if (to) return to < '2024' ? 2021 : 2024;
  return limit.unit === 'month' ? 2024 : 2026;
}

/** Of what no file tells: what else the events of these rules say, and what happened before. */
const MORE: Readonly<
  Record<string, { start?: EventData; stop?: EventData; before?: readonly (readonly [string, EventData])[] }>
> = {
  'incomplete-documents-not-filed': {
    before: [['document.received', { stage: '业务受理', document: '用电申请表' }]],
    start: { documents: ['产权证明'] },
  },
  'handover-not-received': { stop: { document: '业务档案移交记录簿' } },
  'record-not-checked': {
    before: [['stage.arrived', { stage: '业务受理' }]],
    start: { form: '受理单', fields: { phone: '13800138000' } },
    stop: { form: '受理单' },
  },
};

export interface LimitStory {
  /** Up to the start of the clock. */
  readonly events: readonly BusinessEvent[];
  readonly stage?: string;
}

/** What leads up to the start of the clock: a record the rule binds, and what its own hit test takes for granted. */
export function storyOf({ rule, trigger }: LimitRule, catalogue: Catalogue, start: number): LimitStory {
  const selector = firstOf(trigger.start);
  const at = (offset: number) => new Date(start + offset).toISOString();
  const more = MORE[rule.id] ?? {};
  const data = { ...(selector.where as EventData | undefined), ...more.start };
  if (subjectTypeOf(selector.type) !== 'workOrder') return { events: [eventAt(selector.type, at(0), data)] };

  const place = placeOf(rule, catalogue);
  const facts = Object.entries(rule.tests.find(({ expect: wanted }) => wanted === 'hit')?.facts ?? {});
  const named = (pattern: RegExp) =>
    facts.flatMap(([key, value]): [string, (typeof facts)[number][1]][] => {
      const name = pattern.exec(key)?.[1];
      return name === undefined ? [] : [[name, value]];
    });
  const sameCity = rule.tests.find((test) => test.expect === 'hit')?.facts['workOrder.sameCity'];
  const opened: EventData = {
    process: place.process,
    attributes: Object.fromEntries(named(/^workOrder\.attribute\(name=(.+)\)$/)),
    ...(typeof sameCity === 'boolean' && { sameCity }),
    ...(rule.appliesTo?.customerClasses?.[0] && { customerClass: rule.appliesTo.customerClasses[0] }),
  };
  const granted = named(/^milestone\.reached\(name=(.+)\)$/).filter(([, value]) => value === true);
  const stage = selector.stage ?? place.stage;
  const events =
    selector.type === 'workorder.opened'
      ? [eventAt(selector.type, at(0), opened)]
      : [
          eventAt('workorder.opened', at(-60 * MINUTE), opened),
          ...granted.map(([name]) => eventAt(name, at(-30 * MINUTE))),
          ...(more.before ?? []).map(([type, told]) => eventAt(type, at(-20 * MINUTE), told)),
          eventAt(selector.type, at(0), { stage, ...data }),
        ];
  const hasStage = selector.type !== 'workorder.opened' && !(selector.type in { 'power.cut': 1 });
  return { events, ...(hasStage && { stage }) };
}

/** What stops the clock, at an instant. */
export function stopEvent({ rule, trigger }: LimitRule, { stage }: LimitStory, at: number): BusinessEvent {
  const wanted = firstOf(trigger.stop);
  const own = wanted.stage === undefined || ['same', 'any'].includes(wanted.stage) ? stage : wanted.stage;
  return eventAt(wanted.type, new Date(at).toISOString(), {
    ...(own !== undefined && { stage: own }),
    ...(wanted.where as EventData | undefined),
    ...MORE[rule.id]?.stop,
  });
}

function firstOf(selectors: EventSelector | readonly EventSelector[]): Exclude<EventSelector, string> {
  const [first] = [selectors].flat<(EventSelector | readonly EventSelector[])[]>();
  if (first === undefined) throw new Error('a trigger without events');
  return typeof first === 'string' ? { type: first } : first;
}

function placeOf({ id, appliesTo = {} }: RuleFile, catalogue: Catalogue): { process: string; stage: string } {
  const { processes = [], stages = [], stageKinds = [], except } = appliesTo;
  const places = catalogue.processes
    .filter(
      ({ process }) =>
        (processes.length === 0 || processes.includes(process)) && !except?.processes?.includes(process),
    )
    .flatMap((process) => process.stages.map((one) => ({ process: process.process, ...one })));
  const place = places.find(
    ({ stage, kinds }) =>
      (stageKinds.length === 0 || kinds?.some((kind) => stageKinds.includes(kind))) &&
      (stages.length === 0 || stages.includes(stage)),
  );
  if (!place) throw new Error(`${id} binds no stage`);
  return place;
}
