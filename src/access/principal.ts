/**
 * What a token may do. `integrator` posts events and reads its own back; `inspector`, `supervisor`, `author` and
 * `auditor` read; `supervisor` and `auditor` may also see personal data unmasked, with a reason; `admin` may do all.
 */
export const ROLES = ['admin', 'supervisor', 'inspector', 'author', 'auditor', 'integrator'] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking: a valid token, without the token itself. */
export interface Principal {
  /** SHA-256 of the token, hex. Names the token in audit rows; the token cannot be had back from it. */
  readonly tokenId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Sees only what belongs to this org unit or one below it; absent = everything. */
  readonly orgUnit?: string;
  /** Event sources it may post and read back: these, and all below them (`/sales/zj` covers `/sales/zj/hz`); absent = any. */
  readonly sources?: readonly string[];
}

/** True when the principal has one of the roles; `admin` has them all. */
export function hasRole(principal: Principal, roles: readonly Role[]): boolean {
  return principal.roles.some((role) => role === 'admin' || roles.includes(role));
}

/** True when the principal may post, and read back, events of this source. */
export function ownsSource(principal: Principal, source: string): boolean {
  if (!principal.sources || principal.roles.includes('admin')) return true;
  return principal.sources.some(
    (own) => source === own || source.startsWith(own.endsWith('/') ? own : `${own}/`),
  );
}
