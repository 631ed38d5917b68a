import type { ChildProcess } from 'node:child_process';

const KEPT_LINES = 8;

/** Reads what a child writes, so that it never blocks, and keeps the last lines for an error message. */
export function watchOutput(child: ChildProcess): () => string {
  const lines: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    let rest = '';
    stream?.setEncoding('utf8').on('data', (text: string) => {
      const parts = (rest + text).split('\n');
      rest = (parts.pop() ?? '').slice(-2000);
      lines.push(...parts.map((line) => line.trim()).filter((line) => line !== ''));
      lines.splice(0, Math.max(0, lines.length - KEPT_LINES));
    });
  }
  return () => lines.join(' | ');
}
