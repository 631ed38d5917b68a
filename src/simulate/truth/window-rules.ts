import { asText } from '../as-text.js';
import { MINUTE } from '../office-time.js';
import type { CloudEvent } from '../simulation.js';
import { textOf, type Fact } from './timeline.js';

/*
 * What must be seen over many work orders in a stretch of time. One function a rule, from the wording of the rule and not from its file: at each
 * event of somebody, all that he did in the stretch before it is gone through anew.
 */

/** An event as the windows see it. */
export interface Seen extends Fact {
  readonly subject: string;
  /** Decides between events of one instant. */
  readonly order: string;
}

export interface WindowFinding {
  readonly rule: string;
  /** Whom it is about: the value that the rule groups by. */
  readonly member: string;
  readonly firstKnownAt: number;
  readonly curedAt?: number;
}

interface WindowOracle {
  readonly rule: string;
  /** Whose window an event belongs to; undefined where it counts in none. */
  readonly memberOf: (event: Seen) => string | undefined;
  /** Who is looked at together; absent = each by himself. */
  readonly groupOf?: (event: Seen) => string | undefined;
  /** Whether it is wrong as of one of the events of a group; undefined where that cannot be said. */
  readonly isWrong: (events: readonly Seen[], now: number, member: string) => boolean | undefined;
  /** Stays until a person has dealt with it. */
  readonly keepOpen: boolean;
}

const TEN_MINUTES = 10 * MINUTE;
const distinct = (events: readonly Seen[], value: (event: Seen) => string | undefined) =>
  new Set(events.map(value).filter((one) => one !== undefined)).size;
/** The event of a place, and those less than so long before it. */
function lately(events: readonly Seen[], now: number, ms: number): readonly Seen[] {
  const since = (events[now]?.at ?? 0) - ms;
  let first = now;
  while (first > 0 && (events[first - 1]?.at ?? 0) > since) first -= 1;
  return events.slice(first, now + 1);
}
const isAny = (types: readonly string[]) => (event: Seen) => types.includes(event.type);

/** 共用账号: nobody is in two units within half an hour. */
const isDone = isAny([
  'stage.arrived',
  'stage.completed',
  'record.entered',
  'document.received',
  'flow.sent',
]);
const accountShared: WindowOracle = {
  rule: 'account-shared',
  memberOf: (event) => (isDone(event) ? textOf(event, 'operator') : undefined),
  isWrong: (events, now) =>
    distinct(lately(events, now, 30 * MINUTE), (event) => textOf(event, 'orgUnit')) >= 2,
  keepOpen: true,
};

/** 补点系统: three stages of one work order closed by one person within ten minutes. */
const closedInMinutes: WindowOracle = {
  rule: 'stages-closed-in-minutes',
  memberOf: (event) => (event.type === 'stage.completed' ? event.subject : undefined),
  isWrong: (events, now) => {
    const recent = lately(events, now, TEN_MINUTES);
    return (
      distinct(recent, (event) => event.stage) >= 3 &&
      distinct(recent, (event) => textOf(event, 'operator')) === 1
    );
  },
  keepOpen: true,
};

/** 客流激增: ten or more waiting at every look for ten minutes, with a look at least every six minutes and one before. */
const queueStaysLong: WindowOracle = {
  rule: 'hall-queue-stays-long',
  memberOf: (event) => (event.type === 'hall.queue.sampled' ? event.subject : undefined),
  isWrong: (events, now) => {
    const recent = lately(events, now, TEN_MINUTES);
    const earlier = events[now - recent.length];
    // A look that is older than that says nothing of the beginning of the ten minutes.
    const isKnown = earlier !== undefined && (events[now]?.at ?? 0) - earlier.at < 2 * TEN_MINUTES;
    if (!isKnown) return false;
    const looks = [earlier, ...recent];
    const gaps = looks.slice(1).map(({ at }, i) => at - (looks[i]?.at ?? at));
    return Math.max(...gaps) <= 6 * MINUTE && looks.every(({ data }) => Number(data['waiting']) >= 10);
  },
  keepOpen: false,
};

/** 人员差错率: over thirty days twice that of the colleagues, with ten entries and three mistakes at least. */
const errorsAbovePeers: WindowOracle = {
  rule: 'clerk-errors-above-peers',
  memberOf: (event) => (event.type === 'record.checked' ? textOf(event, 'enteredBy') : undefined),
  groupOf: (event) => textOf(event, 'orgUnit'),
  isWrong: (events, now, member) => {
    const recent = lately(events, now, 30 * 24 * 60 * MINUTE);
    const share = (list: readonly Seen[]) => {
      const wrong = list.filter(({ data }) => (data['mismatches'] as unknown[] | undefined)?.length);
      return { all: list.length, wrong: wrong.length, rate: wrong.length / list.length };
    };
    const own = share(recent.filter((event) => textOf(event, 'enteredBy') === member));
    const others = share(recent.filter((event) => textOf(event, 'enteredBy') !== member));
    if (own.all < 10 || own.wrong < 3 || others.all === 0) return false;
    return others.wrong === 0 ? undefined : own.rate / others.rate >= 2;
  },
  keepOpen: false,
};

const ORACLES = [accountShared, closedInMinutes, queueStaysLong, errorsAbovePeers];
/** Rules that look over a stretch of time at the events of many records. */
export const WINDOW_RULES: readonly string[] = ORACLES.map(({ rule }) => rule);

/** Takes in the events of a simulation, in any order, and says in the end what the window rules must find. */
export function makeWindowWatch(rules: ReadonlySet<string>) {
  const oracles = ORACLES.filter(({ rule }) => rules.has(rule));
  const groups = new Map<string, { oracle: WindowOracle; events: Seen[] }>();
  return {
    add(event: CloudEvent): void {
      const seen = toSeen(event);
      for (const oracle of oracles) {
        const member = oracle.memberOf(seen);
        const group = member !== undefined && oracle.groupOf ? oracle.groupOf(seen) : member;
        if (member === undefined || group === undefined) continue;
        const key = `${oracle.rule}|${group}`;
        const known = groups.get(key) ?? { oracle, events: [] };
        groups.set(key, known);
        known.events.push(seen);
      }
    },
    findings: (): WindowFinding[] => [...groups.values()].flatMap(findIn),
  };
}

function findIn({ oracle, events }: { oracle: WindowOracle; events: Seen[] }): WindowFinding[] {
  const { rule, memberOf, isWrong, keepOpen } = oracle;
  const sorted = [...events].sort((a, b) => a.at - b.at || (a.order < b.order ? -1 : 1));
  const found: { rule: string; member: string; firstKnownAt: number; curedAt?: number }[] = [];
  sorted.forEach((event, i) => {
    const member = memberOf(event) ?? '';
    const wrong = isWrong(sorted, i, member);
    const open = found.findLast((one) => one.member === member && one.curedAt === undefined);
    if (wrong === true && !open) found.push({ rule, member, firstKnownAt: event.at });
    if (wrong === false && open && !keepOpen) open.curedAt = event.at;
  });
  return found;
}

function toSeen({ type, time, subject, sequence = '', id, data }: CloudEvent): Seen {
  const stage = data['stage'];
  return {
    at: Date.parse(time),
    type: type.replace(/^yxzy\./, ''),
    subject,
    order: `${sequence} ${asText(id)}`,
    data,
    ...(typeof stage === 'string' && { stage }),
  };
}
