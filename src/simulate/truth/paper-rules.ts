import { asText } from '../as-text.js';
import { DAY_END, dateOf, MORNING } from '../office-time.js';
import { whenTold, uncheckedForms, openMismatches, type Oracle } from './counter-rules.js';
import { dailyLooks, follow, limitLooks, type Limit, type Watch } from './follow.js';
import { attributeAt, before, isFinal, listOf, newest, textOf, visitAt, type Fact, type Timeline, type Visit } from './timeline.js'; // prettier-ignore

/** What must be so of papers, handovers, shortfalls, flow and late entry. One function a rule. */

const ACCEPTANCE = '业务受理';
const COUNTERS = [ACCEPTANCE, '客户申请确认'];
const BOOK = '业务档案移交记录簿';

/** Looked at every day, for each visit to a stage that has not been visited anew. */
function everyDay(
  rule: string,
  isWrong: (timeline: Timeline, at: number, visit: Visit) => boolean,
  isRight: (timeline: Timeline, at: number, visit: Visit) => boolean,
): [string, Oracle] {
  const oracle: Oracle = (timeline) =>
    timeline.visits.flatMap((visit) =>
      follow(timeline, {
        rule,
        place: { stage: visit.stage, visit: visit.visit },
        looks: dailyLooks(timeline, DAY_END).filter(({ at }) => at >= visit.arrivedAt && at < visit.until),
        isWrong: (at) => isWrong(timeline, at, visit),
        isRight: (at) => isRight(timeline, at, visit),
      }),
    );
  return [rule, oracle];
}

interface LimitRule {
  readonly limit: Limit;
  /** Stands still while the customer has the work order suspended. */
  readonly pausable?: boolean;
  readonly starts: (timeline: Timeline) => readonly Fact[];
  readonly stops: (timeline: Timeline, start: Fact) => number;
  readonly isWrong: (timeline: Timeline, at: number, start: Fact) => boolean;
  readonly isRight?: (timeline: Timeline, at: number, start: Fact) => boolean;
}

/** A time limit from each start. */
function within(rule: string, limitRule: LimitRule): [string, Oracle] {
  const { limit, pausable, starts, stops, isWrong, isRight } = limitRule;
  const oracle: Oracle = (timeline) =>
    starts(timeline).flatMap((start) => {
      const watch: Watch = {
        rule,
        place: start.stage === undefined ? {} : visitAt(timeline, start.stage, start.at),
        looks: limitLooks(start.at, limit, pausable ? timeline.pauses : [], timeline.until),
        isWrong: (at) => isWrong(timeline, at, start),
        ...(isRight && { isRight: (at: number) => isRight(timeline, at, start) }),
        endsAt: stops(timeline, start),
      };
      return follow(timeline, watch);
    });
  return [rule, oracle];
}

const completions = (stages: readonly string[] | undefined) => (timeline: Timeline) =>
  timeline.visits.flatMap(({ stage, completed }) =>
    completed && (!stages || stages.includes(stage)) ? [completed] : [],
  );
const next = ({ facts }: Timeline, { at }: Fact, isIt: (fact: Fact) => boolean) =>
  facts.find((fact) => fact.at > at && isIt(fact))?.at ?? Infinity;
const visitOf = ({ visits }: Timeline, { at, stage }: Fact) =>
  visits.findLast((visit) => visit.stage === stage && visit.arrivedAt <= at);

const isHandedOver = (timeline: Timeline, at: number, stage?: string) =>
  before(timeline, at, 'handover.recorded', stage).length > 0;
const isDelivered = (timeline: Timeline, at: number) => before(timeline, at, 'paper.delivered').length > 0;
/** Sent back from this visit, or, after it, to it. */
const isReturned = (
  timeline: Timeline,
  at: number,
  { stage, arrivedAt, until }: Pick<Visit, 'stage' | 'arrivedAt' | 'until'>,
) =>
  before(timeline, at, 'flow.returned').some(
    ({ at: when, stage: from, data }) =>
      when > arrivedAt && when < until && (from === stage || data['nextStage'] === stage),
  );
