import { mapTrace, mapXesEvent } from './map-xes-event.js';
import type { MappedTrace, XesAttribute } from './map-xes-event.js';
import type { ReadItem } from './read-item.js';
import type { XesMapping } from './xes-mapping.js';

/** XES nests log › trace › event › attribute › nested attributes; more than this is hostile. */
const MAX_DEPTH = 64;
const MAX_ATTRIBUTES = 1_000;
const ATTRIBUTE_TAGS: ReadonlySet<string> = new Set([
  'string',
  'date',
  'int',
  'float',
  'boolean',
  'id',
  'list',
  'container',
]);

/** Turns the tags of a log into records as they come, holding no more than one event and its trace's attributes. */
export interface XesCollector {
  /** An opening tag. Returns the reason to stop reading altogether, if there is one. */
  open(tag: string, attributes: Readonly<Record<string, string>>, line: number): string | undefined;
  close(): void;
  /** Ends the log here: what is half read is dropped and the reason stands as a record of its own. */
  stop(line: number, reason: string): void;
  /** The records finished since the last call. */
  take(): ReadItem[];
}

/** The attributes gathered for the trace or event that is open. */
interface Holder {
  readonly attributes: Map<string, XesAttribute>;
  length: number;
  error?: string;
}

/** @param maxLength the most characters that the attributes of one trace or event may hold together */
export function makeXesCollector(mapping: XesMapping, maxLength: number): XesCollector {
  const path: ('log' | 'trace' | 'event' | 'other')[] = [];
  let items: ReadItem[] = [];
  let record = 0;
  let place = 0;
  let trace: Holder = makeHolder();
  let event: (Holder & { line: number }) | undefined;
  /** Mapped once, at the first event of the trace; a text is the reason why it cannot be. */
  let mapped: MappedTrace | string | undefined;

  const startEvent = (line: number): void => {
    record += 1;
    place += 1;
    event = { ...makeHolder(), line };
    mapped ??= attempt(() => checkHolder(trace) && mapTrace(trace.attributes, mapping));
  };
  const finishEvent = (): void => {
    if (!event) return;
    const { line } = event;
    const holder = event;
    const shared = mapped;
    const made =
      typeof shared === 'object'
        ? attempt(() => checkHolder(holder) && mapXesEvent(holder.attributes, shared, place, mapping))
        : (shared ?? 'The event stands outside a trace.');
    const size = holder.length + trace.length;
    items.push(
      typeof made === 'string' ? { record, line, error: made } : { record, line, event: made, size },
    );
    event = undefined;
  };

  return {
    open(name, attributes, line) {
      const tag = name.slice(name.indexOf(':') + 1);
      const parent = path.at(-1);
      if (path.length >= MAX_DEPTH) return `The tags are nested deeper than ${MAX_DEPTH}.`;
      if (parent === undefined && tag !== 'log')
        return `The root element is <${name.slice(0, 60)}>, not <log>.`;
      if (parent === undefined) path.push('log');
      else if (parent === 'log' && tag === 'trace') {
        path.push('trace');
        trace = makeHolder();
        mapped = undefined;
        place = 0;
      } else if ((parent === 'trace' || parent === 'log') && tag === 'event') {
        path.push('event');
        if (parent === 'log') mapped = 'The event stands outside a trace.';
        startEvent(line);
      } else {
        path.push('other');
        if (!ATTRIBUTE_TAGS.has(tag)) return undefined;
        if (parent === 'event' && event) addAttribute(event, tag, attributes, maxLength);
        // Attributes after the first event are too late: its events have gone out without them.
        else if (parent === 'trace' && place === 0) addAttribute(trace, tag, attributes, maxLength);
      }
      return undefined;
    },
    close() {
      if (path.pop() === 'event') finishEvent();
    },
    stop(line, reason) {
      items.push({ record: event ? record : record + 1, line, error: reason });
      event = undefined;
    },
    take() {
      const done = items;
      items = [];
      return done;
    },
  };
}

function makeHolder(): Holder {
  return { attributes: new Map(), length: 0 };
}

function addAttribute(
  holder: Holder,
  type: string,
  { key, value }: Readonly<Record<string, string>>,
  maxLength: number,
): void {
  if (holder.error !== undefined) return;
  if (key === undefined) return void (holder.error = `A <${type}> has no key.`);
  if (value === undefined && type !== 'list' && type !== 'container')
    return void (holder.error = `The attribute ${key.slice(0, 60)} has no value.`);
  const text = value ?? '';
  holder.length += key.length + text.length;
  if (key.includes('\uFFFD') || text.includes('\uFFFD'))
    holder.error = `The attribute ${key.slice(0, 60)} holds bytes that are not valid in the file's encoding.`;
  else if (holder.length > maxLength)
    holder.error = `The attributes are longer than ${maxLength} characters.`;
  else if (holder.attributes.size >= MAX_ATTRIBUTES)
    holder.error = `There are more than ${MAX_ATTRIBUTES} attributes.`;
  else holder.attributes.set(key, { type, value: text });
}

function checkHolder(holder: Holder): true {
  if (holder.error !== undefined) throw new Error(holder.error);
  return true;
}

/** The result, or the reason why there is none. */
function attempt<T>(make: () => T): T | string {
  try {
    return make();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}
