import { z } from 'zod';
import { ROLES } from '../../access/principal.js';
import { type Group, type User, USER_ID_PATTERN } from '../../access/user.js';
import { codeField } from '../query-fields.js';
import { timeSchema } from './common-schemas.js';

export const userIdField = z
  .string()
  .regex(
    USER_ID_PATTERN,
    'must have 2 to 64 characters: small letters, digits, dots, hyphens, underscores, a letter or digit first',
  )
  .meta({ example: 'wang.fang' });
const nameField = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(64, 'must have at most 64 characters')
  .regex(/^[^\p{C}]*$/u, 'must not hold control characters')
  .meta({ example: '王芳' });
const grantSchema = z.strictObject({
  role: z.enum(ROLES),
  orgUnit: codeField.optional().meta({ description: 'Here and below; absent = everywhere' }),
});
const exclusionSchema = z.strictObject({
  role: z.enum(ROLES).optional().meta({ description: 'Absent = every role' }),
  orgUnit: codeField.optional().meta({ description: 'Here and below; absent = everywhere' }),
});
const identitySchema = z
  .strictObject({
    issuer: z.url().max(500),
    subject: codeField.max(255, 'must have at most 255 characters'),
  })
  .meta({ example: { issuer: 'https://id.example', subject: '248289761001' } });
const few = <Item extends z.ZodType>(item: Item) => z.array(item).max(50, 'must hold at most 50');

const settable = {
  displayName: nameField,
  operatorIds: few(codeField).meta({ description: 'Ids of the same person in the sales system' }),
  grants: few(grantSchema),
  groups: few(userIdField),
  exclusions: few(exclusionSchema).meta({ description: 'Win over every grant, those of groups too' }),
  identity: identitySchema.nullable().meta({
    description: 'Who the person is to the OpenID provider; null = not linked. Changing it ends all sessions',
  }),
};
export const newUserBody = z
  .strictObject({
    id: userIdField,
    ...settable,
    operatorIds: settable.operatorIds.default([]),
    grants: settable.grants.default([]),
    groups: settable.groups.default([]),
    exclusions: settable.exclusions.default([]),
    identity: settable.identity.default(null),
    withPassword: z.boolean().default(true).meta({
      description: 'Make a first password, told in this answer only; false for people who sign in by OpenID',
    }),
  })
  .meta({
    example: {
      id: 'wang.fang',
      displayName: '王芳',
      operatorIds: ['E1001'],
      grants: [{ role: 'supervisor', orgUnit: '3340101' }],
    },
  });
export const userChangesBody = z
  .strictObject({ ...settable, disabled: z.boolean() })
  .partial()
  .refine((changes) => Object.values(changes).some((value) => value !== undefined), 'must change something')
  .meta({ example: { exclusions: [{ orgUnit: '334010101' }] } });
export const groupBody = z.strictObject({ displayName: nameField, grants: settable.grants }).meta({
  example: { displayName: '城区分公司班组长', grants: [{ role: 'supervisor', orgUnit: '3340101' }] },
});

export const userSchema = z
  .strictObject({
    id: z.string(),
    displayName: z.string(),
    operatorIds: z.array(z.string()),
    grants: z.array(grantSchema),
    groups: z.array(z.string()),
    exclusions: z.array(exclusionSchema),
    identity: identitySchema.nullable(),
    disabled: z.boolean(),
    hasPassword: z.boolean(),
    mustChangePassword: z.boolean(),
    lockedUntil: timeSchema.nullable(),
    createdAt: timeSchema,
    version: z.int(),
  })
  .meta({ id: 'User' });
export const groupSchema = z
  .strictObject({
    id: z.string(),
    displayName: z.string(),
    grants: z.array(grantSchema),
    version: z.int(),
  })
  .meta({ id: 'Group' });

export function viewUser(user: User, now: number): z.input<typeof userSchema> {
  const {
    _id,
    passwordHash,
    failed: _,
    lockedUntil,
    mustChangePassword,
    createdAt,
    identity = null,
    notifications: __,
    ...rest
  } = user;
  return {
    id: _id,
    ...rest,
    grants: [...rest.grants],
    groups: [...rest.groups],
    exclusions: [...rest.exclusions],
    operatorIds: [...rest.operatorIds],
    identity,
    hasPassword: passwordHash !== undefined,
    mustChangePassword: mustChangePassword === true,
    lockedUntil: lockedUntil && lockedUntil.getTime() > now ? lockedUntil.toISOString() : null,
    createdAt: createdAt.toISOString(),
  };
}
export function viewGroup({ _id, ...rest }: Group) {
  return { id: _id, ...rest };
}