const isReturnedFact = (timeline: Timeline, at: number, fact: Fact) => {
  const visit = visitOf(timeline, fact);
  return visit !== undefined && isReturned(timeline, at, visit);
};

/** Signatures in the book that belong to the newest handover: those since it, or, for the first one, any. */
const bookSignatures = (timeline: Timeline, at: number, stage: string | undefined, role: string) => {
  const handovers = before(timeline, at, 'handover.recorded', stage);
  const since = handovers.length > 1 ? (handovers.at(-1)?.at ?? 0) : 0;
  return before(timeline, at, 'signature.recorded', stage).filter(
    (fact) => fact.data['document'] === BOOK && fact.data['role'] === role && fact.at >= since,
  );
};
/** Whether a side has signed the newest handover of a stage: on the list itself, or in the book. */
const isHandoverSigned = (
  timeline: Timeline,
  at: number,
  stage: string | undefined,
  side: 'giver' | 'receiver',
) =>
  newest(timeline, at, 'handover.recorded', stage)?.data[`${side}Signed`] === true ||
  bookSignatures(timeline, at, stage, side).length > 0;
const parties = (timeline: Timeline, at: number, stage: string | undefined, side: 'giver' | 'receiver') => ({
  registered: textOf(newest(timeline, at, 'handover.recorded', stage), side),
  signed: textOf(bookSignatures(timeline, at, stage, side).at(-1), 'signer'),
});

const differ = (rule: string, side: 'giver' | 'receiver') =>
  whenTold(
    rule,
    ['signature.recorded', 'handover.recorded'],
    (timeline, at, stage) => {
      const { registered, signed } = parties(timeline, at, stage, side);
      return registered !== undefined && signed !== undefined && registered !== signed;
    },
    (timeline, at, stage) => {
      const { registered, signed } = parties(timeline, at, stage, side);
      return registered !== undefined && registered === signed;
    },
    (_timeline, { type, data }) => type === 'handover.recorded' || data['role'] === side,
  );
const unsigned = (rule: string, side: 'giver' | 'receiver') =>
  everyDay(
    rule,
    (timeline, at, { stage }) =>
      isHandedOver(timeline, at, stage) && !isHandoverSigned(timeline, at, stage, side),
    (timeline, at, { stage }) => isHandoverSigned(timeline, at, stage, side),
  );

const listed = (timeline: Timeline, at: number, stage?: string) =>
  new Set(before(timeline, at, 'handover.recorded', stage).flatMap((fact) => listOf(fact, 'documents')));
/** Papers that were there when the papers were handed over last, and are on no list. */
const leftOut = (timeline: Timeline, at: number, stage?: string) => {
  const handover = newest(timeline, at, 'handover.recorded', stage);
  if (!handover) return [];
  const names = listed(timeline, at, stage);
  return before(timeline, handover.at, 'document.received', stage)
    .filter(({ data }) => data['paper'] === true)
    .map(({ data }) => asText(data['document']))
    .filter((document) => !names.has(document));
};
const CONSULT_LIST = ['受理单', '资料清单'];
const hasConsultList = (timeline: Timeline, at: number, stage?: string) =>
  CONSULT_LIST.every((document) => listed(timeline, at, stage).has(document));

/** Papers of the newest notice, or of the newest of a stage, that have not come since. */
const stillMissing = (timeline: Timeline, at: number, stage?: string) => {
  const notice = newest(timeline, at, 'document.shortfall.notified', stage);
  const since = before(timeline, at, 'document.received').filter((fact) => notice && fact.at >= notice.at);
  return listOf(notice, 'documents').filter(
    (document) => !since.some(({ data }) => data['document'] === document),
  );
};
const agreedDate = (timeline: Timeline, at: number) =>
  textOf(newest(timeline, at, 'document.shortfall.notified'), 'agreedDate');
