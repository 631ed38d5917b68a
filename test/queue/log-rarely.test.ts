import { describe, expect, it, jest } from '@jest/globals';
import { logRarely } from '../../src/queue/log-rarely.js';

describe('a flood of the same trouble', () => {
  it('is one line at once and then one every ten seconds, with the number of those swallowed', () => {
    let now = 0;
    const warn = jest.fn();
    const report = logRarely({ info: jest.fn(), warn, error: jest.fn() }, 'trouble', () => now);
    const error = new Error('ECONNREFUSED');
    for (now = 0; now < 25_000; now += 1_000) report(error);
    expect(warn.mock.calls).toEqual([
      [{ err: error }, 'trouble'],
      [{ err: error, swallowed: 9 }, 'trouble'],
      [{ err: error, swallowed: 9 }, 'trouble'],
    ]);
  });
});
