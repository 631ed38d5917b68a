import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CachePath } from './cache-path.js';
import { fetchDebianPackages, findDebianSystem, type DebianSystem } from './debian-packages.js';
import { messageOf, OperatorError } from './operator-error.js';
import { runCommand } from './run-command.js';

/** A redis-server that can be started; `libraryPath` holds libraries it needs and the system does not have. */
export interface RedisProgram {
  readonly program: string;
  readonly libraryPath?: string;
}

const TRIPLETS: Readonly<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
const WHAT_TO_DO =
  'Install it (Debian/Ubuntu: apt-get install redis-server) or set REDIS_URL to a Redis server.';

/**
 * `redis-server` from PATH; where there is none, Debian's or Ubuntu's package is unpacked once into
 * the cache, unprivileged: nothing of the system changes and no system service starts.
 *
 * @throws OperatorError saying what to do.
 */
export async function findRedisServer(options: {
  readonly cachePath: CachePath;
  /** Program looked for on PATH; another one in tests. */
  readonly program?: string;
  /** The system whose package is fetched; this machine's by default. */
  readonly system?: DebianSystem | undefined;
  /** Replaced in tests. */
  readonly fetchPackages?: typeof fetchDebianPackages;
  readonly onFetch?: (message: string) => void;
}): Promise<RedisProgram> {
  const program = options.program ?? 'redis-server';
  if (await answersVersion(program)) return { program };
  const triplet = TRIPLETS[process.arch];
  const system = 'system' in options ? options.system : await findDebianSystem();
  if (system === undefined || triplet === undefined) {
    throw new OperatorError(`There is no redis-server on this machine. ${WHAT_TO_DO}`);
  }
  const target = options.cachePath(`redis-${system.codename}-${process.arch}`);
  if (!existsSync(target)) options.onFetch?.(`fetching redis-server of ${system.id} ${system.codename}`);
  try {
    const root = await (options.fetchPackages ?? fetchDebianPackages)({
      system,
      packages: ['redis-server', 'redis-tools'],
      target,
    });
    const fetched = {
      program: join(root, 'usr/bin/redis-server'),
      libraryPath: [join(root, 'usr/lib', triplet), join(root, 'lib', triplet)].join(':'),
    };
    if (await answersVersion(fetched.program, fetched.libraryPath)) return fetched;
    throw new OperatorError(`${fetched.program} does not run`);
  } catch (error) {
    throw new OperatorError(
      `There is no redis-server on this machine, and the ${system.id} package could not be fetched: ` +
        `${messageOf(error)}. ${WHAT_TO_DO}`,
      { cause: error },
    );
  }
}

async function answersVersion(program: string, libraryPath?: string): Promise<boolean> {
  const result = await runCommand(program, ['--version'], {
    timeoutMs: 10_000,
    ...(libraryPath === undefined ? {} : { env: { LD_LIBRARY_PATH: libraryPath } }),
  });
  return result.code === 0;
}
