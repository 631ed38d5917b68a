import { useCallback, useEffect, useState } from 'react';
import type { Inspection } from './api/types.js';

export type InspectionResult = NonNullable<Inspection['results']>[number];

/** What was entered at one place on this device and is not with the service yet. */
export interface DraftEntry {
  readonly item: string;
  readonly workOrder?: string;
  /** Absent while only a photo was taken. */
  readonly result?: InspectionResult['result'];
  readonly finding?: string;
  readonly responsible?: string;
  /** Keys of photos that wait on this device, see photo-store.ts. */
  readonly photos?: readonly string[];
}
export type Draft = Readonly<Record<string, DraftEntry>>;

/** What is entered at a place; by what is there then, where it takes a while to come. */
export type EntryChanges =
  Partial<DraftEntry> | ((before: Partial<DraftEntry> | undefined) => Partial<DraftEntry>);

/** One thing to look at, at the place itself or at a sampled work order. */
export interface Place {
  readonly key: string;
  readonly item: Inspection['items'][number];
  readonly workOrder?: string;
}

/** Everything a task asks for, in its order. */
export function placesOf(task: Inspection): Place[] {
  return [
    ...task.items.map((item) => ({ key: keyOf(item.id), item })),
    ...task.samples.flatMap(({ workOrder, items }) =>
      items.map((item) => ({ key: keyOf(item.id, workOrder), item, workOrder })),
    ),
  ];
}

export function keyOf(item: string, workOrder?: string): string {
  return JSON.stringify([item, workOrder ?? null]);
}

/**
 * The draft of a task: kept on the device at every change, for each person apart, until the service has it. It outlives
 * reloads, lost connections and ended sessions.
 */
export function useDraft(person: string | undefined, task: string) {
  const storageKey = person === undefined ? undefined : `yxrisk.draft.${person}.${task}`;
  const [draft, setDraft] = useState<Draft>({});
  useEffect(() => {
    if (storageKey !== undefined) setDraft(read(storageKey));
  }, [storageKey]);
  const write = useCallback(
    (change: (before: Draft) => Draft) => {
      if (storageKey === undefined) return;
      // What is stored is the truth: another tab may have written meanwhile.
      const next = change(read(storageKey));
      if (Object.keys(next).length === 0) localStorage.removeItem(storageKey);
      else localStorage.setItem(storageKey, JSON.stringify(next));
      setDraft(next);
    },
    [storageKey],
  );
  return {
    draft,
    enter: (place: Place, changes: EntryChanges) =>
      write(({ [place.key]: before, ...others }) => {
        const entry: DraftEntry = {
          item: place.item.id,
          ...(place.workOrder !== undefined && { workOrder: place.workOrder }),
          ...before,
          ...(typeof changes === 'function' ? changes(before) : changes),
        };
        return saysNothing(entry) ? others : { ...others, [place.key]: entry };
      }),
    /** Takes away what the service has now, unless it was changed on the device meanwhile; photos that it has in any case. */
    settle: (sent: Draft) =>
      write((before) =>
        Object.fromEntries(
          Object.entries(before)
            .filter(([key, entry]) => JSON.stringify(entry) !== JSON.stringify(sent[key]))
            .map(([key, entry]) => [key, withoutPhotos(entry, sent[key]?.photos)]),
        ),
      ),
  };
}

/** Nothing is left of it once a photo was taken and taken away again. */
function saysNothing({ result, finding, responsible, photos = [] }: DraftEntry): boolean {
  return result === undefined && finding === undefined && responsible === undefined && photos.length === 0;
}

function withoutPhotos(entry: DraftEntry, sent: readonly string[] = []): DraftEntry {
  return entry.photos ? { ...entry, photos: entry.photos.filter((key) => !sent.includes(key)) } : entry;
}

function read(storageKey: string): Draft {
  const text = localStorage.getItem(storageKey);
  if (text === null) return {};
  try {
    return JSON.parse(text) as Draft;
  } catch {
    return {};
  }
}
