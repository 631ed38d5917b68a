import { readFile } from 'node:fs/promises';
import { describe, expect, it } from '@jest/globals';
import { OPERATIONS } from '../../src/client/operations.js';
import { declaredRoutes, OPERATIONS_FILE, renderOperations } from './write-operations.js';

describe('the operations of the client', () => {
  it('are those of the OpenAPI document: node --import tsx test/client/write-operations.ts brings them up to date', async () => {
    expect(await readFile(OPERATIONS_FILE, 'utf8')).toBe(await renderOperations(declaredRoutes()));
  });

  it('are every route but the pages', () => {
    const documented = declaredRoutes().filter(({ hidden }) => !hidden);
    expect(Object.keys(OPERATIONS).sort()).toEqual(documented.map(({ name }) => name).sort());
  });
});
