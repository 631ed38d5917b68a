import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareEvents, type BusinessEvent, type EventData } from '../../src/events/business-event.js';
import {
  applyEvent,
  foldEvents,
  newWorkOrder,
  projectWorkOrder,
} from '../../src/work-orders/project-work-order.js';
import type { WorkOrder } from '../../src/work-orders/work-order.js';
import { makeEvent } from './make-event.js';

const TYPES = [
  'workorder.opened', 'workorder.suspended', 'workorder.resumed', 'workorder.closed', 'workorder.cancelled',
  'stage.arrived', 'stage.started', 'stage.completed', 'flow.sent', 'flow.returned', 'document.received',
  'document.shortfall.notified', 'signature.recorded', 'contactcard.issued', 'record.entered', 'record.checked',
  'acceptance.offline', 'acceptance.backfilled', 'handover.recorded', 'paper.delivered', '~acme.unknown',
]; // prettier-ignore

const stage = fc.constantFrom('A', 'B', 'C');
const person = fc.constantFrom<EventData['operator'][]>(
  { id: 'u1' },
  { id: 'u2', name: '甲' },
  { name: '乙' },
);
const data = fc.record(
  {
    stage,
    nextStage: stage,
    process: fc.constantFrom('高压新装', '减容'),
    side: fc.constantFrom('customer', 'utility'),
    role: fc.constantFrom('giver', 'receiver', 'customer'),
    document: fc.constantFrom('受理单', '移交记录簿'),
    documents: fc.array(fc.constantFrom('身份证', '产权证'), { maxLength: 2 }),
    incident: fc.constantFrom('pc', 'power'),
    giverSigned: fc.boolean(),
    operator: person,
    checker: person,
    attributes: fc.dictionary(fc.constantFrom('x', 'y', 'z'), fc.integer(), { maxKeys: 2 }),
  },
  { requiredKeys: [] },
) as fc.Arbitrary<EventData>;

/** Up to 25 events that crowd into few instants, so that ties matter. */
const history: fc.Arbitrary<BusinessEvent[]> = fc
  .array(
    fc.tuple(
      fc.constantFrom(...TYPES),
      fc.integer({ min: 0, max: 8 }),
      data,
      fc.option(fc.constantFrom('1', '2'), { nil: undefined }),
      fc.option(fc.integer({ min: 0, max: 3 }), { nil: undefined }),
    ),
    { minLength: 1, maxLength: 25 },
  )
  .map((drafts) =>
    drafts.map(([type, minute, fields, sequence, lag], index) => {
      const event = makeEvent(type, minute, fields, {
        id: `e${index}`,
        ...(sequence === undefined ? {} : { sequence }),
      });
      return lag === undefined ? event : { ...event, recordedAt: event.at + lag };
    }),
  );

const shuffledWithRepeats = history.chain((events) =>
  fc.tuple(
    fc.constant(events),
    fc
      .array(fc.nat({ max: events.length - 1 }), { maxLength: 10 })
      .map((repeats) => [...events, ...repeats.flatMap((i) => events[i] ?? [])])
      .chain((all) => fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
  ),
);

const empty = (): WorkOrder => newWorkOrder({ recordId: 'WO-1', subjectType: 'workOrder', subject: 'WO-1' });

describe('the fold', () => {
  it('gives the same work order for any order and any repetition of the same events', () => {
    fc.assert(
      fc.property(shuffledWithRepeats, ([events, delivered]) => {
        const ordered = projectWorkOrder(events.toSorted(compareEvents));
        expect(foldEvents(delivered)).toStrictEqual(ordered);
      }),
      { numRuns: 400 },
    );
  });

  it('gives the same when events are applied one by one, and when a stored prefix is gone on with', () => {
    fc.assert(
      fc.property(history, fc.nat({ max: 25 }), (events, cut) => {
        const ordered = events.toSorted(compareEvents);
        const whole = projectWorkOrder(ordered, empty());
        const draft = empty();
        for (const event of ordered) applyEvent(draft, event);
        expect(draft).toStrictEqual(whole);
        const stored = JSON.parse(
          JSON.stringify(projectWorkOrder(ordered.slice(0, cut), empty())),
        ) as WorkOrder;
        expect(foldEvents(ordered.slice(cut), stored)).toStrictEqual(whole);
      }),
      { numRuns: 400 },
    );
  });

  it('numbers the visits of each stage 1, 2, 3 … and never starts one before the last was left', () => {
    fc.assert(
      fc.property(history, (events) => {
        const { stages, pauses } = foldEvents(events, empty());
        for (const name of ['A', 'B', 'C']) {
          const visits = stages.filter((visit) => visit.stage === name);
          expect(visits.map((visit) => visit.visit)).toStrictEqual(visits.map((_, i) => i + 1));
          for (const left of visits.slice(0, -1)) {
            expect(left.completedAt ?? left.sentAt ?? left.returnedAt ?? left.recalledAt).toBeDefined();
          }
        }
        for (const side of ['customer', 'utility']) {
          const own = pauses.filter((pause) => pause.side === side);
          own.forEach((pause, i) => expect(pause.from).toBeGreaterThanOrEqual(own[i - 1]?.to ?? -Infinity));
        }
      }),
      { numRuns: 400 },
    );
  });
});
