import { describe, expect, it } from '@jest/globals';
import { ApiError } from '../../src/client/api-error.js';
import { errorToShow } from '../../web/src/api/error-to-show.js';

const failed = (status: number) => new ApiError(status, 'x', 'x');

describe('an error of what is read again', () => {
  it('takes away nothing that is shown while the service is out of reach, busy or broken', () => {
    for (const status of [0, 429, 500, 503]) expect(errorToShow(failed(status), { items: [] })).toBeNull();
  });

  it('is said where nothing is shown yet, and a refusal or a thing that is gone always', () => {
    for (const status of [0, 503]) expect(errorToShow(failed(status), undefined)).toMatchObject({ status });
    for (const status of [400, 401, 403, 404])
      expect(errorToShow(failed(status), { items: [] })).toMatchObject({ status });
    const mistake = new TypeError('a mistake of ours');
    expect(errorToShow(mistake, {})).toBe(mistake);
    expect(errorToShow(null, undefined)).toBeNull();
  });
});
