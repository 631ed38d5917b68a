import { makeHandleEvents, type HandleEventDeps } from '../../src/handle-event.js';
import type { Service, ServiceSettings } from '../../src/compose.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { Alert } from '../../src/alerts/alert.js';
import { openContent } from '../../src/open-content.js';
import { openTestService, type TestService } from '../support/open-test-service.js';
import { ruleFile } from '../support/rule-file.js';

/** 纸质资料 must be delivered within one working day of a completed stage. */
export const PAPER_LATE = ruleFile({
  id: 'paper-late',
  trigger: {
    on: 'deadline',
    start: 'stage.completed',
    stop: 'paper.delivered',
    limit: { value: 1, unit: 'workingDay' },
  },
  conditions: { all: [{ fact: 'paper.delivered', operator: 'equal', value: false }] },
});

/** A completed stage must be sent on before the end of the day. */
export const UNSENT = ruleFile({
  id: 'unsent',
  trigger: { on: 'sweep', job: 'end-of-day', subject: 'workOrder', each: 'stage' },
  conditions: {
    all: [
      { fact: 'stage.completed', operator: 'equal', value: true },
      { fact: 'stage.sent', operator: 'equal', value: false },
    ],
  },
  resolveWhen: { all: [{ fact: 'stage.sent', operator: 'equal', value: true }] },
});

/** A clock that tests move by hand. */
export interface TestClock {
  readonly now: () => number;
  /** To an instant such as `2026-11-23T17:00:00+08:00`. */
  readonly set: (to: string) => void;
  readonly tick: (ms: number) => void;
}

export function makeClock(at: string): TestClock {
  let time = Date.parse(at);
  return {
    now: () => time,
    set: (to) => (time = Date.parse(to)),
    tick: (ms) => (time += ms),
  };
}

export interface JobService extends TestService {
  readonly clock: TestClock;
  /** All alerts of these records, by record, fingerprint and episode. */
  readonly alertsOf: (...recordIds: string[]) => Promise<Alert[]>;
  /** The story with some of its stores replaced by faulty ones. */
  readonly storyWith: (changes: Partial<HandleEventDeps>) => ReturnType<typeof makeHandleEvents>;
  /** Runs a minute job of the crontab. */
  readonly minute: (job: string) => Promise<Record<string, unknown>>;
  /** Runs a dated job of the crontab, without the ledger. */
  readonly dated: (job: string, date: string) => Promise<Record<string, unknown>>;
}

/**
 * The wired service on fresh stores, on the real calendar and catalogue, with the rules that ship or a few of
 * the test's, and a clock of the test's.
 */
export async function openJobService(options: {
  readonly at: string;
  readonly rules?: readonly RuleFile[];
  readonly settings?: Partial<ServiceSettings>;
}): Promise<JobService> {
  const clock = makeClock(options.at);
  const content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
  const test = await openTestService({
    now: clock.now,
    content: options.rules ? { ...content, ruleSet: makeRuleSet(options.rules) } : content,
    ...(options.settings && { settings: options.settings }),
  });
  const { service, crontab } = test;
  const context = { now: clock.now, attempt: 1, signal: new AbortController().signal };
  return {
    ...test,
    clock,
    alertsOf: async (...recordIds) =>
      (await service.alertStore.loadByRecords(recordIds)).sort((a, b) =>
        `${a.recordId} ${a.fingerprint} ${a.episode}` < `${b.recordId} ${b.fingerprint} ${b.episode}`
          ? -1
          : 1,
      ),
    storyWith: (changes) => makeHandleEvents({ ...storyDeps(service), ...changes }),
    minute: async (job) => ({ ...(await find(crontab.minute, job)(context)) }),
    dated: async (job, date) => ({ ...(await find(crontab.dated, job)(date, context)) }),
  };
}

function storyDeps(service: Service): HandleEventDeps {
  const { inbox, recordWriter: records, raiseAlerts, feeds, content, now, observe } = service;
  const { calendar } = content;
  return {
    inbox,
    records,
    raiseAlerts,
    feeds,
    ruleSets: service.ruleSets,
    calendar,
    now,
    observe,
  };
}

function find<T>(jobs: Readonly<Record<string, T>>, name: string): T {
  const job = jobs[name];
  if (!job) throw new Error(`no job ${name}: ${Object.keys(jobs).join()}`);
  return job;
}

let serial = 0;

/** A CloudEvent of the test's source. */
export function event(type: string, subject: string, time: string, data: object = {}) {
  return {
    specversion: '1.0' as const,
    id: `e${String((serial += 1)).padStart(6, '0')}`,
    source: '/sales/test',
    type: `yxzy.${type}`,
    subject,
    time,
    data: { ...data },
  };
}

/** A work order opened at nine and its acceptance completed at ten, on a day. */
export function accepted(subject: string, day: string, data: object = {}) {
  return [
    event('workorder.opened', subject, `${day}T09:00:00+08:00`, {
      process: '高压新装',
      orgUnit: '334010101',
      ...data,
    }),
    event('stage.completed', subject, `${day}T10:00:00+08:00`, { stage: '业务受理', operator: { id: 'u1' } }),
  ];
}

/** The inbox key of an event. */
export function keyOf({ source, id }: { source: string; id: string }): string {
  return `${source} ${id}`;
}
