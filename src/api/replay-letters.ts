import type { ReplayResult } from '../queue/replay-dead-letters.js';
import type { DeadLetterKind } from '../queue/dead-letter-store.js';
import type { DeadLetters } from './deps.js';

/** Most letters one request takes up again; the answer says when there are more. */
export const MAX_REPLAY = 5_000;
const CHUNK = 500;

/** Which letters to take up again. */
export type ReplayChoice =
  | { readonly ids: readonly string[] }
  | {
      readonly all: true;
      readonly reason?: string | undefined;
      readonly kind?: DeadLetterKind | undefined;
    };

export interface ReplayAnswer extends ReplayResult {
  /** True when more letters that were chosen still wait: ask again. */
  readonly more: boolean;
}

/** Takes up the letters with these ids, or all that wait, newest first, those of one reason or kind if one is given. */
export async function replayLetters(deadLetters: DeadLetters, choice: ReplayChoice): Promise<ReplayAnswer> {
  if ('ids' in choice) return { ...(await deadLetters.replay(choice.ids)), more: false };
  const { reason, kind } = choice;
  const result: ReplayResult = { replayed: [], unchanged: [], notFound: [], refused: [] };
  let cursor: string | undefined;
  for (let taken = 0; taken < MAX_REPLAY; taken += CHUNK) {
    // Only what waits is listed, oldest last: what is refused stays waiting, and the cursor goes past it.
    const page = await deadLetters.list({
      replayed: false,
      limit: CHUNK,
      ...(reason === undefined ? {} : { reason }),
      ...(kind === undefined ? {} : { kind }),
      ...(cursor === undefined ? {} : { cursor }),
    });
    const { replayed, unchanged, notFound, refused } = await deadLetters.replay(
      page.items.map(({ id }) => id),
    );
    result.replayed.push(...replayed);
    result.unchanged.push(...unchanged);
    result.notFound.push(...notFound);
    result.refused.push(...refused);
    cursor = page.nextCursor;
    if (cursor === undefined) return { ...result, more: false };
  }
  return { ...result, more: true };
}
