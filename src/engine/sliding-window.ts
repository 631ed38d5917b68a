import type { BusinessEvent } from '../events/business-event.js';
import type { JsonValue } from '../json.js';
import type { CompiledWindow } from './compile-window.js';
import { fieldOf } from './facts/reading.js';

/** What the facts of a window rule see, as of the event that is looked at. */
export interface WindowView {
  readonly member: string;
  /** How many events there are in the member's window, or in those of its peers together. */
  count(events: string | undefined, whose: 'own' | 'peers'): number;
  /** A field of the member's events, oldest first, those that tell it; with `carry` the last sample before too. */
  values(field: string, events: string | undefined): JsonValue[];
  /** Other members with an event in the window. */
  readonly peers: number;
  /** Whether a sample before the window tells how things stood at its beginning. */
  readonly full: boolean;
  /** The longest time between two samples of the member, ms; 0 where there is but one. */
  readonly largestGapMs: number;
  /**
   * Events of the member named `to`, each with the newest one named `from` before it that is about the same – the subject, and with
   * `sameStage` the stage – and still in the window, whoever of the group it is from. What began before the window is left out.
   */
  spans(from: string, to: string, sameStage: boolean): Span[];
}

/** Where something begins and where it ends. */
export interface Span {
  readonly start: BusinessEvent;
  readonly end: BusinessEvent;
}

/** One event in the window, with the names it goes by. */
interface Entry {
  readonly event: BusinessEvent;
  readonly member: string;
  readonly names: readonly string[];
}

interface Member {
  /** In the window, oldest first. */
  readonly entries: Entry[];
  /** By name; `''` = all. */
  readonly counts: Map<string, number>;
  /** The newest that has left the window. */
  carried?: Entry;
}

/**
 * The events of one group that can still matter at some moment. Memory is bounded by what fits into the window (two of
 * them with `carry`); each event goes in and out once.
 */
export class SlidingWindow {
  readonly #window: CompiledWindow;
  readonly #members = new Map<string, Member>();
  readonly #totals = new Map<string, number>();
  /** In the window, by subject, oldest first; only where events have names, by which spans are told. */
  readonly #bySubject = new Map<string, Entry[]>();
  /** Members with an event in the window. */
  #present = 0;
  /** In the window, of all members; then those kept only to be carried. */
  #inside: Entry[] = [];
  #left: Entry[] = [];
  #insideFrom = 0;
  #leftFrom = 0;

  constructor(window: CompiledWindow) {
    this.#window = window;
  }

  /** How many events are held. */
  get size(): number {
    return this.#inside.length - this.#insideFrom + (this.#left.length - this.#leftFrom);
  }

  /** Takes in an event, which is not before the ones taken in. @returns what its member sees, or undefined if it tells none */
  push(event: BusinessEvent): WindowView | undefined {
    this.#moveTo(event.at);
    const member = this.#window.memberOf(event);
    if (member === undefined) return undefined;
    const names = [...this.#window.named].filter(([, selects]) => selects(event)).map(([name]) => name);
    const entry = { event, member, names };
    const own: Member = this.#members.get(member) ?? { entries: [], counts: new Map() };
    this.#members.set(member, own);
    if (own.entries.length === 0) this.#present += 1;
    own.entries.push(entry);
    this.#inside.push(entry);
    if (names.length > 0) {
      const ofSubject = this.#bySubject.get(event.subject);
      if (ofSubject) ofSubject.push(entry);
      else this.#bySubject.set(event.subject, [entry]);
    }
    this.#count(own, entry, 1);
    return this.#viewOf(member, own);
  }

  /** The window at an instant is (at - length, at]: what happened exactly its length ago is out. */
  #moveTo(at: number): void {
    const { ms, keepMs, carry } = this.#window;
    for (let entry = this.#inside[this.#insideFrom]; entry && entry.event.at <= at - ms;) {
      this.#insideFrom += 1;
      this.#leave(entry, carry);
      entry = this.#inside[this.#insideFrom];
    }
    for (let entry = this.#left[this.#leftFrom]; entry && entry.event.at <= at - keepMs;) {
      this.#leftFrom += 1;
      this.#forget(entry);
      entry = this.#left[this.#leftFrom];
    }
    [this.#inside, this.#insideFrom] = compact(this.#inside, this.#insideFrom);
    [this.#left, this.#leftFrom] = compact(this.#left, this.#leftFrom);
  }

  #leave(entry: Entry, carry: boolean): void {
    const own = this.#members.get(entry.member);
    if (!own) return;
    own.entries.shift();
    if (entry.names.length > 0) {
      const ofSubject = this.#bySubject.get(entry.event.subject);
      ofSubject?.shift();
      if (ofSubject?.length === 0) this.#bySubject.delete(entry.event.subject);
    }
    this.#count(own, entry, -1);
    if (own.entries.length === 0) this.#present -= 1;
    if (carry) {
      own.carried = entry;
      this.#left.push(entry);
    } else if (own.entries.length === 0) this.#members.delete(entry.member);
  }

  #forget(entry: Entry): void {
    const own = this.#members.get(entry.member);
    if (own?.carried !== entry) return;
    delete own.carried;
    if (own.entries.length === 0) this.#members.delete(entry.member);
  }

  #count({ counts }: Member, { names }: Entry, by: 1 | -1): void {
    for (const name of ['', ...names]) {
      counts.set(name, (counts.get(name) ?? 0) + by);
      this.#totals.set(name, (this.#totals.get(name) ?? 0) + by);
    }
  }

  #viewOf(member: string, own: Member): WindowView {
    const { entries, counts, carried } = own;
    const seen = carried ? [carried, ...entries] : entries;
    return {
      member,
      count: (events = '', whose) => {
        const mine = counts.get(events) ?? 0;
        return whose === 'own' ? mine : (this.#totals.get(events) ?? 0) - mine;
      },
      values: (field, events) =>
        seen
          .filter(({ names }) => events === undefined || names.includes(events))
          .map(({ event }) => (field === 'subject' ? event.subject : fieldOf(event.data, field)))
          .filter((value) => value !== undefined && value !== null),
      peers: this.#present - 1,
      full: carried !== undefined,
      largestGapMs: seen.reduce(
        (gap, { event }, index) => Math.max(gap, event.at - (seen[index - 1]?.event.at ?? event.at)),
        0,
      ),
      spans: (from, to, sameStage) =>
        entries.flatMap((entry) => {
          if (!entry.names.includes(to)) return [];
          const start = this.#startOf(entry, from, to, sameStage);
          return start ? [{ start, end: entry.event }] : [];
        }),
    };
  }

  /** What an entry ends; undefined where that began before the window, or something else has ended it already. */
  #startOf(end: Entry, from: string, to: string, sameStage: boolean): BusinessEvent | undefined {
    const ofSubject = this.#bySubject.get(end.event.subject) ?? [];
    for (let i = ofSubject.indexOf(end) - 1; i >= 0; i -= 1) {
      const { event, names } = ofSubject[i] as Entry;
      if (sameStage && event.data.stage !== end.event.data.stage) continue;
      if (names.includes(from)) return event;
      if (names.includes(to)) return undefined;
    }
    return undefined;
  }
}

/** Drops the head of a queue once it is the larger half, so that taking from it costs nothing on the whole. */
function compact(queue: Entry[], from: number): [Entry[], number] {
  return from > 64 && from * 2 > queue.length ? [queue.slice(from), 0] : [queue, from];
}
