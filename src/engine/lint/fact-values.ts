import { CUSTOMER_CLASSES } from '../../events/event-types.js';
import type { FactDefinition } from '../fact-definition.js';

/** What a fact can ever hold; absent fields do not restrict. */
export interface FactValues {
  /** The only texts. */
  readonly texts?: readonly string[];
  /** Its texts are names of the content: editors complete them, and another name never comes. */
  readonly names?: 'process' | 'stage' | 'workItem' | 'orgUnit' | 'eventType';
  readonly least?: number;
  readonly most?: number;
  /** Whole numbers only. */
  readonly whole?: true;
}

const COUNT: FactValues = { least: 0, whole: true };
const FROM_ONE: FactValues = { least: 1, whole: true };
const SHARE: FactValues = { least: 0, most: 1 };

/** By name of the fact. Facts of type number that may be negative or have any size have an empty entry, so that none is forgotten. */
const VALUES: Readonly<Record<string, FactValues>> = {
  'event.type': { names: 'eventType' },
  'event.stage': { names: 'stage' },
  'event.nextStage': { names: 'stage' },
  'event.share': SHARE,
  'workOrder.process': { names: 'process' },
  'workOrder.status': { texts: ['open', 'closed', 'cancelled'] },
  'workOrder.customerClass': { texts: CUSTOMER_CLASSES },
  'workOrder.managingUnit': { names: 'orgUnit' },
  'workOrder.orgUnit': { names: 'orgUnit' },
  'workOrder.returns': COUNT,
  'stage.name': { names: 'stage' },
  'stage.visit': FROM_ONE,
  'stage.visits': COUNT,
  'stage.workItem': { names: 'workItem' },
  'stage.completions': COUNT,
  'stage.totalCompletions': COUNT,
  'stage.workingDaysSpent': COUNT,
  'stage.orgUnit': { names: 'orgUnit' },
  'document.count': COUNT,
  'record.openMismatches': COUNT,
  'paper.toUnit': { names: 'orgUnit' },
  'milestone.count': COUNT,
  'seen.count': COUNT,
  'elapsed.workingHours': {},
  'elapsed.workingDays': { whole: true },
  'elapsed.calendarHours': {},
  'elapsed.minutes': {},
  'clock.phase': { texts: ['early', 'overdue'] },
  'feed.silentMinutes': COUNT,
  'window.count': COUNT,
  'window.distinct': COUNT,
  'window.sum': {},
  'window.average': {},
  'window.min': {},
  'window.max': {},
  'window.ratio': { least: 0 },
  'window.peersRatio': { least: 0 },
  'window.timesPeers': { least: 0 },
  'window.peers': COUNT,
  'window.largestGapMinutes': { least: 0 },
  'window.lastDayCount': COUNT,
  'window.lastDayRatio': SHARE,
};

/** @returns undefined where nothing is known of a fact's values */
export function valuesOf({ name }: Pick<FactDefinition, 'name'>): FactValues | undefined {
  return Object.hasOwn(VALUES, name) ? VALUES[name] : undefined;
}

/** Facts that the table speaks of. */
export const FACTS_WITH_VALUES: readonly string[] = Object.keys(VALUES);
