import { describe, expect, it } from '@jest/globals';
import { browseRules, NO_PROCESS, NO_SIGNAL, type RuleRow } from '../../web/src/rules/browse-rules.js';
import { figuresOfRules, percentOf, sumFigures } from '../../web/src/rules/rule-figures.js';
import type { RuleHealth } from '../../web/src/api/types.js';

const rule = (id: string, changes: Partial<RuleRow> = {}): RuleRow => ({
  id,
  version: 1,
  status: 'active',
  name: `规则 ${id}`,
  kind: 'timeout',
  clauses: ['Q1'],
  severity: 'high',
  trigger: 'event',
  ...changes,
});
const ROWS = [
  rule('every'),
  rule('supply', { processes: ['高压新装'], clauses: ['Q1', 'Q2'], kind: 'contract' }),
  rule('both', { processes: ['高压新装', '销户'], status: 'shadow' }),
  rule('hall', { processes: [], clauses: [], kind: 'service' }),
];
const NOTHING = { text: '', kind: '', clause: '', process: '', severity: '', status: '', signal: '' };
const browse = (choice: Partial<typeof NOTHING>) => browseRules(ROWS, { ...NOTHING, ...choice });
const idsOf = (choice: Partial<typeof NOTHING>) => browse(choice).shown.map(({ id }) => id);

const health = (changes: Partial<RuleHealth>): RuleHealth => ({
  rule: 'a', version: 1, status: 'active', looks: 10, hits: 1, noHits: 9, notEvaluated: 0, errors: 0, missing: [], time: null, slow: 0,
  alerts: { raised: 1, open: 1, shadow: 0, confirmed: 0, unconfirmed: 0, invalid: 0, precision: null }, signals: [], ...changes,
}); // prettier-ignore

describe('rules', () => {
  it('of a process are those that name it and those of every process', () => {
    expect(idsOf({ process: '高压新装' })).toEqual(['every', 'supply', 'both']);
    expect(idsOf({ process: '销户' })).toEqual(['every', 'both']);
    expect(idsOf({ process: NO_PROCESS })).toEqual(['hall']);
  });

  it('are narrowed down by all that is chosen, and found by name, id and clause', () => {
    expect(idsOf({ clause: 'Q1', kind: 'timeout' })).toEqual(['every', 'both']);
    expect(idsOf({ clause: 'Q1', status: 'shadow' })).toEqual(['both']);
    expect(idsOf({ text: 'q2' })).toEqual(['supply']);
    expect(idsOf({ text: '规则 HALL ' })).toEqual(['hall']);
  });

  it('are as many under each choice as it says, whatever else is chosen', () => {
    const choices: readonly Partial<typeof NOTHING>[] = [
      {},
      { process: '高压新装' },
      { kind: 'timeout', clause: 'Q1' },
      { text: '规则' },
    ];
    for (const choice of choices) {
      const { counts } = browse(choice);
      for (const facet of ['kind', 'clause', 'process', 'severity', 'status'] as const)
        for (const [value, count] of counts[facet])
          expect({ facet, value, count: idsOf({ ...choice, [facet]: value }).length }).toEqual({
            facet,
            value,
            count,
          });
    }
    expect([...browse({}).counts.process]).toEqual(
      expect.arrayContaining([
        ['高压新装', 3],
        ['销户', 2],
        [NO_PROCESS, 1],
      ]),
    );
  });

  it('that have something worth a look are told from those that have not, once it is known', () => {
    const figures = figuresOfRules([
      health({ rule: 'every', signals: ['errors'] }),
      health({ rule: 'supply' }),
    ]);
    const rows = ROWS.map((row) => ({ ...row, figures: figures.get(row.id) }));
    const { counts } = browseRules(rows, NOTHING);
    expect([...counts.signal]).toEqual([
      ['errors', 1],
      [NO_SIGNAL, 1],
    ]);
  });

  it('have the figures of all their versions, and the signals of the one in force', () => {
    const judged = {
      raised: 4,
      open: 1,
      shadow: 0,
      confirmed: 1,
      unconfirmed: 1,
      invalid: 1,
      precision: 1 / 3,
    };
    const figures = figuresOfRules([
      health({
        version: 2,
        alerts: judged,
        lastHitAt: '2026-11-20T01:00:00.000Z',
        signals: ['imprecise', 'never-looked', 'never-hits'],
      }),
      health({ version: 1, status: 'former', lastHitAt: '2026-11-25T01:00:00.000Z', signals: ['errors'] }),
    ]).get('a');
    expect(figures).toEqual({
      looks: 20, hits: 2, errors: 0, raised: 5, open: 2, confirmed: 1, judged: 3,
      lastHitAt: '2026-11-25T01:00:00.000Z', signals: ['imprecise'],
    }); // prettier-ignore
    const idle = figuresOfRules([health({ looks: 0, hits: 0, signals: ['never-looked'] })]).get('a');
    expect(idle?.signals).toEqual(['never-looked']);
    expect(figures && percentOf(figures)).toBe(33);
    expect(percentOf(sumFigures([undefined]))).toBeUndefined();
    expect(sumFigures([figures, figures, undefined])).toMatchObject({ judged: 6, signals: ['imprecise'] });
  });
});
