import { afterEach, describe, expect, it } from '@jest/globals';
import { AsyncLocalStorage } from 'node:async_hooks';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startWorkers } from '../../jobs/start-jobs.js';
import type { Alert } from '../../src/alerts/alert.js';
import type { Service } from '../../src/compose.js';
import { assembleRules } from '../../src/engine/assemble-rules.js';
import type { RuleFile } from '../../src/engine/rule-file.js';
import type { RuleSet } from '../../src/engine/rule-set.js';
import { makeHandleEvents, type HandleEventDeps } from '../../src/handle-event.js';
import { ruleContextOf } from '../../src/open-content.js';
import { makeRandom, type Random } from '../faults/random.js';
import { event } from '../jobs/open-job-service.js';
import { openTestService, type TestService } from '../support/open-test-service.js';
import { ruleFile } from '../support/rule-file.js';
import { openTestRules, textOf, type TestRules } from './open-test-rules.js';

/** Edits of the rules folder while events come. HOT_RELOAD_EDITS=100 for the full run. */
const EDITS = Number(process.env['HOT_RELOAD_EDITS'] ?? 30);
const SEED = Number(process.env['HOT_RELOAD_SEED'] ?? 12);
const IDS = ['r0', 'r1', 'r2', 'r3', 'r4', 'r5'];
const STAGES = ['业务受理', '现场勘查', '答复供电方案'];

/** What a chunk was judged by. */
interface Chunk {
  readonly keys: readonly string[];
  readonly sets: Set<RuleSet>;
  readonly strangers: string[];
  refolds: number;
}

const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

describe('rules that are edited while events come', () => {
  it(`${EDITS} edits, good and bad: no event is lost, no chunk sees two sets, and alerts are those of the same sets in order`, async () => {
    const random = makeRandom(SEED);
    const test = await openTestRules(
      IDS.map((id) => versionOf(id, 1, random)),
      '2026-11-20T18:00:00+08:00',
    );
    closers.push(() => test.close());
    const chunks: Chunk[] = [];
    const workers = startWorkers({ ...test.service, handleChunk: watchedStory(test.service, chunks) });
    closers.push(() => workers.close());
    const watch = lookAllTheTime(test);
    closers.push(watch.close);

    const sent: object[] = [];
    const stop = new AbortController();
    const sending = sendUntil(test, random.fork(), sent, stop.signal);
    const folder = makeEditor(test, random.fork());
    for (let edit = 0; edit < EDITS; edit += 1) {
      await folder.edit();
      await sleep(random.int(20, 300));
    }
    await folder.mend();
    await watch.close();
    await test.settle();
    expect(test.service.ruleDesk.state().folder).toMatchObject({ state: 'in-force', problems: [] });
    await sleep(50);
    stop.abort();
    await sending;
    await drained(test);

    const published = (await test.service.publications.list(1_000)).length;
    expect(published).toBeGreaterThan(EDITS / 8);
    expect(await test.service.inbox.countByStatus()).toEqual({
      received: 0,
      processed: sent.length,
      dead: 0,
    });
    expect(new Set(chunks.flatMap(({ keys }) => keys)).size).toBe(sent.length);
    expect(chunks.filter(({ sets, strangers }) => sets.size !== 1 || strangers.length > 0)).toEqual([]);
    expect(new Set(chunks.flatMap(({ sets }) => [...sets].map(({ hash }) => hash))).size).toBeGreaterThan(3);
    // A refold reads what came meanwhile, which the run below does not have yet: there is none, for events come in order.
    expect(chunks.reduce((sum, { refolds }) => sum + refolds, 0)).toBe(0);

    const reference = await replay(test, chunks, sent);
    const found = await alertsOf(test);
    expect(found.length).toBeGreaterThan(sent.length / 20);
    expect(found).toEqual(await alertsOf(reference));
    expect(new Set(found.map(({ rule }) => rule.version)).size).toBeGreaterThan(2);
    expect(test.lines.filter(({ level }) => level >= 50)).toEqual([]);
  }, 300_000);
});

