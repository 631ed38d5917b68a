import { createContext, useCallback, useContext, useEffect, useMemo, useState, type ReactNode } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { ApiError, type Client, makeConsoleClient } from './api/client.js';

/** Why somebody has to sign in (again): the token or password was not right, or the session is over. */
export type SessionEnd = 'refused' | 'expired';

interface Session {
  /** Undefined until somebody has signed in. */
  readonly client: Client | undefined;
  /** For what anybody may ask before signing in. */
  readonly visitor: Client;
  /** True while it is asked whether the browser's cookie still names a session. */
  readonly isRestoring: boolean;
  /** Why that could not be learnt; the session may well be there. */
  readonly restoreFailed: Error | undefined;
  readonly restoreAgain: () => void;
  readonly end: SessionEnd | undefined;
  /** The password was made by an admin: nothing else is possible before the person has set another one. */
  readonly mustChangePassword: boolean;
  readonly signInByToken: (token: string) => void;
  /** @throws ApiError when user and password are not taken */
  readonly signInByPassword: (user: string, password: string) => Promise<void>;
  readonly passwordChanged: () => void;
  readonly signOut: () => Promise<void>;
}

/** As whom one has signed in: the bearer of a token, or the person whose session the browser's cookie names. */
type Credentials = { readonly kind: 'token'; readonly token: string } | { readonly kind: 'session' };

const TOKEN_KEY = 'yxrisk.token';
/** Whether there was a session in this browser, so that nobody is asked for one who never had any. No secret. */
const SESSION_KEY = 'yxrisk.session';
/** As the hooks know it. */
const ME = ['getMe', {}];
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
  const [restoreFailed, setRestoreFailed] = useState<Error>();
  const [end, setEnd] = useState<SessionEnd>();
  const [mustChangePassword, setMustChange] = useState(false);
  const queries = useQueryClient();
  const forget = useCallback(
    (why: SessionEnd | undefined) => {
      sessionStorage.removeItem(TOKEN_KEY);
      localStorage.removeItem(SESSION_KEY);
      queries.clear();
      setEnd(why);
      setMustChange(false);
      setCredentials(undefined);
    },
    [queries],
  );
  /** Of whoever sits here without a token: it keeps the CSRF token of a session once there is one. */
  const visitor = useMemo(() => makeConsoleClient({ onRefused: () => forget('expired') }), [forget]);

  useEffect(() => {
    if (!isRestoring) return;
    const closing = new AbortController();
    visitor.getMe({ signal: closing.signal }).then(
      (me) => {
        queries.setQueryData(ME, me);
        if (me.csrfToken !== null) setCredentials({ kind: 'session' });
        setMustChange(me.mustChangePassword);
        setRestoring(false);
      },
      (error: Error) => {
        if (closing.signal.aborted) return;
        if (error instanceof ApiError && error.status === 401) forget('expired');
        else setRestoreFailed(error);
        setRestoring(false);
      },
    );
    return () => closing.abort();
  }, [isRestoring, visitor, forget, queries]);

  const session = useMemo<Session>(() => {
    const client =
      credentials?.kind === 'token'
        ? makeConsoleClient({ token: credentials.token, onRefused: () => forget('refused') })
        : credentials && visitor;
    return {
      client,
      visitor,
      isRestoring,
      restoreFailed,
      restoreAgain: () => {
        setRestoreFailed(undefined);
        setRestoring(true);
      },
      end,
      mustChangePassword,
      signInByToken: (token) => {
        sessionStorage.setItem(TOKEN_KEY, token);
        setEnd(undefined);
        setCredentials({ kind: 'token', token });
      },
      signInByPassword: async (user, password) => {
        const me = await visitor.signIn({ body: { user, password } });
        expectSession();
        queries.setQueryData(ME, me);
        setEnd(undefined);
        setMustChange(me.mustChangePassword);
        setCredentials({ kind: 'session' });
      },
      passwordChanged: () => setMustChange(false),
      signOut: async () => {
        if (client && credentials?.kind === 'session') {
          // A session that is over already needs no ending.
          const ended = await client.signOut().catch(() => ({ goOnTo: null }));
          // A session by OpenID is ended at the provider too.
          if (ended.goOnTo) location.assign(ended.goOnTo);
        }
        forget(undefined);
      },
    };
  }, [credentials, isRestoring, restoreFailed, end, mustChangePassword, visitor, forget, queries]);
  return <SessionContext value={session}>{children}</SessionContext>;
}

export function useSession(): Session {
  const session = useContext(SessionContext);
  if (!session) throw new Error('useSession needs a SessionProvider around it');
  return session;
}

/** The client of the one who has signed in; pages are only shown to such. */
export function useApi(): Client {
  const { client } = useSession();
  if (!client) throw new Error('nobody has signed in');
  return client;
}
