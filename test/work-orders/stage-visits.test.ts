import { describe, expect, it } from '@jest/globals';
import type { EventData } from '../../src/events/business-event.js';
import { foldEvents } from '../../src/work-orders/project-work-order.js';
import type { StageVisit } from '../../src/work-orders/work-order.js';
import { makeEvent, minuteAt } from './make-event.js';

/** `['arrived A', 1]` and the like, folded. */
function visitsAfter(...steps: [what: string, minute: number, data?: EventData][]): StageVisit[] {
  const types: Record<string, string> = { sent: 'flow.sent', returned: 'flow.returned' };
  return foldEvents(
    steps.map(([what, minute, data]) => {
      const [verb = '', stage = ''] = what.split(' ');
      return makeEvent(types[verb] ?? `stage.${verb}`, minute, { stage, ...data });
    }),
  ).stages;
}

const names = (visits: StageVisit[]) => visits.map((v) => `${v.stage}${v.visit}`);

describe('stage visits', () => {
  it('run from arrival to sending, with who did it and who checked it', () => {
    const visits = visitsAfter(
      ['arrived A', 1, { operator: { id: 'u1' }, workItem: 'YXZY-YY-151', orgUnit: 'O' }],
      ['started A', 2],
      ['completed A', 3, { operator: { id: 'u2', name: '王五' }, checker: { id: 'u3' } }],
      ['sent A', 4, { nextStage: 'B' }],
    );
    expect(visits).toStrictEqual([
      {
        stage: 'A',
        visit: 1,
        completions: 1,
        workItem: 'YXZY-YY-151',
        orgUnit: 'O',
        arrivedAt: minuteAt(1),
        startedAt: minuteAt(2),
        completedAt: minuteAt(3),
        operatorId: 'u2',
        checkerId: 'u3',
        sentAt: minuteAt(4),
        sentTo: 'B',
      },
    ]);
  });

  it('do not invent an arrival: neither of the next stage nor of a completion without one', () => {
    expect(visitsAfter(['completed A', 3], ['sent A', 4, { nextStage: 'B' }])).toStrictEqual([
      { stage: 'A', visit: 1, completions: 1, completedAt: minuteAt(3), sentAt: minuteAt(4), sentTo: 'B' },
    ]);
    expect(visitsAfter(['sent A', 4])).toStrictEqual([
      { stage: 'A', visit: 1, completions: 0, sentAt: minuteAt(4) },
    ]);
  });

  it('keep the first of repeated arrivals, sendings and completion times, and count completions', () => {
    const [visit] = visitsAfter(
      ['arrived A', 1],
      ['arrived A', 2],
      ['completed A', 3, { operator: { id: 'u1' } }],
      ['completed A', 4, { checker: { id: 'u2' } }],
      ['sent A', 5, { nextStage: 'B' }],
      ['sent A', 6, { nextStage: 'C' }],
    );
    expect(visit).toMatchObject({
      arrivedAt: minuteAt(1),
      completedAt: minuteAt(3),
      completions: 2,
      operatorId: 'u1',
      checkerId: 'u2',
      sentAt: minuteAt(5),
      sentTo: 'B',
    });
  });

  it.each([
    ['completed', ['completed A', 2]],
    ['sent', ['sent A', 2]],
  ] as const)('open anew at an arrival after it was %s', (_name, step) => {
    expect(names(visitsAfter(['arrived A', 1], [...step], ['arrived A', 3]))).toStrictEqual(['A1', 'A2']);
  });

  it('come again after a return, at the arrival', () => {
    const visits = visitsAfter(
      ['arrived A', 1],
      ['completed A', 2],
      ['sent A', 3, { nextStage: 'B' }],
      ['arrived B', 3],
      ['returned B', 5, { nextStage: 'A', reason: '资料不全' }],
      ['arrived A', 6],
      ['completed A', 7],
      ['arrived B', 8],
    );
    expect(names(visits)).toStrictEqual(['A1', 'B1', 'A2', 'B2']);
    expect(visits[1]).toMatchObject({ returnedAt: minuteAt(5), returnReason: '资料不全' });
    expect(visits[2]).toMatchObject({ arrivedAt: minuteAt(6), completedAt: minuteAt(7), completions: 1 });
  });

  it('come again after a return even where the first visit was never completed and no arrival is told', () => {
    const visits = visitsAfter(
      ['arrived A', 1],
      ['arrived B', 2],
      ['returned B', 3, { nextStage: 'A' }],
      ['completed A', 4],
      ['completed B', 5],
    );
    expect(names(visits)).toStrictEqual(['A1', 'B1', 'A2', 'B2']);
    expect(visits[0]?.completions).toBe(0);
    expect(visits[2]).toStrictEqual({ stage: 'A', visit: 2, completions: 1, completedAt: minuteAt(4) });
  });

  it('may come again anywhere after a return that names no target, but only there after one that does', () => {
    const start: [string, number][] = [
      ['completed A', 1],
      ['completed B', 2],
      ['arrived C', 3],
    ];
    const end: [string, number][] = [
      ['completed A', 5],
      ['completed B', 6],
    ];
    expect(names(visitsAfter(...start, ['returned C', 4], ...end))).toStrictEqual([
      'A1',
      'B1',
      'C1',
      'A2',
      'B2',
    ]);
    const named = visitsAfter(...start, ['returned C', 4, { nextStage: 'B' }], ...end);
    expect(names(named)).toStrictEqual(['A1', 'B1', 'C1', 'B2']);
    expect(named[0]?.completions).toBe(2);
  });

  it('belong together within one instant, however the source ordered it', () => {
    const arrivalLast = visitsAfter(['completed A', 1], ['arrived A', 1], ['sent A', 1]);
    expect(names(arrivalLast)).toStrictEqual(['A1']);
    const returnLast = visitsAfter(
      ['completed A', 1],
      ['arrived B', 2],
      ['arrived A', 3],
      ['returned B', 3, { nextStage: 'A' }],
      ['completed B', 3],
      ['completed A', 4],
    );
    expect(names(returnLast)).toStrictEqual(['A1', 'B1', 'A2']);
  });

  it('take a repeated return as the one it repeats', () => {
    const visits = visitsAfter(
      ['arrived B', 1],
      ['returned B', 2, { nextStage: 'A', reason: '一' }],
      ['returned B', 3, { nextStage: 'A', reason: '二' }],
    );
    expect(visits).toStrictEqual([
      {
        stage: 'B',
        visit: 1,
        completions: 0,
        arrivedAt: minuteAt(1),
        returnedAt: minuteAt(2),
        returnReason: '一',
      },
    ]);
  });

  it('do not change for an event that names no stage', () => {
    const events = ['stage.arrived', 'stage.completed', 'flow.sent', 'flow.returned'].map((type, i) =>
      makeEvent(type, i, { stage: i === 0 ? ' ' : (undefined as never) }),
    );
    const workOrder = foldEvents(events);
    expect(workOrder.stages).toStrictEqual([]);
    expect(workOrder.seen['flow.sent']?.count).toBe(1);
  });
});
