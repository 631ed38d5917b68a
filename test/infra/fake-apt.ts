import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fetchDebianPackages } from '../../src/infra/debian-packages.js';
import { runCommand, type RunCommand } from '../../src/infra/run-command.js';

/**
 * An `apt-get` and a `dpkg-deb` of our own for `fetchPackages`: what is asked of them is written down, and no
 * package mirror is needed. A "package" is a text file; unpacked it is `usr/lib/<name>` under the root.
 */
export function makeFakeApt(options: { readonly failOn?: string; readonly absent?: boolean } = {}) {
  const base = mkdtempSync(join(tmpdir(), 'yxrisk-test-apt-'));
  const bin = join(base, 'bin');
  const asked = join(base, 'asked');
  mkdirSync(bin);
  writeFileSync(asked, '');
  const program = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!/bin/bash\necho "${name} $*" >> ${asked}\n${body}`);
    chmodSync(join(bin, name), 0o755);
  };
  if (options.absent !== true) {
    program(
      'apt-get',
      `if [ -n "${options.failOn ?? ''}" ] && [[ " $* " == *" ${options.failOn} "* ]]; then echo 'E: Could not resolve the mirror' >&2; exit 100; fi
      case " $* " in
        *' indextargets '*) echo 'http://mirror.example/debian' ;;
        *' --simulate '*) echo 'Inst libneeded (1.0 Debian:12 [amd64])'; echo 'Conf libneeded' ;;
        *' download '*) sleep 0.1; while [ "$1" != download ]; do shift; done; shift; for p in "$@"; do echo "$p" > "$p.deb"; done ;;
      esac`,
    );
    program('dpkg-deb', 'mkdir -p "$3/usr/lib"; cp "$2" "$3/usr/lib/"');
  }
  const run: RunCommand = (name, args, more) =>
    runCommand(name, args, {
      ...more,
      env: { PATH: options.absent === true ? bin : `${bin}:/usr/bin:/bin` },
    });
  const fetchPackages: typeof fetchDebianPackages = (request) => fetchDebianPackages({ ...request, run });
  return {
    fetchPackages,
    cachePath: (name: string) => join(base, 'cache', name),
    base,
    asked: () => readFileSync(asked, 'utf8').trim().split('\n'),
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}
