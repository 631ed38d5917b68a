import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { toProcessCatalogue } from '../../src/work-orders/catalogue.js';
import { CatalogueError, loadCatalogue } from '../../src/work-orders/load-catalogue.js';

type SeedRow = [code: string, name: string, family: string, stage: string, page: number];

const CATALOGUE = 'rules/catalogue';
const readSeed = async () =>
  JSON.parse(await readFile('test/work-orders/fixtures/work-items.json', 'utf8')) as SeedRow[];

describe('rules/catalogue', () => {
  it('declares the 339 work items of the manual with their codes, printed names, stages and pages', async () => {
    const catalogue = await loadCatalogue(CATALOGUE);
    const seed = await readSeed();
    expect(seed).toHaveLength(339);
    const declared = catalogue.processes
      .flatMap((process) =>
        process.stages.map((s) => [s.workItem, s.printedName ?? s.name, process.process, s.stage, s.page]),
      )
      .sort((a, b) => String(a[0]).localeCompare(String(b[0])));
    expect(declared).toStrictEqual(seed);
  });

  it('has one file for each of the 46 processes, its stages in the order of the manual', async () => {
    const catalogue = await loadCatalogue(CATALOGUE);
    const seed = await readSeed();
    const stagesOf = new Map<string, string[]>();
    for (const [, , family, stage] of seed) stagesOf.set(family, [...(stagesOf.get(family) ?? []), stage]);
    expect(stagesOf.size).toBe(46);
    expect((await readdir(CATALOGUE)).filter((name) => /^[^_].*\.json$/.test(name))).toHaveLength(46);
    for (const [family, stages] of stagesOf) {
      expect(catalogue.process(family)?.stages.map((s) => s.stage)).toStrictEqual(stages);
    }
  });

  it('gives a misprinted work item the process of its position and keeps the printed name', async () => {
    const catalogue = await loadCatalogue(CATALOGUE);
    const found = catalogue.workItem('YXZY-YY-188');
    expect(found?.process.process).toBe('低压居民新装');
    expect(found?.stage).toStrictEqual({
      stage: '答复供电方案',
      kinds: ['答复'],
      workItem: 'YXZY-YY-188',
      name: '低压居民新装答复供电方案',
      printedName: '低压非居民新装答复供电方案',
      page: 75,
      final: false,
    });
    const printed = catalogue.processes.flatMap((p) => p.stages.filter((s) => s.printedName !== undefined));
    for (const stage of printed) expect(stage.printedName).not.toBe(stage.name);
    expect(catalogue.workItem('YXZY-YY-999')).toBeUndefined();
    expect(catalogue.process('不存在')).toBeUndefined();
  });

  it('hands the engine the names of processes, stages and work items', async () => {
    const { processes } = toProcessCatalogue(await loadCatalogue(CATALOGUE));
    expect(processes.find((process) => process.name === '更名')).toStrictEqual({
      name: '更名',
      stages: [
        { name: '业务受理', kinds: ['受理'], workItem: 'YXZY-YY-334' },
        { name: '变更合同', kinds: ['合同签订'], workItem: 'YXZY-YY-335' },
        { name: '信息归档', kinds: ['信息归档'], workItem: 'YXZY-YY-336' },
        { name: '客户回访', kinds: ['回访'], workItem: 'YXZY-YY-337' },
        { name: '资料归档', kinds: ['资料归档'], workItem: 'YXZY-YY-338' },
      ],
    });
  });

  it('says of each of the 339 of which kind it is, with no kind declared for nothing', async () => {
    const { processes, stageKinds } = await loadCatalogue(CATALOGUE);
    const stages = processes.flatMap((process) => process.stages);
    expect(stages.filter((stage) => (stage.kinds ?? []).length === 0)).toEqual([]);
    const used = new Set(stages.flatMap((stage) => stage.kinds ?? []));
    expect([...used].sort()).toEqual(stageKinds.map(({ kind }) => kind).sort());
  });

  it('ends each process at its last stage', async () => {
    const { processes } = await loadCatalogue(CATALOGUE);
    for (const { process, stages } of processes) {
      expect([process, stages.map((s) => s.final)]).toStrictEqual([
        process,
        stages.map((_, i) => i === stages.length - 1),
      ]);
    }
  });
});

