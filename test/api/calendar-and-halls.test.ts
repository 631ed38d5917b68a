import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { QueryOf } from '../../src/client/make-client.js';
import { applyEvent, newWorkOrder } from '../../src/work-orders/project-work-order.js';
import { queryFieldsOf } from '../../src/work-orders/record-query-fields.js';
import { makeEvent } from '../work-orders/make-event.js';
import { NOW, openTestApi, type TestApi } from './support/open-test-api.js';

describe('the business calendar', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());

  it('tells holidays, days worked instead of them, and hours', async () => {
    const body = await api.as('inspector').getCalendar({ query: { from: '2026-10-07', to: '2026-10-11' } });
    const { days } = body;
    expect(days.map(({ date, workingDay, hours }) => [date, workingDay, hours.length])).toEqual([
      ['2026-10-07', false, 0],
      ['2026-10-08', true, 2],
      ['2026-10-09', true, 2],
      ['2026-10-10', true, 2],
      ['2026-10-11', false, 0],
    ]);
    expect(days[3]).toEqual({
      date: '2026-10-10',
      startsAt: '2026-10-09T16:00:00.000Z',
      workingDay: true,
      covered: true,
      hours: [
        { from: '2026-10-10T00:30:00.000Z', to: '2026-10-10T04:00:00.000Z' },
        { from: '2026-10-10T05:30:00.000Z', to: '2026-10-10T09:30:00.000Z' },
      ],
    });
    expect(body).toMatchObject({ timeZone: 'Asia/Shanghai' });
  });

  it('says where no official schedule is known', async () => {
    const query = { from: '2150-01-01', to: '2150-01-01' };
    expect(await api.as('admin').getCalendar({ query })).toMatchObject({ days: [{ covered: false }] });
  });

  it.each([
    '',
    '?from=2026-10-01',
    '?from=2026-10-02&to=2026-10-01',
    '?from=2026-01-01&to=2027-02-05',
    '?from=2026-02-30&to=2026-03-01',
  ])('refuses %j', async (query) => {
    expect((await api.get(`/api/calendar${query}`)).status).toBe(400);
  });
  it('tells a year at once', async () => {
    const query = { from: '2026-01-01', to: '2027-02-04' };
    expect((await api.as('admin').getCalendar({ query })).days).toHaveLength(400);
  });
});

describe('the load of business halls', () => {
  let api: TestApi;
  const sample = (unit: string, date: string, ...waiting: (number | undefined)[]) => {
    const id = `hall:${unit}@${date}`;
    const workOrder = newWorkOrder({ recordId: id, subjectType: 'hall', subject: unit });
    for (const [minute, count] of waiting.entries())
      applyEvent(workOrder, {
        ...makeEvent('hall.queue.sampled', minute, { ...(count !== undefined && { waiting: count }), windowsOpen: 2, orgUnit: unit }),
        subject: unit,
      }); // prettier-ignore
    const record = { workOrder, clocks: [], findings: [], advancedTo: NOW, calendarHash: 'cal' };
    const queryFields = queryFieldsOf(record, { updatedAt: NOW, ruleSetHash: 'rules' });
    return { id, expectedRevision: 0, record, queryFields };
  };
  beforeAll(async () => {
    api = await openTestApi();
    await api.workOrderStore.replaceRecords([
      sample('NB', '2026-10-31', 3, 8),
      sample('HZ-XH', '2026-10-30', 1),
      sample('HZ-XH', '2026-10-31', 5, undefined),
    ]);
  });
  afterAll(() => api.close());

  it('is of the latest day that has samples, hall by hall, as they were taken', async () => {
    expect(await api.as('inspector').loadOfHalls()).toEqual({
      date: '2026-10-31',
      halls: [
        {
          hall: 'HZ-XH',
          orgUnitName: '西湖',
          recordId: 'hall:HZ-XH@2026-10-31',
          samples: [
            { at: '2026-03-02T01:00:00.000Z', waiting: 5, windowsOpen: 2, longestWaitMinutes: null },
            { at: '2026-03-02T01:01:00.000Z', waiting: null, windowsOpen: 2, longestWaitMinutes: null },
          ],
        },
        expect.objectContaining({ hall: 'NB' }),
      ],
    });
  });

  it('is of the day and the units that are asked for, as far as they may be seen', async () => {
    const of = async (query: QueryOf<'loadOfHalls'>, orgUnit?: string) => {
      const client = await api.asNew(['supervisor'], orgUnit === undefined ? {} : { orgUnit });
      return (await client.loadOfHalls({ query })).halls.map(({ hall }) => hall);
    };
    expect(await of({ date: '2026-10-30' })).toEqual(['HZ-XH']);
    expect(await of({ date: '2026-10-29' })).toEqual([]);
    expect(await of({ orgUnit: ['HZ'] })).toEqual(['HZ-XH']);
    expect(await of({}, 'NB')).toEqual(['NB']);
    expect(await of({ orgUnit: ['HZ'] }, 'NB')).toEqual([]);
    expect((await api.get('/api/halls/load?date=today')).status).toBe(400);
  });
});
