import { describe, expect, it } from '@jest/globals';
import type { CalendarFile } from '../../src/calendar/calendar-file.js';
import { loadCalendarFile } from '../../src/calendar/load-calendar.js';
import { makeBusinessCalendar } from '../../src/calendar/make-business-calendar.js';
import { openContent } from '../../src/open-content.js';
import { composeService } from '../../src/compose.js';
import { makeCrontab } from '../../jobs/crontab.js';
import { openTestService } from '../support/open-test-service.js';

const NOW = Date.parse('2026-12-31T18:00:00+08:00');
const signal = new AbortController().signal;

describe('a calendar that grows', () => {
  it('gives limits that reached into the unknown year their due time, and the alert when it has passed', async () => {
    let now = NOW;
    const test = await openTestService({ now: () => now });
    try {
      await test.send([
        {
          specversion: '1.0',
          id: '1',
          source: '/sales/test',
          type: 'yxzy.stage.completed',
          time: '2026-12-31T10:00:00+08:00',
          subject: 'WO1',
          data: { process: '高压新装', stage: '业务受理', orgUnit: 'A', operator: { id: 'u1' } },
        },
      ]);
      await test.drain();
      const before = await test.service.deadlines.countUncovered();
      expect(before).toEqual([{ year: 2027, deadlines: expect.any(Number) }]);
      const overdue = async () =>
        (await test.service.alertStore.loadByRecords(['WO1'])).filter(
          ({ rule }) => rule.id === 'paper-file-late',
        );
      now = Date.parse('2027-01-20T18:00:00+08:00');
      await test.passDeadlines();
      expect(await overdue()).toEqual([]);

      const content = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
      const file: CalendarFile = await loadCalendarFile('rules/calendars');
      const grown = makeBusinessCalendar(
        { ...file, coversYears: [2027], days: { ...file.days, '2027-01-01': 'off' } },
        { timeZone: 'Asia/Shanghai' },
      );
      const { connection, redisUrl, settings, logger } = { ...test.service, connection: test.connection };
      const restarted = await composeService({
        connection,
        redisUrl,
        settings,
        logger,
        now: () => now,
        content: { ...content, calendar: grown },
      });
      try {
        const { minute } = makeCrontab(restarted);
        const context = { now: () => now, attempt: 1, signal };
        expect(await minute['calendar']?.(context)).toEqual({ recomputed: 1, failed: 0 });
        expect(await restarted.deadlines.countUncovered()).toEqual([]);
        expect(await overdue()).toMatchObject([{ status: 'open', phase: 'overdue' }]);
        expect(await minute['calendar']?.(context)).toEqual({ recomputed: 0, failed: 0 });
      } finally {
        await restarted.close();
      }
    } finally {
      await test.close();
    }
  });
});
