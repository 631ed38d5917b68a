import { type InfiniteData, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../session.js';
import type { Client, InputOf } from './client.js';
import { mergeAlerts } from './merge-alerts.js';
import type { Alert, Page } from './types.js';

/** Whether the stream is up: the console says so, and reads by itself at intervals while it is not. */
export type StreamState = 'live' | 'waiting';
type AlertQuery = NonNullable<InputOf<'listAlerts'>['query']>;
type Pages = InfiniteData<Page<Alert>, string>;

/** Lists that grow page by page: what changes is merged into them. The rest is small and read anew. */
const PAGES = ['listAlerts', 'pages'] as const;
/** Operations whose answers change with an alert. */
const SHOW_ALERTS: ReadonlySet<unknown> = new Set([
  'listAlerts', 'countAlerts', 'summarizeAlerts', 'getAlert', 'listRelatedAlerts', 'listAlertEvidence', 'listWorkOrders',
  'getWorkOrder', 'listDeadlines',
]); // prettier-ignore
/** The first change is shown at once, what follows in short order together; figures over all alerts are asked for less often. */
const GATHER_MS = 250;
const FIGURES_MS = 2_000;
/** Without the stream lists are read anew. */
const WITHOUT_STREAM_MS = 60_000;
/** As many ids as the service takes in a list. */
const MOST_IDS = 50;

/** Brings the lists that are open up to date with some alerts that changed: the service says which of them belong to a list. */
export async function mergeChanged(queries: QueryClient, api: Client, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += MOST_IDS) {
    const changed = ids.slice(start, start + MOST_IDS);
    for (const list of queries.getQueryCache().findAll({ queryKey: PAGES, type: 'active' })) {
      const query = list.queryKey[2] as AlertQuery;
      const { items } = await api.listAlerts({ query: { ...query, id: changed, limit: MOST_IDS } });
      const merge = () =>
        queries.setQueryData<Pages>(
          list.queryKey,
          (data) =>
            data && {
              ...data,
              pages: mergeAlerts(data.pages, new Set(changed), items, query.sort ?? 'last'),
            },
        );
      merge();
      // A page that is being read is joined to the pages there were when it was asked for.
      while (list.state.fetchStatus === 'fetching') {
        await list.promise?.catch(() => undefined);
        merge();
      }
    }
  }
  await queries.invalidateQueries({ queryKey: PAGES, type: 'inactive' });
}

/** Reads anew whatever shows alerts; the lists that grow page by page only if asked to. */
export function rereadAlerts(queries: QueryClient, withPages: boolean): Promise<void> {
  return queries.invalidateQueries({
    predicate: ({ queryKey: [operation, kind] }) =>
      SHOW_ALERTS.has(operation) && (withPages || kind !== PAGES[1]),
  });
}

/** Keeps everything that shows alerts up to date while the console is open, for those who may read them. */
export function useAlertStream(isReader: boolean): StreamState {
  const api = useApi();
  const queries = useQueryClient();
  const [state, setState] = useState<StreamState>('waiting');
  useEffect(() => {
    if (!isReader) return;
    const closing = new AbortController();
    const merging = gather(GATHER_MS, (ids) => mergeChanged(queries, api, ids));
    const figures = gather(FIGURES_MS, () => rereadAlerts(queries, false));
    void (async () => {
      for await (const { event, data } of api.followAlerts({ signal: closing.signal, onState: setState })) {
        if (event === 'alert') {
          merging.add(data.alert.id);
          figures.add(data.alert.id);
        }
        // From here on nothing is missed: what was read before may be older.
        else void rereadAlerts(queries, true);
      }
    })().catch(() => setState('waiting'));
    return () => {
      closing.abort();
      merging.stop();
      figures.stop();
    };
  }, [api, queries, isReader]);
  useEffect(() => {
    if (state === 'live' || !isReader) return;
    const timer = window.setInterval(() => void rereadAlerts(queries, true), WITHOUT_STREAM_MS);
    return () => window.clearInterval(timer);
  }, [state, queries, isReader]);
  return state;
}

/** Calls `work` at once for the first id, then with all that came meanwhile, one call after the other. */
function gather(ms: number, work: (ids: readonly string[]) => Promise<void>) {
  const waiting = new Set<string>();
  let isBusy = false;
  let timer: number | undefined;
  async function run() {
    isBusy = true;
    const ids = [...waiting];
    waiting.clear();
    // Of what cannot be read now the next reading tells; the stream goes on.
    await work(ids).catch(() => undefined);
    timer = window.setTimeout(() => {
      isBusy = false;
      if (waiting.size > 0) void run();
    }, ms);
  }
  return {
    add(id: string) {
      waiting.add(id);
      if (!isBusy) void run();
    },
    stop: () => window.clearTimeout(timer),
  };
}
