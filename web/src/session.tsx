import { createContext, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { makeApiClient, readJson, type ApiClient, type Credentials } from './api/client.js';
import type { Me } from './api/types.js';

/** Why somebody has to sign in (again): the token or password was not right, or the session is over. */
export type SessionEnd = 'refused' | 'expired';

interface Session {
  /** Undefined until somebody has signed in. */
  readonly client: ApiClient | undefined;
  /** True while it is asked whether the browser's cookie still names a session. */
  readonly isRestoring: boolean;
  readonly end: SessionEnd | undefined;
  /** The password was made by an admin: nothing else is possible before the person has set another one. */
  readonly mustChangePassword: boolean;
  readonly signInByToken: (token: string) => void;
  /** @throws ApiError when user and password are not taken */
  readonly signInByPassword: (user: string, password: string) => Promise<void>;
  readonly passwordChanged: () => void;
  readonly signOut: () => Promise<void>;
}

const TOKEN_KEY = 'yxrisk.token';
/** Whether there was a session in this browser, so that nobody is asked for one who never had any. No secret. */
const SESSION_KEY = 'yxrisk.session';
const SessionContext = createContext<Session | undefined>(undefined);

/** To be called before the browser leaves for an OpenID provider, from which it comes back with a session. */
export function expectSession(): void {
  localStorage.setItem(SESSION_KEY, 'true');
}

/**
 * Who is signed in. A token is kept for as long as the tab lives: not on disk, not for other tabs. A session is kept by the
 * browser in a cookie that no script reads; its CSRF token is asked for when a page is loaded.
 */
export function SessionProvider({ children }: { readonly children: ReactNode }) {
  const [credentials, setCredentials] = useState<Credentials | undefined>(() => {
    const token = sessionStorage.getItem(TOKEN_KEY);
    return token === null ? undefined : { kind: 'token', token };
  });
  const [isRestoring, setRestoring] = useState(
    () => credentials === undefined && localStorage.getItem(SESSION_KEY) !== null,
  );
  const [end, setEnd] = useState<SessionEnd>();
  const [mustChangePassword, setMustChange] = useState(false);
  const queries = useQueryClient();

  useEffect(() => {
    if (!isRestoring) return;
    const closing = new AbortController();
    fetch('/api/me', { signal: closing.signal })
      .then((response) => readJson<Me>('/api/me', response))
      .then(
        ({ csrfToken, mustChangePassword: must }) => {
          if (csrfToken !== null) setCredentials({ kind: 'session', csrfToken });
          setMustChange(must);
          setRestoring(false);
        },
        () => {
          if (closing.signal.aborted) return;
          localStorage.removeItem(SESSION_KEY);
          setEnd('expired');
          setRestoring(false);
        },
      );
    return () => closing.abort();
  }, [isRestoring]);

  const session = useMemo<Session>(() => {
    const forget = (why: SessionEnd | undefined) => {
      sessionStorage.removeItem(TOKEN_KEY);
      localStorage.removeItem(SESSION_KEY);
      queries.clear();
      setEnd(why);
      setMustChange(false);
      setCredentials(undefined);
    };
    const client =
      credentials &&
      makeApiClient({
        credentials,
        onRefused: () => forget(credentials.kind === 'token' ? 'refused' : 'expired'),
      });
    return {
      client,
      isRestoring,
      end,
      mustChangePassword,
      signInByToken: (token) => {
        sessionStorage.setItem(TOKEN_KEY, token);
        setEnd(undefined);
        setCredentials({ kind: 'token', token });
      },
      signInByPassword: async (user, password) => {
        const response = await fetch('/api/session', {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify({ user, password }),
        });
        const me = await readJson<Me>('/api/session', response);
        expectSession();
        setEnd(undefined);
        setMustChange(me.mustChangePassword);
        setCredentials({ kind: 'session', csrfToken: me.csrfToken ?? '' });
      },
      passwordChanged: () => setMustChange(false),
      signOut: async () => {
        if (client && credentials.kind === 'session') {
          // A session that is over already needs no ending.
          const ended = await client
            .post<{ goOnTo?: string | null }>('/api/session/end', {})
            .catch(() => ({ goOnTo: null }));
          // A session by OpenID is ended at the provider too.
          if (ended.goOnTo) location.assign(ended.goOnTo);
        }
        forget(undefined);
      },
    };
  }, [credentials, isRestoring, end, mustChangePassword, queries]);
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
