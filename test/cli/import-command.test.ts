import { describe, expect, it, jest } from '@jest/globals';
import { Command } from 'commander';
import { chmodSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { addImportCommand } from '../../src/cli/import-command.js';
import type { Importer } from '../../src/cli/import-command.js';
import type { ImportCheckpoint } from '../../src/import/import-store.js';
import { makeValidateOnly } from '../../src/import/make-validate-only.js';
import { makeTempFiles } from '../import/temp-files.js';

const tempFile = makeTempFiles();
const NOW = Date.UTC(2026, 10, 21);

const line = (id: string) =>
  JSON.stringify({
    specversion: '1.0',
    id,
    source: '/test',
    type: 'yxzy.stage.completed',
    subject: 'w1',
    time: '2026-11-20T09:30:00+08:00',
    data: { stage: 's' },
  });

/** Runs `yxrisk import …` and tells what it said; the importer validates and forgets. */
function makeCli(isTerminal = false) {
  const said = { out: '', err: '', code: undefined as number | undefined };
  const saved = new Map<string, ImportCheckpoint>();
  let interrupt: () => void = () => undefined;
  let time = NOW;
  const importer = {
    accept: jest.fn<Importer['accept']>(makeValidateOnly(() => NOW)),
    checkpoints: {
      load: (key: string) => Promise.resolve(saved.get(key)),
      save: (key: string, checkpoint: ImportCheckpoint) => Promise.resolve(void saved.set(key, checkpoint)),
    },
    waitUntilProcessed: jest.fn<Importer['waitUntilProcessed']>(() => Promise.resolve()),
    close: jest.fn<Importer['close']>(() => Promise.resolve()),
  };
  const openImporter = jest.fn(() => Promise.resolve(importer));
  const run = async (...args: string[]) => {
    Object.assign(said, { out: '', err: '', code: undefined });
    const program = new Command().exitOverride().configureOutput({ writeErr: (text) => (said.err += text) });
    addImportCommand(program, {
      openImporter,
      now: () => (time += 3_000),
      io: {
        out: (text) => (said.out += text),
        err: (text) => (said.err += text),
        isTerminal,
        exit: (code) => (said.code = code),
        onInterrupt: (stop) => {
          interrupt = stop;
          return () => undefined;
        },
      },
    });
    await program.parseAsync(['import', ...args], { from: 'user' });
    return { ...said };
  };
  return { run, importer, openImporter, interrupt: () => interrupt() };
}

describe('yxrisk import', () => {
  it('imports, says what came of it and exits 0', async () => {
    const { run, importer } = makeCli();
    const file = tempFile('good.ndjson', [line('1'), line('2')].join('\n'));
    expect(await run(file)).toMatchObject({
      out: expect.stringMatching(/good\.ndjson: 2 records in .*: 2 accepted, 0 duplicates, 0 rejected\.\n$/),
      code: 0,
    });
    expect(importer.close).toHaveBeenCalledTimes(1);
    expect(importer.waitUntilProcessed).not.toHaveBeenCalled();
    expect(await run(file)).toMatchObject({
      out: expect.stringMatching(/was imported to its end at .*Use --restart to import it again\.\n$/),
      code: 0,
    });
    expect(await run(file, '--restart', '--wait')).toMatchObject({ code: 0 });
    expect(importer.waitUntilProcessed).toHaveBeenCalledTimes(1);
  });

  it('exits 1 when records are bad, names them, and keeps all of them in the errors file', async () => {
    const { run } = makeCli();
    const file = tempFile(
      'bad.ndjson',
      [line('1'), ...Array.from({ length: 14 }, () => '{"id":"x"}'), '{'].join('\n'),
    );
    const errors = tempFile('bad.errors');
    const said = await run(file, '--errors', errors);
    expect(said.code).toBe(1);
    expect(said.err).toMatch(/bad\.ndjson:2: record 2 \(x\): .*specversion: is required/);
    expect(said.err).toMatch(/… and 5 more; --errors FILE keeps them all\./);
    const kept = readFileSync(errors, 'utf8').trim().split('\n');
    expect(kept.map((text) => (JSON.parse(text) as { line: number }).line)).toEqual(
      Array.from({ length: 15 }, (_, i) => i + 2),
    );
    await run(file, '--errors', errors, '--restart');
    expect(readFileSync(errors, 'utf8').trim().split('\n')).toHaveLength(15);
    expect((await run(file)).code).toBe(1);
  });

  it('prints the summary as JSON for programs', async () => {
    const { out, code } = await makeCli().run(tempFile('json.ndjson', `${line('1')}\n{`), '--json');
    expect(JSON.parse(out)).toMatchObject({
      read: 2,
      accepted: 1,
      duplicates: 0,
      rejected: 1,
      rejections: [{ record: 2, line: 2, reason: expect.stringMatching(/^The line is not JSON/) }],
    });
    expect(code).toBe(1);
  });

  it('only validates in a dry run: no store is opened', async () => {
    const { run, openImporter } = makeCli();
    const file = tempFile('dry.ndjson.gz', gzipSync(`${line('1')}\n{"id":"x"}`));
    for (let i = 0; i < 2; i++) {
      const said = await run(file, '--dry-run');
      expect(said.out).toMatch(/2 records in .*: 1 would be accepted, 0 duplicates, 1 rejected\./);
      expect(said.code).toBe(1);
    }
    expect(openImporter).not.toHaveBeenCalled();
  });

  it('reads a XES log by the mapping, which the options overrule', async () => {
    const { run, importer } = makeCli();
    const xml = `<log><trace><string key="concept:name" value="a"/><event><string key="concept:name" value="s"/>
      <date key="time:timestamp" value="2011-10-01T10:00:00Z"/></event></trace></log>`;
    const mapping = tempFile('mapping.json', '{"source":"/m","process":"loan"}');
    await run(tempFile('log.xes', xml), '--mapping', mapping, '--source', '/o');
    expect(importer.accept.mock.calls[0]?.[0]).toMatchObject([{ source: '/o', data: { process: 'loan' } }]);
  });

  it('shows a line every five seconds where it is no terminal, and one line that is written over where it is', async () => {
    const lines = Array.from({ length: 9_000 }, (_, i) => line(`${i}`)).join('\n');
    const plain = await makeCli().run(tempFile('slow.ndjson', lines));
    expect(plain.err).toMatch(/^\d+ % · [\d,]+ records · \d+\/s · .* left\n/);
    expect(plain.err).not.toContain('\r');
    const drawn = await makeCli(true).run(tempFile('slow.ndjson', lines));
    expect(drawn.err).toMatch(/^\r\x1b\[K\d+ % · [^\n]*\r\x1b\[K$/);
  });

  it('says that it was interrupted and how to go on, and exits 1', async () => {
    const { run, importer, interrupt } = makeCli();
    importer.accept.mockImplementation((events) => {
      interrupt();
      return Promise.resolve({ accepted: events.length, duplicates: 0, rejected: [] });
    });
    const file = tempFile('cut.ndjson', Array.from({ length: 9_000 }, (_, i) => line(`${i}`)).join('\n'));
    const said = await run(file);
    expect(said.out).toMatch(
      /Stopped before the end: The import was interrupted\. Run the same command again to go on\./,
    );
    expect(said.code).toBe(1);
    expect(importer.close).toHaveBeenCalledTimes(1);
    const next = await run(file);
    expect(next.out).toMatch(/It went on after record [\d,]+ of an earlier run/);
  });

  describe('used wrongly', () => {
    mkdirSync(tempFile('folder.ndjson'));
    const good = tempFile('fine.ndjson', line('1'));
    const log = tempFile('fine.xes', '<log/>');
    symlinkSync(good, tempFile('link'));
    it.each([
      [
        'no such file',
        [tempFile('missing.ndjson')],
        /missing\.ndjson cannot be read: there is no such file\./,
      ],
      ['a directory', [tempFile('folder.ndjson')], /folder\.ndjson is a directory; name one file\./],
      ['a device', ['/dev/null'], /\/dev\/null is not a regular file\./],
      [
        'an unknown ending',
        [tempFile('table.csv', 'a,b')],
        /table\.csv: the ending .* allowed are \.ndjson, \.jsonl or \.xes/,
      ],
      ['no ending', [tempFile('plain', 'a')], /plain: the ending/],
      [
        'a mapping that is not there',
        [log, '--mapping', tempFile('none.json')],
        /The mapping file .*none\.json cannot be read/,
      ],
      [
        'a mapping with a wrong field',
        [log, '--mapping', tempFile('wrong.json', '{"time":1}')],
        /wrong\.json: time: /,
      ],
      ['a source that is no URI', [log, '--source', 'a b'], /^--source: a URI reference/],
      ['an empty process', [log, '--process', ''], /^--process: /],
      ['a mapping for NDJSON', [good, '--mapping', log], /--mapping are for XES logs/],
      ['a process for NDJSON', [good, '--process', 'x'], /--process, .* are for XES logs/],
      ['waiting for a dry run', [good, '--dry-run', '--wait'], /nothing to --wait for/],
      [
        'errors into a folder',
        [good, '--errors', tempFile('folder.ndjson')],
        /--errors .* cannot be written: EISDIR/,
      ],
      ['errors into the file itself', [good, '--errors', tempFile('link')], /is the file to be imported/],
    ])('%s: one clear message, exit 2, nothing opened', async (_what, args, message) => {
      const { run, openImporter } = makeCli();
      const said = await run(...args);
      expect(said.err).toMatch(message);
      expect(said.err).not.toMatch(/\n\s+at /);
      expect(said).toMatchObject({ code: 2, out: '' });
      expect(openImporter).not.toHaveBeenCalled();
      expect(readFileSync(good, 'utf8')).toBe(line('1'));
    });

    const isRoot = process.getuid?.() === 0;
    (isRoot ? it.skip : it)('a file without permission', async () => {
      const secret = tempFile('secret.ndjson', line('1'));
      chmodSync(secret, 0);
      expect(await makeCli().run(secret)).toMatchObject({
        code: 2,
        err: expect.stringMatching(/no permission/),
      });
    });
  });
});
