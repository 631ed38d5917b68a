import type { JsonObject } from '../json.js';
import { addDays, instantOf, MINUTE, monthsBefore } from './office-time.js';
import type { Random } from './random.js';
import { during, type Told } from './story.js';

/** What runs out on an account, is told once it begins, and is put right. */
interface Matter {
  readonly kind: string;
  /** What is told when it begins, so that it is due on a date. */
  readonly begin: (due: string, random: Random) => readonly [type: string, data: JsonObject];
  /** What is told when it is done, and next due far ahead. */
  readonly renew: (next: string) => readonly [type: string, data: JsonObject];
  /** Where the rule counts months itself: so many before the date. */
  readonly months?: number;
}

const TERMS = ['临时用电', '暂停', '减容', '暂拆', '暂换'];
const EQUIPMENT = ['变压器', '电缆', '避雷器'];
const contract = (expiresOn: string) => ['account.contract.effective', { expiresOn }] as const;
const inspected = (nextDueOn: string) => ['account.inspected', { nextDueOn }] as const;
const tested = (nextDueOn: string, equipment = '变压器') =>
  ['account.test.done', { equipment, nextDueOn }] as const;
const certified = (expiresOn: string) =>
  ['account.certificate.issued', { holder: 'E-1', expiresOn }] as const;
const meter = (
  kind: string,
  months: number,
  meterClass: string,
  begin = 'account.meter.checked',
): Matter => ({
  kind,
  months,
  begin: () => [begin, { meterClass }],
  renew: () => ['account.meter.checked', { meterClass }],
});

const MATTERS: readonly Matter[] = [
  { kind: 'contract-lapsed', begin: contract, renew: contract },
  { kind: 'renewal-forgotten', begin: contract, renew: contract },
  {
    kind: 'term-overrun',
    begin: (expiresOn, random) => ['account.term.started', { kind: random.pick(TERMS), expiresOn }],
    renew: () => ['account.term.ended', {}],
  },
  { kind: 'inspection-forgotten', begin: inspected, renew: inspected },
  {
    kind: 'test-forgotten',
    begin: (nextDueOn, random) => tested(nextDueOn, random.pick(EQUIPMENT)),
    renew: tested,
  },
  { kind: 'certificate-lapsed', begin: certified, renew: certified },
  meter('meter-unchecked-1', 3, 'I'),
  meter('meter-unchecked-2', 6, 'II'),
  meter('meter-unchecked-3', 12, 'III'),
  meter('meter-never-checked', 1, 'IV', 'account.meter.commissioned'),
];
/** Days before the end of a contract from which its renewal is due. */
const RENEWAL = 30;

/**
 * An account over the period: something on it runs out, most often long after, now and then within the period, and then it is done in time,
 * at the latest on its last day – or, where that is forgotten, later or never. What began before the period was entered on its first morning.
 */
export function tellAccount(
  days: readonly string[],
  random: Random,
  kinds: readonly string[],
  orgUnit: string,
): Told[] {
  const first = days[0] ?? '';
  const last = days.at(-1) ?? first;
  const forgotten = MATTERS.find(({ kind }) => kinds.includes(kind));
  const matter = forgotten ?? random.pick(MATTERS);
  const isNear = forgotten !== undefined || random.chance(0.3);
  const within = random.pick(days.slice(1, -2).length > 0 ? days.slice(1, -2) : days);
  const due = isNear ? within : addDays(last, random.int(90, 300));
  // A contract whose renewal falls due within the period ends a month later.
  const endsOn = matter.kind === 'renewal-forgotten' ? addDays(due, RENEWAL) : due;
  const [type, data] = matter.begin(endsOn, random);
  const began =
    isNear && matter.months !== undefined
      ? monthsBefore(endsOn, matter.months)
      : addDays(first, -(isNear ? random.int(40, 120) : random.int(1, 20)));
  const at = during(random, began, '09:00', '16:00');
  const entered = instantOf(first, '07:30') + random.int(0, 50) * MINUTE;
  const told: Told[] = [
    { at, type, data: { orgUnit, ...data }, ...(at < entered && { recordedAt: entered }) },
  ];
  if (!isNear) return told;
  const done = matter.renew(addDays(last, random.int(200, 900)));
  const renewAt = forgotten
    ? random.chance(0.6) && during(random, addDays(due, random.int(2, 6)), '09:00', '16:30')
    : inTime(matter, due, first, random);
  if (renewAt !== false) told.push({ at: renewAt, type: done[0], data: { orgUnit, ...done[1] } });
  return told.sort((a, b) => a.at - b.at);
}

/** Up to the last day itself, before anybody looks; a contract before its renewal is due. */
function inTime({ kind }: Matter, due: string, first: string, random: Random): number {
  const early = kind.startsWith('contract') || kind.startsWith('renewal');
  const day = early ? addDays(due, -(RENEWAL + 2)) : addDays(due, random.chance(0.5) ? 0 : -1);
  return during(random, day < first && !early ? first : day, '09:00', '16:30');
}
