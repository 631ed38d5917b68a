import { takeHead } from '../take-head.js';
import type { NewEvent } from './event-document.js';
import type { EventStore } from './event-store.js';
import { type InsertResult, resultOf } from './insert-events.js';

type Insert = EventStore['insertEvents'];

interface Waiting {
  readonly events: readonly NewEvent[];
  readonly resolve: (result: InsertResult) => void;
  readonly reject: (error: unknown) => void;
}

export interface InsertTogetherOptions {
  /** A request with more events goes by itself, at once. Default 20. */
  readonly small?: number;
  /** Most events of one command. Default 500. */
  readonly mostEvents?: number;
  /** Nobody waits longer than so for a command that goes before, ms: it may hang. Default 250. */
  readonly holdMs?: number;
}

/**
 * Stores the events of small requests that come while others are being stored together with them: a command to MongoDB costs
 * several times what an event in it does. Each request is answered once its own events are on disk, with what became of
 * them: of two that bring the same event, the earlier stored it. When a command fails, all of its requests do, as each
 * would have alone: what was stored of them all the same counts as a duplicate when it is sent again.
 */
export function makeInsertTogether(
  insert: Insert,
  { small = 20, mostEvents = 500, holdMs = 250 }: InsertTogetherOptions = {},
): Insert {
  let waiting: Waiting[] = [];
  let isUnderWay = false;

  function begin(): void {
    if (isUnderWay || waiting.length === 0) return;
    const { head: group, rest } = takeHead(waiting, ({ events }) => events.length, mostEvents);
    waiting = [...rest];
    isUnderWay = true;
    let holdsOthers = true;
    const letOthersGo = () => {
      if (!holdsOthers) return;
      holdsOthers = false;
      clearTimeout(timer);
      isUnderWay = false;
      begin();
    };
    const timer = setTimeout(letOthersGo, holdMs);
    const settle = (tell: () => void) => {
      tell();
      letOthersGo();
    };
    insert(group.flatMap(({ events }) => events)).then(
      ({ outcomes }) => settle(() => tellEach(group, outcomes)),
      (error: unknown) => settle(() => group.forEach(({ reject }) => reject(error))),
    );
  }

  return (events) =>
    events.length > small
      ? insert(events)
      : new Promise((resolve, reject) => {
          waiting.push({ events, resolve, reject });
          begin();
        });
}

function tellEach(group: readonly Waiting[], outcomes: InsertResult['outcomes']): void {
  let start = 0;
  for (const { events, resolve } of group) {
    resolve(resultOf(events, outcomes.slice(start, start + events.length)));
    start += events.length;
  }
}
