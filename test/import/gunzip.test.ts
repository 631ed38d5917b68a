import { describe, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import { gunzip } from '../../src/import/gunzip.js';
import { inChunks } from './collect.js';

/** What came out, and the message of the exception that ended it. */
async function unpack(bytes: Uint8Array, size = 1000) {
  const out: Uint8Array[] = [];
  try {
    for await (const chunk of gunzip(inChunks(bytes, size))) out.push(chunk);
  } catch (error) {
    return { text: Buffer.concat(out), error: (error as Error).message };
  }
  return { text: Buffer.concat(out) };
}

describe('unpacking gzip', () => {
  const text = randomBytes(300_000);

  it('unpacks files of one and of several members', async () => {
    expect(await unpack(gzipSync(text))).toEqual({ text });
    const members = Buffer.concat([gzipSync('first\n'), gzipSync('second\n')]);
    expect((await unpack(members, 3)).text.toString()).toBe('first\nsecond\n');
  });

  it('hands out all that can be unpacked of a file that was cut off', async () => {
    const { text: got, error } = await unpack(gzipSync(text).subarray(0, 200_000));
    expect(error).toMatch(/end too early/);
    expect(got.length).toBeGreaterThan(190_000);
    expect(got).toEqual(text.subarray(0, got.length));
  });

  it('says that a file is damaged or no gzip at all', async () => {
    expect(await unpack(Buffer.from('plain text'))).toEqual({
      text: Buffer.alloc(0),
      error: 'the gzip data are damaged, or this is no gzip file',
    });
    const damaged = gzipSync(text);
    damaged.fill(0, damaged.length - 8);
    expect((await unpack(damaged)).error).toMatch(/damaged/);
  });

  it('unpacks a bomb no faster than it is asked for', async () => {
    const unpackedLength = 4 * 1024 * 1024;
    const member = gzipSync(Buffer.alloc(unpackedLength));
    const bomb = Buffer.concat(Array.from({ length: 16 }, () => member));
    let taken = 0;
    async function* input() {
      for await (const chunk of inChunks(bomb, 4096)) {
        taken += chunk.length;
        yield chunk;
      }
    }
    let total = 0;
    let held = 0;
    for await (const chunk of gunzip(input())) {
      held = Math.max(held, (taken / member.length) * unpackedLength - total);
      total += chunk.length;
    }
    expect(total).toBe(16 * unpackedLength);
    expect(held).toBeLessThan(2 * unpackedLength);
  });
});
