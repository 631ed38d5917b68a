import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useApi } from '../session.js';
import type { Query } from './client.js';
import { followAlerts, type StreamState } from './follow-alerts.js';
import type { Me, OrgUnit, Page, RuleSummary } from './types.js';

/** One thing of the API, asked for again every `refreshMs` while it is looked at. */
export function useGet<Body>(path: string | undefined, query: Query = {}, refreshMs?: number) {
  const api = useApi();
  return useQuery({
    queryKey: [path, query],
    queryFn: ({ signal }) => api.get<Body>(path ?? '', query, signal),
    enabled: path !== undefined,
    placeholderData: keepPreviousData,
    ...(refreshMs !== undefined && { refetchInterval: refreshMs }),
  });
}

/** A list of the API, page after page. */
export function usePages<Item>(path: string, query: Query, refreshMs?: number) {
  const api = useApi();
  const result = useInfiniteQuery({
    queryKey: [path, 'pages', query],
    queryFn: ({ pageParam, signal }) =>
      api.get<Page<Item>>(path, { ...query, ...(pageParam !== '' && { cursor: pageParam }) }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    ...(refreshMs !== undefined && { refetchInterval: refreshMs }),
  });
  return { ...result, items: result.data?.pages.flatMap(({ items }) => items) ?? [] };
}

export function useMe() {
  return useGet<Me>('/api/me').data;
}

/** Org units by code; a unit that is in no tree is shown by its code. */
export function useOrgUnits() {
  const { data } = useGet<Page<OrgUnit>>('/api/org-units');
  const units = data?.items ?? [];
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  return { units, nameOf: (code: string | undefined) => (code && byCode.get(code)?.name) || code || '' };
}

/** Names of rules by id; a rule that is no longer loaded is shown by its id. */
export function useRuleNames(): (id: string) => string {
  const { data } = useGet<Page<RuleSummary>>('/api/rules');
  const names = new Map(data?.items.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}

/** Many changes at once are read at once. */
const GATHER_MS = 300;

/** Keeps everything that shows alerts up to date while the console is open. */
export function useAlertStream(): StreamState {
  const api = useApi();
  const queries = useQueryClient();
  const [state, setState] = useState<StreamState>('waiting');
  useEffect(() => {
    const closing = new AbortController();
    let timer: number | undefined;
    const onChange = () => {
      timer ??= window.setTimeout(() => {
        timer = undefined;
        void queries.invalidateQueries({
          predicate: ({ queryKey: [path] }) =>
            typeof path === 'string' && /^\/api\/(alerts|work-orders)/.test(path),
        });
      }, GATHER_MS);
    };
    void followAlerts({ api, signal: closing.signal, onChange, onState: setState });
    return () => {
      closing.abort();
      window.clearTimeout(timer);
    };
  }, [api, queries]);
  return state;
}
