import type { QuietHours } from '../notify/notify-file.js';
import type { Role } from './principal.js';

/** A role, in an org unit and all below it; without a unit everywhere. */
export interface Grant {
  readonly role: Role;
  readonly orgUnit?: string;
}

/** Takes back what grants give, those of groups too: this role, or every role; in this unit and below it, or everywhere. */
export interface Exclusion {
  readonly role?: Role;
  readonly orgUnit?: string;
}

/** Who a person is to an OpenID provider. */
export interface ExternalIdentity {
  /** Of the provider. */
  readonly issuer: string;
  /** `sub`: never given to anybody else. */
  readonly subject: string;
}

/** How a person wants to be told of alerts. */
export interface NotificationSettings {
  /** E-mail channels, with the person's mailbox. */
  readonly via: readonly { readonly channel: string; readonly to: string }[];
  /** Messages wait for its end, but for these severities. */
  readonly quiet?: QuietHours;
}

/** A person's account, collection `users`. */
export interface User {
  /** Login name, lower case. */
  readonly _id: string;
  /** Shown to others. */
  readonly displayName: string;
  /** Ids under which the sales system knows the same person, see `Alert.responsible`. */
  readonly operatorIds: readonly string[];
  readonly grants: readonly Grant[];
  /** Ids of groups. Those that an OpenID provider names at sign-in come on top. */
  readonly groups: readonly string[];
  readonly exclusions: readonly Exclusion[];
  readonly disabled: boolean;
  /** Whom the OpenID provider must vouch for; absent or null until an admin, or the first sign-in, links it. One account each. */
  readonly identity?: ExternalIdentity | null;
  /** Absent until the person sets it. */
  readonly notifications?: NotificationSettings;
  /** See password.ts; absent for people who only sign in by OpenID. */
  readonly passwordHash?: string;
  /** Made by an admin: nothing else is possible before the person has set another one. */
  readonly mustChangePassword?: boolean;
  /** Wrong passwords since the last right one. */
  readonly failed: number;
  readonly lockedUntil?: Date;
  readonly createdAt: Date;
  readonly version: number;
}

/** Grants for all who belong to it, collection `groups`. */
export interface Group {
  /** As users and the OpenID provider name it. */
  readonly _id: string;
  readonly displayName: string;
  readonly grants: readonly Grant[];
  readonly version: number;
}

/** A login name: lower case, 2 to 64 letters, digits, dots, hyphens, underscores. */
export const USER_ID_PATTERN = /^[a-z0-9][a-z0-9._-]{1,63}$/;
