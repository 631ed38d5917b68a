import { accessSync, constants, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Where fetched helper programs are kept (libraries for the database engine, a Redis binary): with the
 * installation, so that every start and every test run of a clone shares them; where that is read-only,
 * under `dataDir`. Created if missing.
 */
export function findCacheDir(dataDir: string): string {
  const installation = findInstallation(dirname(fileURLToPath(import.meta.url)));
  const candidates = [
    ...(installation === undefined ? [] : [join(installation, 'node_modules', '.cache', 'yxrisk')]),
    join(dataDir, 'cache'),
  ];
  return candidates.find(isUsable) ?? join(dataDir, 'cache');
}

function findInstallation(from: string): string | undefined {
  for (let dir = from; ; dir = dirname(dir)) {
    if (existsSync(join(dir, 'node_modules')) && existsSync(join(dir, 'package.json'))) return dir;
    if (dirname(dir) === dir) return undefined;
  }
}

function isUsable(dir: string): boolean {
  try {
    mkdirSync(dir, { recursive: true });
    accessSync(dir, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
