import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile, cp } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommandLine } from '../../bin/run-command-line.js';
import { identifyProcess } from '../../src/infra/process-identity.js';
import { openTestMongo, openTestRedis } from '../support/services.js';

type Environment = Record<string, string>;

let dir: string;
/** Servers that are there, as settings. */
let servers: Environment;
/** A port that another program listens on. */
let taken: Server;
let closeServers: (() => Promise<unknown>)[];

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'yxrisk-cli-'));
  const [mongo, redis] = [await openTestMongo(), await openTestRedis()];
  servers = { MONGODB_URI: mongo.uri, REDIS_URL: redis.url, REDIS_PREFIX: redis.prefix };
  closeServers = [mongo.close, redis.close];
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  await writeFile(join(dir, 'plain-file'), '');
  await writeFile(join(dir, 'events.ndjson'), '');
  await writeFile(join(dir, 'log.xes'), '<log></log>');
  await writeFile(join(dir, 'mapping.json'), '{');
  await makeRules();
  await mkdir(join(dir, 'used'));
  const lock = { owner: identifyProcess(process.pid), children: [] };
  await writeFile(join(dir, 'used/run.json'), JSON.stringify(lock));
});
afterAll(async () => {
  taken.close();
  for (const close of closeServers) await close();
  await rm(dir, { recursive: true, force: true });
});

/** Rules folders that are wrong in one way each. */
async function makeRules(): Promise<void> {
  for (const name of ['broken-rule', 'broken-calendar', 'broken-process', 'broken-units', 'broken-plan']) {
    for (const part of ['calendars', 'catalogue', 'inspections', 'org-units.json', 'assessment.json'])
      await cp(join('rules', part), join(dir, name, part), { recursive: true });
  }
  const rule = await readFile('rules/acceptance/flow-unsent-at-day-end.json', 'utf8');
  const wrong = rule.replace('"stage.sent"', '"stage.sended"');
  await writeFile(join(dir, 'broken-rule/flow-unsent-at-day-end.json'), wrong);
  await writeFile(join(dir, 'broken-rule/half.json'), '{ "id": ');
  await writeFile(join(dir, 'broken-calendar/calendars/default.json'), '{ "id": 1 }');
  await writeFile(join(dir, 'broken-process/catalogue/relocation.json'), '{ "process": "移表" }');
  await writeFile(join(dir, 'broken-units/org-units.json'), '[');
  await writeFile(join(dir, 'broken-plan/inspections/archive-daily-sample.json'), '{}');
}

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

async function run(args: readonly string[], env: Environment = {}): Promise<Ran> {
  const said = { out: '', err: '' };
  const code = await runCommandLine(
    args.map((arg) => arg.replace('<dir>', dir)),
    {
      env: {
        LOG_LEVEL: 'silent',
        SAMPLE_DAY: 'off',
        DATA_DIR: join(dir, 'data'),
        PORT: '0',
        ...Object.fromEntries(
          Object.entries(env).map(([name, value]) => [name, value.replace('<dir>', dir)]),
        ),
      },
      out: (text) => (said.out += text),
      err: (text) => (said.err += text),
    },
  );
  return { code, out: said.out, err: said.err.replaceAll(dir, '<dir>') };
}

