import type { JsonObject } from '../json.js';
import { addDays, instantOf, MINUTE } from './office-time.js';
import type { Random } from './random.js';
import { during, type Told } from './story.js';
import type { Hall } from './world.js';

/** Working days between two 学习会 of a team that keeps to them. */
const STUDY_EVERY = 10;

/**
 * The meetings and drills of a team over the period and until all is settled: 班前会 every morning, 班后会 after closing or before, 学习会
 * every fortnight, a 预演 – with what the team leaves undone.
 */
export function tellUnit(
  hall: Hall,
  days: readonly string[],
  random: Random,
  kinds: readonly string[],
): Told[] {
  const told: Told[] = [];
  const tell = (type: string, at: number, data: JsonObject, recordedAt?: number) =>
    void told.push({
      at,
      type,
      data: { orgUnit: hall.code, ...data },
      ...(recordedAt !== undefined && { recordedAt }),
    });
  const participants = [...hall.clerks, ...hall.archivists].map(({ id }) => id);
  const [first = ''] = days;
  /** Days on which a meeting is left out: some in the middle, one or two in a row. */
  const left = (kind: string): ReadonlySet<string> => {
    if (!kinds.includes(kind) || days.length < 4) return new Set();
    const from = random.int(1, days.length - 3);
    return new Set(days.slice(from, from + random.int(1, 2)));
  };
  const withoutPre = left('pre-shift-skipped');
  const withoutPost = left('post-shift-skipped');
  const late = (date: string) => random.chance(0.3) ? during(random, date, '16:50', '17:25') : during(random, date, '17:31', '17:45'); // prettier-ignore
  for (const date of days) {
    if (!withoutPre.has(date))
      tell('meeting.held', during(random, date, '08:05', '08:28'), { kind: '班前会', participants });
    if (!withoutPost.has(date)) tell('meeting.held', late(date), { kind: '班后会', participants });
  }
  const entered = instantOf(first, '07:30') + random.int(0, 50) * MINUTE;
  const skips = kinds.includes('study-skipped');
  if (skips) tell('meeting.held', during(random, addDays(first, -random.int(32, 40)), '14:00', '16:00'), { kind: '学习会', participants }, entered); // prettier-ignore
  days.forEach((date, i) => {
    const isDay = skips ? i === 5 : i % STUDY_EVERY === 0;
    if (isDay) tell('meeting.held', during(random, date, '15:00', '16:00'), { kind: '学习会', participants });
  });
  tellDrill(days, random, kinds, participants, entered, tell);
  return told.sort((a, b) => a.at - b.at);
}

function tellDrill(
  days: readonly string[],
  random: Random,
  kinds: readonly string[],
  participants: readonly string[],
  entered: number,
  tell: (type: string, at: number, data: JsonObject, recordedAt?: number) => void,
): void {
  const [first = ''] = days;
  const expected = [...participants];
  if (kinds.includes('drill-long-ago')) {
    // The first meeting that was ever told of the team lies more than half a year back, and no drill since.
    const longAgo = during(random, addDays(first, -random.int(185, 210)), '14:00', '16:00');
    tell('meeting.held', longAgo, { kind: '安全会', participants: expected }, entered);
    if (random.chance(0.5)) tell('drill.held', during(random, days[3] ?? first, '15:00', '16:30'), { kind: '停电', participants: expected, expected }); // prettier-ignore
    return;
  }
  const date = days[1] ?? first;
  const isIll = kinds.includes('drill-ill-attended');
  // Four of five are enough.
  const present = isIll ? Math.ceil(expected.length * 0.8) - 1 : random.int(Math.ceil(expected.length * 0.8), expected.length); // prettier-ignore
  tell('drill.held', during(random, date, '15:00', '16:30'), {
    kind: '系统故障',
    participants: expected.slice(0, present),
    expected,
  });
}
