import type { JsonObject } from '../json.js';
import { OF_HOUSING } from './delay-fault-kinds.js';
import { kind, type FaultKind } from './fault-kind.js';
import { addDays, DAY, dateOf, HOUR, isoOf } from './office-time.js';
import type { Story } from './story.js';

/** What the sales system says of a work order when it is opened, beyond its fields: ordinary, and with what is wrong in it. */
interface Telling {
  readonly of: readonly string[];
  /** The kind of fault, what is wrong, and the rules of which one must find it. */
  readonly fault?: readonly [kind: string, name: string, rules: readonly string[]];
  readonly tell: (story: Story, isWrong: boolean) => JsonObject;
}

const REDUCTION = ['减容'];
const SUSPENSION = ['暂停'];
const CLOSURE = ['销户', '批量销户'];
const NEW_SUPPLY = [
  '高压新装',
  '高压增容',
  '低压非居民新装',
  '低压非居民增容',
  '低压居民新装',
  '低压居民增容',
];

/** Leads, durations and amounts lie on both sides of what is allowed, and at it. */
const TELLINGS: readonly Telling[] = [
  {
    of: [...CLOSURE, '过户', '更名', '分户', '并户'],
    fault: ['closed-with-arrears', '欠费未清就办结', ['closure-with-arrears']],
    tell: ({ random }, isWrong) => ({ arrears: isWrong ? random.int(1, 5_000) : 0 }),
  },
  {
    of: CLOSURE,
    fault: ['idle-closed-early', '停用不足六个月就销户', ['idle-closure-rule2024']],
    tell: ({ random, now }, isWrong) => ({
      closureReason: isWrong || random.chance(0.5) ? '连续不用电' : '客户申请',
      lastUsedOn: addDays(dateOf(now), -(isWrong ? random.int(30, 140) : random.int(185, 700))),
      announcedOn: addDays(dateOf(now), -random.int(31, 90)),
    }),
  },
  {
    of: REDUCTION,
    fault: ['reduction-ill-timed', '减容期过短或过长', ['reduction-too-long', 'reduction-too-short']],
    tell: ({ random, now }, isWrong) =>
      term(random.int(6, 20), isWrong ? random.pick([170, 180, 732, 800]) : random.int(181, 731), now),
  },
  {
    of: SUSPENSION,
    fault: ['suspension-ill-timed', '暂停期过短或过长', ['suspension-too-long', 'suspension-too-short']],
    tell: ({ random, now }, isWrong) =>
      term(random.int(6, 20), isWrong ? random.pick([5, 14, 185, 300]) : random.int(15, 184), now),
  },
  {
    of: ['暂停恢复', '减容恢复'],
    fault: ['change-short-notice', '恢复申请提前不足五天', ['change-applied-late']],
    tell: ({ random, now }, isWrong) => ({
      effectiveOn: addDays(dateOf(now), isWrong ? random.int(1, 4) : random.int(5, 30)),
    }),
  },
  {
    of: ['客户用电事故'],
    fault: ['accident-told-late', '事故一天后才登记', ['accident-open']],
    tell: ({ random, now }, isWrong) => ({
      occurredAt: isoOf(now - (isWrong ? DAY + random.int(1, 90) * HOUR : random.int(1, 23) * HOUR)),
    }),
  },
  {
    of: ['入网电工', '用电检查人员资格'],
    fault: ['certificate-out', '证书过期仍登记', ['certificate-expired']],
    tell: ({ random, now }, isWrong) => ({
      certificateExpiresOn: addDays(dateOf(now), isWrong ? -random.int(1, 400) : random.int(60, 900)),
    }),
  },
  {
    of: ['违约用电、窃电'],
    fault: ['theft-miscounted', '窃电时间不明而按不足 180 天追补', ['theft-days-too-few']],
    tell: ({ random }, isWrong) => ({
      breachKind: '窃电',
      theftPeriodKnown: !isWrong && random.chance(0.5),
      theftDays: isWrong ? random.int(30, 179) : random.pick([180, 200, 365]),
      penaltyTimes: 3,
    }),
  },
  {
    of: NEW_SUPPLY,
    fault: ['reopened-at-once', '中止后又受理同一客户', ['reopened-after-cancel']],
    tell: ({ random, now }, isWrong): JsonObject =>
      isWrong ? { previousCancelledOn: addDays(dateOf(now), -random.int(1, 28)) } : {},
  },
  {
    of: ['低压非居民新装', '低压非居民增容', '低压居民新装', '低压居民增容', '迁址'],
    tell: (story) => ({
      hasLineWork:
        story.commits('line-work-dragged') || (!story.commits('dragged-迁址') && story.random.chance(0.5)),
    }),
  },
  {
    of: NEW_SUPPLY,
    tell: (story): JsonObject =>
      OF_HOUSING.some((kind) => story.commits(kind)) || story.random.chance(0.1)
        ? { affordableHousing: true }
        : {},
  },
];

function term(lead: number, days: number, now: number): JsonObject {
  const effectiveOn = addDays(dateOf(now), lead);
  return { effectiveOn, restoreOn: addDays(effectiveOn, days) };
}

/** Where there are several rules, one of them finds it. */
function ofAttributes(
  of: readonly string[],
  [name, zh, rules]: readonly [kind: string, name: string, rules: readonly string[]],
): FaultKind {
  const isOne = rules.length === 1;
  return kind(name, 'attributes', zh, isOne ? rules : [], {
    of,
    processes: 'every',
    ...(!isOne && { mayShow: rules }),
  });
}

export const ATTRIBUTE_FAULT_KINDS: readonly FaultKind[] = TELLINGS.flatMap(({ of, fault }) =>
  fault ? [ofAttributes(of, fault)] : [],
);

/** The attributes that a work order is opened with. */
export function openingAttributes(story: Story): JsonObject {
  const own = TELLINGS.filter(({ of }) => of.includes(story.process.process));
  return Object.assign(
    {},
    ...own.map(({ fault, tell }) => tell(story, fault !== undefined && story.commits(fault[0]))),
  ) as JsonObject;
}