/** One clear message on stderr: nothing on stdout, no stack, no log line. */
function expectRefusal(ran: Ran, code: 1 | 2, message: string | RegExp): void {
  expect(ran.err).toMatch(message);
  expect(ran).toMatchObject({ code, out: '' });
  expect(ran.err).not.toMatch(/^\s+at |node_modules|\{"level"|\[object/m);
}

/** Every command with arguments that are right. */
const SWEEP = ['sweep', 'end-of-day', '--date', '2026-11-20'];
const IMPORT = ['import', '<dir>/events.ndjson'];
const TOKEN = ['token', 'list'];
const VALIDATE = ['rules', 'validate'];
const SIMULATE = ['simulate', '--out', '<dir>/simulated', '--work-orders', '3', '--days', '1'];
const WITH_STORES: [string, string[]][] = [
  ['start', ['start']],
  ['sweep', SWEEP],
  ['import', IMPORT],
  ['token', TOKEN],
];

describe('a wrong call is exit code 2 and one message', () => {
  it.each<[string, string | RegExp]>([
    ['', /^Usage: yxrisk \[options\] \[command\]\n/],
    ['nosuch', "error: unknown command 'nosuch'\n"],
    ['strat', /^error: unknown command 'strat'\n\(Did you mean start\?\)\n$/],
    ['--nosuch', "error: unknown option '--nosuch'\n"],
    ['start --nosuch', "error: unknown option '--nosuch'\n"],
    ['start --onyl api', /^error: unknown option '--onyl'\n\(Did you mean --only\?\)\n$/],
    ['start now', "error: too many arguments for 'start'. Expected 0 arguments but got 1.\n"],
    ['start --only', "error: option '--only <part>' argument missing\n"],
    [
      'start --only jobs',
      "error: option '--only <part>' argument 'jobs' is invalid. Allowed choices are api, worker, scheduler.\n",
    ],
    [
      'start --only worker',
      /^With --only, parts run in several processes .* set MONGODB_URI and REDIS_URL\.\n$/,
    ],
    ['sweep', /^error: required option '--date <date>' not specified\n|missing required argument 'name'/],
    ['sweep --date 2026-11-20', "error: missing required argument 'name'\n"],
    ['sweep end-of-day', "error: required option '--date <date>' not specified\n"],
    ['sweep end-of-day --date', "error: option '--date <date>' argument missing\n"],
    ['sweep end-of-day --date 2026-11-20 --nosuch', "error: unknown option '--nosuch'\n"],
    ['sweep end-of-day retention --date 2026-11-20', "error: too many arguments for 'sweep'."],
    [
      'sweep nosuch --date 2026-11-20',
      /^There is no job "nosuch"\. Jobs: end-of-day, close-day, inspections, retention, digest-morning, digest-end-of-day\.\n$/,
    ],
    ['sweep deadlines --date 2026-11-20', 'There is no job "deadlines".'],
    ['sweep toString --date 2026-11-20', 'There is no job "toString".'],
    ['sweep end-of-day --date 2026-02-30', '"2026-02-30" is no date: write YYYY-MM-DD, e.g. 2026-03-02.\n'],
    ['sweep end-of-day --date today', '"today" is no date'],
    ['sweep end-of-day --date 20261120', '"20261120" is no date'],
    ['sweep end-of-day --date 2026-11-20T17:00', '"2026-11-20T17:00" is no date'],
    ['import', "error: missing required argument 'file'\n"],
    ['import a b', "error: too many arguments for 'import'."],
    ['import <dir>/events.ndjson --nosuch', "error: unknown option '--nosuch'\n"],
    ['import <dir>/nosuch.ndjson', '<dir>/nosuch.ndjson cannot be read: there is no such file.\n'],
    ['import <dir>', '<dir> is a directory; name one file.\n'],
    [
      'import <dir>/plain-file',
      /^<dir>\/plain-file: the ending does not say what it holds; allowed are .ndjson, .jsonl or .xes/,
    ],
    ['import <dir>/events.ndjson --process X', '--process, --source and --mapping are for XES logs'],
    ['import <dir>/events.ndjson --dry-run --wait', '--dry-run stores nothing'],
    ['import <dir>/log.xes --mapping <dir>/nosuch.json', '<dir>/nosuch.json'],
    ['import <dir>/log.xes --mapping <dir>/mapping.json', '<dir>/mapping.json'],
    ['import <dir>/events.ndjson --errors <dir>/nosuch/bad.ndjson', '<dir>/nosuch/bad.ndjson'],
    ['simulate', "error: required option '--out <dir>' not specified\n"],
    ['simulate --out', "error: option '--out <dir>' argument missing\n"],
    ['simulate 5 --out <dir>/sim', "error: too many arguments for 'simulate'."],
    ['simulate --out <dir>/sim --sed 1', /^error: unknown option '--sed'\n\(Did you mean --seed\?\)\n$/],
    [
      'simulate --out <dir>/sim --seed 1.5',
      /'1\.5' is invalid\. Allowed is a whole number from 0 to 999999999\.\n$/,
    ],
    [
      'simulate --out <dir>/sim --work-orders 0',
      /'0' is invalid\. Allowed is a whole number from 1 to 10000000\.\n$/,
    ],
    ['simulate --out <dir>/sim --days many', "'many' is invalid. Allowed is a whole number from 1 to 240.\n"],
    [
      'simulate --out <dir>/sim --fault-rate 5%',
      "'5%' is invalid. Allowed is a share from 0 to 1, e.g. 0.05.\n",
    ],
    ['simulate --out <dir>/sim --fault-rate 1.01', "'1.01' is invalid. Allowed is a share from 0 to 1"],
    ['simulate --out <dir>/sim --from 2026-02-30', "'2026-02-30' is invalid. Write a date as YYYY-MM-DD"],
    [
      'simulate --out <dir>/sim --from 2024-03-01',
      /^15 business days from 2024-03-01, .* within 2025 to 2026/,
    ],
    [
      'simulate --out <dir>/sim --from 2026-11-30 --days 5',
      /^5 business days from 2026-11-30, .* within 2025 to/,
    ],
    ['simulate --out <dir>/plain-file', '<dir>/plain-file is a file; --out names a folder.\n'],
    [
      'simulate --out <dir>/sim --rate 5 --speed 2',
      '--rate, --speed: there is nothing to send without --post.\n',
    ],
    ['simulate --out <dir>/sim --post', "error: option '--post <url>' argument missing\n"],
    [
      'simulate --out <dir>/sim --post localhost:8080',
      "'localhost:8080' is invalid. Allowed is an address such as",
    ],
    [
      'simulate --out <dir>/sim --post http://a:b@c',
      'Name no user in the address; the token goes with --token.\n',
    ],
    [
      'simulate --out <dir>/sim --post http://c',
      /^--post needs an access token .* --token, or set ADMIN_TOKEN\.\n$/,
    ],
    [
      'simulate --out <dir>/sim --post http://c --token t --rate 5 --speed 2',
      '--rate and --speed are two ways to say how fast; give one of them.\n',
    ],
    [
      'simulate --out <dir>/sim --post http://c --token t --rate 0',
      "'0' is invalid. Allowed is a number above 0",
    ],
    ['token', /^Usage: yxrisk token/],
    ['token nosuch', "error: unknown command 'nosuch'\n"],
    ['token create --role admin', "error: missing required argument 'name'\n"],
    ['token create me', "error: required option '--role <role...>' not specified\n"],
    ['token create me --role king', /^error: option '--role <role...>' argument 'king' is invalid\. Allowed/],
    ['token revoke', "error: missing required argument 'id'\n"],
    ['token list all', "error: too many arguments for 'list'."],
    ['user', /^Usage: yxrisk user/],
    ['user nosuch', "error: unknown command 'nosuch'\n"],
    ['user create --role admin', "error: missing required argument 'id'\n"],
    ['user create me', "error: required option '--role <role...>' not specified\n"],
    ['user create me --role king', /^error: option '--role <role...>' argument 'king' is invalid\. Allowed/],
    ['user disable', "error: missing required argument 'id'\n"],
    ['user list all', "error: too many arguments for 'list'."],
    ['audit', /^Usage: yxrisk audit/],
    ['audit nosuch', "error: unknown command 'nosuch'\n"],
    ['audit verify all', "error: too many arguments for 'verify'."],
    ['audit verify --expect x', /^--expect must be a number and a hash/],
    ['rules', /^Usage: yxrisk rules/],
    ['rules nosuch', "error: unknown command 'nosuch'\n"],
    ['rules validate --nosuch', "error: unknown option '--nosuch'\n"],
    ['rules validate --dir <dir>/nosuch', '<dir>/nosuch'],
    ['rules validate --dir <dir>/plain-file', '<dir>/plain-file'],
    ['rules test nosuch-rule', '没有规则 "nosuch-rule"'],
    ['rules facts --write <dir>/nosuch.md', '<dir>/nosuch.md'],
    ['rules schema --write --dir <dir>/nosuch', '<dir>/nosuch'],
    ['rules backtest', 'Name the candidate: either --rules FOLDER or --change FILE.\n'],
    ['rules backtest --rules <dir> --change <dir>/a.json', 'Name the candidate'],
    ['rules backtest --change <dir>/nosuch.json', '<dir>/nosuch.json cannot be read'],
    ['rules backtest --rules <dir>/nosuch', '<dir>/nosuch'],
    ['rules backtest --rules rules --dir <dir>/nosuch', '<dir>/nosuch'],
    ['rules backtest --rules rules --from yesterday', '--from "yesterday" is no time; write 2026-03-01'],
    ['rules backtest --rules rules --from 2026-03-02 --to 2026-03-01', '--from must be before --to.\n'],
    ['rules backtest --rules rules --from 2126-03-02', '--from must not be in the future.\n'],
    ['rules backtest --rules rules --mapping m.json', 'for a XES log named by --file'],
    ['rules backtest --rules rules --file <dir>/nosuch.ndjson', '<dir>/nosuch.ndjson cannot be read'],
    [
      'rules backtest --rules rules --known-by guess',
      "argument 'guess' is invalid. Allowed choices are received, recorded",
    ],
    ['rules backtest --rules rules --examples 0', 'It must be a whole number from 1 to 100.'],
  ])('yxrisk %s', async (line, message) => {
    expectRefusal(await run(line === '' ? [] : line.split(' ')), 2, message);
  });

  it('before any store is started for it: nothing is left in DATA_DIR', async () => {
    await run(['sweep', 'nosuch', '--date', '2026-11-20'], { DATA_DIR: '<dir>/untouched' });
    await run(['sweep', 'end-of-day', '--date', 'today'], { DATA_DIR: '<dir>/untouched' });
    await run(['start', '--only', 'worker'], { DATA_DIR: '<dir>/untouched' });
    await run(['import', '<dir>/nosuch.ndjson'], { DATA_DIR: '<dir>/untouched' });
    await run(['simulate', '--out', '<dir>/untouched', '--from', '2024-03-01']);
    expect(await readdir(dir)).not.toContain('untouched');
  });

  it('of a job that is not due yet, and the date is left to the schedule', async () => {
    const message =
      /^end-of-day 2999-01-04 is not due before 2999-01-04 17:00:00 \(Asia\/Shanghai\); the schedule runs it then\.\n$/;
    expectRefusal(await run(['sweep', 'end-of-day', '--date', '2999-01-04'], servers), 2, message);
    expectRefusal(
      await run(['sweep', 'inspections', '--date', '2999-01-04', '--force'], servers),
      2,
      'not due',
    );
  });

  it('of a token for a unit that does not exist', async () => {
    const args = ['token', 'create', 'me', '--role', 'supervisor', '--org-unit', 'NOSUCH'];
    expectRefusal(await run(args, servers), 2, '--org-unit NOSUCH: there is no such org unit');
  });

  it('of an account that cannot be: a bad login name, a unit that does not exist', async () => {
    const create = ['user', 'create'];
    expectRefusal(await run([...create, 'NO NAME', '--role', 'supervisor'], servers), 2, 'id');
    const nowhere = [...create, 'me', '--role', 'supervisor', '--org-unit', 'NOSUCH'];
    expectRefusal(await run(nowhere, servers), 2, 'NOSUCH');
    expectRefusal(await run(['user', 'disable', 'nobody'], servers), 1, 'nobody');
  });
});

describe('a question is no misuse', () => {
  it.each([
    '--help',
    '--version',
    'help',
    'start --help',
    'sweep --help',
    'import --help',
    'simulate --help',
    'rules --help',
  ])('yxrisk %s answers on stdout with exit code 0, whatever the settings', async (line) => {
    const { code, out, err } = await run(line.split(' '), { PORT: 'nonsense' });
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toMatch(line === '--version' ? /^\d+\.\d+\.\d+\n$/ : /^Usage: yxrisk/);
  });
});

describe('a wrong setting is exit code 2, the same from every command', () => {
  it.each<[string, string[]]>([...WITH_STORES, ['rules', VALIDATE], ['simulate', SIMULATE]])(
    'yxrisk %s',
    async (_name, args) => {
      expect(await run(args, { PORT: 'eighty' })).toEqual({
        code: 2,
        out: '',
        err:
          'A setting is wrong (.env.example explains each):\n' +
          '  PORT is "eighty"; allowed: a whole number from 0 to 65535 (0 = a free port)\n',
      });
    },
  );

  it('names all of them at once, and shows no secret', async () => {
    const env = {
      PORT: '70000',
      TZ_BUSINESS: 'Mars/Olympus',
      PARTITIONS: '0',
      START_DAY: 'maybe',
      MONGODB_URI: 'postgres://u:secret-one@db/x',
      ADMIN_TOKEN: 'secret-two',
    };
    const ran = await run(['start'], env);
    expectRefusal(ran, 2, /^6 settings are wrong/);
    for (const name of Object.keys(env)) expect(ran.err).toContain(`  ${name} is `);
    expect(ran.err).not.toMatch(/secret-(one|two)/);
  });
});

describe('rules that cannot be used are exit code 1, from every command that stands on them', () => {
  it.each(WITH_STORES)('yxrisk %s names file and line of every offender', async (_name, args) => {
    const ran = await run(args, { ...servers, RULES_DIR: '<dir>/broken-rule' });
    expectRefusal(ran, 1, /flow-unsent-at-day-end\.json:\d+:\d+ .*stage\.sended/);
    expect(ran.err).toMatch(/half\.json:1:\d+ /);
    expect(ran.err).toContain('Check them with: yxrisk rules validate');
  });

  it.each([
    ['nosuch', /<dir>\/nosuch/],
    ['plain-file', /<dir>\/plain-file/],
    ['broken-calendar', /default\.json/],
    ['broken-process', /relocation\.json/],
    ['broken-units', /org-units\.json/],
    ['broken-plan', /archive-daily-sample\.json/],
  ])('RULES_DIR=%s', async (name, message) => {
    expectRefusal(await run(['start'], { ...servers, RULES_DIR: `<dir>/${name}` }), 1, message);
  });

  it.each([
    [
      'nosuch',
      '<dir>/nosuch/org-units.json cannot be read as JSON: set RULES_DIR to the folder of the rules.\n',
    ],
    [
      'broken-process',
      /^<dir>\/broken-process\/catalogue\/relocation\.json is not what is expected at stages: /,
    ],
    ['broken-units', '<dir>/broken-units/org-units.json cannot be read as JSON'],
  ])('RULES_DIR=%s for yxrisk simulate', async (name, message) => {
    expectRefusal(await run(SIMULATE, { RULES_DIR: `<dir>/${name}` }), 1, message);
  });

  it('are findings for yxrisk rules validate', async () => {
    const ran = await run(VALIDATE, { RULES_DIR: '<dir>/broken-rule' });
    expectRefusal(ran, 1, /flow-unsent-at-day-end\.json:\d+:\d+ .*stage\.sended/);
  });
});

describe('a store that is not there is exit code 1 and says what to do', () => {
  it.each(WITH_STORES)('yxrisk %s without its Redis', async (_name, args) => {
    const env = { ...servers, REDIS_URL: 'redis://:pass-word@127.0.0.1:1/0' };
    const ran = await run(args, env);
    expectRefusal(
      ran,
      1,
      /^Redis at redis:\/\/.*127\.0\.0\.1:1\/0 cannot be used: .*ECONNREFUSED.*REDIS_URL/,
    );
    expect(ran.err).not.toContain('pass-word');
  });

  it('any command without its MongoDB', async () => {
    const env = { ...servers, MONGODB_URI: 'mongodb://me:pass-word@127.0.0.1:1/x' };
    const all = await Promise.all(WITH_STORES.map(([, args]) => run(args, env)));
    for (const ran of all) {
      expectRefusal(ran, 1, /^MongoDB at mongodb:\/\/.*127\.0\.0\.1:1\/x cannot be used: .*MONGODB_URI/);
      expect(ran.err).not.toContain('pass-word');
    }
  });
});

describe('a data folder that cannot be used is exit code 1 and says what to do', () => {
  it.each(WITH_STORES)('yxrisk %s on one that cannot be written', async (_name, args) => {
    const ran = await run(args, { DATA_DIR: '<dir>/plain-file/data' });
    expectRefusal(
      ran,
      1,
      /^The data folder <dir>\/plain-file\/data cannot be written \(ENOTDIR\)\. Set DATA_DIR to a folder that this user may write\.\n$/,
    );
  });

  it('yxrisk start on one that another process has', async () => {
    const ran = await run(['start'], { DATA_DIR: '<dir>/used' });
    expectRefusal(
      ran,
      1,
      `The data folder <dir>/used is in use by process ${process.pid}. Stop that one first, or set DATA_DIR to another folder.\n`,
    );
    expect(await readdir(join(dir, 'used'))).toEqual(['run.json']);
  });
});

describe('a service that cannot listen', () => {
  it('says that the port is in use, and ends with exit code 1', async () => {
    const { port } = taken.address() as AddressInfo;
    const ran = await run(['start'], { ...servers, PORT: String(port) });
    expectRefusal(
      ran,
      1,
      `Port ${port} of 127.0.0.1 is in use by another program. Stop that one, or set PORT to another port (0 = a free one).\n`,
    );
  });

  it('says so of an address that this machine does not have', async () => {
    const ran = await run(['start', '--only', 'api'], { ...servers, HOST: '192.0.2.1' });
    expectRefusal(ran, 1, 'Cannot listen on 192.0.2.1 port 0 (EADDRNOTAVAIL). Set HOST and PORT.\n');
  });
});

describe('a command that works', () => {
  it('says what it did on stdout, nothing on stderr, and exits 0', async () => {
    const done = await run(SWEEP, servers);
    expect(done).toEqual({ code: 0, out: 'end-of-day 2026-11-20: done {"looked":0,"failed":0}\n', err: '' });
    expect(await run([...SWEEP, '--json'], servers)).toEqual({
      code: 0,
      out: '{"job":"end-of-day","date":"2026-11-20","status":"left","because":"done"}\n',
      err: '',
    });
    expect(await run([...SWEEP, '--force'], servers)).toMatchObject({ code: 0, out: done.out });
  });
});
