import { beforeAll, describe, expect, it } from '@jest/globals';
import { readFile } from 'node:fs/promises';
import { SAMPLE_DAY_FILE } from '../../examples/sample-day/make-events.js';
import { assessWorkOrder } from '../../src/engine/assess-work-order.js';
import { explainRule } from '../../src/engine/explain-rule.js';
import { compareEvents, recordIdOf, subjectTypeOf } from '../../src/events/business-event.js';
import type { BusinessEvent } from '../../src/events/business-event.js';
import { DEFAULT_EVENT_LIMITS } from '../../src/events/event-limits.js';
import { sampleDayEvents } from '../../src/events/load-sample-day.js';
import type { SampleDayTemplate } from '../../src/events/load-sample-day.js';
import { parseRawEvents } from '../../src/events/parse-raw-events.js';
import { explainContextOf } from '../../src/explain/explain-context.js';
import { openContent } from '../../src/open-content.js';
import type { Content } from '../../src/open-content.js';
import { toProcessCatalogue } from '../../src/work-orders/catalogue.js';

const NOW = Date.parse('2026-11-17T09:00:00+08:00');
let content: Content;
let records: Map<string, BusinessEvent[]>;

beforeAll(async () => {
  content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
  const { calendar } = content;
  const template = JSON.parse(await readFile(SAMPLE_DAY_FILE, 'utf8')) as SampleDayTemplate;
  const { events } = sampleDayEvents({ calendar, now: NOW, template });
  records = new Map();
  const known = new Set<string>();
  for (const item of parseRawEvents(events, NOW, DEFAULT_EVENT_LIMITS)) {
    if (!('event' in item) || known.has(item.event.key)) continue;
    const { event } = item;
    known.add(event.key);
    const id = recordIdOf(event.type, event.subject, calendar.dateOf(event.at));
    records.set(id, [...(records.get(id) ?? []), event]);
  }
});

describe('explaining the rules that ship on the sample day', () => {
  it('says "hit" of exactly the rules that found something, on every record', async () => {
    const { ruleSet, calendar } = content;
    const checked = { ...content, catalogue: toProcessCatalogue(content.catalogue) };
    const context = explainContextOf(checked, ruleSet.parameters);
    const rules = ruleSet.rules.filter(({ window }) => !window);
    const wrong: string[] = [];
    let hits = 0;
    let turn = 0;
    for (const [recordId, own] of records) {
      const events = own.sort(compareEvents);
      const [first] = events;
      if (!first || subjectTypeOf(first.type) === 'feed') continue;
      const identity = { recordId, subjectType: subjectTypeOf(first.type), subject: first.subject };
      const found = await assessWorkOrder({ ruleSet, calendar }, identity, undefined, events, NOW);
      const finders = new Set(found.findings.map(({ rule }) => rule.id));
      // All that found something, and a few of the others, different ones for each record: all of them take minutes.
      turn += 1;
      const chosen = rules.filter(({ id }, index) => finders.has(id) || (index + turn) % 60 === 0);
      for (const rule of chosen) {
        const { outcome, summary } = await explainRule(context, { rule, identity, events, at: NOW });
        if ((outcome === 'hit') !== finders.has(rule.id)) wrong.push(`${recordId} ${rule.id}: ${summary}`);
        if (outcome === 'hit') hits += 1;
        if (summary.length < 8) wrong.push(`${recordId} ${rule.id}: says nothing`);
      }
    }
    expect(wrong).toEqual([]);
    expect(hits).toBeGreaterThan(20);
  }, 120_000);
});
