import { OperatorError } from './infra/operator-error.js';
import type { OpenIdSettings } from './access/open-id/open-id-settings.js';
import { address, choice, host, integer, path, text, timeZone, type Setting } from './infra/setting.js';
import { suggestSetting } from './infra/suggest-setting.js';

/**
 * All that can be set from outside, read once at the start. `.env.example` is the manual: what each setting
 * means, its unit and its default.
 */
export interface Config {
  /** PORT: TCP port of the API and the console; 0 = a free one, printed at the start. */
  readonly port: number;
  /** HOST: address the API listens on. */
  readonly host: string;
  /** MONGODB_URI: absent = embedded. */
  readonly mongodbUri?: string;
  /** REDIS_URL: absent = an own redis-server. */
  readonly redisUrl?: string;
  /** REDIS_PREFIX: in front of all queue names; one per installation on a shared Redis. */
  readonly redisPrefix: string;
  /** RULES_DIR, absolute. */
  readonly rulesDir: string;
  /** DATA_DIR, absolute: data of the embedded stores. */
  readonly dataDir: string;
  /** EMBEDDED_MONGO_CACHE_MB: what the embedded MongoDB may keep in memory, MiB; absent = a quarter of the machine's. */
  readonly embeddedMongoCacheMb?: number;
  /** TZ_BUSINESS: IANA zone in which days begin and offices open. */
  readonly timeZone: string;
  /** ADMIN_TOKEN: absent = one is made and printed at the first start. */
  readonly adminToken?: string;
  /** START_DAY: whether the day a limit starts on counts; absent = as the calendar files say. */
  readonly startDay?: 'excluded' | 'included';
  /** PARTITIONS: queues worked on side by side; a subject always goes to the same one. */
  readonly partitions: number;
  /** CHUNK_SIZE: most events in one job. */
  readonly chunkSize: number;
  /** MAX_ATTEMPTS: tries of a failed chunk, the first included. */
  readonly maxAttempts: number;
  /** RECONCILE_AFTER_SECONDS: an event unprocessed for so long is put on the queue again. */
  readonly reconcileAfterSeconds: number;
  /** RETENTION_DAYS: how long ended work orders and their events are kept. */
  readonly retentionDays: number;
  /** AUDIT_RETENTION_DAYS: how long the audit log, silences that are over, and evidence of what is closed are kept. */
  readonly auditRetentionDays: number;
  /** CATCH_UP_DAYS: daily jobs missed longer ago than this are not made up for. */
  readonly catchUpDays: number;
  /** FEED_SILENT_AFTER_MINUTES: without a sign of life for so long a feed is silent. */
  readonly feedSilentAfterMinutes: number;
  /** NOTIFY_FILE, absolute: channels, contacts and routes of notification; absent = `notify.json` in RULES_DIR. */
  readonly notifyFile?: string;
  /** PUBLIC_URL: where people reach the console; links in messages begin with it. Absent = no links. */
  readonly publicUrl?: string;
  /** EVENT_MAX_BYTES: of one event as JSON. */
  readonly eventMaxBytes: number;
  /** BATCH_MAX_EVENTS: in one request. */
  readonly batchMaxEvents: number;
  /** BODY_MAX_BYTES: of one request. */
  readonly bodyMaxBytes: number;
  /** EVIDENCE_MAX_BYTES: of one photo or document. */
  readonly evidenceMaxBytes: number;
  /** SESSION_IDLE_MINUTES: a session that nobody uses for so long is over. */
  readonly sessionIdleMinutes: number;
  /** SESSION_MAX_HOURS: a session is over after so long in any case. */
  readonly sessionMaxHours: number;
  /** OIDC_ISSUER: the OpenID provider people sign in by; absent = by password only. */
  readonly oidcIssuer?: string;
  /** OIDC_CLIENT_ID: what the provider knows this service by. */
  readonly oidcClientId?: string;
  /** OIDC_CLIENT_SECRET: absent = a public client, held by PKCE alone. */
  readonly oidcClientSecret?: string;
  /** OIDC_REDIRECT_URL: the callback, as registered at the provider. */
  readonly oidcRedirectUrl?: string;
  /** OIDC_SCOPES: what is asked of the provider, separated by blanks. */
  readonly oidcScopes: string;
  /** OIDC_USER_CLAIM: the claim whose value is the login name of the account. */
  readonly oidcUserClaim: string;
  /** OIDC_GROUPS_CLAIM: the claim that lists group ids; absent = groups are given here only. */
  readonly oidcGroupsClaim?: string;
  /** RATE_LIMIT_PER_MINUTE: requests of one token. */
  readonly rateLimitPerMinute: number;
  /** TRUST_PROXY: how many proxies stand in front; 0 = none. */
  readonly trustProxy: number;
  /** BACKTESTS_AT_ONCE: backtests that a worker runs side by side; 0 = none. */
  readonly backtestsAtOnce: number;
  /** BACKTEST_MAX_EVENTS: of one backtest asked for over HTTP. */
  readonly backtestMaxEvents: number;
  /** SHUTDOWN_SECONDS: how long work under way may take to finish. */
  readonly shutdownSeconds: number;
  /** SAMPLE_DAY: whether the sample day is loaded; `auto` = when the stores are embedded and empty. */
  readonly sampleDay: 'auto' | 'on' | 'off';
  readonly logLevel: 'trace' | 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';
  /** LOG_PRETTY: lines for people instead of JSON; `auto` = when stdout is a terminal. */
  readonly logPretty: 'auto' | 'on' | 'off';
  /** LOAN_LOG, absolute: the real-life log of the full-log test; the service itself does not read it. */
  readonly loanLog?: string;
}