/** A rule whose stage and severity are drawn, so that every version finds something else. */
function versionOf(id: string, version: number, random: Random): RuleFile {
  const stage = STAGES[random.int(0, STAGES.length - 1)] ?? '';
  const severity = (['low', 'medium', 'high'] as const)[random.int(0, 3 - 1)] ?? 'low';
  return ruleFile({
    id,
    version,
    appliesTo: { stages: [stage] },
    ...(random.int(0, 3 - 1) === 0
      ? {
          trigger: { on: 'deadline', start: 'stage.completed', stop: 'flow.sent', limit: { value: 1 + random.int(0, 3 - 1), unit: 'workingHour' } },
        }
      : { trigger: { on: 'event', types: ['stage.completed'] } }),
    event: {
      type: 'alert',
      params: { severity, title: `${id} 第 ${version} 版`, advice: '建议', assignTo: 'shift-supervisor' },
    },
  }); // prettier-ignore
}

/** As startRuleWatch does, without its rests: on a busy machine they would leave time for few publications. */
function lookAllTheTime({ service }: TestRules) {
  const stop = new AbortController();
  const looking = (async () => {
    while (!stop.signal.aborted) {
      await service.ruleDesk.look();
      await sleep(10);
    }
  })();
  return {
    close: () => {
      stop.abort();
      return looking;
    },
  };
}

/** The story as the service has it, which notes by which sets each chunk was judged. */
function watchedStory(service: Service, chunks: Chunk[]): Service['handleChunk'] {
  const current = new AsyncLocalStorage<Chunk>();
  const { handleChunk } = makeHandleEvents({
    ...storyDeps(service),
    ruleSets: {
      current: () => {
        const set = service.ruleSets.current();
        current.getStore()?.sets.add(set);
        return set;
      },
    },
    observe: {
      ...service.observe,
      refolded: () => {
        const chunk = current.getStore();
        if (chunk) chunk.refolds += 1;
      },
      looks: {
        onEvaluation: (rule) => {
          const chunk = current.getStore();
          const [set] = chunk?.sets ?? [];
          if (set?.byId(rule.id) !== rule) chunk?.strangers.push(rule.key);
        },
      },
    },
  });
  return (keys) => {
    const chunk: Chunk = { keys, sets: new Set(), strangers: [], refolds: 0 };
    chunks.push(chunk);
    return current.run(chunk, () => handleChunk(keys));
  };
}

function storyDeps(service: Service): HandleEventDeps {
  const { inbox, recordWriter: records, raiseAlerts, feeds, content, now, observe, ruleSets } = service;
  return { inbox, records, raiseAlerts, feeds, calendar: content.calendar, now, observe, ruleSets };
}

/** Events of many work orders, each in order of time, in small batches. */
async function sendUntil(
  test: TestRules,
  random: Random,
  sent: object[],
  signal: AbortSignal,
): Promise<void> {
  let at = Date.parse('2026-11-20T08:30:00+08:00');
  for (let batch = 0; !signal.aborted; batch += 1) {
    const events = Array.from({ length: 1 + random.int(0, 12 - 1) }, () => {
      at += 1 + random.int(0, 20_000 - 1);
      const type = random.int(0, 4 - 1) === 0 ? 'flow.sent' : 'stage.completed';
      const data = {
        process: '高压新装',
        stage: STAGES[random.int(0, STAGES.length - 1)],
        orgUnit: '334010101',
      };
      return event(type, `WO${random.int(0, 60 - 1)}`, new Date(at).toISOString(), data);
    });
    sent.push(...events);
    await test.send(events);
    await sleep(25);
  }
}

