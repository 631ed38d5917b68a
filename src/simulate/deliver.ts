import { HOUR, MINUTE } from './office-time.js';
import { makeRandom } from './random.js';
import type { CloudEvent, Delivery } from './simulation.js';

/**
 * Sends events on their way: most reach the service within seconds of being entered, some minutes or hours later, some
 * twice. Sort them {@link byArrival}.
 */
export function makeDeliver(seed: number): (event: CloudEvent) => Delivery[] {
  const random = makeRandom(seed, 'delivery');
  return (event) => {
    const entered = Date.parse(event.recordedtime ?? event.time);
    const lag = random.weighted([
      [random.int(100, 5_000), 920],
      [random.int(5_000, 10 * MINUTE), 60],
      [random.int(10 * MINUTE, 20 * HOUR), 20],
    ]);
    const first = { event, arrivesAt: entered + lag };
    if (!random.chance(0.02)) return [first];
    return [first, { event, arrivesAt: first.arrivesAt + random.int(1_000, 2 * HOUR) }];
  };
}

/** In the order in which they reach the service; no two are equal. */
export function byArrival(a: Delivery, b: Delivery): number {
  return a.arrivesAt - b.arrivesAt || (a.event.id < b.event.id ? -1 : 1);
}