describe('loadCatalogue', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'yxrisk-catalogue-'));
  });
  afterEach(() => rm(dir, { recursive: true, force: true }));
  const put = (name: string, content: unknown) =>
    writeFile(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));

  it('takes a process of another domain: no work items, no pages, the last stage final', async () => {
    await put('loan.json', {
      process: 'loan',
      source: 'BPIC 2012',
      feeds: ['bank'],
      stages: [{ stage: 'A' }, { stage: 'B' }],
    });
    await put('_template.json', 'not even JSON');
    await put('README.md', '# no process');
    const { processes } = await loadCatalogue(dir);
    expect(processes).toStrictEqual([
      {
        process: 'loan',
        source: 'BPIC 2012',
        feeds: ['bank'],
        stages: [
          { stage: 'A', name: 'loanA', final: false },
          { stage: 'B', name: 'loanB', final: true },
        ],
      },
    ]);
  });

  it('refuses a kind of stage that is not declared', async () => {
    const stages = [{ stage: 'A', kinds: ['受理', '勘察'] }];
    await put('loan.json', { process: 'loan', source: 's', stages });
    await put('_stage-kinds.json', { source: 's', kinds: [{ kind: '受理', meaning: 'm' }] });
    await expect(loadCatalogue(dir)).rejects.toThrow(
      'loan.json: stages.0: kind "勘察" is not declared in _stage-kinds.json',
    );
  });

  it('reads several folders as one catalogue', async () => {
    await put('loan.json', { process: 'loan', source: 's', stages: [{ stage: 'A' }] });
    const { processes } = await loadCatalogue([CATALOGUE, dir]);
    expect(processes).toHaveLength(47);
    await expect(loadCatalogue([dir, dir])).rejects.toThrow(
      'process "loan" is already declared by loan.json',
    );
  });

  it('names every offender of every file at once', async () => {
    await put('a.json', {
      process: '减容',
      source: 's',
      stages: [{ stage: '审批', workItem: 'YXZY-YY-1', page: 9 }],
    });
    await put('b.json', {
      process: '减容',
      source: 's',
      stages: [
        { stage: '审批', workItem: 'YXZY-YY-1', page: 12 },
        { stage: '审批', page: 11 },
      ],
    });
    await put('c.json', { process: ' ', stages: [], colour: 'red' });
    await put('d.json', { process: 'd', source: 's', stages: [{ stage: 'x', workItem: 'oops', page: 1.5 }] });
    await put('e.json', '{ "process": ');
    await put('f.json', '[]');
    const error = await loadCatalogue([dir, join(dir, 'absent')]).then(
      () => undefined,
      (reason: unknown) => reason,
    );
    expect(error).toBeInstanceOf(CatalogueError);
    const { problems } = error as CatalogueError;
    for (const expected of [
      /^b\.json: process "减容" is already declared by a\.json$/,
      /^b\.json: stages\.0: work item "YXZY-YY-1" is already declared by a\.json: stages\.0$/,
      /^b\.json: stages\.1: stage "审批" is already declared by b\.json: stages\.0$/,
      /^b\.json: stages\.1: page 11 comes before page 12/,
      /^c\.json: process: must not be blank$/,
      /^c\.json: source: /,
      /^c\.json: stages: must name at least one stage$/,
      /^c\.json: .*colour/,
      /^d\.json: stages\.0\.workItem: must be a work item code/,
      /^d\.json: stages\.0\.page: /,
      /^e\.json: not JSON/,
      /^f\.json: /,
      /absent: cannot be listed/,
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(expected));
    }
    expect(problems).toHaveLength(13);
  });
});
