import { describeNotice } from '../import/describe-import.js';
import type { ImportNotice } from '../import/import-summary.js';

/** Where the command speaks. */
export interface ImportIo {
  out(text: string): void;
  err(text: string): void;
  /** Whether `err` is a terminal, where a line may be written over. */
  readonly isTerminal: boolean;
  exit(code: 0 | 1 | 2): void;
  /** Calls back when the person wants to stop; returns how to stop listening. */
  onInterrupt(stop: () => void): () => void;
}

/** How the progress of an import is shown. */
export interface ImportProgressView {
  /** Shows a line now and then; `urgent` ones always. */
  line(text: string, urgent?: boolean): void;
  notice(notice: ImportNotice): void;
  /** Clears the line on a terminal. */
  end(): void;
}

const LINE_EVERY_MS = 5_000;
const REDRAW_EVERY_MS = 100;

/** On a terminal one line that is written over, elsewhere a line every five seconds. */
export function makeImportProgress(io: ImportIo, now: () => number): ImportProgressView {
  let shownAt = now();
  let open = false;
  const line = (text: string, urgent = false): void => {
    const every = io.isTerminal ? REDRAW_EVERY_MS : LINE_EVERY_MS;
    if (!urgent && now() - shownAt < every) return;
    shownAt = now();
    open = io.isTerminal;
    io.err(io.isTerminal ? `\r\x1b[K${text}` : `${text}\n`);
  };
  return {
    line,
    notice: (notice: ImportNotice) => line(describeNotice(notice), notice.kind === 'waiting'),
    end: () => {
      if (open) io.err('\r\x1b[K');
    },
  };
}

/** The standard streams and signals of this process. */
export function processIo(): ImportIo {
  return {
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
    isTerminal: process.stderr.isTTY,
    exit: (code) => {
      process.exitCode = code;
    },
    onInterrupt(stop) {
      const signals = ['SIGINT', 'SIGTERM'] as const;
      for (const signal of signals) process.once(signal, stop);
      return () => {
        for (const signal of signals) process.removeListener(signal, stop);
      };
    },
  };
}
