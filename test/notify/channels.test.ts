import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ChannelError, type Channel, type Outgoing } from '../../src/notify/channels/channel.js';
import { makeDingTalk } from '../../src/notify/channels/dingtalk.js';
import { makeEmail } from '../../src/notify/channels/email.js';
import { makeFeishu } from '../../src/notify/channels/feishu.js';
import { isPublic, type Resolve } from '../../src/notify/channels/resolve-public.js';
import { makeWebhook } from '../../src/notify/channels/webhook.js';
import { makeWeCom } from '../../src/notify/channels/wecom.js';
import { json, openHttpReceiver, type HttpReceiver } from '../support/http-receiver.js';
import { openSmtpReceiver, type SmtpReceiver } from '../support/smtp-receiver.js';

const NOW = Date.parse('2026-11-23T10:00:00+08:00');
const common = { now: () => NOW, timeZone: 'Asia/Shanghai', publicUrl: 'https://risk.example' };
const message: Outgoing = {
  id: 'msg_abc_1_1',
  content: {
    kind: 'alerts',
    title: '风险预警：1 条待处理 · 资料未送达',
    severity: 'high',
    lines: [
      { text: '工单 WO-1 [点我](http://evil) <@all> 未送达', severity: 'high', alertId: 'a1-1', what: '新预警', advice: '请核查', dueAt: new Date(NOW) },
    ],
    more: 3,
    footer: '按规则“urgent”发给 shift-supervisor@hall',
    at: new Date(NOW),
  },
}; // prettier-ignore
const SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const OLD_SECRET = `whsec_${Buffer.alloc(24, 9).toString('base64')}`;

let http: HttpReceiver;
beforeAll(async () => void (http = await openHttpReceiver()));
beforeEach(() => {
  http.received.length = 0;
  http.answer((response) => json(response, { errcode: 0, errmsg: 'ok', code: 0 }));
});
afterAll(() => http.close());

async function failureOf(channel: Channel, one: Outgoing = message): Promise<ChannelError> {
  try {
    await channel.send(one);
  } catch (error) {
    if (error instanceof ChannelError) return error;
    throw error;
  }
  throw new Error('expected the channel to refuse');
}
function bodyOf(index = 0): Record<string, unknown> {
  return JSON.parse(http.received[index]?.body ?? 'null') as Record<string, unknown>;
}

describe('a DingTalk robot', () => {
  const make = () => makeDingTalk({ ...common, name: 'd', url: http.url, token: 'TOKEN', sign: 'SECabc' });

  it('posts signed Markdown in the documented form', async () => {
    await make().send(message);
    const [request] = http.received;
    const url = new URL(request?.url ?? '', http.url);
    expect([request?.method, url.pathname]).toEqual(['POST', '/robot/send']);
    expect(request?.headers['content-type']).toMatch(/^application\/json; *charset=utf-8$/i);
    const sign = createHmac('sha256', 'SECabc').update(`${NOW}\nSECabc`).digest('base64');
    expect(Object.fromEntries(url.searchParams)).toEqual({
      access_token: 'TOKEN',
      timestamp: String(NOW),
      sign,
    });
    expect(bodyOf()).toEqual({
      msgtype: 'markdown',
      markdown: { title: message.content.title, text: expect.stringContaining('### 风险预警') },
      at: { isAtAll: false },
    });
  });

  it('shows what the alert says, and nothing in it can become a link or mention somebody', async () => {
    await make().send(message);
    const { text } = bodyOf()['markdown'] as { text: string };
    expect(text).toContain('【橙色·新预警】工单 WO-1 ［点我］(http://evil) ＜＠all＞ 未送达，时限 11-23 10:00。建议：请核查 https://risk.example/alerts/a1-1');
    expect(text).toContain('另有 3 条');
  }); // prettier-ignore

  it('waits ten minutes when it was too fast, and is otherwise limited to 20 a minute', async () => {
    http.answer((response) => json(response, { errcode: 130101, errmsg: 'send too fast' }));
    expect(await failureOf(make())).toMatchObject({ retryAfterMs: 600_000 });
    expect(make().limits).toEqual([{ messages: 20, perMs: 60_000 }]);
  }); // prettier-ignore

  it('tells neither token nor secret when it fails', async () => {
    http.answer((response) => json(response, { errcode: 310000, errmsg: 'sign not match TOKEN SECabc' }));
    const { message: text } = await failureOf(make());
    expect(text).toContain('310000');
    expect(text).not.toMatch(/TOKEN|SECabc/);
  });
});

