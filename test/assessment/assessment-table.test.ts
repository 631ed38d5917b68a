import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assessmentTableJsonSchema } from '../../src/assessment/assessment-table.js';
import { loadAssessmentTable } from '../../src/assessment/load-assessment-table.js';
import { makeStatisticsMonths } from '../../src/assessment/statistics-month.js';
import { loadInspectionPlans } from '../../src/inspections/load-inspection-plans.js';
import { openContent } from '../../src/open-content.js';
import { testCalendar } from '../calendar/make-test-calendar.js';

const CLAUSE = {
  id: 'K1',
  title: '缺签字',
  match: { kinds: ['missing-signature'] },
  charge: [{ to: 'person', points: 1 }],
};

describe('the assessment table', () => {
  let dir: string;
  beforeEach(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assessment-'));
  });
  afterEach(() => rm(dir, { recursive: true }));

  async function load(content: string | object) {
    const file = join(dir, 'assessment.json');
    await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
    const isRule = (id: string) => id === 'known-rule';
    return loadAssessmentTable({ file, isRule, inspectionPlans: [] });
  }

  it('is shipped whole: its rules exist, the items of the daily sample name a clause of it, and editors know its schema', async () => {
    const { assessment, inspectionPlans } = await openContent({ dir: 'rules', timeZone: 'Asia/Shanghai' });
    expect(assessment.monthStartsOn).toBe(26);
    expect(assessment.clauses.length).toBeGreaterThan(10);
    const sample = inspectionPlans.find(({ id }) => id === 'archive-daily-sample');
    expect(sample?.checklist.map(({ assess }) => assess)).toEqual(Array(4).fill('KH-20'));
    expect(JSON.parse(await readFile('rules/assessment.schema.json', 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(assessmentTableJsonSchema())),
    );
  });

  it('charges nothing where there is none', async () => {
    const options = { file: join(dir, 'none.json'), isRule: () => true, inspectionPlans: [] };
    expect(await loadAssessmentTable(options)).toMatchObject({ monthStartsOn: 26, clauses: [] });
  });

  it.each([
    ['a comma too many', '{\n  "clauses": [],\n}', ':3:1:', '带双引号的字段名'],
    ['a field twice', '{"note":"a",\n"note":"b"}', ':2:1:', '重复'],
    ['an unknown field', { clauses: [], moneys: 1 }, ':3:3: moneys', '没有这个字段'],
    ['a month that begins on a day some months lack', { monthStartsOn: 31 }, ':2:20: monthStartsOn', '1 到 28'],
    ['half a tenth of a point', { clauses: [{ ...CLAUSE, charge: [{ to: 'person', points: 0.25 }] }] }, 'clauses[0].charge[0].points', '最多 1 位小数'],
    ['less than nothing', { clauses: [{ ...CLAUSE, charge: [{ to: 'team', money: -5 }] }] }, 'clauses[0].charge[0].money', '不能小于 0'],
    ['a charge of nothing', { clauses: [{ ...CLAUSE, charge: [{ to: 'team' }] }] }, 'clauses[0].charge[0]', '不能都是 0'],
    ['nobody that is charged', { clauses: [{ ...CLAUSE, charge: [] }] }, 'clauses[0].charge', '列表不能为空'],
    ['a charge to somebody else', { clauses: [{ ...CLAUSE, charge: [{ to: 'customer', points: 1 }] }] }, 'clauses[0].charge[0].to', 'person（责任人）或 team'],
    ['the same one charged twice', { clauses: [{ ...CLAUSE, charge: [CLAUSE.charge[0], CLAUSE.charge[0]] }] }, 'clauses[0].charge', '只能写一次'],
    ['a clause without a title', { clauses: [{ ...CLAUSE, title: undefined }] }, 'clauses[0].title', '须为文字'],
    ['a clause given twice', { clauses: [CLAUSE, CLAUSE] }, 'clauses[1].id', '重复'],
    ['a match of nothing', { clauses: [{ ...CLAUSE, match: {} }] }, 'clauses[0].match', '至少写一项条件'],
    ['an unknown kind', { clauses: [{ ...CLAUSE, match: { kinds: ['late'] } }] }, 'clauses[0].match.kinds[0]', '须为风险类别之一'],
    ['an unknown rule', { clauses: [{ ...CLAUSE, match: { rules: ['known-rule', 'other'] } }] }, 'clauses[0].match.rules[1]', '没有规则 "other"'],
  ])('is refused with %s, and says in which line', async (_case, content, where, what) => {
    const error = await load(content).then(
      () => new Error('it was accepted'),
      (thrown: unknown) => thrown as Error,
    );
    expect(error.message).toContain(where);
    expect(error.message).toContain(what);
    expect(error.message).toMatch(/assessment\.json:\d+:\d+:/);
  }); // prettier-ignore

  it('is held against the inspection plans: an item names a clause that there is', async () => {
    const file = join(dir, 'assessment.json');
    await writeFile(file, JSON.stringify({ clauses: [CLAUSE] }));
    const inspectionPlans = await loadInspectionPlans('rules/inspections');
    await expect(loadAssessmentTable({ file, isRule: () => true, inspectionPlans })).rejects.toThrow(
      /archive-daily-sample\.json: checklist\.documents-complete\.assess: .*没有条款 "KH-20"；可用：K1/,
    );
  });
});

describe('the statistics month', () => {
  const calendar = testCalendar();

  it('goes from the 26th of the month before to the 25th', () => {
    const months = makeStatisticsMonths(26, calendar);
    expect(
      ['2026-10-25', '2026-10-26', '2026-11-25', '2026-11-26', '2026-12-31'].map(months.monthOf),
    ).toEqual(['2026-10', '2026-11', '2026-11', '2026-12', '2027-01']);
    expect(months.datesOf('2027-01')).toEqual({ from: '2026-12-26', to: '2027-01-25' });
    expect(new Date(months.endOf('2026-11')).toISOString()).toBe('2026-11-25T16:00:00.000Z');
    expect(months.monthAt(Date.parse('2026-11-25T23:59:59.999+08:00'))).toBe('2026-11');
    expect(months.monthAt(Date.parse('2026-11-26T00:00:00+08:00'))).toBe('2026-12');
  });

  it('is the month of the calendar where it begins on the 1st', () => {
    const months = makeStatisticsMonths(1, calendar);
    expect(['2026-11-01', '2026-11-30', '2026-12-01'].map(months.monthOf)).toEqual([
      '2026-11',
      '2026-11',
      '2026-12',
    ]);
    expect(months.datesOf('2026-02')).toEqual({ from: '2026-02-01', to: '2026-02-28' });
  });

  it('has every day in exactly one month, whatever day it begins on', () => {
    for (let startsOn = 1; startsOn <= 28; startsOn += 1) {
      const months = makeStatisticsMonths(startsOn, calendar);
      for (let date = '2024-01-01'; date < '2025-03-01'; date = calendar.addDays(date, 1)) {
        const { from, to } = months.datesOf(months.monthOf(date));
        if (date < from || date > to) throw new Error(`${date} is not in its month, ${from} to ${to}`);
      }
    }
  });
});
