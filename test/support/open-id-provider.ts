import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Configuration, Provider } from 'oidc-provider';

export interface TestPerson {
  /** `sub`. */
  readonly subject: string;
  /** Claims of the scope `profile`. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/**
 * A real OpenID provider on a free port of this machine. Whoever comes to sign in is the person that `people` says at that
 * moment, without a form to fill in; everything else is as the specifications have it.
 */
export async function openOpenIdProvider(options: {
  readonly clientId: string;
  readonly clientSecret: string;
  readonly redirectUrl: string;
  readonly signedOutUrl: string;
  /** Seconds an authorization code lives. */
  readonly codeSeconds?: number;
  /** Default: a free one. */
  readonly port?: number;
}) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(options.port ?? 0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const people = { current: undefined as TestPerson | undefined };
  const known = new Map<string, TestPerson>();
  const provider = await makeProvider(issuer, toConfiguration(options, known));
  const answer = provider.callback();
  server.on('request', (req, res) => {
    if (req.url?.startsWith('/interaction/')) void signIn(provider, people.current, known, req, res);
    else void answer(req, res);
  });
  return {
    issuer,
    port: Number(new URL(issuer).port),
    people,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve, reject) =>
        server.close((error) => (error ? reject(error) : resolve())),
      );
    },
  };
}
export type OpenIdTestProvider = Awaited<ReturnType<typeof openOpenIdProvider>>;

/** It warns of what is right for a test: its memory is lost with it, and it would like a newer Node. */
async function makeProvider(issuer: string, configuration: Configuration): Promise<Provider> {
  const { warn } = console;
  console.warn = () => {};
  try {
    const { Provider: Real } = await import('oidc-provider');
    return new Real(issuer, configuration);
  } finally {
    console.warn = warn;
  }
}

function toConfiguration(
  options: Parameters<typeof openOpenIdProvider>[0],
  known: ReadonlyMap<string, TestPerson>,
): Configuration {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return {
    clients: [
      {
        client_id: options.clientId,
        client_secret: options.clientSecret,
        redirect_uris: [options.redirectUrl],
        post_logout_redirect_uris: [options.signedOutUrl],
      },
    ],
    claims: { openid: ['sub'], profile: ['preferred_username', 'name', 'groups'] },
    jwks: { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }] },
    cookies: { keys: [randomUUID()] },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_context, { uid }) => `/interaction/${uid}` },
    ttl: { AuthorizationCode: options.codeSeconds ?? 60, AccessToken: 60, IdToken: 60, Grant: 60, Session: 60, Interaction: 60 },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...known.get(id)?.claims }),
    }),
    async loadExistingGrant({ oidc }) {
      const grant = new oidc.provider.Grant({
        clientId: options.clientId,
        accountId: oidc.session?.accountId ?? '',
      });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
  } satisfies Configuration; // prettier-ignore
}

async function signIn(
  provider: Provider,
  person: TestPerson | undefined,
  known: Map<string, TestPerson>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  if (!person) {
    await provider.interactionFinished(req, res, { error: 'access_denied', error_description: '已取消' });
    return;
  }
  known.set(person.subject, person);
  await provider.interactionFinished(req, res, { login: { accountId: person.subject, remember: false } });
}
