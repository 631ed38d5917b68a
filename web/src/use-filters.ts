import { useSearchParams } from 'react-router';

/** Filters of a list that stand in the address, so that a view can be kept and sent; one that is not set is an empty text. */
export function useFilters<const Name extends string>(names: readonly Name[]) {
  const [search, setSearch] = useSearchParams();
  const filters = Object.fromEntries(names.map((name) => [name, search.get(name) ?? ''])) as Record<
    Name,
    string
  >;
  const change = (name: Name, value: string) => {
    const next = new URLSearchParams(search);
    if (value === '') next.delete(name);
    else next.set(name, value);
    setSearch(next, { replace: true });
  };
  return { filters, change, query: search.toString(), clear: () => setSearch({}, { replace: true }) };
}
