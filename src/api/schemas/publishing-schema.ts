import { z } from 'zod';
import type { FieldChange, RuleChange } from '../../engine/diff-rule-sets.js';
import { RULE_JSON_LIMITS } from '../../engine/parse-rule-json.js';
import type { RuleError } from '../../engine/rule-error.js';
import type { FolderState } from '../../publishing/folder-store.js';
import type { FollowUp, Publication } from '../../publishing/publication.js';
import type { PublicationRow } from '../../publishing/publication-store.js';
import { PROPOSAL_STATUSES, type Proposal } from '../../publishing/proposals/proposal.js';
import type { PublishingState, RuleFileNow, VersionWithText } from '../../publishing/read-publishing.js';
import { HEALTH_SIGNALS, type RuleHealth } from '../../rule-health/report-rule-health.js';
import { codeField, withoutControls } from '../query-fields.js';
import { jsonSchema, objectOf, timeSchema } from './common-schemas.js';

const count = z.int();
const statusSchema = z.enum(['active', 'shadow', 'disabled']);
const openAlertsSchema = z.enum(['close', 'keep']);
const viaSchema = z.enum(['folder', 'proposal', 'command']);

export const fieldChangeSchema = objectOf<FieldChange>()({
  path: z.string().meta({ example: 'trigger.limit.value' }),
  before: jsonSchema.optional().meta({ description: 'Absent where the field was not there' }),
  after: jsonSchema.optional(),
});

export const ruleErrorSchema = objectOf<RuleError>()({
  file: z.string(),
  line: z.int(),
  column: z.int(),
  path: z.string(),
  message: z.string(),
  allowed: z.array(z.string()).optional(),
}).meta({ id: 'RuleProblem' });

const followSchema = objectOf<FollowUp>()({
  state: z.enum(['waiting', 'running', 'done']),
  records: z
    .strictObject({ looked: count, of: count, after: z.string().optional() })
    .optional()
    .meta({ description: 'Records whose running clocks are moved to a changed limit' }),
  alerts: z
    .strictObject({ closed: count, kept: count, enabled: count })
    .optional()
    .meta({ description: 'Open alerts of rules taken out of use, and of rules that left their trial' }),
  finishedAt: timeSchema.optional(),
}).meta({ id: 'FollowUp' });

const publishedFileSchema = z.strictObject({ file: z.string(), text: z.string() });
const publishedRuleSchema = z.strictObject({
  ...publishedFileSchema.shape,
  id: z.string(),
  version: z.int(),
  name: z.string(),
  status: statusSchema,
  on: z.enum(['event', 'deadline', 'sweep', 'window']),
  content: z.string().meta({ description: 'Hash of what the version says' }),
});
const ruleAt = z.strictObject({ id: z.string(), version: z.int() });

export const publicationRowSchema = objectOf<PublicationRow>()({
  number: z.int(),
  hash: z.string().meta({ description: 'Of the rule set, as alerts name it' }),
  digest: z.string().meta({ description: 'Of all texts' }),
  at: timeSchema,
  via: viaSchema,
  by: z.string().meta({ description: '`folder`: whoever wrote the files; else a user id or `token:…`' }),
  approvedBy: z.string().optional(),
  proposal: z.string().optional(),
  changes: z.strictObject({
    added: z.array(ruleAt),
    changed: z.array(z.strictObject({ id: z.string(), from: z.int(), to: z.int() })),
    removed: z.array(ruleAt.extend({ openAlerts: openAlertsSchema.optional() })),
    enabled: z.array(z.string()).meta({ description: 'From trial to active' }),
    files: z.array(z.string()).meta({ description: 'Parameters and shared conditions that changed' }),
  }),
  follow: followSchema,
}).meta({ id: 'PublicationRow' });

export const publicationSchema = objectOf<Publication>()({
  ...publicationRowSchema.shape,
  rules: z.array(publishedRuleSchema),
  parameters: z.array(publishedFileSchema),
  conditions: z.array(publishedFileSchema),
}).meta({ id: 'Publication', description: 'A rule set as it was put in force' });

export const versionSchema = objectOf<VersionWithText>()({
  ...publishedRuleSchema.shape,
  via: viaSchema,
  by: z.string(),
  approvedBy: z.string().optional(),
  proposal: z.string().optional(),
  at: timeSchema,
  publication: z.int().meta({ description: 'Number of the publication it came with' }),
  source: z.string().meta({ description: 'The file as published first' }),
  changes: z
    .array(fieldChangeSchema)
    .optional()
    .meta({ description: 'Absent for the first version there is' }),
}).meta({ id: 'RuleVersion' });

