import { HOUR, MINUTE } from './office-time.js';
import { makeRandom } from './random.js';
import type { CloudEvent, Delivery } from './simulation.js';

/**
 * Sends events on their way: most reach the service within seconds of being entered, some minutes or hours later, some
 * twice. Answers them in the order in which they arrive.
 */
export function deliver(events: readonly CloudEvent[], seed: number): Delivery[] {
  const random = makeRandom(seed, 'delivery');
  const deliveries: Delivery[] = [];
  for (const event of events) {
    const entered = Date.parse(event.recordedtime ?? event.time);
    const lag = random.weighted([
      [random.int(100, 5_000), 920],
      [random.int(5_000, 10 * MINUTE), 60],
      [random.int(10 * MINUTE, 20 * HOUR), 20],
    ]);
    const arrivesAt = entered + lag;
    deliveries.push({ event, arrivesAt });
    if (random.chance(0.02)) deliveries.push({ event, arrivesAt: arrivesAt + random.int(1_000, 2 * HOUR) });
  }
  return deliveries.sort((a, b) => a.arrivesAt - b.arrivesAt || compare(a.event.id, b.event.id));
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
