import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { MisuseError } from '../import/misuse-error.js';

/** `before..after`, as `rules diff --git` takes it; without `after`: HEAD. */
export function parseRevisions(text: string): { readonly before: string; readonly after: string } {
  const [before = '', after = 'HEAD', ...more] = text.split('..');
  if (before === '' || after === '' || more.length > 0)
    throw new MisuseError(`--git 应为 旧版本..新版本，如 HEAD~1..HEAD 或 v1.2..main，现为 "${text}"`);
  return { before, after };
}

/**
 * Runs something over the rules folder as it was at a revision of its repository: written to a folder of its own, which
 * is removed afterwards. The work tree is neither read nor changed.
 * @throws MisuseError where there is no such revision, or no such folder in it
 */
export async function withRulesAtRevision<T>(
  dir: string,
  revision: string,
  use: (folder: string) => Promise<T>,
): Promise<T> {
  const commit = await git(dir, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${revision}^{commit}`,
  ]).catch(() => {
    throw new MisuseError(`${dir} 所在的仓库没有版本 "${revision}"（git log --oneline 列出版本）`);
  });
  const id = commit.toString().trim();
  const listed = await git(dir, ['ls-tree', '-r', '-z', '--name-only', id]);
  const files = listed
    .toString()
    .split('\0')
    .filter((file) => file.endsWith('.json'));
  if (files.length === 0) throw new MisuseError(`版本 "${revision}" 中没有文件夹 ${dir}，或其中没有文件`);
  const contents = await git(dir, ['cat-file', '--batch'], files.map((file) => `${id}:./${file}\n`).join(''));
  const folder = await mkdtemp(join(tmpdir(), 'yxrisk-rules-'));
  try {
    let at = 0;
    for (const file of files) {
      // `<object> <type> <size>`, a line end, the content, a line end.
      const end = contents.indexOf(10, at);
      const size = Number(contents.toString('latin1', at, end).split(' ')[2]);
      await mkdir(dirname(join(folder, file)), { recursive: true });
      await writeFile(join(folder, file), contents.subarray(end + 1, end + 1 + size));
      at = end + 1 + size + 1;
    }
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What git says on stdout. @throws Error with what it says on stderr */
function git(dir: string, args: readonly string[], input?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const child = spawn('git', ['-C', dir, ...args], { stdio: ['pipe', 'pipe', 'pipe'] });
    const out: Buffer[] = [];
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
    child.on('error', (error) => reject(new MisuseError(`git 运行不起来：${error.message}`)));
    child.on('close', (code) => {
      if (code === 0) resolve(Buffer.concat(out));
      else reject(new MisuseError(`git ${args[0] ?? ''}：${err.trim() || `退出码 ${code}`}`));
    });
    child.stdin.on('error', () => undefined);
    child.stdin.end(input ?? '');
  });
}