describe('a WeCom robot', () => {
  it('posts Markdown of at most 4,096 bytes in the documented form', async () => {
    const line = { text: '很长的预警标题'.repeat(20) };
    const long = {
      ...message,
      content: { ...message.content, lines: Array.from({ length: 20 }, () => line) },
    };
    await makeWeCom({ ...common, name: 'w', url: http.url, key: 'KEY' }).send(long);
    expect(http.received[0]?.url).toBe('/cgi-bin/webhook/send?key=KEY');
    const body = bodyOf() as { msgtype: string; markdown: { content: string } };
    expect(Object.keys(body)).toEqual(['msgtype', 'markdown']);
    expect(body.msgtype).toBe('markdown');
    expect(Buffer.byteLength(body.markdown.content)).toBeLessThanOrEqual(4_096);
    expect(body.markdown.content).toMatch(/略去 \d+ 行/);
  });

  it('waits a minute when the vendor says it is too fast', async () => {
    http.answer((response) => json(response, { errcode: 45009, errmsg: 'api freq out of limit' }));
    expect(await failureOf(makeWeCom({ ...common, name: 'w', url: http.url, key: 'K' }))).toMatchObject({ retryAfterMs: 60_000 });
  }); // prettier-ignore
});

describe('a Feishu robot', () => {
  const make = () => makeFeishu({ ...common, name: 'f', url: http.url, token: 'HOOK', sign: 'key' });

  it('posts a signed card in the documented form', async () => {
    await make().send(message);
    expect(http.received[0]?.url).toBe('/open-apis/bot/v2/hook/HOOK');
    const timestamp = String(NOW / 1000);
    expect(bodyOf()).toEqual({
      timestamp,
      sign: createHmac('sha256', `${timestamp}\nkey`).update('').digest('base64'),
      msg_type: 'interactive',
      card: {
        config: { wide_screen_mode: true },
        header: { title: { tag: 'plain_text', content: message.content.title }, template: 'orange' },
        elements: [{ tag: 'markdown', content: expect.stringContaining('工单 WO-1') }],
      },
    });
    expect(make().limits).toEqual([{ messages: 5, perMs: 1_000 }, { messages: 100, perMs: 60_000 }]);
  }); // prettier-ignore

  it('reads the vendor code though the answer is 200', async () => {
    http.answer((response) => json(response, { code: 19021, msg: 'sign match fail' }));
    expect((await failureOf(make())).message).toContain('19021');
    http.answer((response) => json(response, { StatusCode: 0, StatusMessage: 'success' }));
    await make().send(message);
    http.answer((response) => void response.end('<html>'));
    expect((await failureOf(make())).message).toContain('documented form');
  });
});

