import { readFileSync } from 'node:fs';

/** What a process has used since it began. Zeros where the machine does not tell (no /proc). */
export interface ProcessUsage {
  /** User and system time, ms. */
  readonly cpuMs: number;
  /** Resident memory now and at its highest, MiB. */
  readonly rssMb: number;
  readonly peakMb: number;
}

/** Linux counts in hundredths of a second. */
const MS_PER_TICK = 10;

export function usageOf(pid: number): ProcessUsage {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in brackets may hold blanks; what follows it is fields 3 and up.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    const sizeOf = (name: string) =>
      Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(status)?.[1] ?? 0) / 1024;
    return {
      cpuMs: (Number(fields[11]) + Number(fields[12])) * MS_PER_TICK,
      rssMb: sizeOf('VmRSS'),
      peakMb: sizeOf('VmHWM'),
    };
  } catch {
    return { cpuMs: 0, rssMb: 0, peakMb: 0 };
  }
}
