import { describe, expect, it } from '@jest/globals';
import { isPretty, makeLogger } from '../../src/infra/logger.js';
import { OperatorError } from '../../src/infra/operator-error.js';

function open(options: { readonly level?: string; readonly pretty?: boolean } = {}) {
  const lines: string[] = [];
  const stream = { write: (line: string) => void lines.push(line) };
  const log = makeLogger({ level: options.level ?? 'info', pretty: options.pretty ?? false, stream });
  return { log, lines, entry: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

describe('the log', () => {
  it.each([
    ['a token', { token: 'geheim' }],
    ['a password at any depth', { settings: { store: { password: 'geheim' } } }],
    ['a header', { headers: { Authorization: 'Bearer geheim', cookie: 'geheim' } }],
    ['a password inside of an address', { url: 'redis://:geheim@127.0.0.1:1/0' }],
    ['a user and password inside of an address', { uri: 'mongodb://me:geheim@db/x' }],
    ['a phone by its key', { data: { fields: { phone: 'geheim' } } }],
    ['a Chinese key', { data: { 联系电话: 'geheim', 客户名称: 'geheim' } }],
    ['an identity number by its key', { id_number: 'geheim' }],
    ["an operator's name", { event: { operator: { id: 'op-1', name: 'geheim' } } }],
    ['names in a list of persons', { inspectors: [{ name: 'geheim' }] }],
    ['a mobile number in a text', { note: 'call 13812345678' }],
    ['an identity number in a text', { notes: ['33010619900101123X'] }],
  ])('hides %s', (_what, fields) => {
    const { log, lines } = open();
    log.info(fields, 'x');
    expect(lines[0]).toContain('[hidden]');
    expect(lines[0]).not.toMatch(/geheim|13812345678|33010619900101123X/);
  });

  it('shows what is needed to find a problem', () => {
    const { log, entry } = open();
    const fields = {
      subject: 'GD202612345',
      rule: { id: 'r', name: '同城受理' },
      operator: { id: 'op-1' },
      tookMs: 13812345678,
    };
    log.warn(fields, 'slow');
    expect(entry()).toMatchObject({ ...fields, level: 40, msg: 'slow' });
  });

  it('does not change what it is given', () => {
    const fields = { token: 'geheim', operator: { name: '张三' } };
    open().log.info(fields, 'x');
    expect(fields).toEqual({ token: 'geheim', operator: { name: '张三' } });
  });

  it('tells an error with kind, code, stack and causes, but not what else it carries', () => {
    const { log, lines, entry } = open();
    const cause = Object.assign(new TypeError('to redis://:geheim@q failed'), { code: 'ECONNREFUSED' });
    const error = Object.assign(new OperatorError('no store', { cause }), { document: { customer: '张三' } });
    log.error({ err: error }, 'failed');
    expect(entry()['err']).toMatchObject({
      type: 'OperatorError',
      message: 'no store',
      stack: expect.stringContaining('logger.test'),
      cause: { type: 'TypeError', code: 'ECONNREFUSED', message: 'to redis://[hidden]@q failed' },
    });
    expect(lines[0]).not.toMatch(/张三|geheim/);
  });

  it('survives objects that go round in circles and errors that are none', () => {
    const circle: Record<string, unknown> = {};
    circle['self'] = circle;
    const { log, lines } = open();
    log.info({ circle, err: 'a text' }, 'x');
    expect(lines[0]).toContain('"message":"a text"');
  });

  it('keeps to its level', () => {
    const { log, lines } = open({ level: 'warn' });
    log.info('not this');
    log.error('this');
    expect(lines).toHaveLength(1);
  });

  it('writes one line for people when pretty, the stack below', () => {
    const { log, lines } = open({ pretty: true });
    log.warn({ part: 'redis', count: 2 }, 'away');
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d WARN {2}away {2}part=redis count=2\n$/);
    log.error({ err: new Error('boom') }, 'failed');
    expect(lines[1]).toMatch(/ERROR failed\n {2}Error: boom\n {6}at /);
  });

  it('is pretty on a terminal unless told otherwise', () => {
    expect([
      isPretty('auto', true),
      isPretty('auto', false),
      isPretty('on', false),
      isPretty('off', true),
    ]).toEqual([true, false, true, false]);
  });
});
