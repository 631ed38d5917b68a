import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { makeCloseAll, type Closer } from '../../src/infra/close-all.js';
import { OperatorError } from '../../src/infra/operator-error.js';
import { stopOnSignals } from '../../src/infra/stop-on-signals.js';

function makeLog() {
  const lines: { readonly level: string; readonly fields: object; readonly message: string }[] = [];
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, fields, message });
  return { lines, debug: at('debug'), info: at('info'), error: at('error'), fatal: at('fatal') };
}

describe('closing all', () => {
  const closeAll = (closers: readonly Closer[], log = makeLog()) =>
    makeCloseAll({ closers, limitMs: 50, log });
  const later = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));

  it('goes in the order given, one after the other', async () => {
    const order: string[] = [];
    const slow = { name: 'slow', close: () => later(20).then(() => void order.push('slow')) };
    const fast = { name: 'fast', close: () => void order.push('fast') };
    expect(await closeAll([slow, fast])()).toBe(true);
    expect(order).toEqual(['slow', 'fast']);
  });

  it('goes on after one that throws, one that rejects and one that hangs, and names them', async () => {
    const log = makeLog();
    let reached = false;
    const closers = [
      { name: 'throws', close: () => { throw new Error('no'); } },
      { name: 'rejects', close: () => Promise.reject(new Error('nor this')) },
      { name: 'hangs', close: () => new Promise<void>(() => {}) },
      { name: 'last', close: () => void (reached = true) },
    ]; // prettier-ignore
    expect(await closeAll(closers, log)()).toBe(false);
    expect(reached).toBe(true);
    const failed = log.lines.filter(({ level }) => level === 'error').map(({ fields }) => fields);
    expect(failed).toEqual([
      { part: 'throws', reason: 'no' },
      { part: 'rejects', reason: 'nor this' },
      { part: 'hangs', reason: 'not closed after 50 ms' },
    ]);
  });

  it('happens once however often it is asked for', async () => {
    let times = 0;
    const close = closeAll([{ name: 'one', close: () => void times++ }]);
    expect(await Promise.all([close(), close()])).toEqual([true, true]);
    await close();
    expect(times).toBe(1);
  });
});

describe('signals and errors nobody caught', () => {
  function listen(stop: () => Promise<boolean> = () => Promise.resolve(true)) {
    const events = new EventEmitter();
    const log = makeLog();
    const codes: number[] = [];
    let stops = 0;
    const counted = () => (stops++, stop());
    const handle = stopOnSignals({ stop: counted, log, events, exit: (code) => void codes.push(code) });
    const settle = () => new Promise((resolve) => setImmediate(resolve));
    return { events, log, codes, stops: () => stops, handle, settle };
  }

  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s stops in order and exits 0', async (signal) => {
    const { events, codes, stops, settle } = listen();
    events.emit(signal, signal);
    await settle();
    expect({ codes, stops: stops() }).toEqual({ codes: [0], stops: 1 });
  });

  it.each([
    ['SIGINT', 130],
    ['SIGTERM', 143],
  ])('a second signal (%s) ends at once', (signal, code) => {
    const { events, codes, stops } = listen(() => new Promise(() => {}));
    events.emit('SIGTERM', 'SIGTERM');
    expect(codes).toEqual([]);
    events.emit(signal, signal);
    expect({ codes, stops: stops() }).toEqual({ codes: [code], stops: 1 });
  });

  it('exit 1 when something did not close', async () => {
    const unclean = listen(() => Promise.resolve(false));
    unclean.events.emit('SIGTERM', 'SIGTERM');
    const broken = listen(() => Promise.reject(new Error('broken')));
    broken.events.emit('SIGTERM', 'SIGTERM');
    await broken.settle();
    expect([unclean.codes, broken.codes]).toEqual([[1], [1]]);
  });

  it.each(['uncaughtException', 'unhandledRejection'])(
    '%s is one fatal line with its stack, then exit 1',
    async (name) => {
      const { events, codes, log, settle } = listen();
      const error = new Error('a bug');
      events.emit(name, error);
      await settle();
      expect(log.lines).toEqual([
        { level: 'fatal', fields: { err: error }, message: 'unexpected error: a bug' },
      ]);
      expect(codes).toEqual([1]);
    },
  );

  it('what the operator can put right comes without a stack', async () => {
    const { handle, codes, log, settle } = listen();
    handle.fail(new OperatorError('embedded Redis ended 6 times within a minute'));
    await settle();
    expect(log.lines).toEqual([
      { level: 'fatal', fields: {}, message: 'embedded Redis ended 6 times within a minute' },
    ]);
    expect(codes).toEqual([1]);
  });

  it('an error while stopping is logged and does not start a second stop', async () => {
    const { events, log, stops, codes, settle } = listen(() => new Promise(() => {}));
    events.emit('SIGTERM', 'SIGTERM');
    events.emit('unhandledRejection', new Error('late'));
    await settle();
    expect(stops()).toBe(1);
    expect(codes).toEqual([]);
    expect(log.lines.at(-1)?.level).toBe('fatal');
  });

  it('are left alone after dispose', () => {
    const { events, handle } = listen();
    handle.dispose();
    expect(events.eventNames()).toEqual([]);
  });
});