export const ruleFileNowSchema = objectOf<RuleFileNow>()({
  file: z.string().meta({ description: 'In the rules folder', example: 'acceptance/no-contact-card.json' }),
  text: z.string(),
  version: z.int(),
  publication: z.int().meta({ description: 'Number of the publication in force' }),
}).meta({ id: 'RuleFileNow' });

export const publishingStateSchema = objectOf<PublishingState>()({
  publication: z.int().nullable().meta({ description: 'Null: rules of the folder that were not published' }),
  hash: z.string(),
  rules: count,
  cannotAdopt: z.string().optional(),
  folders: z.array(
    objectOf<FolderState>()({
      host: z.string(),
      dir: z.string(),
      writable: z.boolean(),
      state: z.enum(['in-force', 'refused', 'behind']),
      problems: z.array(ruleErrorSchema),
      problemCount: count,
      restartFor: z.array(z.string()),
      since: timeSchema,
      checkedAt: timeSchema,
    }),
  ),
  following: z.array(z.strictObject({ publication: z.int(), follow: followSchema })),
}).meta({ id: 'PublishingState' });

export const changeSchema = z.union([
  z.strictObject({
    file: codeField.meta({ example: 'acceptance/no-contact-card.json' }),
    text: z.string().min(1).max(RULE_JSON_LIMITS.bytes),
  }),
  z.strictObject({
    retire: codeField.meta({ description: 'Rule to take out of use: its file goes to _retired/' }),
    openAlerts: openAlertsSchema.optional(),
  }),
]);

const reasonField = z
  .string()
  .trim()
  .min(4, 'must say why, in at least 4 characters')
  .max(1000, 'must have at most 1000 characters')
  .regex(...withoutControls);

export const proposalBody = z
  .strictObject({ changes: z.array(changeSchema).min(1).max(20), reason: reasonField })
  .meta({
    example: {
      changes: [{ retire: 'no-contact-card', openAlerts: 'close' }],
      reason: '联系卡已取消，规则不再适用',
    },
  });
export const decisionBody = z
  .strictObject({ note: reasonField.optional() })
  .meta({ example: { note: '已核对依据' } });
export const rejectionBody = z
  .strictObject({ note: reasonField })
  .meta({ example: { note: '时限与文件不符' } });

export const proposalSchema = objectOf<Proposal>()({
  id: z.string(),
  changes: z.array(changeSchema),
  reason: z.string(),
  by: z.string(),
  createdAt: timeSchema,
  base: z.int().meta({ description: 'Publication it was written against' }),
  diff: z.array(
    objectOf<RuleChange>()({
      kind: z.enum(['added', 'removed', 'changed']),
      id: z.string(),
      fields: z.array(fieldChangeSchema),
      sameVersion: z.literal(true).optional(),
    }),
  ),
  status: z.enum(PROPOSAL_STATUSES),
  decided: z
    .strictObject({ by: z.string(), at: timeSchema, note: z.string().optional() })
    .optional()
    .meta({ description: 'Who approved, rejected or withdrew it' }),
  publication: z.int().optional().meta({ description: 'Number of the publication it became' }),
  failure: z.string().optional().meta({ description: 'Why it could not be published' }),
}).meta({ id: 'RuleProposal' });

export const ruleHealthSchema = objectOf<RuleHealth>()({
  rule: z.string(),
  version: z.int(),
  status: z.enum(['active', 'shadow', 'disabled', 'former']),
  name: z.string().optional(),
  looks: count,
  hits: count,
  noHits: count,
  notEvaluated: count,
  errors: count,
  missing: z
    .array(z.strictObject({ fact: z.string(), times: count }))
    .meta({ description: 'Facts that were missing; one look in 16 that lacks a fact names it' }),
  time: z
    .strictObject({ average: z.number(), most: z.number(), total: z.number() })
    .nullable()
    .meta({ description: 'Milliseconds, from one look in about 32; `total` is for all looks' }),
  slow: count,
  lastHitAt: timeSchema.optional(),
  lastErrorAt: timeSchema.optional(),
  lastError: z.string().optional(),
  alerts: z.strictObject({
    raised: count,
    open: count,
    shadow: count.meta({ description: 'Would-be alerts of a rule in trial' }),
    confirmed: count,
    unconfirmed: count,
    invalid: count,
    precision: z.number().nullable(),
  }),
  signals: z.array(z.enum(HEALTH_SIGNALS)),
}).meta({ id: 'RuleHealth' });
