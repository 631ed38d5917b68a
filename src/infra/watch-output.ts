import type { ChildProcess } from 'node:child_process';

const KEPT_LINES = 4;
/** The last output may arrive after the exit; a pipe that a grandchild keeps open is not waited for. */
const LAST_OUTPUT_MS = 250;

/** Reads what a child writes, so that it never blocks, and keeps the last lines for an error message. */
export function watchOutput(child: ChildProcess): () => string {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    const keep = (added: readonly string[]) => {
      lines.push(...added.map((line) => line.trim()).filter((line) => line !== ''));
      lines.splice(0, Math.max(0, lines.length - KEPT_LINES));
    };
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = (parts.pop() ?? '').slice(-2000);
      keep(parts);
    });
    stream?.on('end', () => keep([rest]));
  }
  return () => lines.map((line) => (line.length > 300 ? `${line.slice(0, 300)}…` : line)).join(' | ');
}

/** Resolves when a child that has exited has said all it had to say. */
export function waitForLastOutput(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, LAST_OUTPUT_MS);
    child.once('close', () => {
      clearTimeout(timer);
      resolve();
    });
  });
}