/** Of addresses that secrets travel to: TLS, or this machine. */
const WEB_ORIGIN = '(https://[^\\s/?#@]+|http://(localhost|127\\.0\\.0\\.1|\\[::1\\])(:\\d{1,5})?)';

/** The name of a claim, which some providers write as an address. */
function claim() {
  return text(/^[\w.:/-]{1,200}$/, 'a name of letters, digits and _ . : / -');
}

/** Every setting: its variable, default and what is allowed. The test compares it with `.env.example`. */
export const SETTINGS: { readonly [Key in keyof Config]-?: Setting<NonNullable<Config[Key]>> } = {
  port: { name: 'PORT', default: '8080', ...integer(0, 65_535, ' (0 = a free port)') },
  host: { name: 'HOST', default: '127.0.0.1', ...host() },
  mongodbUri: {
    name: 'MONGODB_URI',
    default: '',
    secret: true,
    ...address(['mongodb', 'mongodb\\+srv'], 'mongodb://db.example:27017/yxrisk'),
  },
  redisUrl: {
    name: 'REDIS_URL',
    default: '',
    secret: true,
    ...address(['redis', 'rediss'], 'redis://queue.example:6379/0'),
  },
  redisPrefix: {
    name: 'REDIS_PREFIX',
    default: 'yxrisk',
    ...text(/^[a-z][a-z0-9-]{0,31}$/i, '1 to 32 letters, digits and hyphens, a letter first'),
  },
  rulesDir: { name: 'RULES_DIR', default: 'rules', ...path('a folder') },
  dataDir: { name: 'DATA_DIR', default: '.data', ...path('a folder') },
  embeddedMongoCacheMb: { name: 'EMBEDDED_MONGO_CACHE_MB', default: '', ...integer(64, 1_048_576) },
  timeZone: { name: 'TZ_BUSINESS', default: 'Asia/Shanghai', ...timeZone() },
  adminToken: {
    name: 'ADMIN_TOKEN',
    default: '',
    secret: true,
    ...text(/^[\x21-\x7e]{16,200}$/, '16 to 200 printable ASCII characters without blanks'),
  },
  startDay: { name: 'START_DAY', default: '', ...choice('excluded', 'included') },
  partitions: { name: 'PARTITIONS', default: '8', ...integer(1, 256) },
  chunkSize: { name: 'CHUNK_SIZE', default: '500', ...integer(1, 5_000) },
  maxAttempts: { name: 'MAX_ATTEMPTS', default: '5', ...integer(1, 100) },
  reconcileAfterSeconds: { name: 'RECONCILE_AFTER_SECONDS', default: '30', ...integer(5, 86_400) },
  retentionDays: { name: 'RETENTION_DAYS', default: '1095', ...integer(30, 36_500) },
  auditRetentionDays: { name: 'AUDIT_RETENTION_DAYS', default: '1095', ...integer(183, 36_500) },
  catchUpDays: { name: 'CATCH_UP_DAYS', default: '14', ...integer(0, 366) },
  feedSilentAfterMinutes: { name: 'FEED_SILENT_AFTER_MINUTES', default: '15', ...integer(1, 10_080) },
  notifyFile: { name: 'NOTIFY_FILE', default: '', ...path('a file') },
  publicUrl: {
    name: 'PUBLIC_URL',
    default: '',
    ...text(
      /^https?:\/\/[^\s/?#]+(\/[^\s?#]*[^\s?#/])?$/,
      'an address such as https://risk.example without a slash at its end',
    ),
  },
  eventMaxBytes: { name: 'EVENT_MAX_BYTES', default: '65536', ...integer(1_024, 1_048_576) },
  batchMaxEvents: { name: 'BATCH_MAX_EVENTS', default: '1000', ...integer(1, 10_000) },
  bodyMaxBytes: { name: 'BODY_MAX_BYTES', default: '8388608', ...integer(1_024, 67_108_864) },
  evidenceMaxBytes: { name: 'EVIDENCE_MAX_BYTES', default: '5242880', ...integer(1_024, 67_108_864) },
  sessionIdleMinutes: { name: 'SESSION_IDLE_MINUTES', default: '60', ...integer(1, 1_440) },
  sessionMaxHours: { name: 'SESSION_MAX_HOURS', default: '12', ...integer(1, 720) },
  oidcIssuer: {
    name: 'OIDC_ISSUER',
    default: '',
    ...text(
      new RegExp(`^${WEB_ORIGIN}(/[^\\s?#]*)?$`),
      'an https address such as https://id.example/realms/main (http on this machine only)',
    ),
  },
  oidcClientId: {
    name: 'OIDC_CLIENT_ID',
    default: '',
    ...text(/^[\x21-\x7e]{1,200}$/, '1 to 200 printable ASCII characters without blanks'),
  },
  oidcClientSecret: {
    name: 'OIDC_CLIENT_SECRET',
    default: '',
    secret: true,
    ...text(/^[\x21-\x7e]{1,500}$/, '1 to 500 printable ASCII characters without blanks'),
  },
  oidcRedirectUrl: {
    name: 'OIDC_REDIRECT_URL',
    default: '',
    ...text(
      new RegExp(`^${WEB_ORIGIN}(/[^\\s?#]*)?/api/session/oidc/callback$`),
      'the https address of the console and /api/session/oidc/callback, e.g. https://risk.example/api/session/oidc/callback',
    ),
  },
  oidcScopes: {
    name: 'OIDC_SCOPES',
    default: 'openid profile',
    ...text(
      /^openid( [\x21\x23-\x5b\x5d-\x7e]+){0,20}$/,
      'openid, and others behind it, with one blank between',
    ),
  },
  oidcUserClaim: { name: 'OIDC_USER_CLAIM', default: 'preferred_username', ...claim() },
  oidcGroupsClaim: { name: 'OIDC_GROUPS_CLAIM', default: '', ...claim() },
  rateLimitPerMinute: { name: 'RATE_LIMIT_PER_MINUTE', default: '6000', ...integer(1, 1_000_000) },
  trustProxy: { name: 'TRUST_PROXY', default: '0', ...integer(0, 10) },
  backtestsAtOnce: { name: 'BACKTESTS_AT_ONCE', default: '1', ...integer(0, 8) },
  backtestMaxEvents: { name: 'BACKTEST_MAX_EVENTS', default: '1000000', ...integer(1_000, 20_000_000) },
  shutdownSeconds: { name: 'SHUTDOWN_SECONDS', default: '25', ...integer(1, 600) },
  sampleDay: { name: 'SAMPLE_DAY', default: 'auto', ...choice('auto', 'on', 'off') },
  logLevel: {
    name: 'LOG_LEVEL',
    default: 'info',
    ...choice('trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'),
  },
  logPretty: { name: 'LOG_PRETTY', default: 'auto', ...choice('auto', 'on', 'off') },
  loanLog: { name: 'LOAN_LOG', default: '', ...path('a file') },
};

/** One variable whose value is not allowed. */
export interface ConfigProblem {
  readonly name: string;
  /** As given; for a secret only its length. */
  readonly given: string;
  readonly allowed: string;
}

/** All settings that are wrong, at once. */
export class ConfigError extends OperatorError {
  override readonly name = 'ConfigError';
  readonly problems: readonly ConfigProblem[];

  constructor(problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ name, given, allowed }) => `  ${name} is ${given}; allowed: ${allowed}`);
    const head = problems.length === 1 ? 'A setting is wrong' : `${problems.length} settings are wrong`;
    super(`${head} (.env.example explains each):\n${lines.join('\n')}`);
    this.problems = problems;
  }
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings. An empty variable counts as unset; blanks around a value are ignored.
 *
 * @throws ConfigError naming every setting that is wrong
 */
