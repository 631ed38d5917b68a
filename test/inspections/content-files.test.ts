import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ContentError } from '../../src/file-problems.js';
import { loadInspectionPlans } from '../../src/inspections/load-inspection-plans.js';
import { loadOrgUnits } from '../../src/inspections/load-org-units.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'inspections-'));
});
afterEach(async () => {
  await rm(dir, { recursive: true });
});

/** The problems of something that must be refused, each as `path|message`. */
async function problemsOf(loading: Promise<unknown>): Promise<string[]> {
  const error: unknown = await loading.catch((thrown: unknown) => thrown);
  if (!(error instanceof ContentError)) throw new Error('it was accepted', { cause: error });
  for (const { file, message } of error.problems) {
    expect(file.startsWith(dir)).toBe(true);
    expect(error.message).toContain(message);
  }
  return error.problems.map(({ path, message }) => `${path}|${message}`);
}

function expectMatches(problems: string[], expected: RegExp[]): void {
  expect(problems).toHaveLength(expected.length);
  expected.forEach((pattern, i) => expect(problems[i]).toMatch(pattern));
}

describe('the shipped org units', () => {
  it('are a tree from the province down to stations and halls', async () => {
    const units = await loadOrgUnits('rules/org-units.json');
    expect(new Set(units.list.map(({ type }) => type))).toEqual(
      new Set(['province', 'city', 'county', 'station', 'hall']),
    );
    const top = units.list.filter(({ parent }) => parent === undefined);
    expect(top).toHaveLength(1);
    expect([...units.subtreeOf(top[0]!.code)].sort()).toEqual(units.list.map(({ code }) => code).sort());
  });
});

