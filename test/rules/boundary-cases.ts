import type { RuleSequence } from '../../src/engine/rule-file.js';
import { shortType, type BusinessEvent } from '../../src/events/business-event.js';
import type { Catalogue } from '../../src/work-orders/catalogue.js';
import { anchorsOf, ANCHORS, MINUTE, oracle, stopEvent, storyOf, type LimitRule } from './limit-story.js';
import { assessUnder } from './load-project-rules.js';

/** The names of the two cases that the file of every rule with a time limit must have. */
export const BOUNDARY_CASES = ['假日前起算，恰好在时限内', '假日前起算，晚一分钟'] as const;

/**
 * The cases of a rule at the boundary of its limit, over the long holiday and the working days in lieu around it. When the limit runs out is
 * said by another calendar than the service's.
 */
export async function boundaryCases(one: LimitRule, catalogue: Catalogue): Promise<RuleSequence[]> {
  const start = Date.parse(`${ANCHORS[anchorsOf(one)]['a holiday'].replace(' ', 'T')}+08:00`);
  const due = oracle.dueAt({ anchor: start, limit: one.limit });
  if (due === undefined) throw new Error(`${one.rule.id}: the oracle knows no due time`);
  const story = storyOf(one, catalogue, start);
  const caseAt = async (name: string, stopAt: number, isLate: boolean): Promise<RuleSequence> => {
    const events = [...story.events, stopEvent(one, story, stopAt)];
    const { findings } = await assessUnder([one.rule.id], events, new Date(stopAt + 1).toISOString());
    const [found] = findings;
    if (findings.length > 1 || (found?.phase === 'overdue') !== isLate)
      throw new Error(`${one.rule.id}: ${name} finds ${JSON.stringify(findings)}`);
    const expected = found && {
      at: local(found.openedAt),
      closed: local(stopAt),
      phase: isLate ? ('overdue' as const) : ('early' as const),
      ...(found.stage !== undefined && { stage: found.stage }),
    };
    return { name, events: events.map(toCase), expect: expected ? [expected] : [] };
  };
  return [await caseAt(BOUNDARY_CASES[0], due, false), await caseAt(BOUNDARY_CASES[1], due + MINUTE, true)];
}

function toCase({ type, at, data }: BusinessEvent): RuleSequence['events'][number] {
  return {
    type: shortType(type),
    time: local(at),
    ...(Object.keys(data).length > 0 && { data: tidy(data) }),
  };
}

/** Without what says nothing. */
function tidy(data: BusinessEvent['data']): BusinessEvent['data'] {
  const { attributes, ...rest } = data;
  return attributes && Object.keys(attributes).length > 0 ? data : rest;
}

const local = (at: number) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
