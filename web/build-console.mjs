/**
 * Builds the console into web/dist when its sources changed since the last build, and packs each file beside itself (.gz).
 * `npm start` and `npm run build` call it. Where only production packages are installed it keeps what is there.
 */
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative } from 'node:path';
import { gzipSync } from 'node:zlib';

const root = import.meta.dirname;
const dist = join(root, 'dist');
const stampFile = join(dist, '.stamp');

function filesUnder(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const sources = [
  ...filesUnder(join(root, 'src')),
  ...filesUnder(join(root, 'public')),
  ...filesUnder(join(root, '..', 'src', 'client')),
  join(root, 'build-console.mjs'),
  join(root, 'index.html'),
  join(root, 'vite.config.ts'),
  join(root, '..', 'rules', 'rule.schema.json'),
  join(root, '..', 'rules', '_template.json'),
  join(root, '..', 'package-lock.json'),
];
const hash = createHash('sha256');
for (const file of sources)
  hash.update(relative(root, file)).update('\0').update(readFileSync(file)).update('\0');
const stamp = hash.digest('hex');

if (!existsSync(stampFile) || readFileSync(stampFile, 'utf8') !== stamp) {
  if (!isInstalled('vite')) {
    if (!existsSync(join(dist, 'index.html')))
      console.error(
        'The console is not built: run `npm ci && npm run build` where development packages are installed.',
      );
    process.exit(0);
  }
  console.error('Building the console …');
  // Whoever calls may be a test: what is served is never React's development build.
  process.env.NODE_ENV = 'production';
  const { build } = await import('vite');
  await build({ root, configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
  for (const file of filesUnder(dist))
    if (/\.(js|css|html|svg)$/.test(file))
      writeFileSync(`${file}.gz`, gzipSync(readFileSync(file), { level: 9 }));
  writeFileSync(stampFile, stamp);
}

function isInstalled(name) {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}
