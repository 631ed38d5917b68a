import { MINUTE } from '../office-time.js';
import type { Oracle } from './counter-rules.js';
import { follow, limitLooks } from './follow.js';
import { newest, type Fact, type Timeline } from './timeline.js';

/** What must be so of a hall on one day, and of a feed. One function a rule. */

const LIMITS = [
  ['pc', 15],
  ['system', 10],
  ['power', 5],
] as const;

const incident = (kind: string, minutes: number): [string, Oracle] => {
  const rule = `hall-incident-${kind}-unanswered`;
  return [
    rule,
    (timeline) => {
      const opened = timeline.facts.filter(
        ({ type, data }) => type === 'hall.incident.opened' && data['kind'] === kind,
      );
      return opened.flatMap(({ at }) => {
        const answers = timeline.facts.find(
          (fact) =>
            fact.at > at &&
            /^hall\.incident\.(responded|closed)$/.test(fact.type) &&
            fact.data['kind'] === kind,
        );
        return follow(timeline, {
          rule,
          place: {},
          looks: limitLooks(at, { value: minutes, unit: 'minute' }, [], timeline.until),
          isWrong: () => true,
          ...(answers && { endsAt: answers.at }),
        });
      });
    },
  ];
};

const sampled = (rule: string, isWrong: (sample: Fact['data']) => boolean): [string, Oracle] => {
  const wrongAt = (timeline: Timeline, at: number) => {
    const sample = newest(timeline, at, 'hall.queue.sampled')?.data;
    return sample !== undefined && isWrong(sample);
  };
  return [
    rule,
    (timeline) =>
      follow(timeline, {
        rule,
        place: {},
        looks: timeline.facts.filter(({ type }) => type === 'hall.queue.sampled').map(({ at }) => ({ at })),
        isWrong: (at) => wrongAt(timeline, at),
        isRight: (at) => !wrongAt(timeline, at),
      }),
  ];
};

/** Seen every minute: no sign of life for a quarter of an hour. */
const feedSilent: Oracle = (timeline) =>
  timeline.facts.flatMap(({ at }, i) => {
    const next = timeline.facts[i + 1]?.at;
    const silentFrom = at + 15 * MINUTE;
    if (next === undefined || next < silentFrom) return [];
    return [{ rule: 'feed-silent', firstKnownAt: silentFrom, curedAt: next }];
  });

export const HALL_RULES: readonly [rule: string, oracle: Oracle][] = [
  ...LIMITS.map(([kind, minutes]) => incident(kind, minutes)),
  sampled('hall-wait-too-long', (sample) => Number(sample['longestWaitMinutes']) > 20),
  sampled(
    'hall-windows-too-few',
    (sample) => Number(sample['waiting']) >= 10 && Number(sample['windowsOpen']) <= 2,
  ),
];
export const FEED_RULES: readonly [rule: string, oracle: Oracle][] = [['feed-silent', feedSilent]];
