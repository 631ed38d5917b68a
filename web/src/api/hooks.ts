import { keepPreviousData, useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useApi } from '../session.js';
import type { AnswerOf, Client, InputOf, ItemOf, Operations, PagedName } from './client.js';
import { errorToShow } from './error-to-show.js';
import type { Me, Page } from './types.js';

type Role = Me['roles'][number];

type Name = keyof Operations;
/** `false`: not asked yet. */
type Asked<Operation extends Name> =
  Record<never, never> extends Operations[Operation]['input']
    ? [input?: InputOf<Operation> | false, refreshMs?: number]
    : [input: InputOf<Operation> | false, refreshMs?: number];

/** Calls an operation by its name. */
function ask<Operation extends Name>(api: Client, operation: Operation, input: object, signal: AbortSignal) {
  const call = api[operation] as unknown as (input: object) => Promise<AnswerOf<Operation>>;
  return call({ ...input, signal });
}

/** What an operation answers, asked for again every `refreshMs` while it is looked at. Known to the cache as `[operation, input]`. */
export function useGet<Operation extends Name>(
  operation: Operation,
  ...[input = {}, refreshMs]: Asked<Operation>
) {
  const api = useApi();
  const result = useQuery({
    queryKey: [operation, input],
    queryFn: ({ signal }) => ask(api, operation, input || {}, signal),
    enabled: input !== false,
    placeholderData: keepPreviousData,
    ...(refreshMs !== undefined && { refetchInterval: refreshMs }),
  });
  const { data, error, isPending, isPlaceholderData, refetch } = result;
  return {
    data,
    error: errorToShow(error, data),
    isPending,
    isPlaceholderData,
    refetch,
    /** Only who reads this is drawn again at the beginning and end of every refetch. */
    get isFetching() {
      return result.isFetching;
    },
  };
}

interface Loaded {
  readonly state: { readonly data: { readonly pages: readonly unknown[] } | undefined };
}

/** A list of the API, page after page. Once more than one page is there, it is not read again by the clock. */
export function usePages<Operation extends PagedName>(
  operation: Operation,
  input: InputOf<Operation>,
  refreshMs?: number,
) {
  const api = useApi();
  const { query } = input as { readonly query?: object };
  const result = useInfiniteQuery({
    queryKey: [operation, 'pages', query ?? {}],
    queryFn: async ({ pageParam, signal }) => {
      const next = { ...input, query: { ...query, ...(pageParam !== '' && { cursor: pageParam }) } };
      const page: unknown = await ask(api, operation, next, signal);
      return page as Page<ItemOf<Operation>>;
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    ...(refreshMs !== undefined && {
      refetchInterval: ({ state }: Loaded) => ((state.data?.pages.length ?? 0) > 1 ? false : refreshMs),
    }),
  });
  const pages = result.data?.pages;
  const items = useMemo(() => pages?.flatMap((page) => page.items) ?? [], [pages]);
  return { ...result, error: errorToShow(result.error, result.data), items };
}

export function useMe() {
  return useGet('getMe').data;
}

/** Whether one has one of these roles anywhere; an admin has every one. False until it is known who one is. */
export function useHasRole(...roles: readonly Role[]): boolean {
  return useMe()?.roles.some((role) => role === 'admin' || roles.includes(role)) ?? false;
}

/**
 * Whether one may read alerts, work orders and the like, as every role may but the integrator, who only sends. Who has none sees what is charged to him, and nothing else. True until it is
 * known who one is: of those with a session it is known from the start, and a token without a role opens no console.
 */
export function useIsReader(): boolean {
  const me = useMe();
  return me === undefined || me.roles.some((role) => role !== 'integrator');
}

/** Org units by code; a unit that is in no tree is shown by its code. */
export function useOrgUnits() {
  const isReader = useIsReader();
  const { data } = useGet('listOrgUnits', isReader && {});
  const units = data?.items ?? [];
  const byCode = new Map(units.map((unit) => [unit.code, unit]));
  return { units, nameOf: (code: string | undefined) => (code && byCode.get(code)?.name) || code || '' };
}

/** Names of rules by id; a rule that is no longer loaded is shown by its id. */
export function useRuleNames(): (id: string) => string {
  const { data } = useGet('listRules');
  const names = new Map(data?.items.map(({ id, name }) => [id, name]));
  return (id) => names.get(id) ?? id;
}
