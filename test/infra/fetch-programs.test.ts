import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { findDebianSystem } from '../../src/infra/debian-packages.js';
import { prepareEngineRuntime, type Machine } from '../../src/infra/embedded-mongo/engine-runtime.js';
import { findRedisServer } from '../../src/infra/find-redis-server.js';
import { makeFakeApt } from './fake-apt.js';

type FakeApt = ReturnType<typeof makeFakeApt>;
const bookworm = { id: 'debian', codename: 'bookworm' } as const;
const jammy = { id: 'ubuntu', codename: 'jammy' } as const;
let apt: FakeApt | undefined;
afterEach(() => apt?.remove());

function withApt(options: Parameters<typeof makeFakeApt>[0] = {}): FakeApt {
  apt = makeFakeApt(options);
  return apt;
}

describe('fetching packages of a newer release', () => {
  const packages = ['libc6', 'libgcc-s1'];

  it('unpacks them under the target and leaves nothing else', async () => {
    const { cachePath, fetchPackages } = withApt();
    const target = cachePath('glibc');
    const root = await fetchPackages({ system: bookworm, suite: 'trixie', packages, target });
    expect(readdirSync(join(root, 'usr/lib'))).toEqual(['libc6.deb', 'libgcc-s1.deb']);
    expect(readdirSync(target)).toEqual(['root']);
    expect(readdirSync(join(target, '..'))).toEqual(['glibc']);
  });

  it('asks the mirror that apt is set to, never the system lists, cache or status', async () => {
    const { cachePath, asked, fetchPackages } = withApt();
    await fetchPackages({ system: jammy, suite: 'noble', packages, target: cachePath('glibc') });
    const downloads = asked().filter((line) => / (update|download) ?/.test(line));
    expect(downloads).toHaveLength(2);
    for (const line of downloads) {
      expect(line).toMatch(/Dir::State=\S*cache\/glibc\.new-/);
      expect(line).toMatch(/Dir::Cache=\S*cache\/glibc\.new-/);
      expect(line).toMatch(/Dir::State::status=\S*cache\/glibc\.new-/);
      expect(line).toContain('Dir::Etc::sourceparts=/dev/null');
    }
  });

  it('happens once, also when several start at the same time', async () => {
    const { cachePath, asked, fetchPackages } = withApt();
    const fetchOnce = () =>
      fetchPackages({ system: bookworm, suite: 'trixie', packages, target: cachePath('glibc') });
    const roots = await Promise.all([fetchOnce(), fetchOnce(), fetchOnce()]);
    expect(new Set(roots).size).toBe(1);
    expect(readdirSync(join(cachePath('glibc'), '..'))).toEqual(['glibc']);
    const before = asked().length;
    await fetchOnce();
    expect(asked()).toHaveLength(before);
  });

  it('that fails says what apt-get said, and leaves nothing half-done', async () => {
    const { cachePath, fetchPackages } = withApt({ failOn: 'download' });
    const target = cachePath('glibc');
    const fetching = fetchPackages({ system: bookworm, suite: 'trixie', packages, target });
    await expect(fetching).rejects.toThrow('E: Could not resolve the mirror');
    expect(readdirSync(join(target, '..'))).toEqual([]);
  });

  it('of the own release brings what is not installed along', async () => {
    const { cachePath, fetchPackages } = withApt();
    const root = await fetchPackages({
      system: bookworm,
      packages: ['redis-server'],
      target: cachePath('redis'),
    });
    expect(readdirSync(join(root, 'usr/lib'))).toEqual(['libneeded.deb', 'redis-server.deb']);
  });
});

describe('knowing the system', () => {
  it.each([
    ['ID=debian\nVERSION_CODENAME=bookworm\n', bookworm],
    ['ID=ubuntu\nVERSION_CODENAME="jammy"\n', jammy],
    ['ID=alpine\nVERSION_ID=3.20\n', undefined],
    ['ID=debian\n', undefined],
    ['', undefined],
  ])('%j is %j', async (text, system) => {
    const { base } = withApt();
    writeFileSync(join(base, 'os-release'), text);
    expect(await findDebianSystem(join(base, 'os-release'))).toEqual(system);
  });

  it('takes a missing file for an unknown system', async () => {
    expect(await findDebianSystem('/nowhere/os-release')).toBeUndefined();
  });
});

