import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { identifyProcess, isProcessAlive, type ProcessIdentity } from '../../src/infra/process-identity.js';
import {
  findRunningStores,
  readRunFile,
  removeOrphanedRunFile,
  runFilePath,
  waitForRunningStores,
} from '../../src/infra/run-file.js';
import { lockDataDir } from '../../src/infra/lock-data-dir.js';
import { makeDataDir } from './start-stores-process.js';

let dataDir: string;
let remove: () => void;
beforeEach(() => {
  ({ dataDir, remove } = makeDataDir());
});
afterEach(() => remove());

const stores = { mongoUri: 'mongodb://m', redisUrl: 'redis://r' };

async function deadProcess(): Promise<ProcessIdentity> {
  const child = spawn('/bin/sleep', ['10']);
  const identity = identifyProcess(child.pid ?? 0);
  child.kill('SIGKILL');
  await once(child, 'exit');
  return identity;
}

function writeRunFile(content: object | string): void {
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(runFilePath(dataDir), typeof content === 'string' ? content : JSON.stringify(content));
}

describe('a process', () => {
  it('is alive until it ends', async () => {
    expect(isProcessAlive(identifyProcess(process.pid))).toBe(true);
    expect(isProcessAlive(await deadProcess())).toBe(false);
  });

  it('is dead when another one was given its pid', () => {
    expect(isProcessAlive({ pid: process.pid, started: 'another boot/1' })).toBe(false);
  });

  it('that cannot be told apart counts as alive', () => {
    expect(isProcessAlive({ pid: process.pid })).toBe(true);
  });
});

describe('the lock of a data folder', () => {
  it('is held until released, and refuses meanwhile by naming the holder', async () => {
    const lock = await lockDataDir(dataDir);
    await expect(lockDataDir(dataDir)).rejects.toThrow(
      `The data folder ${dataDir} is in use by process ${process.pid}. Stop that one first`,
    );
    lock.release();
    (await lockDataDir(dataDir)).release();
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it.each([
    ['of a dead process', async () => ({ owner: await deadProcess(), children: [] })],
    [
      'of a dead process whose pid is used again',
      () => ({ owner: { pid: process.pid, started: 'x' }, children: [] }),
    ],
    [
      'of a dead process with dead helpers',
      async () => ({ owner: await deadProcess(), children: [await deadProcess()] }),
    ],
    ['that is empty', () => ''],
    ['that is cut off', () => '{"owner":{"pid":'],
    ['of another shape', () => '{"pid":1}'],
  ])('is recovered from a file %s', async (_what, content) => {
    writeRunFile(await content());
    const lock = await lockDataDir(dataDir);
    expect(readRunFile(dataDir)?.owner).toEqual(identifyProcess(process.pid));
    lock.release();
  });

  it("waits for a dead owner's helper to end", async () => {
    const helper = spawn('/bin/sleep', ['10']);
    writeRunFile({ owner: await deadProcess(), children: [identifyProcess(helper.pid ?? 0)] });
    let taken = false;
    const locking = lockDataDir(dataDir).then((lock) => ((taken = true), lock));
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(taken).toBe(false);
    helper.kill('SIGKILL');
    (await locking).release();
  });

  it('goes to exactly one of many takers of a stale file', async () => {
    for (let round = 0; round < 20; round++) {
      writeRunFile({ owner: await deadProcess(), children: [] });
      const takers = await Promise.allSettled([1, 2, 3, 4, 5].map(() => lockDataDir(dataDir)));
      const locks = takers.flatMap((taker) => (taker.status === 'fulfilled' ? [taker.value] : []));
      expect(locks).toHaveLength(1);
      locks[0]?.release();
    }
  });

  it('tells a second process where the stores are, once they are ready and while the owner lives', async () => {
    const lock = await lockDataDir(dataDir);
    lock.setChild('redis', process.pid);
    expect(findRunningStores(dataDir)).toBeUndefined();
    lock.setStores(stores);
    expect(findRunningStores(dataDir)).toEqual({ pid: process.pid, ...stores });
    lock.release();
    expect(findRunningStores(dataDir)).toBeUndefined();
    writeRunFile({ owner: await deadProcess(), children: [], stores });
    expect(findRunningStores(dataDir)).toBeUndefined();
  });

  it('lets a second process wait for stores that are just starting', async () => {
    const lock = await lockDataDir(dataDir);
    setTimeout(() => lock.setStores(stores), 150);
    expect(await waitForRunningStores(dataDir)).toEqual({ pid: process.pid, ...stores });
    lock.release();
    expect(await waitForRunningStores(dataDir)).toBeUndefined();
  });

  it('knows one process a helper, the one that replaced the other', async () => {
    const lock = await lockDataDir(dataDir);
    lock.setChild('redis', 1);
    lock.setChild('mongodb', process.pid);
    lock.setChild('redis', process.ppid);
    expect(readRunFile(dataDir)?.children.map(({ pid }) => pid)).toEqual([process.ppid, process.pid]);
    lock.release();
  });
});

describe('a helper that outlives its owner', () => {
  it('removes the file of the dead one', async () => {
    writeRunFile({
      owner: await deadProcess(),
      children: [identifyProcess(process.pid), await deadProcess()],
    });
    await removeOrphanedRunFile(dataDir);
    expect(readdirSync(dataDir)).toEqual([]);
  });

  it('leaves the file of one that has taken over', async () => {
    const lock = await lockDataDir(dataDir);
    await removeOrphanedRunFile(dataDir);
    expect(readRunFile(dataDir)).toBeDefined();
    lock.release();
  });
});
