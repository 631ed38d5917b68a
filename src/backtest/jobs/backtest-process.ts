import { readRuleFolder } from '../../engine/load-rules.js';
import type { RuleError } from '../../engine/rule-error.js';
import { streamEvents } from '../../events/stream-events.js';
import { openMongo } from '../../infra/open-mongo.js';
import { openRuleContext } from '../../open-content.js';
import { makePublicationStore } from '../../publishing/publication-store.js';
import { makeBacktestStore } from './backtest-store.js';
import type { BacktestProcessOptions } from './fork-backtest.js';
import { runBacktestJob } from './run-backtest-job.js';

/* The process that fork-backtest.ts starts: is told its job over the pipe, runs it, and ends. */

// The job counts as interrupted when its runner is gone: so nobody would wait for the rest.
process.once('disconnect', () => process.exit(1));
process.once('message', (options) => void main(options as BacktestProcessOptions));

async function main(options: BacktestProcessOptions): Promise<void> {
  const { connection, close } = await openMongo({ uri: options.mongoUri, embedded: options.embedded });
  try {
    const store = makeBacktestStore(connection);
    const job = await store.get(options.jobId);
    if (!job) throw new Error(`there is no backtest ${options.jobId}`);
    const publications = makePublicationStore(connection);
    await runBacktestJob(job, {
      store,
      runner: options.runner,
      context: await openRuleContext(options.content),
      live: async () => {
        const head = await publications.head();
        const publication = head && (await publications.get(head.number));
        if (publication)
          return { texts: await publications.textsOf(publication), publication: publication.number };
        const problems: RuleError[] = [];
        return { texts: await readRuleFolder(options.content.dir, problems), problems };
      },
      stream: (receivedBefore) =>
        streamEvents(connection, receivedBefore === undefined ? {} : { receivedBefore }),
      feedSilentAfterMs: options.feedSilentAfterMs,
      maxEvents: options.maxEvents,
      now: Date.now,
    });
  } finally {
    await close();
  }
  process.disconnect();
}
