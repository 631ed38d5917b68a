import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import {
  ConfigError,
  findSuspectVariables,
  openIdSettingsOf,
  readConfig,
  SETTINGS,
} from '../../src/config.js';

const wrong: Readonly<Record<string, readonly string[]>> = {
  PORT: ['abc', '-1', '65536', '80.5', '8e3', '0x50', '8080 8081', '８０８０', '1'.repeat(30)],
  HOST: ['http://localhost', 'a b', '300.1.1.1', '-x', 'localhost:80', 'ü.example', `${'a'.repeat(64)}`],
  MONGODB_URI: ['localhost:27017', 'http://db/yxrisk', 'mongodb://', 'mongodb:///yxrisk', 'mongodb://a b/c'],
  REDIS_URL: ['localhost:6379', 'http://q', 'redis://', 'redis:///0', '6379'],
  REDIS_PREFIX: ['a:b', '9a', 'a_b', 'x'.repeat(33), '工单'],
  RULES_DIR: ['a\0b'],
  DATA_DIR: ['a\0b'],
  EMBEDDED_MONGO_CACHE_MB: ['63', '-1', '1.5', '2GB', '2000000'],
  TZ_BUSINESS: ['Asia/Shanghia', '+08:00', 'CST', 'Asia', '8', 'Asia/Shanghai; x'],
  ADMIN_TOKEN: [
    'short',
    'x'.repeat(15),
    'x'.repeat(201),
    'sixteen chars but blanks',
    '口令口令口令口令口令口令口令口令',
  ],
  START_DAY: ['yes', 'Excluded', '0'],
  PARTITIONS: ['0', '257', '1.5', 'NaN', 'Infinity', ''.padEnd(10, '9')],
  CHUNK_SIZE: ['0', '5001', '-5', '1_000'],
  MAX_ATTEMPTS: ['0', '101', 'many'],
  RECONCILE_AFTER_SECONDS: ['4', '86401', '30s'],
  RETENTION_DAYS: ['0', '29', '36501', '3y'],
  BACKTESTS_AT_ONCE: ['-1', '9', 'many'],
  BACKTEST_MAX_EVENTS: ['999', '20000001', '1e6'],
  AUDIT_RETENTION_DAYS: ['0', '182', '36501', '6m'],
  CATCH_UP_DAYS: ['-1', '367', 'all'],
  FEED_SILENT_AFTER_MINUTES: ['0', '10081', '15m'],
  EVENT_MAX_BYTES: ['1023', '1048577', '64k'],
  EVIDENCE_MAX_BYTES: ['1023', '67108865', '5mb'],
  SESSION_IDLE_MINUTES: ['0', '1441', '1h'],
  SESSION_MAX_HOURS: ['0', '721', 'long'],
  OIDC_ISSUER: [
    'id.example',
    'http://id.example',
    'https://user@id.example',
    'https://id.example?x=1',
    'http://127.0.0.1.evil.example',
    'javascript:alert(1)',
  ],
  OIDC_CLIENT_ID: ['a b', '客户端', 'x'.repeat(201)],
  OIDC_CLIENT_SECRET: ['a b', 'x'.repeat(501)],
  OIDC_REDIRECT_URL: [
    'https://risk.example',
    'https://risk.example/api/session/oidc/callback/',
    'http://risk.example/api/session/oidc/callback',
    'https://risk.example/api/session/oidc/callback?x=1',
  ],
  OIDC_SCOPES: ['profile', 'openid  profile', 'OpenID', 'openid "x"'],
  OIDC_USER_CLAIM: ['a b', 'x'.repeat(201), '姓名'],
  OIDC_GROUPS_CLAIM: ['a b', '{}'],
  BATCH_MAX_EVENTS: ['0', '10001', '1,000'],
  BODY_MAX_BYTES: ['1023', '67108865', '8MB'],
  RATE_LIMIT_PER_MINUTE: ['0', '1000001', 'none'],
  TRUST_PROXY: ['11', 'true', 'loopback', '-1'],
  SHUTDOWN_SECONDS: ['0', '601', '25s'],
  SAMPLE_DAY: ['true', 'AUTO', '1'],
  LOG_LEVEL: ['verbose', 'INFO', '30', '__proto__', 'constructor'],
  LOG_PRETTY: ['true', '1', 'ON'],
  NOTIFY_FILE: ['a\0b'],
  PUBLIC_URL: [
    'risk.example',
    'https://risk.example/',
    'ftp://risk.example',
    'https://risk.example/a b',
    'https://a?b',
  ],
  LOAN_LOG: ['a\0b'],
};