export function readConfig(env: Environment = process.env): Config {
  const problems: ConfigProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const [key, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    const given = env[setting.name]?.trim() ?? '';
    const taken = given === '' ? setting.default : given;
    if (taken === '') continue;
    const value = setting.parse(taken);
    if (value === undefined)
      problems.push({ name: setting.name, given: show(setting, given), allowed: setting.allowed });
    else values[key] = value;
  }
  if (problems.length === 0) problems.push(...findGaps(values as unknown as Config));
  if (problems.length > 0) throw new ConfigError(problems);
  return values as unknown as Config;
}

/** Settings that are needed because another one is set. */
function findGaps(config: Config): ConfigProblem[] {
  if (config.oidcIssuer === undefined) return [];
  return (['oidcClientId', 'oidcRedirectUrl'] as const)
    .filter((key) => config[key] === undefined)
    .map((key) => ({
      name: SETTINGS[key].name,
      given: 'not set, but OIDC_ISSUER is',
      allowed: SETTINGS[key].allowed,
    }));
}

/** How people sign in by an OpenID provider; undefined where only passwords are used. */
export function openIdSettingsOf(config: Config): OpenIdSettings | undefined {
  const { oidcIssuer, oidcClientId, oidcClientSecret, oidcRedirectUrl, oidcGroupsClaim } = config;
  if (oidcIssuer === undefined || oidcClientId === undefined || oidcRedirectUrl === undefined)
    return undefined;
  return {
    issuer: oidcIssuer,
    clientId: oidcClientId,
    redirectUrl: oidcRedirectUrl,
    scopes: config.oidcScopes,
    userClaim: config.oidcUserClaim,
    ...(oidcClientSecret !== undefined && { clientSecret: oidcClientSecret }),
    ...(oidcGroupsClaim !== undefined && { groupsClaim: oidcGroupsClaim }),
  };
}

