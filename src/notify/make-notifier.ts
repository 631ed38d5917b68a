import type { ChangeFeed } from '../alerts/change-feed.js';
import { makeFlushGroups, type FlushGroupsDeps } from './flush-groups.js';
import { makeRouteChanges, type RouteChangesDeps } from './route-changes.js';
import { makeSendDeliveries, type SendDeliveriesDeps } from './send-deliveries.js';

export type NotifierDeps = Omit<RouteChangesDeps, 'feed'> &
  Omit<FlushGroupsDeps, 'mostItems'> & {
    readonly feed: ChangeFeed;
    readonly deliveries: SendDeliveriesDeps['store'];
  } & Omit<SendDeliveriesDeps, 'store'>;

/** What a pass did. */
export interface NotifyPass {
  readonly taken: number;
  readonly routed: number;
  readonly flushed: number;
}

/** The chain of notification, stage by stage; docs/notify.md draws it. */
export interface Notifier {
  /** Outbox → change feed → groups → messages, as far as is due. Safe in several processes at once. */
  pass(): Promise<NotifyPass>;
  /** Sends what is due and waits for it. @returns how many tries were made */
  send(signal?: AbortSignal): Promise<number>;
}

export function makeNotifier(deps: NotifierDeps): Notifier {
  const routeChanges = makeRouteChanges(deps);
  const flushGroups = makeFlushGroups(deps);
  const sendDeliveries = makeSendDeliveries({ ...deps, store: deps.deliveries });

  return {
    async pass() {
      const taken = await repeat(() => deps.feed.take(), 500);
      const routed = await repeat(routeChanges, 1);
      const flushed = await repeat(() => flushGroups(), 1);
      return { taken, routed, flushed };
    },
    send: sendDeliveries,
  };
}

/** Runs a stage until it has less than `least` to do; a bound keeps a pass from going on for ever under a flood. */
async function repeat(stage: () => Promise<number>, least: number): Promise<number> {
  let sum = 0;
  for (let rounds = 0; rounds < 1_000; rounds += 1) {
    const done = await stage();
    sum += done;
    if (done < least) break;
  }
  return sum;
}