describe('the org tree', () => {
  const load = async (content: unknown) => {
    const file = join(dir, 'org-units.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
    return loadOrgUnits(file);
  };
  const CITY = { code: 'C', name: '市', type: 'city' };
  const COUNTY = { code: 'X', name: '县', type: 'county', parent: 'C' };

  it('tells a unit and all below it, and just the code of an unknown one', async () => {
    const units = await load({
      units: [COUNTY, { code: 'H', name: '班', type: 'hall', parent: 'X' }, CITY, { ...COUNTY, code: 'Y' }],
    });
    expect(units.get('X')).toEqual(COUNTY);
    expect(units.get('Z')).toBeUndefined();
    expect([...units.subtreeOf('C')].sort()).toEqual(['C', 'H', 'X', 'Y']);
    expect(units.subtreeOf('X')).toEqual(['X', 'H']);
    expect(units.subtreeOf('H')).toEqual(['H']);
    expect(units.subtreeOf('Z')).toEqual(['Z']);
    expect(units.subtreeOf('__proto__')).toEqual(['__proto__']);
  });

  it('is empty without a file', async () => {
    expect((await loadOrgUnits(join(dir, 'org-units.json'))).list).toEqual([]);
  });

  it.each<[string, unknown, RegExp[]]>([
    ['a code given twice', [CITY, CITY], [/^units\.1\.code\|"C" is given twice/]],
    ['a parent that is not there', [COUNTY], [/^units\.0\.parent\|there is no unit "C"/]],
    [
      'a parent below its child',
      [
        { ...CITY, parent: 'X' },
        { ...COUNTY, parent: undefined },
      ],
      [/^units\.0\.parent\|a city cannot be below the county "X"; expected one of province/],
    ],
    [
      'a circle',
      [
        { ...COUNTY, parent: 'Y' },
        { ...COUNTY, code: 'Y', parent: 'X' },
      ],
      [
        /^units\.0\.parent\|a county cannot be below the county "Y"; expected one of province, city/,
        /^units\.1\.parent/,
      ],
    ],
    ['an unknown type', [{ ...CITY, type: 'moon' }], [/^units\.0\.type\|.*"province"\|"city"/]],
    ['a code with a bar', [{ ...CITY, code: 'A|B' }], [/^units\.0\.code\|expected 1–64 letters, digits/]],
    ['no name', [{ ...CITY, name: '' }], [/^units\.0\.name\|/]],
    ['an unknown field', [{ ...CITY, boss: 'x' }], [/^units\.0\.boss\|is not a field of this file/]],
  ])('refuses %s', async (_name, units, expected) => {
    expectMatches(await problemsOf(load({ units })), expected);
  });

  it('refuses what is no JSON', async () => {
    expectMatches(await problemsOf(load('{')), [/^\|is not readable JSON \(/]);
  });
});

describe('the shipped inspection plans', () => {
  it('cover the daily patrol, the daily archive sample and what alerts call for, with parameters marked as assumptions', async () => {
    const plans = await loadInspectionPlans('rules/inspections');
    expect(plans.map(({ id }) => id)).toEqual([
      'archive-daily-sample',
      'hall-daily-patrol',
      'incident-review',
      'training-task',
      'unsent-flow-review',
    ]);
    for (const { basis } of plans) expect(basis.map(({ certainty }) => certainty)).toContain('assumption');
    const clauses = plans.flatMap((plan) => plan.clauses);
    for (const clause of ['144/1/C2', '144/2/C1', '144/3/C2', '145/2/C2', '145/3/C2', '145/3/C3'])
      expect(clauses).toContain(`YXZY-YY-${clause}`);
  });
});

describe('an inspection plan', () => {
  const PLAN = {
    id: 'patrol',
    version: 1,
    name: '巡检',
    clauses: ['YXZY-YY-144/2/C1'],
    basis: [],
    orgUnitTypes: ['hall'],
    checklist: [{ id: 'a', text: '看', clause: 'YXZY-YY-144/2/C1' }],
    sample: { population: 'archived-yesterday', ratio: 0.1, floor: 1, cap: 5 },
    assignTo: 'shift-supervisor',
    dueBy: '17:00',
  };
  const load = async (files: Record<string, unknown>) => {
    for (const [name, content] of Object.entries(files))
      await writeFile(join(dir, name), typeof content === 'string' ? content : JSON.stringify(content));
    return loadInspectionPlans(dir);
  };

  it('is read from the folder; drafts and schemas are left alone', async () => {
    const [plan, ...others] = await load({
      'patrol.json': PLAN,
      '_draft.json': '{',
      'plan.schema.json': '{}',
    });
    expect(plan).toMatchObject(PLAN);
    expect(others).toEqual([]);
  });

  it('need not be there at all', async () => {
    expect(await loadInspectionPlans(join(dir, 'nowhere'))).toEqual([]);
    const file = join(dir, 'file');
    await writeFile(file, await readFile('rules/org-units.json'));
    expectMatches(await problemsOf(loadInspectionPlans(file)), [/^\|cannot be listed \(ENOTDIR/]);
  });

  it.each<[string, Record<string, unknown>, RegExp[]]>([
    [
      'an id that is not the file’s name',
      { id: 'other' },
      [/^id\|"other" must be the name of the file, "patrol"/],
    ],
    ['no clauses', { clauses: [] }, [/^clauses\|/]],
    [
      'a clause of another form',
      { clauses: ['144/2'] },
      [/^clauses\.0\|expected a clause such as YXZY-YY-144\/2\/C1/],
    ],
    [
      'a check of a clause the plan does not name',
      { clauses: ['YXZY-YY-145/2/C2'] },
      [/^checklist\.0\.clause\|"YXZY-YY-144\/2\/C1" is not among the plan's clauses: YXZY-YY-145\/2\/C2/],
    ],
    [
      'two checks of one id',
      { checklist: [...PLAN.checklist, ...PLAN.checklist] },
      [/^checklist\.1\.id\|"a" is given twice/],
    ],
    ['an empty checklist', { checklist: [] }, [/^checklist\|/]],
    [
      'an empty text',
      { checklist: [{ ...PLAN.checklist[0], text: ' ' }] },
      [/^checklist\.0\.text\|must not be empty/],
    ],
    ['an unknown unit type', { orgUnitTypes: ['班组'] }, [/^orgUnitTypes\.0\|.*"station"\|"hall"/]],
    ['a ratio of nought', { sample: { ...PLAN.sample, ratio: 0 } }, [/^sample\.ratio\|/]],
    ['a ratio in per cent', { sample: { ...PLAN.sample, ratio: 10 } }, [/^sample\.ratio\|/]],
    [
      'a floor above the cap',
      { sample: { ...PLAN.sample, floor: 6 } },
      [/^sample\.floor\|must not be more than cap/],
    ],
    [
      'an unknown population',
      { sample: { ...PLAN.sample, population: 'all' } },
      [/^sample\.population\|.*"archived-yesterday"/],
    ],
    ['a time that is none', { dueBy: '5 pm' }, [/^dueBy\|expected HH:mm between 00:00 and 24:00/]],
    ['a misspelt field', { dueTo: '17:00' }, [/^dueTo\|is not a field of this file/]],
    ['no version', { version: undefined }, [/^version\|/]],
  ])('is refused for %s', async (_name, changes, expected) => {
    expectMatches(await problemsOf(load({ 'patrol.json': { ...PLAN, ...changes } })), expected);
  });

  it('is refused together with every other one', async () => {
    const problems = await problemsOf(
      load({ 'a.json': '{', 'patrol.json': { ...PLAN, dueBy: '', version: 0 } }),
    );
    expectMatches(problems, [/^\|is not readable JSON/, /^version\|/, /^dueBy\|/]);
  });
});
