import type { ChannelConfig } from '../notify-file.js';
import type { RenderOptions } from '../render-text.js';
import type { Channel } from './channel.js';
import { makeDingTalk } from './dingtalk.js';
import { makeEmail } from './email.js';
import { makeFeishu } from './feishu.js';
import type { Resolve } from './resolve-public.js';
import { makeWebhook } from './webhook.js';
import { makeWeCom } from './wecom.js';

export interface MakeChannelsOptions extends RenderOptions {
  /** NOTIFY_SECRET_… by name; the loader has seen to it that those of `channels` are there. */
  readonly secrets: ReadonlyMap<string, string>;
  readonly now: () => number;
  readonly resolve?: Resolve;
}

/** The channels of the settings, by name. Opens nothing: each message is a connection of its own. */
export function makeChannels(
  configs: readonly ChannelConfig[],
  options: MakeChannelsOptions,
): ReadonlyMap<string, Channel> {
  return new Map(configs.map((config) => [config.name, makeChannel(config, options)]));
}

function makeChannel(config: ChannelConfig, options: MakeChannelsOptions): Channel {
  const { secrets, resolve, ...common } = options;
  const { now } = common;
  const secretOf = (name: string): string => {
    const secret = secrets.get(name);
    if (secret === undefined) throw new Error(`the variable ${name} is not set`);
    return secret;
  };
  const { name } = config;
  const shared = { ...common, name, ...('url' in config && config.url !== undefined && { url: config.url }) };
  switch (config.type) {
    case 'email': {
      const { host, port, security, from, user, passwordFrom } = config;
      const login = {
        ...(user !== undefined && { user }),
        ...(passwordFrom !== undefined && { password: secretOf(passwordFrom) }),
      };
      return makeEmail({ ...common, name, host, port, security, from, ...login });
    }
    case 'dingtalk':
    case 'feishu': {
      const { tokenFrom, signFrom } = config;
      const robot = {
        ...shared,
        token: secretOf(tokenFrom),
        ...(signFrom !== undefined && { sign: secretOf(signFrom) }),
      };
      return config.type === 'dingtalk' ? makeDingTalk(robot) : makeFeishu(robot);
    }
    case 'wecom':
      return makeWeCom({ ...shared, key: secretOf(config.keyFrom) });
    case 'webhook': {
      const { url, allowPrivate, secretFrom, previousSecretFrom } = config;
      const names = [secretFrom, ...(previousSecretFrom === undefined ? [] : [previousSecretFrom])];
      const secretTexts = names.map(secretOf);
      return makeWebhook({
        name,
        url,
        allowPrivate,
        secrets: secretTexts,
        now,
        ...(resolve && { resolve }),
      });
    }
  }
}
