import { acceptOrder } from './accept-order.js';
import type { CounterFaults } from './accept-order.js';
import { makeOrder } from './make-order.js';
import type { Extra, Order, Process } from './make-order.js';
import { HALLS, LINJIANG_1 } from './people.js';
import type { Hall } from './people.js';
import { COMMERCIAL, CONFIRMATION, RESIDENTIAL } from './processes.js';
import { walkStages } from './walk-stages.js';

/** A work order, what it shows, and the rules that find something on it. */
export interface Scene {
  readonly order: Order;
  readonly shows: string;
  readonly rules: readonly string[];
}

/** Gathers scenes and numbers their work orders. */
export interface Stage {
  readonly scenes: Scene[];
  /** A new work order, by default at the next hall and at a time of its own. */
  readonly start: (process: Process, day: number, time?: string, hall?: Hall) => Order;
  /** Takes a work order up that has been told. */
  readonly show: (shows: string, rules: readonly string[], order: Order) => Order;
  /** Tells 业务受理 with its faults, and `stages` more stages as they should be. */
  readonly counter: (
    shows: string,
    rules: readonly string[],
    order: Order,
    faults: CounterFaults,
    stages?: number,
  ) => Order;
}

export function makeStage(firstNumber: number): Stage {
  const scenes: Scene[] = [];
  let next = firstNumber;
  const show: Stage['show'] = (shows, rules, order) => {
    scenes.push({ order, shows, rules });
    return order;
  };
  return {
    scenes,
    show,
    start(process, day, time, hall) {
      const number = next++;
      return makeOrder({
        no: String(number).padStart(4, '0'),
        process,
        customerClass: customerClassOf(process),
        hall: hall ?? HALLS[number % HALLS.length] ?? LINJIANG_1,
        day,
        time: time ?? `${['09', '10', '13', '14'][number % 4]}:${['35', '40', '45', '52'][number % 3]}`,
      });
    },
    counter(shows, rules, order, faults, stages = 0) {
      acceptOrder(order, faults);
      walkStages(order, 130, stages);
      return show(shows, rules, order);
    },
  };
}

/** Told by the engineer of the county company instead of the counter. */
export function byEngineer({ hall }: Order): Extra {
  return { by: hall.engineer, unit: hall.county };
}

function customerClassOf(process: Process): string {
  if (process === RESIDENTIAL || process === CONFIRMATION) return '低压居民';
  return process === COMMERCIAL ? '低压非居民' : '高压单电源';
}
