import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ENTRY = 'test/faults/worker-process.ts';

/**
 * worker-process.ts and what it imports as one script, packages apart. A run starts some forty of them, and compiling the
 * sources at each start was half of what they took.
 */
export async function bundleWorker(): Promise<{ script: string; close: () => Promise<void> }> {
  // Below node_modules, where it finds the packages.
  const dir = await mkdtemp(join(ROOT, 'node_modules', '.yxrisk-faults-'));
  const close = () => rm(dir, { recursive: true, force: true });
  try {
    const settings = {
      configFile: false,
      logLevel: 'warn',
      build: { ssr: ENTRY, outDir: dir, emptyOutDir: false },
    };
    // Apart from jest, whose modules vite does not know.
    const build = `import { build } from 'vite'; await build(${JSON.stringify(settings)});`;
    await promisify(execFile)(process.execPath, ['--input-type=module', '-e', build], { cwd: ROOT });
  } catch (error) {
    await close();
    throw error;
  }
  return { script: join(dir, 'worker-process.js'), close };
}
