import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where a fetched helper program of this name is, or is to be put. */
export type CachePath = (name: string) => string;

/**
 * The places for fetched helper programs (libraries for the database engine, a Redis binary): with the
 * installation, so that every start and every test run of a clone shares them; under `dataDir` where the
 * installation is read-only. What is already in either place is used.
 */
export function makeCachePath(dataDir: string): CachePath {
  const installation = findInstallation(dirname(fileURLToPath(import.meta.url)));
  const places = [
    ...(installation === undefined ? [] : [join(installation, 'node_modules', '.cache', 'yxrisk')]),
    join(dataDir, 'cache'),
  ];
  return (name) => {
    const found = places.map((place) => join(place, name)).find(isReadable);
    return found ?? join(places.find(isWritable) ?? join(dataDir, 'cache'), name);
  };
}

function findInstallation(from: string): string | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'node_modules')) && existsSync(join(dir, 'package.json'))) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

function isReadable(dir: string): boolean {
  try {
    accessSync(dir, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function isWritable(dir: string): boolean {
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