const isNotified = (timeline: Timeline, at: number) =>
  newest(timeline, at, 'document.shortfall.notified') !== undefined;
const isFiled = (timeline: Timeline, at: number, since = 0) =>
  before(timeline, at, 'archive.filed').some((fact) => fact.at >= since);

const isSuspended = ({ pauses }: Timeline, at: number) =>
  pauses.some(({ from, to = Infinity }) => from <= at && at < to);
const isSent = (timeline: Timeline, at: number, { stage, arrivedAt, until }: Visit) =>
  before(timeline, at, 'flow.sent', stage).some((fact) => fact.at >= arrivedAt && fact.at < until);
/** Completed and neither sent, returned nor filed: it should have gone on. */
const isStuck = (timeline: Timeline, at: number, visit: Visit) =>
  visit.completed !== undefined &&
  visit.completed.at <= at &&
  !isFinal(timeline, visit.stage) &&
  !isMoved(timeline, at, visit);
const isMoved = (timeline: Timeline, at: number, visit: Visit) =>
  isSent(timeline, at, visit) ||
  isReturned(timeline, at, visit) ||
  isFiled(timeline, at, visit.completed?.at);

const isCalled = (timeline: Timeline, at: number) =>
  attributeAt(timeline, at, 'managingWindowContacted') === true;
/** Entered in the system since it was accepted on paper. */
const isEntered = (timeline: Timeline, at: number) =>
  before(timeline, at, 'acceptance.backfilled').length > 0;
const hasContact = (timeline: Timeline, at: number) =>
  [...before(timeline, at, 'acceptance.offline'), ...before(timeline, at, 'acceptance.backfilled')].some(
    ({ data }) => data['contact'] !== undefined,
  );
const ofType = (type: string) => (timeline: Timeline) => timeline.facts.filter((fact) => fact.type === type);

