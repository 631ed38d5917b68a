import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { makeWatchFeeds } from '../../jobs/watch-feeds.js';
import { StoreUnavailableError } from '../../src/errors.js';
import { event, keyOf, openJobService, type JobService } from './open-job-service.js';

const DAY = '2026-11-23';
const RECORD = 'feed:sales';

let test: JobService;

beforeEach(async () => {
  test = await openJobService({
    at: `${DAY}T09:00:00+08:00`,
    settings: { retentionDays: 30 },
  });
});
afterEach(() => test.close());

async function heartbeat(feed = 'sales'): Promise<void> {
  const time = new Date(test.clock.now()).toISOString();
  const sign = event('feed.heartbeat', feed, time, { feed });
  await test.send([sign]);
  await test.service.handleChunk([keyOf(sign)]);
}
async function minutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute += 1) {
    test.clock.tick(60_000);
    await test.minute('feeds');
  }
}

describe('the feed watch', () => {
  it('raises one alert for a silence, however long, and a heartbeat closes it', async () => {
    await heartbeat();
    await minutes(14);
    expect(await test.alertsOf(RECORD)).toEqual([]);
    await minutes(21);
    const at = new Date(`${DAY}T09:15:00+08:00`);
    expect(await test.alertsOf(RECORD)).toMatchObject([
      {
        rule: { id: 'feed-silent' },
        riskPoint: { kind: 'feed' },
        subject: { type: 'feed', id: 'sales' },
        status: 'open',
        firstAt: at,
        lastAt: at,
        occurrences: 1,
        facts: { 'feed.silentMinutes': 15 },
      },
    ]);
    await heartbeat();
    await minutes(1);
    expect(await test.alertsOf(RECORD)).toMatchObject([
      { status: 'auto_closed', open: false, closedAt: new Date(`${DAY}T09:36:00+08:00`), occurrences: 1 },
    ]);
  });

  it('counts the next silence as a new alert', async () => {
    await heartbeat();
    await minutes(17);
    await heartbeat();
    await minutes(17);
    expect((await test.alertsOf(RECORD)).map(({ episode, status }) => [episode, status])).toEqual([
      [1, 'auto_closed'],
      [2, 'open'],
    ]);
  });

  it('takes any event of the feed for a sign of life, and watches each feed by itself', async () => {
    await heartbeat('sales');
    await heartbeat('metering');
    await minutes(10);
    const time = new Date(test.clock.now()).toISOString();
    const opened = event('workorder.opened', 'WO1', time, { process: '高压新装', feed: 'sales' });
    await test.send([opened]);
    await test.service.handleChunk([keyOf(opened)]);
    await minutes(10);
    expect(await test.alertsOf(RECORD, 'feed:metering')).toMatchObject([{ subject: { id: 'metering' } }]);
  });

  it('does not watch a feed that never promised to give signs of life', async () => {
    const opened = event('workorder.opened', 'WO1', `${DAY}T09:00:00+08:00`, {
      process: '高压新装',
      feed: 'sales',
    });
    await test.send([opened]);
    await test.service.handleChunk([keyOf(opened)]);
    await minutes(20);
    expect(await test.alertsOf(RECORD)).toEqual([]);
  });

  it('says in the feeds since when which is silent, and no longer when it speaks', async () => {
    await heartbeat();
    await minutes(20);
    expect(await test.service.feeds.list()).toMatchObject([
      { feed: 'sales', silentSince: new Date(`${DAY}T09:00:00+08:00`) },
    ]);
    await heartbeat();
    await minutes(1);
    expect((await test.service.feeds.list())[0]).not.toHaveProperty('silentSince');
  });

  it('heals after a crash between the record and its alert', async () => {
    await heartbeat();
    test.clock.tick(20 * 60_000);
    const { recordWriter: records, content, now } = test.service;
    const lastSeenAt = Date.parse(`${DAY}T09:00:00+08:00`);
    const dying = makeWatchFeeds({
      feeds: { listWatched: () => Promise.resolve([{ feed: 'sales', lastSeenAt }]) },
      records,
      raiseAlerts: () => Promise.reject(new StoreUnavailableError('the process died here')),
      ruleSets: { current: () => content.ruleSet },
      calendar: content.calendar,
      now,
    });
    await expect(dying()).rejects.toThrow('the process died here');
    expect(await test.alertsOf(RECORD)).toEqual([]);
    await minutes(1);
    expect(await test.alertsOf(RECORD)).toMatchObject([
      { status: 'open', firstAt: new Date(`${DAY}T09:20:00+08:00`), occurrences: 1 },
    ]);
  });

  it('by two processes in the same minute raises one alert', async () => {
    await heartbeat();
    test.clock.tick(20 * 60_000);
    await Promise.all([test.minute('feeds'), test.minute('feeds'), test.minute('feeds')]);
    await minutes(1);
    expect(await test.alertsOf(RECORD)).toMatchObject([{ status: 'open', occurrences: 1, episode: 1 }]);
  });

  it('hears a silence that comes after retention has removed what was old', async () => {
    await heartbeat();
    await minutes(17);
    await heartbeat();
    await minutes(1);
    for (let day = 0; day < 40; day += 1) {
      test.clock.tick(86_400_000 - 60_000);
      await heartbeat();
      await minutes(1);
      await test.dated('retention', DAY);
    }
    await minutes(17);
    expect((await test.alertsOf(RECORD)).map(({ episode, status }) => [episode, status])).toEqual([
      [1, 'auto_closed'],
      [2, 'open'],
    ]);
  });
});
