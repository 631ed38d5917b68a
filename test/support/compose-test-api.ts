import type { Express } from 'express';
import { type ApiOptions, composeApi } from '../../src/compose-api.js';

/** The API over a composed service, wired as the product does; its stores are up, and nothing runs beside it. */
export function composeTestApi(
  { service, connection }: Pick<ApiOptions, 'service' | 'connection'>,
  limits: ApiOptions['limits'] = { bodyBytes: 1_000_000, requestsPerMinute: 10_000 },
): Express {
  return composeApi({
    service,
    connection,
    limits,
    version: 'test',
    pingMongo: () => Promise.resolve(),
    running: () => [],
  });
}
