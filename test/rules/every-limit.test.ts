import { beforeAll, describe, expect, it } from '@jest/globals';
import type { Limit } from '../../src/calendar/business-calendar.js';
import type { LoadedRule } from '../../src/engine/load-rules.js';
import type { ParameterTable } from '../../src/engine/parameter-table.js';
import type { DeadlineTrigger, EventSelector, RuleFile } from '../../src/engine/rule-file.js';
import type { BusinessEvent, EventData } from '../../src/events/business-event.js';
import type { Catalogue } from '../../src/work-orders/catalogue.js';
import { daysOfSchedule, OFFICIAL_SCHEDULES, type OfficialSchedule } from '../calendar/official-schedules.js';
import { makeNaiveCalendar } from '../calendar/naive-calendar.js';
import { eventAt } from '../support/event-at.js';
import { assessUnder, loadProjectRules } from './load-project-rules.js';

/** When the clock starts: business time, by what lies ahead. Each set is for rules in force then. */
const ANCHORS = {
  2021: {
    'an ordinary day': '2021-03-02 10:00',
    'a weekend': '2021-03-05 16:00',
    'a Saturday worked in lieu (调休)': '2021-09-17 10:00',
    'the National Day holiday': '2021-09-30 10:00',
    'the year end': '2020-12-31 15:00',
  },
  2024: {
    'an ordinary day': '2024-03-05 10:00',
    'a weekend': '2024-03-08 16:00',
    'a Sunday worked in lieu (调休)': '2024-04-03 10:00',
    'the Spring Festival': '2024-02-08 10:00',
    'the year end': '2023-12-29 15:00',
  },
  2026: {
    'an ordinary day': '2026-03-03 10:00',
    'a weekend': '2026-03-06 16:00',
    'a Saturday worked in lieu (调休)': '2026-02-27 10:00',
    'the National Day holiday': '2026-09-30 10:00',
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

const oracle = makeNaiveCalendar({
  zone: 'Asia/Shanghai',
  hours: [
    [8 * 60 + 30, 12 * 60],
    [13 * 60 + 30, 17 * 60 + 30],
  ],
  // Of 2020 and 2023 only the last days matter, and none of them is a holiday.
  isWorkingDay: (date) => official.get(date) ?? isWeekday(date),
});
const MINUTE = 60_000;

let rules: readonly LoadedRule[];
let catalogue: Catalogue;
let parameters: ParameterTable;
beforeAll(async () => ({ files: rules, catalogue, parameters } = await loadProjectRules()));

/** The limit of a rule, its default where it is a parameter. */
function limitOf({ limit }: DeadlineTrigger): Limit {
  if (!('parameter' in limit)) return limit;
  return parameters.limitOf(limit.parameter, {});
}

const ofLimits = () =>
  rules.flatMap(({ file, rule }) =>
    file.startsWith('time-limits/') && rule.file.trigger.on === 'deadline'
      ? [{ rule: rule.file, trigger: rule.file.trigger }]
      : [],
  );

describe('every time limit that ships', () => {
  it('is kept at its last instant and missed a minute later, whatever days lie between', async () => {
    const wrong: string[] = [];
    for (const { rule, trigger } of ofLimits()) {
      for (const [ahead, anchor] of Object.entries(ANCHORS[anchorsOf(rule, trigger)])) {
        const start = Date.parse(`${anchor.replace(' ', 'T')}+08:00`);
        const due = oracle.dueAt({ anchor: start, limit: limitOf(trigger) });
        if (due === undefined) throw new Error(`${rule.id}: the oracle knows no due time`);
        const until = new Date(due + 10 * 86_400_000).toISOString();
        const told = storyOf(rule, trigger, start);
        const overdue = async (stopAt: number) => {
          const stop = stopEvent(trigger, told.stage, stopAt);
          const { findings } = await assessUnder([rule.id], [...told.events, stop], until);
          return findings.find(({ phase }) => phase === 'overdue');
        };
        if (await overdue(due))
          wrong.push(`${rule.id} over ${ahead}: not kept at ${new Date(due).toISOString()}`);
        const missed = await overdue(due + MINUTE);
        if (missed?.dueAt !== due) wrong.push(`${rule.id} over ${ahead}: not missed a minute after`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('stands still while the customer has the work order suspended, but for restoring power', async () => {
    const wrong: string[] = [];
    for (const { rule, trigger } of ofLimits()) {
      const start = Date.parse(
        `${ANCHORS[anchorsOf(rule, trigger)]['an ordinary day'].replace(' ', 'T')}+08:00`,
      );
      const { events } = storyOf(rule, trigger, start);
      const suspended = eventAt('workorder.suspended', new Date(start + MINUTE).toISOString(), {
        side: 'customer',
      });
      const record = await assessUnder(
        [rule.id],
        [...events, suspended],
        new Date(start + 500 * 86_400_000).toISOString(),
      );
      if ((record.findings.length === 0) === (trigger.pausedBy === 'none')) wrong.push(rule.id);
    }
    expect(wrong).toEqual([]);
  });

  it('binds only what began while it was in force', async () => {
    const wrong: string[] = [];
    for (const { rule, trigger } of ofLimits()) {
      const { from, to } = forceOf(rule);
      const outside = [
        from && new Date(Date.parse(`${from}T10:00+08:00`) - 86_400_000),
        to && new Date(Date.parse(`${to}T10:00+08:00`) + 86_400_000),
      ];
      for (const day of outside) {
        if (!day) continue;
        const { events } = storyOf(rule, trigger, day.getTime());
        const record = await assessUnder(
          [rule.id],
          events,
          new Date(day.getTime() + 200 * 86_400_000).toISOString(),
        );
        if (record.clocks.length + record.findings.length > 0)
          wrong.push(`${rule.id} on ${day.toISOString()}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is flagged, not guessed, where it runs into a year without an official calendar', async () => {
    const wrong: string[] = [];
    const start = Date.parse('2026-12-31T10:00+08:00');
    for (const { rule, trigger } of ofLimits()) {
      if (forceOf(rule).to || limitOf(trigger).unit === 'calendarHour') continue;
      const { events } = storyOf(rule, trigger, start);
      const { clocks, findings } = await assessUnder([rule.id], events, '2027-12-31T10:00+08:00');
      const byWorkingDays = limitOf(trigger).unit === 'workingDay';
      if (byWorkingDays && (findings.length > 0 || clocks[0]?.uncoveredYears?.[0] !== 2027))
        wrong.push(rule.id);
    }
    expect(wrong).toEqual([]);
  });

  it('says in its title whose limit it is, and whether it is only a default', () => {
    const word = { regulation: '法规', promise: '公司承诺', province: '省公司', internal: '内部考核' };
    const wrong = ofLimits().filter(({ rule }) => {
      const own = rule.basis.find(({ limits, layer }) => limits ?? layer);
      if (rule.basis.some(({ certainty }) => certainty === 'assumption'))
        return !/默认时限/.test(rule.event.params.title) || !/默认参数/.test(rule.event.params.advice);
      return !own?.layer || (!rule.event.params.title.includes(word[own.layer]) && !/有效期/.test(rule.name));
    });
    expect(wrong.map(({ rule }) => rule.id)).toEqual([]);
  });
});

/** When the rule was in force; its bases agree. */
const forceOf = ({ basis }: RuleFile) => ({ from: basis[0]?.effectiveFrom, to: basis[0]?.effectiveTo });

function anchorsOf(rule: RuleFile, trigger: DeadlineTrigger): keyof typeof ANCHORS {
  const { to } = forceOf(rule);
  if (to) return to < '2024' ? 2021 : 2024;
  return limitOf(trigger).unit === 'month' ? 2024 : 2026;
}

/** What leads up to the start of the clock: a work order the rule binds, and what its own hit test takes for granted. */
function storyOf(
  rule: RuleFile,
  trigger: DeadlineTrigger,
  start: number,
): { events: BusinessEvent[]; stage?: string } {
  const { processes = [], stageKinds = [], customerClasses, except } = rule.appliesTo ?? {};
  const binding = catalogue.processes
    .filter(
      ({ process }) =>
        (processes.length === 0 || processes.includes(process)) && !except?.processes?.includes(process),
    )
    .flatMap(({ process, stages }) => stages.map(({ stage, kinds }) => ({ process, stage, kinds })));
  const place = binding.find(
    ({ kinds }) => stageKinds.length === 0 || kinds?.some((kind) => stageKinds.includes(kind)),
  );
  if (!place) throw new Error(`${rule.id} binds no stage`);
  const selector = [trigger.start].flat()[0] as EventSelector;
  const type = typeof selector === 'string' ? selector : selector.type;
  const stage = typeof selector === 'string' ? undefined : selector.stage;
  const facts = Object.entries(rule.tests.find(({ expect: wanted }) => wanted === 'hit')?.facts ?? {});
  const attributes = Object.fromEntries(
    facts.flatMap(([key, value]) => {
      const name = /^workOrder\.attribute\(name=(.+)\)$/.exec(key)?.[1];
      return name === undefined ? [] : [[name, value]];
    }),
  );
  const granted = facts.flatMap(([key, value]) => {
    const name = /^milestone\.reached\(name=(.+)\)$/.exec(key)?.[1];
    return name === undefined || value !== true ? [] : [name];
  });
  const at = (offset: number) => new Date(start + offset).toISOString();
  const opened: EventData = {
    process: place.process,
    attributes,
    ...(customerClasses?.[0] && { customerClass: customerClasses[0] }),
  };
  const events =
    type === 'workorder.opened'
      ? [eventAt(type, at(0), opened)]
      : [
          eventAt('workorder.opened', at(-60 * MINUTE), opened),
          ...granted.map((name) => eventAt(name, at(-30 * MINUTE))),
          eventAt(type, at(0), { stage: stage ?? place.stage }),
        ];
  return { events, ...(/^stage\./.test(type) && { stage: stage ?? place.stage }) };
}

function stopEvent({ stop }: DeadlineTrigger, stage: string | undefined, at: number): BusinessEvent {
  const first = [stop].flat()[0] as EventSelector;
  const wanted = typeof first === 'string' ? { type: first } : first;
  const own = wanted.stage ?? stage;
  return eventAt(wanted.type, new Date(at).toISOString(), own === undefined ? {} : { stage: own });
}
