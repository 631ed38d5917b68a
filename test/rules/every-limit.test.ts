import { beforeAll, describe, expect, it } from '@jest/globals';
import type { LoadedRule } from '../../src/engine/load-rules.js';
import type { ParameterTable } from '../../src/engine/parameter-table.js';
import { subjectTypeOf } from '../../src/events/business-event.js';
import type { Catalogue } from '../../src/work-orders/catalogue.js';
import { eventAt } from '../support/event-at.js';
import {
  anchorsOf,
  ANCHORS,
  forceOf,
  limitRules,
  MINUTE,
  oracle,
  stopEvent,
  storyOf,
} from './limit-story.js';
import { assessUnder, loadProjectRules } from './load-project-rules.js';

let rules: readonly LoadedRule[];
let catalogue: Catalogue;
let parameters: ParameterTable;
beforeAll(async () => ({ files: rules, catalogue, parameters } = await loadProjectRules()));

/** Every rule with a time limit, whatever it is about. */
const all = () => limitRules(rules, parameters);
/** Those on a work order, which the customer can have suspended. */
const onWorkOrders = () =>
  all().filter((one) =>
    storyOf(one, catalogue, 0).events.every(({ type }) => subjectTypeOf(type) === 'workOrder'),
  );
/** Those that are nothing but a time limit. */
const ofLimits = () =>
  limitRules(
    rules.filter(({ file }) => file.startsWith('time-limits/')),
    parameters,
  );

describe('every time limit that ships', () => {
  it('is kept at its last instant and missed a minute later, whatever days lie between', async () => {
    const wrong: string[] = [];
    for (const one of all()) {
      const { rule, limit } = one;
      for (const [ahead, anchor] of Object.entries(ANCHORS[anchorsOf(one)])) {
        const start = Date.parse(`${anchor.replace(' ', 'T')}+08:00`);
        const due = oracle.dueAt({ anchor: start, limit });
        if (due === undefined) throw new Error(`${rule.id}: the oracle knows no due time`);
        const told = storyOf(one, catalogue, start);
        const overdue = async (stopAt: number) => {
          const until = new Date(stopAt + MINUTE).toISOString();
          const events = [...told.events, stopEvent(one, told, stopAt)];
          const { findings } = await assessUnder([rule.id], events, until);
          return findings.find(({ phase }) => phase === 'overdue');
        };
        if (await overdue(due))
          wrong.push(`${rule.id} over ${ahead}: not kept at ${new Date(due).toISOString()}`);
        const missed = await overdue(due + MINUTE);
        if (missed?.dueAt !== due) wrong.push(`${rule.id} over ${ahead}: not missed a minute after`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('stands still while the customer has the work order suspended, unless its rule says that nothing pauses it', async () => {
    const wrong: string[] = [];
    for (const one of onWorkOrders()) {
      const { rule, trigger } = one;
      const start = Date.parse(`${ANCHORS[anchorsOf(one)]['an ordinary day'].replace(' ', 'T')}+08:00`);
      const { events } = storyOf(one, catalogue, start);
      const suspended = eventAt('workorder.suspended', new Date(start + MINUTE).toISOString(), {
        side: 'customer',
      });
      const record = await assessUnder(
        [rule.id],
        [...events, suspended],
        new Date(start + 500 * 86_400_000).toISOString(),
      );
      if ((record.findings.length === 0) === (trigger.pausedBy === 'none')) wrong.push(rule.id);
    }
    expect(wrong).toEqual([]);
  });

  it('binds only what began while it was in force', async () => {
    const wrong: string[] = [];
    for (const one of all()) {
      const { rule } = one;
      const { from, to } = forceOf(rule);
      const outside = [
        from && new Date(Date.parse(`${from}T10:00+08:00`) - 86_400_000),
        to && new Date(Date.parse(`${to}T10:00+08:00`) + 86_400_000),
      ];
      for (const day of outside) {
        if (!day) continue;
        const { events } = storyOf(one, catalogue, day.getTime());
        const record = await assessUnder(
          [rule.id],
          events,
          new Date(day.getTime() + 200 * 86_400_000).toISOString(),
        );
        if (record.clocks.length + record.findings.length > 0)
          wrong.push(`${rule.id} on ${day.toISOString()}`);
      }
    }
    expect(wrong).toEqual([]);
  });

  it('is flagged, not guessed, where it runs into a year without an official calendar', async () => {
    const wrong: string[] = [];
    const start = Date.parse('2026-12-31T10:00+08:00');
    for (const one of all()) {
      const { rule, limit } = one;
      if (forceOf(rule).to || limit.unit !== 'workingDay') continue;
      const { events } = storyOf(one, catalogue, start);
      const { clocks, findings } = await assessUnder([rule.id], events, '2027-12-31T10:00+08:00');
      if (findings.length > 0 || clocks[0]?.uncoveredYears?.[0] !== 2027) wrong.push(rule.id);
    }
    expect(wrong).toEqual([]);
  });

  it('says in its title whose limit it is, and whether it is only a default', () => {
    const word = { regulation: '法规', promise: '公司承诺', province: '省公司', internal: '内部考核' };
    const wrong = ofLimits().filter(({ rule }) => {
      const own = rule.basis.find(({ limits, layer }) => limits ?? layer);
      if (rule.basis.some(({ certainty }) => certainty === 'assumption'))
        return !/默认时限/.test(rule.event.params.title) || !/默认参数/.test(rule.event.params.advice);
      return !own?.layer || (!rule.event.params.title.includes(word[own.layer]) && !/有效期/.test(rule.name));
    });
    expect(wrong.map(({ rule }) => rule.id)).toEqual([]);
  });
});