describe('a webhook', () => {
  const loopback: Resolve = () => Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
  const make = (more: Partial<Parameters<typeof makeWebhook>[0]> = {}) =>
    makeWebhook({
      name: 'h', url: `${http.url}/in?x=1`, secrets: [SECRET, OLD_SECRET], allowPrivate: ['127.0.0.0/8'], now: () => NOW, ...more,
    }); // prettier-ignore

  it('is signed after Standard Webhooks, by both secrets while they change', async () => {
    await make().send(message);
    const [request] = http.received;
    const timestamp = String(NOW / 1000);
    const sign = (secret: string) =>
      `v1,${createHmac('sha256', Buffer.from(secret.slice(6), 'base64'))
        .update(`msg_abc_1_1.${timestamp}.${request?.body ?? ''}`)
        .digest('base64')}`;
    expect(request?.url).toBe('/in?x=1');
    expect(request?.headers).toMatchObject({
      'webhook-id': 'msg_abc_1_1',
      'webhook-timestamp': timestamp,
      'webhook-signature': `${sign(SECRET)} ${sign(OLD_SECRET)}`,
    });
    expect(bodyOf()).toMatchObject({ type: 'notification.alerts', timestamp: '2026-11-23T02:00:00.000Z', data: { severity: 'high', more: 3 } });
  }); // prettier-ignore

  it.each([
    [500, {}, {}],
    [503, { 'retry-after': '120' }, { retryAfterMs: 120_000 }],
    [429, { 'retry-after': new Date(NOW + 30_000).toUTCString() }, { retryAfterMs: 30_000 }],
    [429, { 'retry-after': '99999999' }, { retryAfterMs: 86_400_000 }],
    [410, {}, { permanent: 'channel' }],
  ])('that is answered %i is a failure that says when to come back', async (status, headers, expected) => {
    http.answer((response) => response.writeHead(status, headers).end());
    const error = await failureOf(make());
    expect(error.message).toContain(String(status));
    expect({ ...error }).toMatchObject(expected);
  });

  it('does not follow a redirect', async () => {
    http.answer((response) => response.writeHead(302, { location: `${http.url}/elsewhere` }).end());
    expect((await failureOf(make())).message).toContain('302 (redirects are not followed)');
    expect(http.received).toHaveLength(1);
  });

  it('gives up one that is slow or not there', async () => {
    http.answer(() => undefined);
    expect((await failureOf(make({ timeoutMs: 50 }))).message).toContain('gave no answer within');
    const gone = await openHttpReceiver();
    await gone.close();
    expect((await failureOf(make({ url: gone.url }))).message).toContain('ECONNREFUSED');
  });

  it('is never sent to a private address, by name or by number, unless it is allowed', async () => {
    for (const url of [`http://hook.example:${http.port}/`, http.url, `http://[::1]:${http.port}/`, `http://2130706433:${http.port}/`])
      expect((await failureOf(make({ url, resolve: loopback, allowPrivate: ['10.0.0.0/8'] }))).message).toContain('private');
    expect(http.received).toHaveLength(0);
  }); // prettier-ignore

  it('connects to the address that was looked at, whatever the name says a moment later', async () => {
    const answers = ['127.0.0.1', '203.0.113.9'];
    let asked = 0;
    const rebinding: Resolve = () => Promise.resolve([{ address: answers[asked++] ?? '203.0.113.9', family: 4 }]);
    await make({ url: `http://hook.invalid:${http.port}/`, resolve: rebinding }).send(message);
    expect([asked, http.received.length, http.received[0]?.headers.host]).toEqual([1, 1, `hook.invalid:${http.port}`]);
    const mixed: Resolve = () =>
      Promise.resolve([{ address: '93.184.216.34', family: 4 }, { address: '169.254.169.254', family: 4 }]);
    expect((await failureOf(make({ url: 'http://hook.invalid/', resolve: mixed }))).message).toContain('169.254.169.254');
  }); // prettier-ignore

  it('knows what is private', () => {
    for (const address of ['10.1.2.3', '172.31.0.1', '192.168.1.1', '127.0.0.1', '0.0.0.0', '100.64.0.1', '169.254.169.254', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fd00::1', '::ffff:10.0.0.1', '::ffff:a00:1', '64:ff9b::a00:1', '2002:a00:1::', '2001:db8::1'])
      expect([address, isPublic(address)]).toEqual([address, false]);
    for (const address of ['93.184.216.34', '172.32.0.1', '2606:2800:220:1::1'])
      expect([address, isPublic(address)]).toEqual([address, true]);
  }); // prettier-ignore
});

describe('an e-mail', () => {
  let smtp: SmtpReceiver;
  const login = { user: 'yxrisk', password: 'sesame-secret' };
  beforeAll(async () => void (smtp = await openSmtpReceiver(login)));
  afterAll(() => smtp.close());
  const make = (more: Partial<Parameters<typeof makeEmail>[0]> = {}) =>
    makeEmail({ ...common, name: 'm', host: '127.0.0.1', port: smtp.port, security: 'none', from: '风控 <risk@example.com>', ...login, ...more }); // prettier-ignore
  const mail = { ...message, to: 'wang@example.com' };

  it('goes to its mailbox with an id that a repetition has, too', async () => {
    await make().send(mail);
    const [received] = smtp.mails;
    expect(received).toMatchObject({ from: 'risk@example.com', to: ['wang@example.com'], user: 'yxrisk' });
    expect(received?.raw).toContain('Message-ID: <msg_abc_1_1@yxrisk>');
    expect(received?.raw).toContain('Auto-Submitted: auto-generated');
  });

  it('is tried again when the server is busy, refuses the login or is away, and given up when there is no such mailbox', async () => {
    smtp.refuseWith(451);
    const busy = await failureOf(make(), mail);
    expect([busy.message, busy.permanent]).toEqual(['127.0.0.1 answered 451 to RCPT TO', undefined]);
    smtp.refuseWith(550);
    expect(await failureOf(make(), mail)).toMatchObject({ permanent: 'message' });
    smtp.refuseWith(undefined);
    const refused = await failureOf(make({ password: 'wrong-secret' }), mail);
    expect([refused.permanent, refused.message.includes('secret')]).toEqual([undefined, false]);
    const away = await openSmtpReceiver();
    await away.close();
    expect((await failureOf(make({ port: away.port }), mail)).message).toContain('cannot be reached');
  });

  it('is not sent in the clear where TLS is asked for', async () => {
    await failureOf(make({ security: 'starttls' }), mail);
    expect(smtp.mails).toHaveLength(1);
  });
});
