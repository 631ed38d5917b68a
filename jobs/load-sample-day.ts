import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { describeErrors, type Service } from '../src/compose.js';
import type { SampleDayOptions } from '../src/cli/start-command.js';
import { waitUntilProcessed } from '../src/cli/open-service.js';
import { sampleDayEvents, type SampleDayTemplate } from '../src/events/load-sample-day.js';
import { makeRunJob } from '../src/schedule/make-run-job.js';
import { makeCrontab } from './crontab.js';

const FILE = 'examples/sample-day/events.json';
const BATCH = 500;

/**
 * Lets a newcomer see the service at work: posts a made-up day of a customer service hall through the same intake
 * as any other event, and runs that day's jobs. Loading it again changes nothing.
 */
export async function loadSampleDay(
  service: Service,
  { when, embedded, print }: SampleDayOptions,
): Promise<void> {
  const { content, inbox, logger, now } = service;
  if (when === 'off' || (when === 'auto' && !embedded)) return;
  if (when === 'auto') {
    const counts = await inbox.countByStatus();
    if (counts.processed + counts.received + counts.dead > 0) return;
  }
  const template = await readTemplate();
  if (!template) {
    logger.info({ file: FILE }, 'no sample day here: start in the project folder to have it loaded');
    return;
  }
  const { events, day } = sampleDayEvents({ calendar: content.calendar, now: now(), template });
  for (let from = 0; from < events.length; from += BATCH) {
    const { rejected } = await service.acceptRawEvents(events.slice(from, from + BATCH));
    for (const { id, errors } of rejected)
      logger.warn({ id, errors: describeErrors(errors) }, 'sample event refused');
  }
  await waitUntilProcessed(service, { signal: AbortSignal.timeout(60_000), report: () => undefined });

  const crontab = makeCrontab(service);
  const { runJob, runMinuteJob } = makeRunJob({
    jobs: crontab.dated,
    minuteJobs: crontab.minute,
    ledger: service.ledger,
    owner: `${hostname()}:${process.pid}`,
    now,
    logger,
  });
  const today = content.calendar.dateOf(now());
  const planned = content.calendar.isWorkingDay(today) ? today : day;
  await runJob('end-of-day', day);
  await runJob('inspections', planned);
  await runMinuteJob('deadlines');
  print(
    `  Sample day ${day}: ${events.length} events loaded; its alerts and the inspection tasks of ${planned} are ready.`,
  );
}

async function readTemplate(): Promise<SampleDayTemplate | undefined> {
  try {
    return JSON.parse(await readFile(FILE, 'utf8')) as SampleDayTemplate;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
