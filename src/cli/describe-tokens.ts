import Table from 'cli-table3';
import type { StoredToken } from '../access/token-store.js';

/** Enough of a token's id to name it. */
export function shortId({ _id }: Pick<StoredToken, '_id'>): string {
  return _id.slice(0, 12);
}

/** A token for programs. Its id is a hash; the token cannot be had back from it. */
export function describeToken({ _id, ...rest }: StoredToken) {
  return { id: _id, ...rest };
}

/** Tokens as a table for people. */
export function describeTokens(tokens: readonly StoredToken[]): string {
  if (tokens.length === 0) return 'No tokens yet; make one with: yxrisk token create';
  const table = new Table({
    head: ['id', 'name', 'roles', 'org unit', 'sources', 'from', 'created', 'revoked'],
    style: { head: [], border: [] },
  });
  for (const token of tokens)
    table.push([
      shortId(token),
      token.name,
      token.roles.join(', '),
      token.orgUnit ?? 'all',
      token.sources?.join(', ') ?? '',
      token.origin,
      minuteOf(token.createdAt),
      token.revokedAt ? minuteOf(token.revokedAt) : '',
    ]);
  return table.toString();
}

/** UTC, to the minute. */
function minuteOf(at: Date): string {
  return `${at.toISOString().slice(0, 16)}Z`;
}