export const PAPER_RULES: readonly [rule: string, oracle: Oracle][] = [
  differ('handover-giver-mismatch', 'giver'),
  differ('handover-receiver-mismatch', 'receiver'),
  unsigned('handover-giver-unsigned', 'giver'),
  unsigned('handover-receiver-unsigned', 'receiver'),
  whenTold(
    'handover-same-person',
    ['handover.recorded'],
    (_t, _at, _stage, fact) => textOf(fact, 'giver') === textOf(fact, 'receiver'),
    (t, at, stage) => {
      const fact = newest(t, at, 'handover.recorded', stage);
      return textOf(fact, 'giver') !== textOf(fact, 'receiver');
    },
  ),
  whenTold(
    'handover-list-short',
    ['handover.recorded'],
    (t, at, stage) => leftOut(t, at, stage).length > 0,
    (t, at, stage) => leftOut(t, at, stage).length === 0,
    (_t, { stage = '' }) => COUNTERS.includes(stage),
  ),
  whenTold(
    'consult-handover-list-incomplete',
    ['handover.recorded'],
    (t, at, stage) => !hasConsultList(t, at, stage),
    (t, at, stage) => hasConsultList(t, at, stage),
    (t, { stage }) => t.process === '用电大项目前期咨询' && stage === ACCEPTANCE,
  ),
  within('handover-not-received', {
    limit: { value: 1, unit: 'workingDay' },
    starts: ofType('handover.recorded'),
    stops: (t, start) =>
      next(
        t,
        start,
        ({ type, stage, data }) =>
          type === 'signature.recorded' && data['role'] === 'receiver' && stage === start.stage,
      ),
    isWrong: (t, at, { stage }) => !isHandoverSigned(t, at, stage, 'receiver') && !isDelivered(t, at),
    isRight: (t, at, { stage }) => isHandoverSigned(t, at, stage, 'receiver') || isDelivered(t, at),
  }),
  everyDay(
    'handover-missing-at-day-end',
    (t, at, visit) =>
      COUNTERS.includes(visit.stage) &&
      visit.completed !== undefined &&
      visit.completed.at <= at &&
      !papersGone(t, at, visit),
    papersGone,
  ),
  within('paper-file-late', {
    limit: { value: 2, unit: 'workingDay', warnAt: 0.5 },
    pausable: true,
    starts: completions([ACCEPTANCE]),
    stops: (t, start) =>
      next(
        t,
        start,
        ({ type, stage }) =>
          type === 'paper.delivered' || (type === 'handover.recorded' && stage === start.stage),
      ),
    isWrong: (t, at, start) =>
      !t.sameCity &&
      !isDelivered(t, at) &&
      !isHandedOver(t, at, start.stage) &&
      !isReturnedFact(t, at, start),
    isRight: isReturnedFact,
  }),
  within('paper-file-same-city-next-workday', {
    limit: { value: 1, unit: 'workingDay', warnAt: 0.9 },
    pausable: true,
    starts: completions([ACCEPTANCE]),
    stops: (t, start) => next(t, start, ({ type }) => type === 'paper.delivered'),
    isWrong: (t, at, start) => t.sameCity && !isDelivered(t, at) && !isReturnedFact(t, at, start),
    isRight: isReturnedFact,
  }),
  whenTold(
    'paper-file-same-city-wrong-unit',
    ['paper.delivered'],
    (t, _at, _stage, fact) => t.sameCity && textOf(fact, 'toUnit') !== t.managingUnit,
    (t, at) => textOf(newest(t, at, 'paper.delivered'), 'toUnit') === t.managingUnit,
  ),
  within('same-city-window-not-contacted', {
    limit: { value: 4, unit: 'workingHour' },
    pausable: true,
    starts: completions([ACCEPTANCE]),
    stops: (t, start) => next(t, start, ({ type }) => type === 'paper.delivered'),
    isWrong: (t, at, start) => t.sameCity && !isCalled(t, at) && !isReturnedFact(t, at, start),
    isRight: (t, at, start) => isCalled(t, at) || isReturnedFact(t, at, start),
  }),
  everyDay(
    'flow-unsent-at-day-end',
    (t, at, visit) => isStuck(t, at, visit) && !isSuspended(t, at),
    (t, at, visit) => isMoved(t, at, visit) || isSuspended(t, at) || at >= t.closedAt,
  ),
  within('flow-unsent-across-day', {
    limit: { value: 1, unit: 'workingDay' },
    pausable: true,
    starts: completions(undefined),
    stops: (t, start) =>
      next(
        t,
        start,
        ({ type, stage }) =>
          type === 'archive.filed' ||
          type === 'workorder.closed' ||
          (/^flow\.(sent|returned)$/.test(type) && stage === start.stage),
      ),
    isWrong: (t, at, start) => {
      const visit = visitOf(t, start);
      return visit !== undefined && isStuck(t, at, visit);
    },
    isRight: isReturnedFact,
  }),
  everyDay(
    'record-mismatch-not-corrected',
    (t, at, { stage }) => openMismatches(t, at, stage).length > 0,
    (t, at, { stage }) => openMismatches(t, at, stage).length === 0,
  ),
  // Four hours from each entry to its check; what is late of a stage's forms first, counts.
  [
    'record-not-checked',
    (timeline) => {
      const entries = timeline.facts.filter(
        ({ type, stage = '' }) => type === 'record.entered' && COUNTERS.includes(stage),
      );
      return counterVisits(timeline, entries).flatMap(({ stage, visit, arrivedAt, until }) =>
        follow(timeline, {
          rule: 'record-not-checked',
          place: { stage, visit },
          looks: entries
            .filter((entry) => entry.stage === stage && entry.at >= arrivedAt && entry.at < until)
            .flatMap((entry) =>
              limitLooks(entry.at, { value: 4, unit: 'workingHour' }, [], timeline.until).map((look) => ({
                ...look,
                entry,
              })),
            )
            .filter(({ at, entry }) => uncheckedForms(timeline, at, stage).includes(entry)),
          isWrong: () => true,
          isRight: (at) => uncheckedForms(timeline, at, stage).length === 0,
        }),
      );
    },
  ],
  whenTold(
    'shortfall-notice-missing',
    ['workorder.suspended', 'flow.returned'],
    (t, at) => !isNotified(t, at),
    isNotified,
    (_t, { data }) => data['reason'] === '资料不全',
  ),
  whenTold(
    'shortfall-agreed-date-missing',
    ['document.shortfall.notified'],
    (t, at) => agreedDate(t, at) === undefined,
    (t, at) => agreedDate(t, at) !== undefined,
  ),
  [
    'shortfall-agreed-date-passed',
    (timeline) => {
      const notices = timeline.facts.filter(({ type }) => type === 'document.shortfall.notified');
      const places = new Map(
        notices
          .flatMap(({ stage, at }) => (stage === undefined ? [] : [visitAt(timeline, stage, at)]))
          .map((place) => [JSON.stringify(place), place]),
      );
      return [...places.values()].flatMap((place) =>
        follow(timeline, {
          rule: 'shortfall-agreed-date-passed',
          place,
          looks: dailyLooks(timeline, MORNING),
          isWrong: (at) =>
            (agreedDate(timeline, at) ?? '9') < dateOf(at) && stillMissing(timeline, at).length > 0,
          isRight: (at) =>
            stillMissing(timeline, at).length === 0 || (agreedDate(timeline, at) ?? '') >= dateOf(at),
        }),
      );
    },
  ],
  within('incomplete-documents-not-filed', {
    limit: { value: 1, unit: 'workingDay' },
    starts: ofType('document.shortfall.notified'),
    stops: (t, start) => next(t, start, ({ type }) => type === 'archive.filed'),
    isWrong: (t, at, { stage }) =>
      before(t, at, 'document.received').length > 0 &&
      stillMissing(t, at, stage).length > 0 &&
      !isFiled(t, at),
    isRight: (t, at, { stage }) => stillMissing(t, at, stage).length === 0 || isFiled(t, at),
  }),
  within('offline-acceptance-not-backfilled', {
    limit: { value: 4, unit: 'workingHour', warnAt: 0.75 },
    starts: ofType('acceptance.offline'),
    stops: (t, start) => next(t, start, ({ type }) => type === 'acceptance.backfilled'),
    isWrong: (t, at) => !isEntered(t, at),
  }),
  whenTold(
    'offline-acceptance-backfilled-late',
    ['acceptance.backfilled'],
    (t, at, _stage, { recordedAt = at }) => {
      const accepted = newest(t, at, 'acceptance.offline');
      return (
        accepted !== undefined &&
        limitLooks(accepted.at, { value: 4, unit: 'workingHour' }, [], Infinity).some(
          ({ at: due }) => recordedAt > due,
        )
      );
    },
  ),
  whenTold(
    'offline-acceptance-without-contact',
    ['acceptance.offline'],
    (t, at) => !hasContact(t, at),
    hasContact,
  ),
];

/** Visits to counters; what is entered before the first arrival, or where none is ever told, belongs to the first. */
function counterVisits({ visits }: Timeline, entries: readonly Fact[]): readonly Visit[] {
  return COUNTERS.filter((counter) => entries.some(({ stage }) => stage === counter)).flatMap((stage) => {
    const [first, ...others] = visits.filter((visit) => visit.stage === stage);
    const unarrived = { stage, visit: 1, until: Infinity, ...first, arrivedAt: -Infinity };
    return [unarrived, ...others];
  });
}

/** Handed over or delivered, or sent back so that it will be done anew. */
function papersGone(timeline: Timeline, at: number, visit: Visit): boolean {
  return (
    isHandedOver(timeline, at, visit.stage) || isDelivered(timeline, at) || isReturned(timeline, at, visit)
  );
}
