import { hasRoleAt, idOf, type Principal, type Role } from '../../access/principal.js';
import type { Actor, StepKind } from '../../alerts/take-step.js';

/** Who may take which step; `admin` may all. Who is judged, or rectified it, does not close it, whatever the role. */
export const STEP_ROLES: Readonly<Record<StepKind, readonly Role[]>> = {
  acknowledge: ['supervisor'],
  dispatch: ['supervisor'],
  rectify: ['supervisor', 'inspector'],
  close: ['supervisor'],
  reopen: ['supervisor', 'auditor'],
  comment: ['supervisor', 'inspector', 'auditor'],
};

/** How a principal stands in the history of alerts. */
export function actorOf(principal: Principal): Actor {
  return {
    id: idOf(principal),
    aliases: principal.user?.operatorIds ?? [],
    directs: (orgUnit) => hasRoleAt(principal, ['supervisor'], [orgUnit]),
  };
}
