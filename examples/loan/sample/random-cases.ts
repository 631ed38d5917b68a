import type { SampleCase, SampleStep } from './to-xes.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FIRST_DAY = Date.UTC(2011, 9, 1);
const STAFF = [
  '10138',
  '10228',
  '10609',
  '10629',
  '10809',
  '10861',
  '10909',
  '10913',
  '11003',
  '11119',
  '11181',
];

/** Ordinary applications, the same on every machine. They come in, are completed, offered, called about and decided. */
export function randomCases(count: number): SampleCase[] {
  const random = makeRandom(20120314);
  return Array.from({ length: count }, (_, i) => makeCase(String(200_000 + 3 * i), random));
}

function makeCase(name: string, random: () => number): SampleCase {
  const steps: SampleStep[] = [];
  let at = FIRST_DAY + Math.floor(random() * 150 * DAY) + 8 * HOUR;
  let who: string | undefined = '112';
  const chance = (share: number) => random() < share;
  const pass = (ms: number) => (at += Math.floor(ms * (0.5 + random())));
  const hand = () => (who = chance(0.07) ? undefined : STAFF[Math.floor(random() * STAFF.length)]);
  const add = (stage: string, transition: SampleStep['transition'] = 'COMPLETE') =>
    steps.push({ at, name: stage, transition, ...(who === undefined ? {} : { who }) });
  const amount = 500 * (2 + Math.floor(random() * 80));
  const finish = (): SampleCase => ({ name, amount, steps });
  const work = (stage: string, inside: () => void = () => undefined) => {
    if (chance(0.8)) hand();
    add(stage, 'START');
    pass(5 * MINUTE);
    inside();
    add(stage);
    pass(chance(0.2) ? 2 * DAY : 3 * HOUR);
  };
  const end = (stage: string) => {
    add(stage);
    pass(10_000);
  };
  const offer = (again: boolean) => {
    add('O_SELECTED');
    if (again) add('O_CANCELLED');
    pass(2_000);
    add('O_CREATED');
    add('O_SENT');
    pass(200);
    add('W_Nabellen offertes', 'SCHEDULE');
  };

  add('A_SUBMITTED');
  pass(200);
  add('A_PARTLYSUBMITTED');
  pass(MINUTE);
  if (chance(0.25)) {
    hand();
    end('A_DECLINED');
    return finish();
  }
  add('A_PREACCEPTED');
  add('W_Completeren aanvraag', 'SCHEDULE');
  pass(5 * HOUR);
  while (chance(0.5)) work('W_Completeren aanvraag');
  if (chance(0.15)) {
    work('W_Completeren aanvraag', () => end('A_CANCELLED'));
    return finish();
  }
  work('W_Completeren aanvraag', () => {
    add('A_ACCEPTED');
    pass(2 * MINUTE);
    add('A_FINALIZED');
    offer(false);
  });
  if (chance(0.7)) {
    if (chance(0.5)) pass(5.5 * DAY);
    work('W_Nabellen offertes');
  }
  while (chance(0.25)) work('W_Nabellen offertes', () => offer(true));
  if (chance(0.12)) return finish();
  if (chance(0.25)) {
    pass(12 * DAY);
    work('W_Nabellen offertes', () => end('A_CANCELLED'));
    return finish();
  }
  pass(chance(0.5) ? 8 * DAY : DAY);
  work('W_Nabellen offertes', () => add('O_SENT_BACK'));
  if (chance(0.1)) pass(13 * DAY);
  const verdict = random();
  work('W_Valideren aanvraag', () => {
    if (verdict < 0.15) end('A_DECLINED');
    else if (verdict < 0.3) end('A_CANCELLED');
    else for (const stage of ['A_APPROVED', 'A_ACTIVATED', 'A_REGISTERED', 'O_ACCEPTED']) add(stage);
  });
  return finish();
}

/** Numbers in [0, 1), the same for the same seed on every machine (mulberry32). */
function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
