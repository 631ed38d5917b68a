import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import { composeService, type Service } from '../compose.js';
import { openIdSettingsOf, readNotifySecrets, type Config } from '../config.js';
import { DEFAULT_EVENT_LIMITS, type EventLimits } from '../events/event-limits.js';
import { isPretty, makeLogger } from '../infra/logger.js';
import { openMongo } from '../infra/open-mongo.js';
import { openRedis } from '../infra/open-redis.js';
import type { OperatorError } from '../infra/operator-error.js';
import { startStores, type Stores } from '../infra/start-stores.js';
import { BrokenRulesError, openContent } from '../open-content.js';

/** A wired service with the stores it stands on. */
export interface OpenService {
  readonly service: Service;
  readonly connection: Connection;
  readonly stores: Stores;
  readonly logger: Logger;
  readonly pingMongo: () => Promise<void>;
  /** Closes the service, then what it stands on. */
  readonly close: () => Promise<void>;
}

interface Manifest {
  readonly version: string;
}
/** Of package.json, whether run from source or from dist. */
export const VERSION: string = readVersion();
/** The built console, which lies beside package.json in `web/dist`. */
export const CONSOLE_DIR: string = fileURLToPath(new URL('web/dist', findManifest()));

/**
 * Opens content, stores and service as the settings say; what was opened is closed again when a later step fails.
 * @throws OperatorError that says what to do
 */
export async function openService(options: {
  readonly config: Config;
  /** For commands: use the stores of the service that runs on this DATA_DIR. */
  readonly joinRunning?: boolean;
  readonly onGone: (error: OperatorError) => void;
  /** Default: to stdout as set by LOG_LEVEL. */
  readonly logger?: Logger;
}): Promise<OpenService> {
  const { config, joinRunning = false, onGone } = options;
  const now = Date.now;
  const logger =
    options.logger ??
    makeLogger({ level: config.logLevel, pretty: isPretty(config.logPretty, process.stdout.isTTY) });
  const { rulesDir: dir, timeZone, startDay, notifyFile, publicUrl } = config;
  const notifySecrets = readNotifySecrets();
  const openId = openIdSettingsOf(config);
  const content = await openContent({
    dir,
    timeZone,
    notifySecrets,
    ...(startDay && { startDay }),
    ...(notifyFile !== undefined && { notifyFile }),
    keepBroken: true,
  });
  for (const { file, message } of content.warnings) logger.warn({ file }, message);

  const opened: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const closeOne of opened.splice(0).reverse()) await closeOne();
  };
  try {
    const stores = await startStores({ config, log: logger, now, onGone, joinRunning });
    opened.push(() => stores.close());
    const mongo = await openMongo({ uri: stores.mongoUri, embedded: stores.embedded.mongo });
    opened.push(() => mongo.close());
    await checkRedis(stores.redisUrl, logger);
    const service = await composeService({
      connection: mongo.connection,
      redisUrl: stores.redisUrl,
      mongo: { uri: stores.mongoUri, embedded: stores.embedded.mongo },
      ...(startDay && { startDay }),
      content,
      logger,
      now,
      notifySecrets,
      settings: {
        redisPrefix: config.redisPrefix,
        partitions: config.partitions,
        chunkSize: config.chunkSize,
        maxAttempts: config.maxAttempts,
        reconcileAfterMs: config.reconcileAfterSeconds * 1000,
        feedSilentAfterMs: config.feedSilentAfterMinutes * 60_000,
        retentionDays: config.retentionDays,
        auditRetentionDays: config.auditRetentionDays,
        catchUpDays: config.catchUpDays,
        eventLimits: eventLimitsOf(config),
        ...(publicUrl !== undefined && { publicUrl }),
        evidenceMaxBytes: config.evidenceMaxBytes,
        sessionIdleMs: config.sessionIdleMinutes * 60_000,
        sessionMaxMs: config.sessionMaxHours * 3_600_000,
        backtestsAtOnce: config.backtestsAtOnce,
        backtestMaxEvents: config.backtestMaxEvents,
        ...(openId && { openId }),
      },
    });
    opened.push(() => service.close());
    return { service, connection: mongo.connection, stores, logger, pingMongo: () => mongo.ping(), close };
  } catch (error) {
    await close();
    throw error;
  }
}

/**
 * The rules to judge by from the start: what is published, else what lies in the rules folder.
 * @throws BrokenRulesError when nothing is published and the folder has problems
 */
export async function openRules(service: Service, options: { readonly publishes: boolean }): Promise<void> {
  const { ruleDesk, ruleSets, content } = service;
  await ruleDesk.open(options);
  if (content.ruleProblems && ruleSets.loaded().publication === undefined)
    throw new BrokenRulesError(content.dir, content.ruleProblems);
}

/**
 * Opens the service for a command: on the stores of the service that runs on this DATA_DIR, if one does. The answer of
 * a command goes to stdout, its log (warnings and worse unless LOG_LEVEL asks for more or less) to stderr.
 */
export async function openCommandService(config: Config): Promise<OpenService> {
  const level = config.logLevel === 'info' ? 'warn' : config.logLevel;
  const opened = await openService({
    config,
    joinRunning: true,
    logger: makeLogger({ level, pretty: isPretty(config.logPretty, process.stderr.isTTY), to: 'stderr' }),
    onGone: (error) => {
      throw error;
    },
  });
  try {
    await openRules(opened.service, { publishes: false });
    return opened;
  } catch (error) {
    await opened.close();
    throw error;
  }
}

/** What the settings say of the size of events and requests. */
export function eventLimitsOf(config: Config): EventLimits {
  return {
    ...DEFAULT_EVENT_LIMITS,
    maxEventBytes: config.eventMaxBytes,
    maxEvents: config.batchMaxEvents,
    maxBodyBytes: config.bodyMaxBytes,
  };
}

/** Fails clearly when Redis is not there at the start; later it may come and go. */
async function checkRedis(url: string, logger: Logger): Promise<void> {
  const redis = await openRedis({ url, use: 'producer' });
  try {
    const policy = await redis.evictionPolicy();
    if (policy !== undefined && policy !== 'noeviction') {
      logger.warn(
        { policy },
        'Redis may throw queued work away when its memory is full: set maxmemory-policy noeviction (nothing is lost, but events wait for the reconciler)',
      );
    }
  } finally {
    await redis.close();
  }
}

/** Waits until no accepted event waits to be processed. */
export async function waitUntilProcessed(
  service: Service,
  { signal, report }: { readonly signal: AbortSignal; readonly report: (waiting: number) => void },
): Promise<void> {
  while (!signal.aborted) {
    await service.enqueuer.flush();
    const { received } = await service.inbox.countByStatus();
    report(received);
    if (received === 0) return;
    await sleep(200, undefined, { signal }).catch(() => undefined);
  }
}

function readVersion(): string {
  return (JSON.parse(readFileSync(findManifest(), 'utf8')) as Manifest).version;
}

/** From dist the manifest lies one folder further up. */
function findManifest(): URL {
  const beside = new URL('../../package.json', import.meta.url);
  return existsSync(beside) ? beside : new URL('../../../package.json', import.meta.url);
}
