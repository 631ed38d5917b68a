import { chooseProcess } from '../../src/simulate/choose-faults.js';
import type { FaultKind } from '../../src/simulate/fault-kinds.js';
import { businessDays, openedOn, toCloudEvents } from '../../src/simulate/happenings.js';
import { CLOSING, dateOf, instantOf, workdayAfter } from '../../src/simulate/office-time.js';
import { makeRandom } from '../../src/simulate/random.js';
import { tellOrder } from '../../src/simulate/tell-order.js';
import { makeJudge } from '../../src/simulate/truth/write-truth.js';
import { makeWorld, type SimulationContent } from '../../src/simulate/world.js';

const SETTINGS = { seed: 1, workOrders: 0, days: 20, faultRate: 1, start: '2026-09-21' };
/** So many work orders are told before a rule is given up. */
const TRIES = 120;

/** The rules that find something on work orders on which nothing but one kind of fault is committed. */
export function rulesShownBy(fault: FaultKind, content: SimulationContent): ReadonlySet<string> {
  const { errorProne: _nobody, ...world } = makeWorld(content, SETTINGS.seed);
  const judge = makeJudge(content);
  const days = businessDays(SETTINGS);
  const horizon = instantOf(days.at(-1) ?? '', CLOSING);
  const wanted = [...fault.rules, ...(fault.mayShow ?? [])];
  const shown = new Set<string>();
  for (let i = 0; i < TRIES && !wanted.every((rule) => shown.has(rule)); i += 1) {
    const random = makeRandom(SETTINGS.seed, 'shown', fault.kind, i);
    const process = chooseProcess(random, world, [fault]);
    const date = openedOn(random, [fault], fault.opens ? days : days.slice(0, 8));
    const isOld = date < SETTINGS.start;
    const no = `T-${i}`;
    const { told, committed } = tellOrder({
      no,
      random,
      world,
      process,
      faults: [fault],
      date,
      isOld,
      horizon,
    });
    const latest = Math.max(horizon, ...told.map(({ at }) => at));
    const until = instantOf(workdayAfter(dateOf(latest), 4), '00:00');
    const events = toCloudEvents(no, no, told);
    const record = {
      on: 'workOrder',
      subject: no,
      recordId: no,
      kinds: [...committed],
      events,
      until,
    } as const;
    for (const { kind, findings } of judge.truthOf(record))
      if (kind === fault.kind) for (const { rule } of findings) shown.add(rule);
    for (const { kind, rules } of judge.truthOfWindows())
      if (kind === fault.kind) for (const rule of rules) shown.add(rule);
  }
  return shown;
}
