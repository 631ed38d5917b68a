import { describe, expect, it } from '@jest/globals';
import { makeXesMapping, readMappingFile } from '../../src/import/xes-mapping.js';
import { makeTempFiles } from './temp-files.js';

const tempFile = makeTempFiles();

describe('a mapping file', () => {
  it('adds to the defaults, and the command line goes before it', () => {
    const mapping = makeXesMapping(
      { source: '/a', process: 'p', types: { assign: 'x.assigned' } },
      { source: '/b' },
    );
    expect(mapping).toMatchObject({
      source: '/b',
      process: 'p',
      subject: 'concept:name',
      types: { COMPLETE: 'yxzy.stage.completed', ASSIGN: 'x.assigned' },
    });
  });

  it.each([
    [{ proces: 'x' }, /m\.json: \(the file\): .*proces/],
    [{ process: 7 }, /m\.json: process: .*string/],
    [{ types: { COMPLETE: 'no dots' } }, /m\.json: types\.COMPLETE: a dotted event type/],
    [{ source: 'with blank' }, /m\.json: source: a URI reference/],
    [{ offset: '+1' }, /m\.json: offset: an offset such as \+01:00/],
    [{ attributes: { A: { name: '__proto__', type: 'number' } } }, /m\.json: attributes/],
    [{ fields: 'some' }, /m\.json: fields/],
    [[], /m\.json: \(the file\): .*object/],
    [null, /m\.json: \(the file\): .*object/],
    ['text', /m\.json: \(the file\): .*object/],
  ])('is refused with the field and the reason: %j', (file, message) => {
    expect(() => makeXesMapping(file, {}, 'm.json')).toThrow(message);
    expect(() => makeXesMapping(file, {}, 'm.json')).toThrow(
      expect.objectContaining({ name: 'MisuseError' }),
    );
  });

  it('names the option when it is the command line that is wrong', () => {
    expect(() => makeXesMapping({}, { source: 'a b' })).toThrow(/^--source: a URI reference/);
  });

  it('must be there and be JSON', async () => {
    await expect(readMappingFile(tempFile('none.json'))).rejects.toThrow(/none\.json cannot be read: ENOENT/);
    await expect(readMappingFile(tempFile('broken.json', '{'))).rejects.toThrow(/broken\.json is not JSON: /);
  });
});
