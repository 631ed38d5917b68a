import { readFile, writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadNotifyFile } from '../../src/notify/load-notify-file.js';

const WHSEC = `whsec_${Buffer.alloc(24, 1).toString('base64')}`;
const NAMES = ['MAIL', 'DT_TOKEN', 'DT_SIGN', 'WECOM_KEY', 'FS_TOKEN', 'FS_SIGN', 'OA'];
const secrets = new Map(NAMES.map((name) => [`NOTIFY_SECRET_${name}`, name === 'OA' ? WHSEC : 'x']));
const orgUnits = (code: string) => code === '334010101';

let dir: string;
beforeAll(async () => void (dir = await mkdtemp(join(tmpdir(), 'yxrisk-notify-'))));
afterAll(() => rm(dir, { recursive: true }));

async function load(value: unknown, more: object = {}) {
  const file = join(dir, 'notify.json');
  await writeFile(file, typeof value === 'string' ? value : JSON.stringify(value));
  return loadNotifyFile({ file, required: true, orgUnits, secrets, ...more });
}

describe('the notification settings', () => {
  it('are as docs/notify.md shows them', async () => {
    const docs = await readFile('docs/notify.md', 'utf8');
    const [, example = ''] = /```json\n([^]*?)```/.exec(docs) ?? [];
    const { channels, contacts, routes } = await load(example);
    expect([channels.length, contacts.length, routes.length]).toEqual([5, 1, 2]);
    expect(routes[1]).toMatchObject({
      to: ['assignee'],
      groupInterval: { value: 5, unit: 'minute' },
      sendClosed: true,
    });
  });

  it('that ship name nobody', async () => {
    const shipped = JSON.parse(await readFile('rules/notify.json', 'utf8')) as unknown;
    expect(await load(shipped)).toMatchObject({ channels: [], contacts: [] });
  });

  it('are none without the file, but a file that is named must be there', async () => {
    const file = join(dir, 'absent.json');
    expect(await loadNotifyFile({ file, required: false, orgUnits, secrets })).toMatchObject({ routes: [] });
    await expect(loadNotifyFile({ file, required: true, orgUnits, secrets })).rejects.toThrow('absent.json');
  });

  it('are refused with every mistake at once, and never with a secret in the message', async () => {
    const bad = {
      channels: [
        { name: 'oa', type: 'webhook', url: 'https://oa.example.com', secretFrom: 'NOTIFY_SECRET_MAIL' },
        { name: 'oa', type: 'wecom', keyFrom: 'NOTIFY_SECRET_ABSENT' },
      ],
      contacts: [
        {
          id: 'c',
          roles: ['r'],
          orgUnit: 'nowhere',
          via: [{ channel: 'mail' }, { channel: 'oa', to: 'a@example.com' }],
        },
      ],
    };
    const error = await load(bad, { secrets: new Map([['NOTIFY_SECRET_MAIL', 'sesame']]) }).catch(String);
    for (const part of [
      'channels.1.name: "oa" is given twice',
      'channels.1.keyFrom: the variable NOTIFY_SECRET_ABSENT is not set',
      'NOTIFY_SECRET_MAIL must be whsec_',
      'contacts.0.orgUnit: there is no unit "nowhere"',
      'contacts.0.via.0.channel: there is no channel "mail"; channels: oa',
      'contacts.0.via.1.to: does not belong to a wecom channel',
    ])
      expect(error).toContain(part);
    expect(error).not.toContain('sesame');
  });

  it.each([
    [{ channels: [{ name: 'w', type: 'wecom', key: 'abc' }] }, 'channels.0'],
    [{ channels: [{ name: 'w', type: 'wecom', keyFrom: 'PATH' }] }, 'NOTIFY_SECRET_'],
    [
      {
        channels: [{ name: 'w', type: 'webhook', url: 'file:///etc/passwd', secretFrom: 'NOTIFY_SECRET_OA' }],
      },
      'http(s)',
    ],
    [{ routes: [{ id: 'r', severity: ['urgent'] }] }, 'routes.0.severity.0'],
    [{ routes: [{ id: 'r', groupWait: { value: 0, unit: 'minute' } }] }, 'routes.0.groupWait.value'],
    [{ routes: [{ id: 'r', mutch: {} }] }, 'routes.0.mutch'],
  ])('refuse %j', async (value, message) => {
    await expect(load(value)).rejects.toThrow(message);
  });
});
