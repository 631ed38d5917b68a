import { addWorkingMs, closingAfter, HOUR, MINUTE, runningMs, type Pause } from './office-time.js';
import { clearOfDayEnd, someMorning, type Story } from './story.js';

/**
 * 同城受理: the counter of where the power is used is told within hours, the papers are there on the next working
 * day. May suspend the work order; the clock then moves to when it goes on.
 */
export function deliverPapers(story: Story, completedAt: number): void {
  const { random, counter: stage, managingUnit, archivist, hall } = story;
  const pauses: Pause[] = [];
  if (story.traits.paused && !story.daylight && random.chance(0.5)) {
    const from = clearOfDayEnd(story.now + random.int(20, 50) * MINUTE, 0);
    const to = someMorning(random, from, random.int(1, 3));
    story.tell('workorder.suspended', { stage, side: 'customer', reason: '客户更改方案' }, { at: from });
    pauses.push({ from, to: story.tell('workorder.resumed', { stage, side: 'customer' }, { at: to }) });
    story.now = to;
  }
  const due = closingAfter(completedAt, 1, pauses) ?? completedAt;
  const warn = addWorkingMs(completedAt, 0.9 * runningMs(completedAt, due, pauses), pauses) ?? due;
  const callBy = addWorkingMs(completedAt, 4 * HOUR, pauses) ?? due;

  const uncalled = story.commits('window-not-contacted');
  const called = story.told.some(
    ({ data }) => data['attributes'] && 'managingWindowContacted' in Object(data['attributes']),
  );
  const call = (at: number) =>
    story.tell('window.contacted', { stage, attributes: { managingWindowContacted: true } }, { at });
  if (uncalled && random.chance(0.6)) call(someMorning(random, callBy, random.int(1, 2)));
  if (!uncalled && !called) {
    const first = completedAt + 3 * MINUTE;
    call(random.chance(0.15) ? callBy : first + random.int(0, (callBy - first) / 1000) * 1000);
  }

  const deliver = (at: number, toUnit: string) =>
    story.tell('paper.delivered', { stage, toUnit }, { at, by: archivist });
  if (story.commits('same-city-near-limit')) {
    deliver(random.chance(0.15) ? due : warn + random.int(1, (due - warn) / 1000 - 1) * 1000, managingUnit);
    return;
  }
  if (story.commits('same-city-late')) {
    if (random.chance(0.3)) return;
    const at = random.chance(0.3)
      ? due + random.int(1, 60) * 1000
      : someMorning(random, due, random.int(1, 3));
    deliver(at, managingUnit);
    return;
  }
  const soonest = Math.max(uncalled ? callBy + MINUTE : 0, pauses[0]?.to ?? 0, completedAt + 40 * MINUTE);
  const working = runningMs(soonest, warn, pauses);
  const at = addWorkingMs(soonest, working * (0.05 + 0.9 * random.next()), pauses) ?? soonest;
  if (story.commits('same-city-wrong-unit')) {
    deliver(at, hall.county);
    if (random.chance(0.6)) deliver(someMorning(random, at, random.int(1, 3)), managingUnit);
    return;
  }
  deliver(at, managingUnit);
}
