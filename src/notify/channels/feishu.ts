import { createHmac } from 'node:crypto';
import type { Severity } from '../../engine/rule-file.js';
import { renderMarkdown, type RenderOptions } from '../render-text.js';
import type { Channel } from './channel.js';
import { makeRobot } from './robot.js';

export interface FeishuOptions extends RenderOptions {
  readonly name: string;
  /** Default https://open.feishu.cn */
  readonly url?: string;
  readonly token: string;
  /** The key of 签名校验. */
  readonly sign?: string;
  readonly now: () => number;
}

const COLOURS: Readonly<Record<Severity, string>> = {
  critical: 'red',
  high: 'orange',
  medium: 'yellow',
  low: 'blue',
};

/**
 * A Feishu group robot (自定义机器人): a message card, signed (签名校验): `sign` is the base64 of HMAC-SHA256 over nothing,
 * keyed with `timestamp\nkey`, timestamp in seconds, both in the body. 100 messages a minute and 5 a second; a body of at most
 * 20 KB. Source: open.feishu.cn, 自定义机器人使用指南.
 */
export function makeFeishu({ name, url, token, sign, now, ...render }: FeishuOptions): Channel {
  return makeRobot(
    {
      name,
      type: 'feishu',
      limits: [
        { messages: 5, perMs: 1_000 },
        { messages: 100, perMs: 60_000 },
      ],
      request: ({ content }, at) => {
        const timestamp = String(Math.floor(at / 1000));
        const text = renderMarkdown(content, render, 15_000);
        const card = {
          config: { wide_screen_mode: true },
          header: {
            title: { tag: 'plain_text', content: content.title },
            template: COLOURS[content.severity],
          },
          elements: [{ tag: 'markdown', content: text.replace(/^### .*\n+/, '') }],
        };
        return {
          url: new URL(
            `/open-apis/bot/v2/hook/${encodeURIComponent(token)}`,
            url ?? 'https://open.feishu.cn',
          ),
          body: {
            ...(sign !== undefined && {
              timestamp,
              sign: createHmac('sha256', `${timestamp}\n${sign}`).update('').digest('base64'),
            }),
            msg_type: 'interactive',
            card,
          },
        };
      },
      // Old installations answer with StatusCode instead.
      codeOf: ({ code, StatusCode }) => code ?? StatusCode,
      tooFast: { 11232: 60_000, 9499: 60_000 },
    },
    now,
  );
}
