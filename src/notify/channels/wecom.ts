import { renderMarkdown, type RenderOptions } from '../render-text.js';
import type { Channel } from './channel.js';
import { makeRobot } from './robot.js';

export interface WeComOptions extends RenderOptions {
  readonly name: string;
  /** Default https://qyapi.weixin.qq.com */
  readonly url?: string;
  readonly key: string;
  readonly now: () => number;
}

const MINUTE_MS = 60_000;

/**
 * A WeCom group robot (企业微信群机器人): Markdown of at most 4,096 bytes; 20 messages a minute. It has no signature: whoever
 * knows the key may post. Source: developer.work.weixin.qq.com, 群机器人配置说明.
 */
export function makeWeCom({ name, url, key, now, ...render }: WeComOptions): Channel {
  return makeRobot(
    {
      name,
      type: 'wecom',
      limits: [{ messages: 20, perMs: MINUTE_MS }],
      request: ({ content }) => {
        const target = new URL('/cgi-bin/webhook/send', url ?? 'https://qyapi.weixin.qq.com');
        target.searchParams.set('key', key);
        const text = renderMarkdown(content, render, 4_096);
        return { url: target, body: { msgtype: 'markdown', markdown: { content: text } } };
      },
      codeOf: ({ errcode }) => errcode,
      tooFast: { 45009: MINUTE_MS },
    },
    now,
  );
}
