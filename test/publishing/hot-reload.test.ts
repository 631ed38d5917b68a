import { afterEach, describe, expect, it } from '@jest/globals';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Alert } from '../../src/alerts/alert.js';
import { ruleFile } from '../support/rule-file.js';
import { openRulesFolder, openTestRules, textOf, type TestRules } from './open-test-rules.js';

const AT = '2026-11-20T10:00:00+08:00';
const named = (id: string, version: number, name: string) => ruleFile({ id, version, name });

let test: TestRules;
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  await test.close();
  for (const close of closers.splice(0)) await close();
});

const inForce = (service = test.service) =>
  service.ruleSets
    .current()
    .rules.map(({ key }) => key)
    .sort();
const folderState = () => test.service.ruleDesk.state().folder;
const authorsAlerts = async (): Promise<Alert[]> =>
  (await test.service.alertStore.loadByRecords(['rules:rules-folder'])).sort((a, b) => a.episode - b.episode);

describe('a rules folder', () => {
  it('is in force when the service has started, as the first publication', async () => {
    test = await openTestRules([named('a', 1, '甲'), named('b', 1, '乙')], AT);
    expect(inForce()).toEqual(['a@1', 'b@1']);
    expect(test.service.ruleSets.loaded().publication).toBe(1);
    expect(folderState()).toMatchObject({ state: 'in-force', problemCount: 0, writable: true });
  });

  it('that changes is published once it has been quiet for one look', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    await test.folder.put(named('b', 1, '乙'));
    await test.service.ruleDesk.look();
    expect(inForce()).toEqual(['a@1']);
    await test.folder.put(named('a', 2, '甲甲'));
    await test.service.ruleDesk.look();
    expect(inForce()).toEqual(['a@1']);
    await test.service.ruleDesk.look();
    expect(inForce()).toEqual(['a@2', 'b@1']);
    expect(
      (await test.service.publications.list(5)).map(({ number, changes }) => ({ number, changes })),
    ).toEqual([
      {
        number: 2,
        changes: {
          added: [{ id: 'b', version: 1 }],
          changed: [{ id: 'a', from: 1, to: 2 }],
          removed: [],
          enabled: [],
          files: [],
        },
      },
      { number: 1, changes: expect.objectContaining({ removed: [] }) },
    ]);
  });

  it('with half a file keeps the last good set, tells the authors, and is well again by itself', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    await test.folder.write('acceptance/b.json', textOf(named('b', 1, '乙')).slice(0, 120));
    await test.settle();
    expect(inForce()).toEqual(['a@1']);
    expect(folderState()).toMatchObject({ state: 'refused', problemCount: 1 });
    expect(await authorsAlerts()).toMatchObject([
      {
        open: true,
        assignTo: 'rule-author',
        title: expect.stringContaining('1 处错误') as unknown,
        advice: expect.stringContaining('acceptance/b.json:') as unknown,
      },
    ]);
    const warned = () => test.lines.filter(({ msg }) => msg.includes('was not published'));
    expect(warned()).toHaveLength(1);
    expect(warned()).toMatchObject([{ level: 40 }]);
    // Looked at again and again, told once.
    test.tick(31_000);
    await test.settle();
    expect(warned()).toHaveLength(1);
    expect(await authorsAlerts()).toMatchObject([{ open: true, occurrences: 1 }]);

    await test.folder.put(named('b', 1, '乙'));
    await test.settle();
    expect(inForce()).toEqual(['a@1', 'b@1']);
    expect(await authorsAlerts()).toMatchObject([{ open: false, status: 'auto_closed' }]);
    expect(folderState()).toMatchObject({ state: 'in-force', problemCount: 0, problems: [] });

    await test.folder.put(named('a', 1, '甲'), 'again');
    await test.settle();
    expect(await authorsAlerts()).toMatchObject([
      { open: false },
      { open: true, episode: 2, advice: expect.stringContaining('重复') as unknown },
    ]);
    expect(test.lines.filter(({ level }) => level >= 50)).toEqual([]);
  });

  it('with many problems tells how many, and names the first, however long they stand', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    for (let index = 0; index < 60; index += 1) await test.folder.write(`acceptance/bad-${index}.json`, '{');
    await test.settle();
    for (let look = 0; look < 2; look += 1) {
      expect(folderState()).toMatchObject({ state: 'refused', problemCount: 60 });
      expect(folderState()?.problems).toHaveLength(50);
      test.tick(31_000);
      await test.settle();
    }
    expect(await authorsAlerts()).toMatchObject([
      { occurrences: 1, title: expect.stringContaining('60 处错误') as unknown, advice: expect.stringContaining('还有 50 处') as unknown },
    ]); // prettier-ignore
  });

  it('in which a version says something else than when it was published is refused', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    await test.folder.put(named('a', 1, '改了名称'));
    await test.settle();
    expect(inForce()).toEqual(['a@1']);
    expect(folderState()?.problems).toMatchObject([
      { file: 'acceptance/a.json', path: 'version', line: 2, message: expect.stringContaining('内容变了，版本号要加一') as unknown },
    ]); // prettier-ignore
    await test.folder.put(named('a', 2, '改了名称'));
    await test.settle();
    expect(inForce()).toEqual(['a@2']);
    // Back to what was published once: the same version says the same.
    await test.folder.put(named('a', 1, '甲'));
    await test.settle();
    expect(inForce()).toEqual(['a@1']);
  });

  it('may change tests, status and white space of a version', async () => {
    const rule = named('a', 1, '甲');
    test = await openTestRules([rule], AT);
    const tests = [
      ...rule.tests,
      { name: '又一个', facts: { 'workOrder.status': 'open' }, expect: 'hit' as const },
    ];
    await test.folder.write('acceptance/a.json', JSON.stringify({ ...rule, tests, status: 'shadow' }));
    await test.settle();
    expect(folderState()).toMatchObject({ state: 'in-force' });
    expect(test.service.ruleSets.current().byId('a')?.file.status).toBe('shadow');
    expect(await test.service.publications.versionsOf('a')).toMatchObject([{ version: 1, publication: 1 }]);
  });

  it('whose shared condition changed asks for new versions of the rules that refer to it', async () => {
    test = await openTestRules([named('b', 1, '乙')], AT);
    const shared = (value: string) =>
      JSON.stringify({
        id: 'is-so',
        name: '状态',
        conditions: { all: [{ fact: 'workOrder.status', operator: 'in', value: ['open', value] }] },
      });
    await test.folder.write('conditions/is-so.json', shared('x'));
    const referring = (version: number) =>
      textOf({ ...named('a', version, '甲'), conditions: { all: [{ condition: 'is-so' }] } as never });
    await test.folder.write('acceptance/a.json', referring(1));
    await test.settle();
    expect(folderState()?.problems).toEqual([]);
    await test.folder.write('conditions/is-so.json', shared('y'));
    await test.settle();
    expect(folderState()?.problems).toMatchObject([{ file: 'acceptance/a.json', path: 'version' }]);
    await test.folder.write('acceptance/a.json', referring(2));
    await test.settle();
    expect(inForce()).toEqual(['a@2', 'b@1']);
  });

  it('that loses most of its rules at once is taken for half a share, unless they were retired', async () => {
    const rules = Array.from({ length: 14 }, (_, index) => named(`r${index}`, 1, `第 ${index} 条`));
    test = await openTestRules(rules, AT);
    const away = join(test.folder.dir, '..', `${test.folder.dir.split('/').at(-1)}-away`);
    await rename(join(test.folder.dir, 'acceptance'), away);
    closers.push(() => rm(away, { recursive: true, force: true }));
    await test.settle();
    expect(inForce()).toHaveLength(14);
    expect(folderState()?.problems).toMatchObject([
      { message: expect.stringContaining('一次少了 14 条') as unknown },
    ]);
    await rename(away, join(test.folder.dir, 'acceptance'));
    await test.settle();
    expect(folderState()).toMatchObject({ state: 'in-force' });
    for (const rule of rules.slice(1))
      await rename(
        join(test.folder.dir, `acceptance/${rule.id}.json`),
        join(test.folder.dir, 'acceptance', `_${rule.id}.json`),
      );
    await test.settle();
    expect(folderState()).toMatchObject({ state: 'refused' });
    for (const rule of rules.slice(1)) await test.folder.write(`_retired/${rule.id}.json`, textOf(rule));
    await test.settle();
    expect(inForce()).toEqual(['r0@1']);
  });

  it('beside which a calendar changed says that a restart takes it up', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    await test.folder.write('org-units.json', '{"units": []}');
    test.tick(31_000);
    await test.settle();
    expect(folderState()?.restartFor).toEqual(['org-units.json']);
  });
});

