import type { BusinessEvent } from '../events/business-event.js';
import { recordSignature, stageOf } from './apply-evidence-event.js';
import { flagOf, personOf, textOf, textsOf } from './read-fields.js';
import { pushBounded } from './push-bounded.js';
import type { Handover, Signature, WorkOrder } from './work-order.js';

const SIDES = ['giver', 'receiver'] as const;

/**
 * A handover is signed when the event says so, or when the giver's or receiver's signature on the
 * handover record book comes on its own: after it, or, for the first handover of a stage, before it.
 */
export function applyHandoverRecorded(draft: WorkOrder, event: BusinessEvent): void {
  const handover: Handover = {
    at: event.at,
    ...stageOf(event),
    documents: textsOf(event.data, 'documents'),
  };
  const toStage = textOf(event.data, 'toStage');
  if (toStage !== undefined) handover.toStage = toStage;
  const isFirst = !draft.handovers.some((h) => h.stage === handover.stage);
  for (const side of SIDES) {
    const person = personOf(event.data, side);
    if (person !== undefined) handover[side] = person;
    const signed = flagOf(event.data, `${side}Signed`);
    if (signed !== undefined) {
      handover[`${side}Signed`] = signed;
    } else if (isFirst) {
      const earlier = draft.signatures.findLast((s) => s.role === side && isSameStage(s, handover));
      if (earlier) sign(handover, earlier);
    }
  }
  pushBounded(draft.handovers, handover);
}

/** Every signature is kept; the giver's or receiver's also signs the latest handover of its stage that lacks it. */
export function applySignature(draft: WorkOrder, event: BusinessEvent): void {
  const signature = recordSignature(draft, event);
  if (signature?.role !== 'giver' && signature?.role !== 'receiver') return;
  const waiting = draft.handovers.findLast((h) => isSameStage(signature, h));
  if (waiting) sign(waiting, signature);
}

function sign(handover: Handover, signature: Signature): void {
  const side = signature.role === 'giver' ? 'giver' : 'receiver';
  handover[`${side}Signed`] = true;
  if (signature.signer !== undefined) handover[side] ??= signature.signer;
}

/** Where one of the two names no stage, the signature is taken to be of the handover at hand. */
function isSameStage(signature: Signature, handover: Handover): boolean {
  return signature.stage === undefined || handover.stage === undefined || signature.stage === handover.stage;
}
