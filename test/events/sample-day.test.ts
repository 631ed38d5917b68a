import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatSampleDay, makeSampleDay, SAMPLE_DAY_FILE } from '../../examples/sample-day/make-events.js';
import type { BusinessCalendar } from '../../src/calendar/business-calendar.js';
import { assessWorkOrder } from '../../src/engine/assess-work-order.js';
import { compareEvents, recordIdOf, subjectTypeOf } from '../../src/events/business-event.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { canonicalHash } from '../../src/events/canonical-hash.js';
import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { sampleDayEvents } from '../../src/events/load-sample-day.js';
import type { SampleDayTemplate } from '../../src/events/load-sample-day.js';
import { parseRawEvents } from '../../src/events/parse-raw-events.js';
import { openContent } from '../../src/open-content.js';
import type { Content } from '../../src/open-content.js';

// A Tuesday; the sample day is Monday 16 November 2026.
const NOW = Date.parse('2026-11-17T09:00:00+08:00');
let content: Content;
let calendar: BusinessCalendar;
let template: SampleDayTemplate;

beforeAll(async () => {
  content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
  calendar = content.calendar;
  template = JSON.parse(await readFile(SAMPLE_DAY_FILE, 'utf8')) as SampleDayTemplate;
});

function load(now: number): { day: string; events: BusinessEvent[]; errors: unknown[] } {
  const { day, events } = sampleDayEvents({ calendar, now, template });
  const parsed = parseRawEvents(events, now, DEFAULT_EVENT_LIMITS);
  return {
    day,
    events: parsed.flatMap((item) => ('event' in item ? [item.event] : [])),
    errors: parsed.filter((item) => 'errors' in item),
  };
}

describe('the sample day', () => {
  it('is what its generator makes (else run: node --import tsx examples/sample-day/make-events.ts)', async () => {
    expect(formatSampleDay(makeSampleDay())).toBe(await readFile(SAMPLE_DAY_FILE, 'utf8'));
  });

  it('has some 60 work orders and 400 events and more, on the units of rules/org-units.json', () => {
    const { events } = load(NOW);
    const workOrders = new Set(
      events.filter(({ type }) => subjectTypeOf(type) === 'workOrder').map((e) => e.subject),
    );
    expect(workOrders.size).toBeGreaterThanOrEqual(60);
    expect(events.length).toBeGreaterThanOrEqual(400);
    const units = events.flatMap(({ data }) => [data.orgUnit, data['managingUnit'], data['toUnit']]);
    const unknown = units.filter((unit) => typeof unit === 'string' && !content.orgUnits.get(unit));
    expect(unknown).toEqual([]);
  });

  it('lies on the last working day before today, or before the last week of the calendar', () => {
    const dayAt = (time: string) => load(Date.parse(time)).day;
    expect(dayAt('2026-11-17T09:00:00+08:00')).toBe('2026-11-16');
    expect(dayAt('2026-11-16T00:00:00+08:00')).toBe('2026-11-13');
    expect(dayAt('2026-10-09T12:00:00+08:00')).toBe('2026-10-08');
    expect(dayAt('2026-10-08T12:00:00+08:00')).toBe('2026-09-30');
    expect(dayAt('2025-12-31T12:00:00+08:00')).toBe('2025-12-30');
    expect(dayAt('2026-12-24T12:00:00+08:00')).toBe('2026-12-23');
    expect(dayAt('2026-12-31T12:00:00+08:00')).toBe('2026-12-23');
    expect(dayAt('2027-05-04T12:00:00+08:00')).toBe('2026-12-23');
  });

  it('is accepted on whatever day the service starts, and no event lies in the future', () => {
    const start = fc.date({
      min: new Date('2024-01-02T00:00:00Z'),
      max: new Date('2027-12-31T00:00:00Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(start, (date) => {
        const { day, events, errors } = load(date.getTime());
        expect(errors).toEqual([]);
        expect(events).toHaveLength(template.events.length);
        expect(Math.max(...events.map(({ at }) => at))).toBeLessThan(date.getTime());
        expect(calendar.isWorkingDay(day)).toBe(true);
      }),
      { numRuns: 8 },
    );
  });

  it('holds one event twice, one that comes last and late, and else nothing twice', () => {
    const { events } = load(NOW);
    const keys = events.map(({ key }) => key);
    expect(keys.length - new Set(keys).size).toBe(1);
    const [late, again] = events.slice(-2) as [BusinessEvent, BusinessEvent];
    expect(late.at).toBeLessThan(late.recordedAt ?? 0);
    const first = events.find(({ key }) => key === again.key);
    expect(first && canonicalHash(first)).toBe(canonicalHash(again));
  });

  it('is the same at every start of one day, and shares no event and no work order with that of the next', () => {
    const morning = load(NOW);
    const evening = load(NOW + 8 * 3_600_000);
    expect(evening.events.map(canonicalHash)).toEqual(morning.events.map(canonicalHash));
    const tomorrow = load(NOW + 24 * 3_600_000);
    const keys = new Set(morning.events.map(({ key }) => key));
    expect(tomorrow.events.filter(({ key }) => keys.has(key))).toEqual([]);
    const subjects = new Set(
      morning.events.filter(({ type }) => subjectTypeOf(type) === 'workOrder').map((e) => e.subject),
    );
    expect(tomorrow.events.filter(({ subject }) => subjects.has(subject))).toEqual([]);
  });

  it('is refused where the calendar covers no year', () => {
    const empty = { ...calendar, isCovered: () => false };
    expect(() => sampleDayEvents({ calendar: empty, now: NOW, template })).toThrow(
      'The calendar covers no year from 1990 to 2026.',
    );
  });
});

