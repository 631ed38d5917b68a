import { z } from 'zod';
import type { AuditStore } from '../access/audit-store.js';
import { hasRoleAt, type Role } from '../access/principal.js';
import { ForbiddenError, InvalidRequestError } from '../errors.js';
import { flagField, withoutControls } from './query-fields.js';
import type { RouteInput } from './route.js';

/** Who may see personal data as it is, with a reason. */
export const UNMASK_ROLES: readonly Role[] = ['admin', 'supervisor', 'auditor'];

/** Query of a route for one object. */
export const unmaskQuery = z.strictObject({
  unmask: flagField.optional().meta({
    description: `\`true\` shows personal data as it is, to ${UNMASK_ROLES.join(', ')}; needs \`reason\` and is put on record`,
  }),
  reason: z
    .string()
    .trim()
    .min(4, 'must say why, in at least 4 characters')
    .max(300, 'must have at most 300 characters')
    .regex(...withoutControls)
    .optional()
    .meta({ description: 'Why personal data is needed; kept in the audit log' }),
});

/**
 * Whether this answer may show personal data. When it may, that is put on record first: if the row cannot be stored
 * this rejects, and nothing is shown.
 * @throws ForbiddenError for other roles, InvalidRequestError without a reason
 */
export async function unmaskFor(
  deps: { readonly audit: Pick<AuditStore, 'record'>; readonly now: () => number },
  input: Pick<RouteInput<unknown, z.output<typeof unmaskQuery>>, 'query' | 'principal' | 'requestId'>,
  object: { readonly type: string; readonly id: string; readonly units: readonly (string | undefined)[] },
): Promise<boolean> {
  const { query, principal, requestId } = input;
  if (query.unmask !== true) return false;
  if (!hasRoleAt(principal, UNMASK_ROLES, object.units))
    throw new ForbiddenError(
      `Personal data is shown to ${UNMASK_ROLES.join(', ')} only; this token is ${principal.roles.join(', ')}.`,
    );
  if (query.reason === undefined)
    throw new InvalidRequestError('Query parameter reason is missing: unmask=true needs the reason.', {
      fields: [{ path: 'reason', message: 'is missing: unmask=true needs the reason' }],
    });
  await deps.audit.record({
    at: new Date(deps.now()),
    action: 'unmask',
    who: { name: principal.name, tokenId: principal.tokenId },
    object: { type: object.type, id: object.id },
    reason: query.reason,
    requestId,
  });
  return true;
}
