import { isIP } from 'node:net';
import { resolve } from 'node:path';

/** One kind of value a setting may have. */
export interface SettingKind<Value> {
  /** In words, for error messages and the manual. */
  readonly allowed: string;
  /** The value of a non-empty, trimmed text; undefined when it is not allowed. Never throws. */
  readonly parse: (text: string) => Value | undefined;
}

/** A setting of the environment. */
export interface Setting<Value> extends SettingKind<Value> {
  readonly name: string;
  /** Text taken where the variable is unset or empty; empty = there is no value then. */
  readonly default: string;
  /** Its value is never shown. */
  readonly secret?: true;
}

/** Plain decimal digits only: `1e3`, `0x10` and `5.0` are more likely mistakes than meant. */
export function integer(min: number, max: number, note = ''): SettingKind<number> {
  return {
    allowed: `a whole number from ${min} to ${max}${note}`,
    parse: (text) => {
      if (!/^\d{1,9}$/.test(text)) return undefined;
      const value = Number(text);
      return value >= min && value <= max ? value : undefined;
    },
  };
}

/** One of a few words, lower case. */
export function choice<const Word extends string>(...words: readonly Word[]): SettingKind<Word> {
  return {
    allowed: words.length === 2 ? `${words[0]} or ${words[1]}` : `one of ${words.join(', ')}`,
    parse: (text) => words.find((word) => word === text),
  };
}

/** Any text of a form. */
export function text(pattern: RegExp, allowed: string): SettingKind<string> {
  return { allowed, parse: (value) => (pattern.test(value) ? value : undefined) };
}

/** A file or folder, made absolute against the working directory. */
export function path(allowed: string): SettingKind<string> {
  return { allowed, parse: (value) => (value.includes('\0') ? undefined : resolve(value)) };
}

/** Where to listen: an IP address or a host name. */
export function host(): SettingKind<string> {
  const label = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';
  const name = new RegExp(`^${label}(\\.${label})*$`, 'i');
  return {
    allowed: 'an IP address or a host name of this machine',
    // Digits and dots that are no IP address (1.2.3, 300.1.1.1) are a slip, not a name.
    parse: (value) => (isIP(value) > 0 || (name.test(value) && !/^[\d.]+$/.test(value)) ? value : undefined),
  };
}

/** An IANA time zone, spelled as this Node knows it. */
export function timeZone(): SettingKind<string> {
  return {
    allowed: 'an IANA time zone such as Asia/Shanghai',
    parse: (value) => {
      // Offsets (+08:00) and abbreviations are accepted by some Nodes, but carry no history of the zone's rules.
      if (!/^([A-Z]\w+(\/[\w+-]+)+|UTC)$/i.test(value)) return undefined;
      try {
        return new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone;
      } catch {
        return undefined;
      }
    },
  };
}

/** A connection string of one of the given schemes, with a host. */
export function address(schemes: readonly string[], example: string): SettingKind<string> {
  const pattern = new RegExp(`^(${schemes.join('|')})://[^\\s/]+(/\\S*)?$`);
  return {
    allowed: `an address such as ${example}`,
    parse: (value) => (pattern.test(value) ? value : undefined),
  };
}
