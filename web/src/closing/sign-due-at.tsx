import type { StatementHead } from '../api/types.js';
import { Time } from '../components/show.js';

/** The two who sign a statement. */
export const SIDES = ['giver', 'receiver'] as const;

/** By when both sides are to have signed what the statement says now; late where one of them has not. */
export function SignDueAt({
  statement: { signed, signDueAt },
}: {
  readonly statement: Pick<StatementHead, 'signed' | 'signDueAt'>;
}) {
  const isSigned = SIDES.every((side) => signed.some((one) => one.side === side));
  const isLate = !isSigned && signDueAt !== undefined && Date.parse(signDueAt) < Date.now();
  return <Time at={signDueAt} isLate={isLate} />;
}
