import { createContext, useContext, useMemo, useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { makeApiClient, type ApiClient } from './api/client.js';

interface Session {
  /** Undefined until somebody has signed in. */
  readonly client: ApiClient | undefined;
  /** True when the service did not (or no longer) know the token. */
  readonly wasRefused: boolean;
  readonly signIn: (token: string) => void;
  readonly signOut: () => void;
}

const KEY = 'yxrisk.token';
const SessionContext = createContext<Session | undefined>(undefined);

/** Keeps the token for as long as the tab lives: not on disk, not for other tabs, not in a cookie that is sent along unasked. */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [token, setToken] = useState(() => sessionStorage.getItem(KEY) ?? undefined);
  const [wasRefused, setRefused] = useState(false);
  const queries = useQueryClient();
  const session = useMemo<Session>(() => {
    const end = (refused: boolean) => {
      sessionStorage.removeItem(KEY);
      queries.clear();
      setRefused(refused);
      setToken(undefined);
    };
    return {
      client: token === undefined ? undefined : makeApiClient({ token, onRefused: () => end(true) }),
      wasRefused,
      signIn: (given) => {
        sessionStorage.setItem(KEY, given);
        setRefused(false);
        setToken(given);
      },
      signOut: () => end(false),
    };
  }, [token, wasRefused, queries]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider around it');
  return session;
}

/** The client of the one who has signed in; pages are only shown to such. */
export function useApi(): ApiClient {
  const { client } = useSession();
  if (!client) throw new Error('nobody has signed in');
  return client;
}
