import { describe, expect, it } from '@jest/globals';
import { keepRunning, type ChildExit, type RunningChild } from '../../src/infra/keep-running.js';
import type { OperatorError } from '../../src/infra/operator-error.js';

function makeChildren(failFrom = Infinity) {
  const children: { readonly die: () => void; stopped: boolean }[] = [];
  const start = (onSpawn: (pid: number) => void): Promise<RunningChild> => {
    const pid = children.length + 1;
    onSpawn(pid);
    if (pid >= failFrom) return Promise.reject(new Error('no memory'));
    let exit: (how: ChildExit) => void = () => {};
    const exited = new Promise<ChildExit>((resolve) => (exit = resolve));
    const child = {
      die: () => exit({ code: null, signal: 'SIGKILL', output: 'last words' }),
      stopped: false,
    };
    children.push(child);
    const stop = () => {
      child.stopped = true;
      exit({ code: 0, signal: null, output: '' });
      return Promise.resolve();
    };
    return Promise.resolve({ pid, exited, stop });
  };
  return { children, start };
}

async function keep(options: { readonly failFrom?: number; readonly now?: () => number } = {}) {
  const { children, start } = makeChildren(options.failFrom);
  const gone: OperatorError[] = [];
  const pids: number[] = [];
  const kept = await keepRunning({
    name: 'the store',
    start,
    log: { warn: () => {} },
    now: options.now ?? (() => 0),
    onPid: (pid) => pids.push(pid),
    onGone: (error) => gone.push(error),
  });
  const dieOnce = async () => {
    children.at(-1)?.die();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { kept, children, gone, pids, dieOnce };
}

describe('keeping a child running', () => {
  it('starts it again when it dies, and tells the new pid', async () => {
    const { kept, dieOnce, pids, gone } = await keep();
    await dieOnce();
    expect({ pid: kept.pid(), pids, gone }).toEqual({ pid: 2, pids: [1, 2], gone: [] });
  });

  it('gives up at the sixth death within a minute, with its last words', async () => {
    const { dieOnce, gone, children } = await keep();
    for (let death = 1; death <= 5; death++) await dieOnce();
    expect(gone).toEqual([]);
    await dieOnce();
    expect(gone.map(({ message }) => message)).toEqual([
      'the store ended 6 times within a minute (SIGKILL). last words',
    ]);
    expect(children).toHaveLength(6);
  });

  it('goes on for ever when it dies now and then', async () => {
    let now = 0;
    const { dieOnce, gone, kept } = await keep({ now: () => now });
    for (let death = 1; death <= 20; death++) {
      now += 15_000;
      await dieOnce();
    }
    expect({ gone, pid: kept.pid() }).toEqual({ gone: [], pid: 21 });
  });

  it('gives up when it cannot be started again, with the reason as cause', async () => {
    const { dieOnce, gone } = await keep({ failFrom: 2 });
    await dieOnce();
    expect(gone[0]?.message).toBe('the store ended (SIGKILL) and could not be started again.');
    expect(gone[0]?.cause).toEqual(new Error('no memory'));
  });

  it('does not start again what it was told to stop', async () => {
    const { kept, children, gone } = await keep();
    await kept.stop();
    await new Promise((resolve) => setImmediate(resolve));
    expect({ started: children.length, stopped: children[0]?.stopped, gone }).toEqual({
      started: 1,
      stopped: true,
      gone: [],
    });
  });

  it('stops the new one when told to stop during a restart', async () => {
    const { kept, children } = await keep();
    children[0]?.die();
    await new Promise((resolve) => setImmediate(resolve));
    await kept.stop();
    expect(children.at(-1)?.stopped).toBe(true);
  });

  it('rejects when the first start fails', async () => {
    await expect(keep({ failFrom: 1 })).rejects.toThrow('no memory');
  });
});
