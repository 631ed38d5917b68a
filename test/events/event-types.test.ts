import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { subjectTypeOf } from '../../src/events/business-event.js';
import { EVENT_TYPES } from '../../src/events/event-types.js';
import { EVENT_CONTENT_TYPES } from '../../src/events/parse-event-request.js';
import { cloudEvent, errorsOf, request } from './event-samples.js';
import { EVENT_DOCS, withCurrentTables } from './update-event-docs.js';

/** The types of the public contract. */
const CONTRACT =
  `workorder.opened workorder.suspended workorder.resumed workorder.closed workorder.cancelled stage.arrived
  stage.completed flow.sent flow.returned document.received document.shortfall.notified signature.recorded contactcard.issued
  record.entered record.checked acceptance.offline acceptance.backfilled handover.recorded paper.delivered fee.determined fee.paid
  contract.signed meter.installed power.connected power.cut power.restored powercut.noticed visit.completed archive.filed
  inspection.planned inspection.completed hall.queue.sampled hall.incident.opened hall.incident.responded hall.incident.closed
  meeting.held drill.held feed.heartbeat`.split(/\s+/);

describe('the event types', () => {
  it('are those of the public contract', () => {
    for (const type of CONTRACT) expect(EVENT_TYPES.has(`yxzy.${type}`)).toBe(true);
  });

  it.each([...EVENT_TYPES.values()])(
    '$type: has a subject, and every field a description in Chinese and English',
    (entry) => {
      expect(entry.subject).toBe(subjectTypeOf(entry.type));
      const { properties = {} } = z.toJSONSchema(entry.data, { io: 'input' });
      const described = [
        entry.description,
        ...Object.values(properties).map((p) => (p as z.core.JSONSchema.BaseSchema).description),
      ];
      for (const description of described) expect(description).toMatch(/[\u4e00-\u9fff].*[A-Za-z]/);
    },
  );

  it.each([...EVENT_TYPES.keys()])('%s: lets fields pass that it does not know', (type) => {
    const errors = (data: object) => errorsOf(request(cloudEvent({ type, data })));
    expect(errors({ x1: { y: [1] } })).toEqual(errors({}));
  });
});

describe('docs/events.md', () => {
  const document = readFile(EVENT_DOCS, 'utf8');

  it('shows the types and fields as they are (else run: node --import tsx test/events/update-event-docs.ts)', async () => {
    expect(withCurrentTables(await document)).toBe(await document);
  });

  it('names every content type', async () => {
    for (const contentType of EVENT_CONTENT_TYPES) {
      expect(await document).toContain(contentType.split(' ')[0]);
    }
  });

  it('gives examples that are accepted', async () => {
    const examples = [...(await document).matchAll(/```json\n([\s\S]*?)```/g)].map(([, json]) => json ?? '');
    const events = examples.flatMap((json) => {
      const parsed: unknown = JSON.parse(json);
      return Array.isArray(parsed) ? (parsed as unknown[]) : [parsed];
    });
    const sent = events.filter(
      (event) => typeof event === 'object' && event !== null && 'specversion' in event,
    );
    expect(sent.length).toBeGreaterThanOrEqual(3);
    for (const event of sent) expect(errorsOf(request(event))).toEqual([]);
  });
});
