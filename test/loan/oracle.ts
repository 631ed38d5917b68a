import { DateTime } from 'luxon';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

/*
 * Which cases of a loan log each rule of examples/loan must alert, worked out a second time: a plain loop over the
 * log's lines. Shares no code with the service; limits, hours and holidays are written down here once more.
 */

interface Step {
  readonly stage: string;
  readonly transition: string;
  readonly at: number;
  readonly who: string | undefined;
}
interface Case {
  readonly name: string;
  readonly amount: number | undefined;
  readonly steps: Step[];
}

const ZONE = 'Europe/Amsterdam';
const HOLIDAYS = [
  '2011-01-01', '2011-04-22', '2011-04-25', '2011-04-30', '2011-05-05', '2011-06-02', '2011-06-13', '2011-12-25',
  '2011-12-26', '2012-01-01', '2012-04-06', '2012-04-09', '2012-04-30', '2012-05-05', '2012-05-17', '2012-05-28',
  '2012-12-25', '2012-12-26',
]; // prettier-ignore
/** The day summer time begins on. */
const SHORTEST_DAY_MS = 23 * 3_600_000;
const ENDS = ['A_ACTIVATED', 'A_DECLINED', 'A_CANCELLED'];
const ANSWERS = ['O_SENT_BACK', 'O_ACCEPTED', 'O_DECLINED', 'O_CANCELLED'];

export const LOAN_RULES = [
  'activated-by-acceptor',
  'activation-late',
  'application-idle',
  'cancelled-after-acceptance',
  'cancelled-after-approval',
  'cancelled-after-signed-offer',
  'large-loan-activated-fast',
  'offer-not-followed-up',
  'offer-sent-twice',
] as const;
type LoanRule = (typeof LOAN_RULES)[number];

/** Case names by rule. @param now epoch ms: limits that ran out before it count, whether or not the log goes on */
export function expectedCases(
  file: string,
  now: number,
): { sets: Map<string, Set<string>>; cases: number; events: number } {
  const sets = new Map<string, Set<string>>(LOAN_RULES.map((rule) => [rule, new Set()]));
  const cases = parseLog(file);
  for (const one of cases) for (const rule of judge(one, now)) sets.get(rule)?.add(one.name);
  return { sets, cases: cases.length, events: cases.reduce((sum, { steps }) => sum + steps.length, 0) };
}

function judge({ steps, amount }: Case, now: number): Set<LoanRule> {
  const found = new Set<LoanRule>();
  const done: Step[] = [];
  const isDone = (...stages: string[]) => done.some(({ stage }) => stages.includes(stage));
  // Limits that run: undefined = none, NaN = run out already.
  let followUpBy: number | undefined;
  let decideBy: number | undefined;
  let idleSince: number | undefined;

  const runOut = (at: number) => {
    if (followUpBy !== undefined && followUpBy < at) {
      if (!isDone(...ENDS)) found.add('offer-not-followed-up');
      followUpBy = NaN;
    }
    if (decideBy !== undefined && decideBy < at) {
      if (!isDone(...ENDS)) found.add('activation-late');
      decideBy = NaN;
    }
    // Fourteen whole days go by at the least; only then is the calendar asked.
    if (
      idleSince !== undefined &&
      at - idleSince >= 14 * SHORTEST_DAY_MS &&
      midnightAfter(idleSince, 14) < at
    ) {
      if (!isDone(...ENDS)) found.add('application-idle');
      idleSince = undefined;
    }
  };

  for (const step of steps) {
    const { stage, at, who } = step;
    const completes = step.transition === 'COMPLETE';
    runOut(at);
    if (completes) done.push(step);
    const ends = completes && ENDS.includes(stage);

    const calls = stage === 'W_Nabellen offertes' && step.transition === 'START';
    if (calls || ends || (completes && ANSWERS.includes(stage))) followUpBy = undefined;
    else if (completes && stage === 'O_SENT') followUpBy ??= closingAfter(at, 5);
    if (ends) decideBy = undefined;
    else if (completes && stage === 'A_ACCEPTED') decideBy ??= closingAfter(at, 20);
    idleSince = ends ? undefined : at;

    if (!completes) continue;
    if (stage === 'O_SENT' && done.filter((other) => other.stage === 'O_SENT').length > 1)
      found.add('offer-sent-twice');
    if (stage === 'A_CANCELLED' && isDone('A_ACCEPTED')) found.add('cancelled-after-acceptance');
    if (stage === 'A_CANCELLED' && isDone('O_SENT_BACK')) found.add('cancelled-after-signed-offer');
    if ((stage === 'A_CANCELLED' || stage === 'O_CANCELLED') && isDone('A_APPROVED'))
      found.add('cancelled-after-approval');
    if (stage !== 'A_ACTIVATED') continue;
    const acceptor = done.findLast((other) => other.stage === 'A_ACCEPTED' && other.who !== undefined)?.who;
    if (who !== undefined && who === acceptor) found.add('activated-by-acceptor');
    const submitted = done.find((other) => other.stage === 'A_SUBMITTED')?.at;
    if (
      amount !== undefined &&
      amount >= 25_000 &&
      submitted !== undefined &&
      workingDaysBetween(submitted, at) <= 7
    )
      found.add('large-loan-activated-fast');
  }
  runOut(now);
  return found;
}

function localDay(at: number): DateTime {
  return DateTime.fromMillis(at, { zone: ZONE }).startOf('day');
}

function isWorkingDay(day: DateTime): boolean {
  return day.weekday <= 5 && !HOLIDAYS.includes(day.toISODate() ?? '');
}

/** 17:30 of the nth working day after the day of `at`. */
function closingAfter(at: number, workingDays: number): number {
  let day = localDay(at);
  for (let left = workingDays; left > 0;) {
    day = day.plus({ days: 1 });
    if (isWorkingDay(day)) left -= 1;
  }
  return day.set({ hour: 17, minute: 30 }).toMillis();
}

/** 24:00 of the nth day after the day of `at`. */
function midnightAfter(at: number, days: number): number {
  return localDay(at)
    .plus({ days: days + 1 })
    .toMillis();
}

function workingDaysBetween(from: number, to: number): number {
  let count = 0;
  for (let day = localDay(from).plus({ days: 1 }); day <= localDay(to); day = day.plus({ days: 1 }))
    if (isWorkingDay(day)) count += 1;
  return count;
}

function parseLog(file: string): Case[] {
  const bytes = readFileSync(file);
  const text = (file.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
  return [...text.matchAll(/<trace>([\s\S]*?)<\/trace>/g)].map(([, trace = '']) => {
    const [head = '', ...events] = trace.split('<event>');
    const steps = events.map((event): Step => {
      const time = attribute(event, 'time:timestamp');
      const stage = attribute(event, 'concept:name');
      if (time === undefined || stage === undefined)
        throw new Error(`an event without time or name: ${event}`);
      return {
        stage,
        transition: attribute(event, 'lifecycle:transition') ?? 'COMPLETE',
        at: Date.parse(time),
        who: attribute(event, 'org:resource'),
      };
    });
    const amount = attribute(head, 'AMOUNT_REQ');
    return {
      name: attribute(head, 'concept:name') ?? '',
      amount: amount === undefined ? undefined : Number(amount),
      steps: steps.sort((a, b) => a.at - b.at),
    };
  });
}

function attribute(xml: string, key: string): string | undefined {
  const from = xml.indexOf(`key="${key}" value="`);
  if (from < 0) return undefined;
  const start = xml.indexOf('value="', from) + 7;
  const value = xml.slice(start, xml.indexOf('"', start));
  return value
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}