describe('several processes', () => {
  it('take over what one publishes, as a whole', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    const folder = await openRulesFolder([named('other', 1, '旧')]);
    closers.push(() => folder.close());
    const worker = await test.join(folder);
    await worker.ruleDesk.open({ publishes: false });
    expect(inForce(worker)).toEqual(['a@1']);
    await test.folder.put(named('a', 2, '甲甲'));
    await test.folder.put(named('b', 1, '乙'));
    await test.settle();
    await worker.ruleDesk.look();
    expect(inForce(worker)).toEqual(['a@2', 'b@1']);
    expect(worker.ruleSets.current().hash).toBe(test.service.ruleSets.current().hash);
  });

  it('with folders of their own do not fight: only a change is published', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    const folder = await openRulesFolder([named('a', 1, '甲'), named('c', 1, '丙')]);
    closers.push(() => folder.close());
    const second = await test.join(folder);
    // Never seen before: somebody wrote it while nobody watched.
    await second.ruleDesk.open({ publishes: true });
    expect(inForce(second)).toEqual(['a@1', 'c@1']);
    for (let look = 0; look < 4; look += 1) {
      test.tick(31_000);
      await test.settle();
      await second.ruleDesk.look();
    }
    expect(inForce()).toEqual(['a@1', 'c@1']);
    expect(inForce(second)).toEqual(['a@1', 'c@1']);
    expect(folderState()).toMatchObject({ state: 'behind' });
    expect((await test.service.publications.head())?.number).toBe(2);
  });

  it('that start on a folder of former days take over what was published since, and can be told to publish it', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    await test.folder.put(named('a', 2, '甲甲'));
    await test.settle();
    const folder = await openRulesFolder([named('a', 1, '甲')]);
    closers.push(() => folder.close());
    const late = await test.join(folder);
    await late.ruleDesk.open({ publishes: true });
    expect(inForce(late)).toEqual(['a@2']);
    expect(late.ruleDesk.state().folder).toMatchObject({ state: 'behind' });
    expect(await late.ruleDesk.publishFolder({ via: 'command', by: 'ops' })).toMatchObject({
      status: 'published',
      publication: { number: 3, by: 'ops' },
    });
    await test.service.ruleDesk.look();
    expect(inForce()).toEqual(['a@1']);
  });

  it('that start with other checklists publish the same rules as another set, so that alerts name what judged', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    const folder = await openRulesFolder([named('a', 1, '甲')]);
    closers.push(() => folder.close());
    await rm(join(folder.dir, 'checklists'), { recursive: true });
    const restarted = await test.join(folder);
    await restarted.ruleDesk.open({ publishes: true });
    const { hash } = restarted.ruleSets.current();
    expect(hash).not.toBe(test.service.ruleSets.current().hash);
    expect(await restarted.publications.findByHash(hash)).toMatchObject({ number: 2 });
    await test.service.ruleDesk.look();
    expect(test.lines.at(-1)?.msg).toContain('differ from those of the publisher');
    expect((await test.service.publications.head())?.number).toBe(2);
  });

  it('that start on a broken folder judge by what was published', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    const folder = await openRulesFolder([named('a', 1, '甲')]);
    closers.push(() => folder.close());
    const late = await test.join(folder);
    await folder.write('acceptance/b.json', '{');
    await late.ruleDesk.open({ publishes: true });
    expect(inForce(late)).toEqual(['a@1']);
    expect(late.ruleDesk.state().folder).toMatchObject({ state: 'refused', problemCount: 1 });
  });

  it('publish one after the other: whoever is second looks again', async () => {
    test = await openTestRules([named('a', 1, '甲')], AT);
    const folder = await openRulesFolder([named('a', 1, '甲')]);
    closers.push(() => folder.close());
    const second = await test.join(folder);
    await second.ruleDesk.open({ publishes: true });
    await test.folder.put(named('x', 1, '一'));
    await folder.put(named('y', 1, '二'));
    await Promise.all([test.service.ruleDesk.look(), second.ruleDesk.look()]);
    await Promise.all([test.service.ruleDesk.look(), second.ruleDesk.look()]);
    await Promise.all([test.service.ruleDesk.look(), second.ruleDesk.look()]);
    await Promise.all([test.service.ruleDesk.look(), second.ruleDesk.look()]);
    expect(inForce()).toEqual(inForce(second));
    expect((await test.service.publications.head())?.number).toBe(3);
  });
});