/** Somebody who edits a rules folder, not always well. */
function makeEditor(test: TestRules, random: Random) {
  const { folder } = test;
  const versions = new Map(IDS.map((id) => [id, 1]));
  /** What is right for each file that is wrong now. */
  const wrong = new Map<string, string | undefined>();
  const places = new Map(IDS.map((id) => [id, `acceptance/${id}.json`]));
  const texts = new Map<string, string>();
  const next = (id: string): RuleFile => {
    const version = (versions.get(id) ?? 0) + 1;
    versions.set(id, version);
    return versionOf(id, version, random);
  };
  const write = async (id: string, text: string) => {
    const file = places.get(id) ?? `acceptance/${id}.json`;
    places.set(id, file);
    texts.set(id, text);
    wrong.delete(file);
    await folder.write(file, text);
  };
  async function mend(): Promise<void> {
    for (const [file, text] of wrong)
      await (text === undefined ? folder.remove(file) : folder.write(file, text));
    wrong.clear();
  }
  async function edit(): Promise<void> {
    if (wrong.size > 0 && random.int(0, 3 - 1) > 0) return mend();
    const id = IDS[random.int(0, IDS.length - 1)] ?? '';
    const file = places.get(id);
    const text = texts.get(id);
    const kind = random.int(0, 8 - 1);
    if (file === undefined || text === undefined || kind < 3) return write(id, textOf(next(id)));
    if (kind === 3) {
      // Half a file, as somebody who copies slowly leaves it for a while.
      wrong.set(file, text);
      return folder.write(file, text.slice(0, random.int(0, text.length - 1)));
    }
    if (kind === 4) {
      wrong.set(file, text);
      return folder.write(file, text.replace('"建议"', '"悄悄改了建议"'));
    }
    if (kind === 5) {
      const twin = `again/${id}.json`;
      wrong.set(twin, undefined);
      return folder.write(twin, text);
    }
    if (kind === 6) {
      places.delete(id);
      wrong.delete(file);
      return folder.remove(file);
    }
    const moved = file.startsWith('acceptance/') ? `contract/${id}.json` : `acceptance/${id}.json`;
    await folder.write('contract/_keep.json', '');
    await mend();
    await rename(join(folder.dir, file), join(folder.dir, moved));
    places.set(id, moved);
  }
  return { edit, mend };
}

/** The same chunks under the same sets, as they are kept in the store, one after the other on fresh stores. */
async function replay(
  test: TestRules,
  chunks: readonly Chunk[],
  sent: readonly object[],
): Promise<TestService> {
  const reference = await openTestService({ now: test.now, content: test.service.content });
  closers.push(() => reference.close());
  const sets = new Map<string, RuleSet>();
  let set = test.service.ruleSets.current();
  const story = makeHandleEvents({ ...storyDeps(reference.service), ruleSets: { current: () => set } });
  const byKey = new Map(
    (sent as { source: string; id: string }[]).map((one) => [`${one.source} ${one.id}`, one]),
  );
  for (const { keys, sets: used } of chunks) {
    const hash = [...used][0]?.hash ?? '';
    set = sets.get(hash) ?? (await setOf(test.service, hash));
    sets.set(hash, set);
    await reference.send(keys.flatMap((key) => byKey.get(key) ?? []));
    await story.handleChunk(keys);
  }
  return reference;
}

async function setOf({ publications, content }: Service, hash: string): Promise<RuleSet> {
  const publication = await publications.findByHash(hash);
  if (!publication) throw new Error(`no publication ${hash}`);
  const result = await assembleRules(await publications.textsOf(publication), ruleContextOf(content));
  if (!('ruleSet' in result)) throw new Error(`publication ${publication.number} cannot be assembled`);
  expect(result.ruleSet.hash).toBe(hash);
  return result.ruleSet;
}

/** What the rules decide about alerts, and which set they were judged by. */
async function alertsOf({ service }: TestService) {
  const alerts = await service.alertStore.loadByRecords(Array.from({ length: 60 }, (_, n) => `WO${n}`));
  return alerts.map(decided).sort((a, b) => (a.id < b.id ? -1 : 1));
}

function decided(alert: Alert) {
  const {
    id,
    rule,
    ruleSet,
    severity,
    title,
    status,
    firstAt,
    lastAt,
    occurrences,
    closedAt,
    stage,
    phase,
    dueAt,
  } = alert;
  return {
    id,
    rule,
    ruleSet,
    severity,
    title,
    status,
    firstAt,
    lastAt,
    occurrences,
    closedAt,
    stage,
    phase,
    dueAt,
  };
}

async function drained({ service }: TestRules): Promise<void> {
  await service.enqueuer.flush();
  await waitFor(async () => (await service.inbox.countByStatus()).received === 0);
}

async function waitFor(isTrue: () => Promise<boolean> | boolean, timeoutMs = 60_000): Promise<void> {
  for (const deadline = Date.now() + timeoutMs; !(await isTrue());) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await sleep(20);
  }
}
