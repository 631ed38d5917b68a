import type { Command } from 'commander';
import type { AuditStore } from '../access/audit-store.js';
import { InvalidRequestError } from '../errors.js';
import { EXIT } from './main.js';

export interface AuditCommandDeps {
  readonly open: () => Promise<{ readonly audit: Pick<AuditStore, 'verify'>; readonly close: () => Promise<void> }>;
  readonly print: (line: string) => void;
  readonly setExitCode: (code: number) => void;
} // prettier-ignore

/** Adds `yxrisk audit verify`. Exit 0 whole, 1 tampered with, 2 misuse. */
export function addAuditCommand(program: Command, deps: AuditCommandDeps): void {
  program
    .command('audit')
    .description('Check the audit log')
    .command('verify')
    .description('Recompute the hash chain of the audit log; names every row that was changed, removed or cut off')
    .option('--expect <seq:hash>', 'number and hash of the last row as an earlier check printed it')
    .option('--json', 'answer as JSON')
    .action(async ({ expect, json }: { expect?: string; json?: boolean }) => {
      const noted = expect === undefined ? undefined : readHead(expect);
      const { audit, close } = await deps.open();
      try {
        const report = await audit.verify(noted);
        if (report.problems.length > 0) deps.setExitCode(EXIT.findings);
        if (json) deps.print(JSON.stringify(report));
        else {
          for (const { seq, problem } of report.problems) deps.print(`row ${seq}: ${problem}`);
          if (report.removedUpTo !== undefined) deps.print(`rows up to ${report.removedUpTo} were removed by retention, as the log says`);
          const end = report.head ? `; last ${report.head.seq}:${report.head.hash}` : '';
          deps.print(`${report.rows} rows, ${report.problems.length} problems${end}`);
        }
      } finally {
        await close();
      }
    }); // prettier-ignore
}

function readHead(text: string): { seq: number; hash: string } {
  const [, seq, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (seq === undefined || hash === undefined)
    throw new InvalidRequestError('--expect must be a number and a hash, as audit verify prints: 42:9f86…');
  return { seq: Number(seq), hash };
}