describe('settings', () => {
  it('are complete without any variable', () => {
    const config = readConfig({});
    expect(config).toMatchObject({ port: 8080, host: '127.0.0.1', timeZone: 'Asia/Shanghai', partitions: 8 });
    expect(config.rulesDir).toBe(resolve('rules'));
    expect(config).not.toHaveProperty('mongodbUri');
    expect(config).not.toHaveProperty('adminToken');
  });

  it('count as unset when empty or blank, and lose the blanks around them', () => {
    expect(readConfig({ PORT: '', MONGODB_URI: '  ', LOG_LEVEL: ' warn ' })).toEqual({
      ...readConfig({}),
      logLevel: 'warn',
    });
  });

  it('take what is at the edge of the allowed', () => {
    const config = readConfig({
      PORT: '0',
      HOST: '::1',
      MONGODB_URI: 'mongodb://u:p@a:1,b:2/db?replicaSet=rs0',
      REDIS_URL: 'rediss://:secret@q.example:6380/3',
      TZ_BUSINESS: 'UTC',
      START_DAY: 'included',
      PARTITIONS: '256',
      ADMIN_TOKEN: 'x'.repeat(16),
    });
    expect(config).toMatchObject({
      port: 0,
      host: '::1',
      timeZone: 'UTC',
      startDay: 'included',
      partitions: 256,
    });
  });

  it('have each a row in the table of bad input below', () => {
    const names = Object.values(SETTINGS).map(({ name }) => name);
    expect(Object.keys(wrong).sort()).toEqual(names.sort());
  });

  const rows = Object.entries(wrong).flatMap(([name, values]) => values.map((value) => ({ name, value })));
  it.each(rows)('refuse $name=$shown, saying what is allowed', ({ name, value }) => {
    const setting = Object.values(SETTINGS).find((candidate) => candidate.name === name);
    const error = problemOf({ [name]: value });
    expect(error.problems).toHaveLength(1);
    expect(error.message).toContain(`${name} is `);
    expect(error.message).toContain(setting?.allowed);
    expect(error.message).not.toMatch(/\n\s+at /);
  });

  it('are judged all at once', () => {
    const error = problemOf({ PORT: 'x', LOG_LEVEL: 'y', PARTITIONS: '0', HOST: 'localhost' });
    expect(error.problems.map(({ name }) => name).sort()).toEqual(['LOG_LEVEL', 'PARTITIONS', 'PORT']);
    expect(error.message).toContain('3 settings are wrong');
  });

  it('say what else an OpenID provider needs', () => {
    const error = problemOf({ OIDC_ISSUER: 'https://id.example' });
    expect(error.problems.map(({ name }) => name)).toEqual(['OIDC_CLIENT_ID', 'OIDC_REDIRECT_URL']);
    expect(error.message).toContain('OIDC_REDIRECT_URL is not set, but OIDC_ISSUER is');
    const whole = {
      OIDC_ISSUER: 'http://localhost:3000',
      OIDC_CLIENT_ID: 'yxrisk',
      OIDC_REDIRECT_URL: 'https://risk.example/console/api/session/oidc/callback',
    };
    expect(openIdSettingsOf(readConfig(whole))).toEqual({
      issuer: 'http://localhost:3000',
      clientId: 'yxrisk',
      redirectUrl: whole.OIDC_REDIRECT_URL,
      scopes: 'openid profile',
      userClaim: 'preferred_username',
    });
    expect(openIdSettingsOf(readConfig({}))).toBeUndefined();
  });

  it('keep their secrets in messages', () => {
    const error = problemOf({
      ADMIN_TOKEN: 'hush hush',
      MONGODB_URI: 'mongo://u:hush@db',
      REDIS_URL: 'hush',
    });
    expect(error.problems).toHaveLength(3);
    expect(error.message).not.toContain('hush');
  });
});

describe('the manual of settings (.env.example)', () => {
  const manual = readFileSync('.env.example', 'utf8');
  const written = [...manual.matchAll(/^([A-Z_]+)=(.*)$/gm)].map(([, name, value]) => [name, value]);

  it('names every setting with its default, and nothing else', () => {
    const known = Object.values(SETTINGS).map((setting) => [setting.name, setting.default]);
    expect(written.sort()).toEqual(known.sort());
  });

  it('explains each setting in a comment right above it', () => {
    for (const [name] of written) expect(manual).toMatch(new RegExp(`^# .+\\n${name}=`, 'm'));
  });

  it('states the limits that are enforced', () => {
    for (const { name, allowed } of Object.values(SETTINGS)) {
      const range = /from (\d+) to (\d+)/.exec(allowed);
      if (range === null) continue;
      const comment = new RegExp(`((?:^#.*\\n)+)${name}=`, 'm').exec(manual)?.[1];
      expect(comment).toContain(`${range[1]} to ${range[2]}`);
    }
  });

  it('is itself a valid environment', () => {
    expect(readConfig(Object.fromEntries(written) as Record<string, string>)).toEqual(readConfig({}));
  });
});

describe('variables that look like settings', () => {
  it.each([
    ['MONGODB_URL', 'MONGODB_URI'],
    ['MONGO_URL', 'MONGODB_URI'],
    ['REDIS_URI', 'REDIS_URL'],
    ['YXRISK_PORT', 'PORT'],
    ['YXRISK_PARTITION', 'PARTITIONS'],
    ['ADMIN_TOKENS', 'ADMIN_TOKEN'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['RETENTION_DAY', 'RETENTION_DAYS'],
  ])('%s is answered with a hint at %s', (variable, meant) => {
    const hints = findSuspectVariables({ [variable]: 'x' });
    expect(hints).toEqual([expect.stringContaining(meant)]);
    expect(hints[0]).toContain(variable);
  });

  it('stay quiet about settings, about everything foreign, and where the right one is set too', () => {
    const foreign = {
      HOME: '/',
      PATH: '/bin',
      HOSTNAME: 'a',
      TZ: 'UTC',
      LANG: 'C',
      NODE_ENV: 'x',
      PWD: '/',
      SHELL: 's',
      TERM: 't',
      LOGNAME: 'r',
    };
    expect(findSuspectVariables({ ...foreign, PORT: '1', LOG_LEVEL: 'info' })).toEqual([]);
    expect(findSuspectVariables({ MONGO_URL: 'x', MONGODB_URI: 'mongodb://a/b' })).toEqual([]);
  });
});

function problemOf(env: Record<string, string>): ConfigError {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
  throw new Error('all settings were taken');
}