const NOTIFY_SECRET = /^NOTIFY_SECRET_[A-Z0-9_]+$/;

/**
 * The secrets of notification channels: every variable NOTIFY_SECRET_…, by name. The notification settings say which of
 * them a channel uses.
 */
export function readNotifySecrets(env: Environment = process.env): ReadonlyMap<string, string> {
  return new Map(
    Object.entries(env).flatMap(([name, value]) =>
      NOTIFY_SECRET.test(name) && value?.trim() ? [[name, value.trim()] as const] : [],
    ),
  );
}

/** Variables that look like settings but are none, with the one that was probably meant; to be logged as warnings. */
export function findSuspectVariables(env: Environment = process.env): string[] {
  const names = Object.values(SETTINGS).map(({ name }) => name);
  return Object.keys(env).flatMap((variable) => {
    if (NOTIFY_SECRET.test(variable)) return [];
    const meant = suggestSetting(variable, names);
    return meant === undefined || env[meant] !== undefined
      ? []
      : [`${variable} is not a setting and is ignored: did you mean ${meant}?`];
  });
}

function show(setting: Setting<unknown>, given: string): string {
  if (setting.secret === true) return `hidden (${given.length} characters)`;
  return given.length > 60 ? `${JSON.stringify(given.slice(0, 60))}…` : JSON.stringify(given);
}
