import { readFileSync } from 'node:fs';

/** A process that can be told apart from a later one that was given the same pid. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start time as the kernel tells it (Linux: boot id and clock ticks since boot); absent where unknown. */
  readonly started?: string;
}

/** Who the process with this pid is now. */
export function identifyProcess(pid: number): ProcessIdentity {
  const started = readStartTime(pid);
  return started === undefined ? { pid } : { pid, started };
}

/** True while that very process lives: a reused pid counts as dead. A zombie counts as dead too. */
export function isProcessAlive(identity: ProcessIdentity): boolean {
  try {
    process.kill(identity.pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  if (identity.started === undefined) return true;
  const started = readStartTime(identity.pid);
  return started === undefined ? process.platform !== 'linux' : started === identity.started;
}

function readStartTime(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command name stands in parentheses and may hold anything: fields are counted from its end.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}/${fields[19] ?? ''}`;
  } catch {
    return undefined;
  }
}
