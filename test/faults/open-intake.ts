import { setTimeout as sleep } from 'node:timers/promises';
import type { CloudEvent } from './cloud-event.js';
import { keepProcess } from './keep-process.js';
import type { FromWorker, WorkerProcessOptions } from './worker-process.js';

/** The way in, as a process of its own that may be killed, and a sender that sends again until it was answered. */
export interface Intake {
  /** Resolves when every event has been accepted. Throws when one is refused. */
  post(events: readonly CloudEvent[]): Promise<void>;
  setClock(offset: number): void;
  kill(): void;
  /** Events sent again, because nobody answered or the answer was an error. */
  resent(): number;
  close(): Promise<void>;
}

type Answer = Extract<FromWorker, { posted: number }>;
const ANSWER_MS = 30_000;

export function openIntake(
  script: string,
  options: Pick<WorkerProcessOptions, 'mongoUri' | 'redisUrl' | 'rulesDir'> & { clockOffset: number },
): Intake {
  let { clockOffset } = options;
  let serial = 0;
  let resent = 0;
  const open = new Map<number, (answer: Answer) => void>();
  const failAll = () => {
    for (const [posted, answer] of open) answer({ posted, error: 'the connection was lost' });
  };
  const kept = keepProcess(
    script,
    () => ({ ...options, role: 'intake', clockOffset, schedules: false, refused: [] }),
    (message) => {
      if ('posted' in message) open.get(message.posted)?.(message);
    },
    failAll,
  );

  function send(events: readonly CloudEvent[]): Promise<Answer> {
    const id = (serial += 1);
    return new Promise((resolve) => {
      const timer = setTimeout(() => settle({ posted: id, error: 'no answer' }), ANSWER_MS);
      const settle = (answer: Answer) => {
        clearTimeout(timer);
        open.delete(id);
        resolve(answer);
      };
      open.set(id, settle);
      kept.send({ post: id, events });
    });
  }

  return {
    async post(events) {
      for (;;) {
        while (!kept.isReady()) await sleep(20);
        const answer = await send(events);
        if ('error' in answer) {
          resent += events.length;
          await sleep(100);
          continue;
        }
        if (answer.rejected.length > 0) throw new Error(`refused: ${JSON.stringify(answer.rejected[0])}`);
        return;
      }
    },
    setClock(offset) {
      clockOffset = offset;
      kept.send({ clockOffset });
    },
    kill: () => kept.kill(),
    resent: () => resent,
    close: () => kept.close(),
  };
}
