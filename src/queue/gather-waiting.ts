import type { Job, Queue } from 'bullmq';
import type { ChunkJob } from './partition-queues.js';

/** Most jobs looked at; a backlog of smaller ones than this expects is gathered in several goes. */
const MAX_JOBS = 64;

/**
 * The chunks that wait at the head of a queue, oldest first, as long as they have at most `room` events together.
 * They stay on the queue: whoever handled them removes them, and if he dies they are handled again. To be called by
 * the handler of the queue's one running chunk, so that nobody else takes them meanwhile.
 *
 * @returns none where Redis does not answer: gathering is a matter of speed only
 */
export async function gatherWaiting(queue: Queue<ChunkJob>, room: number): Promise<Job<ChunkJob>[]> {
  if (room <= 0) return [];
  const waiting = await queue.getJobs(['waiting'], 0, MAX_JOBS - 1, true).catch(() => []);
  const gathered: Job<ChunkJob>[] = [];
  let left = room;
  for (const job of waiting) {
    const keys: unknown = (job.data as Partial<ChunkJob> | null)?.keys;
    // Whatever is odd about a job is found out when its turn comes.
    if (job.attemptsStarted > 0 || !isTextList(keys) || keys.length > left) break;
    left -= keys.length;
    gathered.push(job);
  }
  return gathered;
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}
