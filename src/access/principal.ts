import type { ResolvedGrant } from './resolve-grants.js';

/**
 * What a token may do. `integrator` posts events and reads its own back; `inspector`, `supervisor`, `author` and
 * `auditor` read; `supervisor` and `auditor` may also see personal data unmasked, with a reason; `admin` may do all.
 */
export const ROLES = ['admin', 'supervisor', 'inspector', 'author', 'auditor', 'integrator'] as const;
export type Role = (typeof ROLES)[number];

/** Who is asking: a valid token or session, without its secret. */
export interface Principal {
  /** SHA-256 of the token, hex. Names the token (or session) in audit rows; it cannot be had back from it. */
  readonly tokenId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** Sees only what belongs to this org unit or one below it; absent = everything. */
  readonly orgUnit?: string;
  /** Event sources it may post and read back: these, and all below them (`/sales/zj` covers `/sales/zj/hz`); absent = any. */
  readonly sources?: readonly string[];
  /** The account of a person; absent for tokens. */
  readonly user?: PrincipalUser;
  /** Of a person: where each role holds. Absent for tokens, whose roles hold in `orgUnit`. */
  readonly grants?: readonly ResolvedGrant[];
  /** A person whose password was made by an admin: must set an own one before anything else. */
  readonly mustChangePassword?: true;
}

/** A person with an account. */
export interface PrincipalUser {
  readonly id: string;
  /** For people to read. */
  readonly displayName: string;
  /** Operator ids under which the sales system knows the same person. */
  readonly operatorIds: readonly string[];
}

/** Who asks, as histories and audit rows name it: the user id, or `token:` and the start of the token's id. */
export function idOf({ user, tokenId }: Principal): string {
  return user ? user.id : `token:${tokenId.slice(0, 12)}`;
}

/** True when the principal has one of the roles; `admin` has them all. */
export function hasRole(principal: Principal, roles: readonly Role[]): boolean {
  return principal.roles.some((role) => role === 'admin' || roles.includes(role));
}

/** The principal as far as these roles go: a person's roles, and where they hold, cut down to them. */
export function forRoles(principal: Principal, roles: readonly Role[]): Principal {
  if (!principal.grants) return principal;
  const grants = principal.grants.filter(({ role }) => role === 'admin' || roles.includes(role));
  return { ...principal, grants, roles: [...new Set(grants.map(({ role }) => role))] };
}

/**
 * True when the principal has one of the roles in one of the units a thing belongs to. For tokens, whose roles hold
 * wherever they may look, the roles alone decide.
 */
export function hasRoleAt(
  principal: Principal,
  roles: readonly Role[],
  units: readonly (string | undefined)[],
): boolean {
  const { grants } = forRoles(principal, roles);
  if (!grants) return hasRole(principal, roles);
  return grants.some(
    (grant) => !grant.units || units.some((unit) => unit !== undefined && grant.units?.includes(unit)),
  );
}

/** True when the principal may post, and read back, events of this source. */
export function ownsSource(principal: Principal, source: string): boolean {
  if (!principal.sources || principal.roles.includes('admin')) return true;
  return principal.sources.some(
    (own) => source === own || source.startsWith(own.endsWith('/') ? own : `${own}/`),
  );
}
