import { describe, expect, it } from '@jest/globals';
import { ConflictError, StoreUnavailableError } from '../../src/errors.js';
import { asStoreError, withStoreErrors } from '../../src/events/store-error.js';

const named = (name: string, message = 'x', code?: number) =>
  Object.assign(new Error(message), { name, ...(code !== undefined && { code }) });

describe('asStoreError', () => {
  it.each([
    named('MongoNetworkError'),
    named('MongoNetworkTimeoutError'),
    named('MongoServerSelectionError'),
    named('MongooseServerSelectionError'),
    named('MongoNotConnectedError'),
    named('MongoTopologyClosedError'),
    named('MongoPoolClearedError'),
    named('PoolClearedOnNetworkError'),
    named('MongoWriteConcernError'),
    named('MongoServerError', 'not primary', 10107),
    named('MongoServerError', 'out of disk space', 14031),
    named('MongoBulkWriteError', 'shutting down', 91),
    Object.assign(named('MongoBulkWriteError', 'write EPIPE'), { errorResponse: named('MongoNetworkError') }),
    Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' }),
    named('MongooseError', 'Operation `events.insertMany()` buffering timed out after 10000ms'),
  ])('takes %s for a store that is away', (error) => {
    const result = asStoreError(error);
    expect(result).toBeInstanceOf(StoreUnavailableError);
    expect((result as Error).cause).toBe(error);
  });

  it.each([
    named('MongoServerError', 'bad filter', 2),
    named('MongooseError', 'Schema has no path'),
    named('BSONError'),
    Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' }),
    Object.assign(named('MongoBulkWriteError'), { errorResponse: named('MongoServerError', 'bad', 2) }),
    new TypeError('a bug'),
    new ConflictError('known'),
    'no error at all',
  ])('leaves %s as it is', (error) => {
    expect(asStoreError(error)).toBe(error);
  });

  it('is applied to every method of a wrapped store, thrown or rejected', async () => {
    const store = withStoreErrors({
      rejects: () => Promise.reject(named('MongoNetworkError')),
      throws: (): Promise<void> => {
        throw named('MongoNetworkError');
      },
      works: (a: number, b: number) => Promise.resolve(a + b),
    });
    await expect(store.rejects()).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.throws()).rejects.toBeInstanceOf(StoreUnavailableError);
    await expect(store.works(1, 2)).resolves.toBe(3);
  });
});
