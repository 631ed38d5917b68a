import { type Command, Option } from 'commander';
import type { AuditStore } from '../access/audit-store.js';
import { hashToken } from '../access/hash-token.js';
import { type Role, ROLES } from '../access/principal.js';
import type { StoredToken, TokenStore } from '../access/token-store.js';
import { InvalidRequestError, NotFoundError } from '../errors.js';
import { describeToken, describeTokens, shortId } from './describe-tokens.js';

/** What the command stands on while it runs. */
export interface OpenTokens {
  readonly tokens: Pick<TokenStore, 'add' | 'list' | 'revoke'>;
  readonly audit: Pick<AuditStore, 'record'>;
  /** Whether there is an org unit with this code. */
  readonly isOrgUnit: (code: string) => boolean;
  readonly close: () => Promise<void>;
}

export interface TokenCommandDeps {
  readonly open: () => Promise<OpenTokens>;
  readonly print: (line: string) => void;
  /** Epoch ms. */
  readonly now: () => number;
  /** Makes a token, see `generateToken`. */
  readonly generate: () => string;
  /** Login name of the person at the keyboard, for the audit log. */
  readonly user: string;
}

interface CreateOptions {
  readonly role: readonly Role[];
  readonly orgUnit?: string;
  readonly source?: readonly string[];
  readonly json?: boolean;
}

/** Adds `yxrisk token create|list|revoke`. Exit 0 done, 1 no such token, 2 misuse. */
export function addTokenCommand(program: Command, deps: TokenCommandDeps): void {
  const token = program.command('token').description('Make, list and revoke access tokens of the API');

  token
    .command('create')
    .description('Make a token and print it, this once')
    .argument('<name>', 'whose it is, or what for; shown in logs and audit rows')
    .addOption(new Option('--role <role...>', 'what it may do').choices(ROLES).makeOptionMandatory())
    .option('--org-unit <code>', 'sees only what belongs to this unit or one below it; default: everything')
    .option('--source <prefix...>', 'integrator: event sources it may post and read back; default: any')
    .option('--json', 'answer as JSON')
    .action((name: string, options: CreateOptions) =>
      withTokens(deps, async ({ tokens, audit, isOrgUnit }) => {
        const made = deps.generate();
        const stored = makeToken(name, options, made, deps.now());
        if (stored.orgUnit !== undefined && !isOrgUnit(stored.orgUnit))
          throw new InvalidRequestError(
            `--org-unit ${stored.orgUnit}: there is no such org unit; rules/org-units.json lists the codes.`,
          );
        await record(deps, audit, 'token.create', stored);
        await tokens.add(stored);
        deps.print(
          options.json
            ? JSON.stringify({ ...describeToken(stored), token: made })
            : `${made}\nShown this once; only its hash is kept. Revoke it with: yxrisk token revoke ${shortId(stored)}`,
        );
      }),
    );

  token
    .command('list')
    .description('List all tokens, newest first; none can be shown again')
    .option('--json', 'answer as JSON')
    .action(({ json }: { json?: boolean }) =>
      withTokens(deps, async ({ tokens }) => {
        const all = await tokens.list();
        deps.print(json ? JSON.stringify(all.map(describeToken)) : describeTokens(all));
      }),
    );

  token
    .command('revoke')
    .description('Revoke a token; it stops working within a second and for good')
    .argument('<id>', 'its id as listed (at least 8 characters of it), or its name')
    .action((wanted: string) =>
      withTokens(deps, async ({ tokens, audit }) => {
        const found = findToken(await tokens.list(), wanted);
        if (found.revokedAt) {
          deps.print(
            `${shortId(found)} ${found.name} was revoked already at ${found.revokedAt.toISOString()}`,
          );
          return;
        }
        await record(deps, audit, 'token.revoke', found);
        await tokens.revoke(found._id, new Date(deps.now()));
        deps.print(`${shortId(found)} ${found.name} is revoked`);
      }),
    );
}

function makeToken(
  name: string,
  { role, orgUnit, source }: CreateOptions,
  token: string,
  now: number,
): StoredToken {
  if (!/^[^\s\p{C}][^\p{C}]{0,63}$/u.test(name))
    throw new InvalidRequestError(
      '<name> must have 1 to 64 characters on one line, and not begin with a blank.',
    );
  const roles = [...new Set(role)];
  if (source && !roles.includes('integrator'))
    throw new InvalidRequestError(
      '--source is for tokens with --role integrator only; others post no events.',
    );
  return {
    _id: hashToken(token),
    name,
    roles,
    ...(orgUnit !== undefined && { orgUnit }),
    ...(source && { sources: [...source] }),
    origin: 'command',
    createdAt: new Date(now),
  };
}

/** A live one before a revoked one: names are given again. */
function findToken(all: readonly StoredToken[], wanted: string): StoredToken {
  const isId = /^[0-9a-f]{8,64}$/.test(wanted);
  const matching = all.filter(({ _id, name }) => name === wanted || (isId && _id.startsWith(wanted)));
  const live = matching.filter(({ revokedAt }) => !revokedAt);
  const [first, second] = live.length > 0 ? live : matching;
  if (!first) throw new NotFoundError(`There is no token "${wanted}"; see: yxrisk token list`);
  if (second && !first.revokedAt)
    throw new InvalidRequestError(
      `"${wanted}" means several tokens: ${live.map(shortId).join(', ')}. Give the id of one.`,
    );
  return first;
}

function record(deps: TokenCommandDeps, audit: OpenTokens['audit'], action: string, token: StoredToken) {
  return audit.record({
    at: new Date(deps.now()),
    action,
    who: { name: `cli:${deps.user}` },
    object: { type: 'token', id: token._id },
    reason: `${token.name}: ${token.roles.join(', ')}${token.orgUnit === undefined ? '' : ` of ${token.orgUnit}`}`,
  });
}

async function withTokens(deps: TokenCommandDeps, use: (opened: OpenTokens) => Promise<void>): Promise<void> {
  const opened = await deps.open();
  try {
    await use(opened);
  } finally {
    await opened.close();
  }
}
