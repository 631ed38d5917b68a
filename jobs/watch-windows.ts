import type { AssessWindows } from '../src/windows/make-assess-windows.js';
import type { WindowStore } from '../src/windows/window-store.js';

export interface WatchWindowsDeps {
  readonly windows: Pick<WindowStore, 'changedGroups'>;
  readonly assessGroup: AssessWindows['assessGroup'];
  /** True while an import runs: half a stream would raise alerts that the other half takes back. */
  readonly importRunning: () => Promise<boolean>;
  /** Groups asked for in one go. Default 200. */
  readonly batchSize?: number;
}

/** What a pass did. `busy` groups kept changing, or could not be judged; they are left to the next pass. */
export interface WindowPass {
  readonly judged: number;
  readonly busy: number;
  readonly suspended?: boolean;
}

/** The minute pass over window rules: judges every group that events were handed to. One that fails holds up no other. */
export function makeWatchWindows({ windows, assessGroup, importRunning, batchSize = 200 }: WatchWindowsDeps) {
  return async function watchWindows(signal?: AbortSignal): Promise<WindowPass> {
    if (await importRunning()) return { judged: 0, busy: 0, suspended: true };
    const left: string[] = [];
    const failures: unknown[] = [];
    let judged = 0;
    while (!signal?.aborted) {
      const groups = await windows.changedGroups(batchSize, left);
      if (groups.length === 0) break;
      for (const groupId of groups) {
        if (signal?.aborted) break;
        const isDone = await assessGroup(groupId).catch((error: unknown) => {
          failures.push(error);
          return false;
        });
        if (isDone) judged += 1;
        else left.push(groupId);
      }
    }
    // The job is told to have failed, in the log and the metrics, once the others are done.
    if (failures.length > 0)
      throw new Error(`${failures.length} window groups could not be judged`, { cause: failures[0] });
    return { judged, busy: left.length };
  };
}
