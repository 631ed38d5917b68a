import { setTimeout as sleep } from 'node:timers/promises';
import type { Connection } from 'mongoose';

const POLL_MS = 20;

/** Waits until no event of the collection waits, asking cheaply: by the partial index over waiting events. */
export async function waitDrained(connection: Connection, timeoutMs = 600_000): Promise<void> {
  const events = connection.collection('events');
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const waiting = await events.findOne(
      { status: 'received', receivedAt: { $gte: new Date(0) } },
      { projection: { _id: 1 } },
    );
    if (!waiting) return;
    if (Date.now() > deadline) throw new Error(`events still wait after ${timeoutMs} ms`);
    await sleep(POLL_MS);
  }
}
