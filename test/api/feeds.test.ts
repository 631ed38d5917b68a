import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { FEED_SILENT_AFTER_MS, NOW, openTestApi, type TestApi } from './support/open-test-api.js';

describe('feeds', () => {
  let api: TestApi;
  beforeAll(async () => {
    api = await openTestApi();
  });
  afterAll(() => api.close());

  it('are told with their last sign of life; silent is who promised one and has not given it in time', async () => {
    const ago = (ms: number, heartbeat: boolean) => ({ at: NOW - ms, heartbeat });
    await api.feeds.touch(
      new Map([
        ['c-never-beat', ago(10 * FEED_SILENT_AFTER_MS, false)],
        ['b-silent', ago(FEED_SILENT_AFTER_MS + 1, true)],
        ['a-live', ago(FEED_SILENT_AFTER_MS, true)],
        // The clock of its machine is ahead.
        ['d-ahead', ago(-5_000, true)],
      ]),
    );
    const { status, body } = await api.get('/api/feeds', 'supervisor');
    expect(status).toBe(200);
    expect(body).toMatchObject({ silentAfterMinutes: 15, at: '2026-11-02T02:00:00.000Z' });
    expect(
      (body as { items: { feed: string; state: string; quietMinutes: number }[] }).items.map(
        ({ feed, state, quietMinutes }) => [feed, state, quietMinutes],
      ),
    ).toEqual([
      ['a-live', 'live', 15],
      ['b-silent', 'silent', 15],
      ['c-never-beat', 'unwatched', 150],
      ['d-ahead', 'live', 0],
    ]);
  });
});
