import { describe, expect, it } from '@jest/globals';
import { assessFeed } from '../../src/engine/assess-feed.js';
import { makeRuleSet } from '../../src/engine/make-rule-set.js';
import type { WorkOrderRecord } from '../../src/engine/work-order-record.js';
import { newWorkOrder } from '../../src/work-orders/project-work-order.js';
import { chinaCalendar } from '../support/china-calendar.js';
import { loadProjectRules } from './load-project-rules.js';

const calendar = chinaCalendar();
const SEEN = Date.parse('2026-03-03T10:00:00+08:00');
const MINUTE = 60_000;

async function look(record: WorkOrderRecord, lastSeenAt: number, now: number): Promise<WorkOrderRecord> {
  const { files } = await loadProjectRules();
  const ruleSet = makeRuleSet(
    files.filter(({ file }) => file.startsWith('feeds/')).map(({ rule }) => rule.file),
  );
  return assessFeed({ ruleSet, calendar }, record, { feed: 'sales', lastSeenAt }, now);
}

const fresh = (): WorkOrderRecord => ({
  workOrder: newWorkOrder({ recordId: 'feed:sales', subjectType: 'feed', subject: 'sales' }),
  clocks: [],
  findings: [],
  advancedTo: 0,
  calendarHash: calendar.hash,
});

describe('a feed that falls silent', () => {
  it('is told once, from the fifteenth minute on', async () => {
    expect((await look(fresh(), SEEN, SEEN + 15 * MINUTE - 1)).findings).toEqual([]);
    const silent = await look(fresh(), SEEN, SEEN + 15 * MINUTE);
    expect(silent.findings).toMatchObject([
      { rule: { id: 'feed-silent' }, evidence: { title: '数据源 sales 已 15 分钟没有数据' } },
    ]);
    expect((await look(silent, SEEN, SEEN + 60 * MINUTE)).findings).toHaveLength(1);
  });

  it('is over with its next sign of life, and told anew the next time', async () => {
    const silent = await look(fresh(), SEEN, SEEN + 15 * MINUTE);
    const back = await look(silent, SEEN + 20 * MINUTE, SEEN + 21 * MINUTE);
    expect(back.findings).toMatchObject([{ closedAt: SEEN + 21 * MINUTE, closedBy: 'evidence' }]);
    const again = await look(back, SEEN + 20 * MINUTE, SEEN + 40 * MINUTE);
    expect(again.findings.map(({ closedAt }) => closedAt === undefined)).toEqual([false, true]);
  });
});
