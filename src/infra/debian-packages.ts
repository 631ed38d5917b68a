import { existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from './operator-error.js';
import { runCommand, type RunCommand } from './run-command.js';

/** What Debian or Ubuntu this is, from /etc/os-release. */
export interface DebianSystem {
  readonly id: 'debian' | 'ubuntu';
  readonly codename: string;
}

/** The Debian or Ubuntu this machine runs, or undefined where it is something else. */
export async function findDebianSystem(osRelease = '/etc/os-release'): Promise<DebianSystem | undefined> {
  const text = await readFile(osRelease, 'utf8').catch(() => '');
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1];
  const id = field('ID');
  const codename = field('VERSION_CODENAME');
  return (id === 'debian' || id === 'ubuntu') && codename !== undefined ? { id, codename } : undefined;
}

/**
 * Fetches packages with apt-get, unprivileged, and unpacks them under `<target>/root`. Nothing of the
 * system is touched: lists, cache and status live in a scratch folder that is removed afterwards. The
 * result is renamed into place, so `target` is complete or absent, also with several starts at once.
 *
 * With `suite` the packages are taken from that release (from the mirror apt already uses); without it from
 * the system's own sources, with every dependency that is not installed.
 *
 * @throws OperatorError with what apt-get said.
 */
export async function fetchDebianPackages(options: {
  readonly system: DebianSystem;
  readonly packages: readonly string[];
  readonly target: string;
  readonly suite?: string;
  readonly run?: RunCommand;
}): Promise<string> {
  const { target, run = runCommand } = options;
  const root = join(target, 'root');
  if (existsSync(root)) return root;
  if ((await run('apt-get', ['--version'])).code !== 0) throw new OperatorError('there is no apt-get');
  await mkdir(join(target, '..'), { recursive: true });
  const scratch = await mkdtemp(`${target}.new-`);
  try {
    const apt = await setUpApt(run, scratch, options);
    await apt('update');
    const packages =
      options.suite === undefined
        ? new Set([...options.packages, ...(await listMissing(apt, options.packages))])
        : options.packages;
    const debs = join(scratch, 'debs');
    await mkdir(debs);
    await must(apt('download', ...packages));
    for (const deb of await readdir(debs)) {
      await must(run('dpkg-deb', ['-x', join(debs, deb), join(scratch, 'root')]));
    }
    for (const leftover of ['state', 'cache', 'debs']) {
      await rm(join(scratch, leftover), { recursive: true, force: true });
    }
    await chmod(scratch, 0o755);
    await rename(scratch, target).catch((error: unknown) => {
      // Another start was faster; what it put there is the same.
      if (!existsSync(root)) throw error;
    });
    return root;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

type Apt = (command: string, ...args: string[]) => ReturnType<typeof runCommand>;

async function setUpApt(
  run: RunCommand,
  scratch: string,
  { system, suite }: { readonly system: DebianSystem; readonly suite?: string },
): Promise<Apt> {
  await mkdir(join(scratch, 'state', 'lists', 'partial'), { recursive: true });
  await mkdir(join(scratch, 'cache', 'archives', 'partial'), { recursive: true });
  const settings = [
    `Dir::State=${join(scratch, 'state')}`,
    `Dir::Cache=${join(scratch, 'cache')}`,
    'APT::Sandbox::User=',
    'Acquire::Languages=none',
    'APT::Update::Post-Invoke-Success::=',
    'APT::Update::Post-Invoke::=',
    'Dir::Etc::Preferences=/dev/null',
    'Dir::Etc::PreferencesParts=/dev/null',
    'Debug::NoLocking=true',
  ];
  if (suite === undefined) {
    settings.push('Dir::State::status=/var/lib/dpkg/status');
  } else {
    const sources = join(scratch, 'state', 'sources.list');
    const status = join(scratch, 'state', 'status');
    const keyring = `/usr/share/keyrings/${system.id}-archive-keyring.gpg`;
    const mirror = await findMirror(run, system);
    await writeFile(sources, `deb [signed-by=${keyring}] ${mirror} ${suite} main\n`);
    await writeFile(status, '');
    settings.push(
      `Dir::Etc::sourcelist=${sources}`,
      'Dir::Etc::sourceparts=/dev/null',
      `Dir::State::status=${status}`,
    );
  }
  const options = settings.flatMap((setting) => ['-o', setting]);
  const cwd = join(scratch, 'debs');
  return (command, ...args) =>
    run('apt-get', [...options, '-q', command, ...args], command === 'download' ? { cwd } : {});
}

/** The mirror apt is set to for this release; no host is ever assumed. */
async function findMirror(run: RunCommand, system: DebianSystem): Promise<string> {
  const format = ['indextargets', '--format', '$(REPO_URI)', 'Created-By: Packages'];
  const answers = [
    await run('apt-get', [...format, `Release: ${system.codename}`]),
    await run('apt-get', [...format, `Suite: ${system.codename}`]),
  ];
  const known = answers.flatMap(({ stdout }) => stdout.split('\n')).find((line) => line.includes('://'));
  const mirror = known?.trim() ?? (await findMirrorInSources(system));
  if (mirror === undefined) {
    throw new OperatorError(`apt has no source for ${system.id} ${system.codename}`);
  }
  return mirror;
}

/** Where apt cannot tell (no lists fetched yet), the source files can. */
async function findMirrorInSources(system: DebianSystem): Promise<string | undefined> {
  const directory = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(await readdir(directory).catch(() => [])).map((name) => join(directory, name)),
  ];
  for (const file of files) {
    const text = await readFile(file, 'utf8').catch(() => '');
    for (const stanza of text.split(/\n\s*\n/)) {
      const suites = /^Suites:(.*)$/m.exec(stanza)?.[1]?.trim().split(/\s+/);
      const uri = /^URIs:\s*(\S+)/m.exec(stanza)?.[1];
      if (uri !== undefined && suites?.includes(system.codename) === true) return uri;
    }
    const line = new RegExp(`^deb\\s+(?:\\[[^\\]]*\\]\\s+)?(\\S+)\\s+${system.codename}\\s`, 'm').exec(text);
    if (line?.[1] !== undefined) return line[1];
  }
  return undefined;
}

async function listMissing(apt: Apt, packages: readonly string[]): Promise<string[]> {
  const { stdout } = await must(apt('install', '--simulate', '--no-install-recommends', ...packages));
  return [...stdout.matchAll(/^Inst (\S+)/gm)].map((match) => match[1] ?? '');
}

async function must(running: ReturnType<typeof runCommand>): Promise<{ readonly stdout: string }> {
  const result = await running;
  if (result.code === 0) return result;
  const said = (result.stderr.trim() || result.stdout.trim()).split('\n').slice(-3).join(' ');
  throw new OperatorError(said === '' ? 'apt-get failed' : said);
}