describe('the runtime of the embedded engine', () => {
  const machine: Machine = {
    platform: 'linux',
    arch: 'x64',
    glibc: '2.36',
    node: '/opt/node',
    system: bookworm,
  };
  const prepare = (
    changes: { [Key in keyof Machine]?: Machine[Key] | undefined },
    options: Partial<Pick<FakeApt, 'cachePath' | 'fetchPackages'>> = {},
  ) =>
    prepareEngineRuntime({
      cachePath: (name) => name,
      hasPackage: () => true,
      fetchPackages: () => Promise.reject(new Error('nothing is to be fetched')),
      ...options,
      machine: { ...machine, ...changes } as Machine,
    });

  it.each([
    { glibc: '2.38' },
    { glibc: '2.41' },
    { glibc: '3.0' },
    { arch: 'arm64', glibc: '2.39' },
    { platform: 'darwin' as const, arch: 'arm64', glibc: undefined },
  ])('is plain node on %j', async (changes) => {
    expect(await prepare(changes)).toEqual({ program: '/opt/node', args: [] });
  });

  it.each([
    [{ platform: 'darwin', arch: 'x64' } as const, 'does not run on darwin x64'],
    [{ platform: 'win32', arch: 'x64' } as const, 'does not run on win32 x64'],
    [{ arch: 'riscv64' }, 'does not run on linux riscv64'],
    [{ glibc: undefined }, 'this system has another C library'],
    [
      { glibc: '2.34', system: undefined },
      'this system has 2.34, and newer libraries can be fetched on Debian and Ubuntu only',
    ],
    [{ system: { id: 'debian', codename: 'buster' } as const }, 'can be fetched on Debian and Ubuntu only'],
  ])('on %j is one message that says what to do', async (changes, message) => {
    await expect(prepare(changes)).rejects.toMatchObject({
      name: 'OperatorError',
      message: expect.stringMatching(
        new RegExp(`${message}.*Set MONGODB_URI to a MongoDB server instead\\.$`),
      ),
    });
  });

  it.each([
    ['x64', bookworm, 'trixie', 'usr/lib64/ld-linux-x86-64.so.2', 'usr/lib/x86_64-linux-gnu'],
    ['arm64', bookworm, 'trixie', 'usr/lib/ld-linux-aarch64.so.1', 'usr/lib/aarch64-linux-gnu'],
    ['x64', jammy, 'noble', 'usr/lib64/ld-linux-x86-64.so.2', 'usr/lib/x86_64-linux-gnu'],
  ] as const)('on an older %s %j is the loader of %s', async (arch, system, suite, loader, libraries) => {
    const { cachePath, fetchPackages } = withApt();
    const root = join(cachePath(`glibc-${suite}-${arch}`), 'root');
    expect(await prepare({ arch, system }, { cachePath, fetchPackages })).toEqual({
      program: join(root, loader),
      args: ['--library-path', join(root, libraries), '/opt/node'],
    });
    expect(existsSync(join(root, 'usr/lib/libc6.deb'))).toBe(true);
  });

  it('needs no apt-get once the libraries are there', async () => {
    const { cachePath, fetchPackages } = withApt({ absent: true });
    mkdirSync(join(cachePath('glibc-trixie-x64'), 'root'), { recursive: true });
    expect((await prepare({}, { cachePath, fetchPackages })).program).toContain('ld-linux');
  });

  it.each([
    [{ absent: true }, 'there is no apt-get'],
    [{ failOn: 'download' }, 'Could not resolve the mirror'],
  ])('that cannot be fetched (%j) says why and what to do', async (broken, why) => {
    const { cachePath, fetchPackages } = withApt(broken);
    await expect(prepare({}, { cachePath, fetchPackages })).rejects.toThrow(
      new RegExp(`could not be fetched: .*${why}.*Set MONGODB_URI .*make apt-get reach its mirror`),
    );
  });

  it('without the optional package says how to go on without it or with it', async () => {
    const preparing = prepareEngineRuntime({ cachePath: (name) => name, machine, hasPackage: () => false });
    await expect(preparing).rejects.toThrow(
      /not installed \(optional package @0q\/embedded-mongodb\)\. Set MONGODB_URI .* npm ci with optional packages/,
    );
  });
});

describe('finding redis-server', () => {
  it('takes the one on PATH', async () => {
    expect(await findRedisServer({ cachePath: (name) => name, program: process.execPath })).toEqual({
      program: process.execPath,
    });
  });

  it('says what to do when what was fetched does not run', async () => {
    const { cachePath, fetchPackages } = withApt();
    const finding = findRedisServer({ cachePath, fetchPackages, program: 'no-such-redis', system: bookworm });
    await expect(finding).rejects.toThrow(/usr\/bin\/redis-server does not run\. Install it .*set REDIS_URL/);
  });

  it('says what to do where nothing can be fetched', async () => {
    const { cachePath, fetchPackages } = withApt({ absent: true });
    const unknown = findRedisServer({
      cachePath,
      fetchPackages,
      program: 'no-such-redis',
      system: undefined,
    });
    await expect(unknown).rejects.toThrow(
      /^There is no redis-server on this machine\. Install it .*set REDIS_URL/,
    );
    const noApt = findRedisServer({ cachePath, fetchPackages, program: 'no-such-redis', system: bookworm });
    await expect(noApt).rejects.toThrow(
      /could not be fetched: there is no apt-get\. Install it .*set REDIS_URL/,
    );
  });
});