describe('the rules on the sample day', () => {
  async function* assessAll() {
    const { events } = load(NOW);
    const byRecord = new Map<string, Map<string, BusinessEvent>>();
    for (const event of events) {
      const recordId = recordIdOf(event.type, event.subject, calendar.dateOf(event.at));
      const record = byRecord.get(recordId) ?? new Map<string, BusinessEvent>();
      byRecord.set(recordId, record.set(event.key, event));
    }
    for (const [recordId, record] of byRecord) {
      const sorted = [...record.values()].sort(compareEvents);
      const { type, subject } = sorted[0] as BusinessEvent;
      const identity = { recordId, subjectType: subjectTypeOf(type), subject };
      const assessed = await assessWorkOrder(content, identity, undefined, sorted, NOW);
      yield { recordId, identity, assessed };
    }
  }

  /** Rules (not shadow ones) that found something, by record id. */
  async function findAll(): Promise<Map<string, Set<string>>> {
    const found = new Map<string, Set<string>>();
    for await (const { recordId, assessed } of assessAll()) {
      const { findings } = assessed;
      const rules = findings
        .map(({ rule }) => content.ruleSet.byId(rule.id))
        .filter((rule) => rule?.file.status === 'active');
      found.set(recordId, new Set(rules.map((rule) => rule?.id ?? '')));
    }
    return found;
  }
  const recordIds = () =>
    template.records.map(({ recordId }) =>
      recordId.replace('{D}', '20261116').replace('{day 0}', '2026-11-16'),
    );

  it('find what each record is there to show, and nothing on the clean ones', async () => {
    const found = await findAll();
    const wrong = template.records.flatMap(({ shows, rules }, i) => {
      const recordId = recordIds()[i] ?? '';
      const here = found.get(recordId) ?? new Set(['(no such record)']);
      const missing = rules.filter((rule) => !here.has(rule));
      const unexpected = rules.length === 0 ? [...here] : [];
      return missing.length + unexpected.length > 0 ? [{ recordId, shows, missing, unexpected }] : [];
    });
    expect(wrong).toEqual([]);
  });

  it('change clocks and findings as time goes on, and nothing of a work order: it need not be written again', async () => {
    const monthLater = NOW + 30 * 86_400_000;
    let found = 0;
    for await (const { identity, assessed } of assessAll()) {
      const before = structuredClone(assessed);
      const after = await assessWorkOrder(content, identity, assessed, [], monthLater);
      expect(after.workOrder).toStrictEqual(before.workOrder);
      found += after.findings.length - before.findings.length;
    }
    expect(found).toBeGreaterThan(50);
  });

  it('are shown: most of those of the manual’s counter have a record that they find', () => {
    const shown = new Set(template.records.flatMap(({ rules }) => rules));
    expect([...shown].filter((id) => !content.ruleSet.byId(id))).toEqual([]);
    expect(shown.size).toBeGreaterThanOrEqual(40);
  });
});
