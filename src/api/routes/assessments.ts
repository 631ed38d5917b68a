import { z } from 'zod';
import { forRoles, hasRole, idOf, type Principal, type Role } from '../../access/principal.js';
import { type AssessmentEntry, ASSESSMENT_STATUSES, counterIdOf } from '../../assessment/assessment-entry.js';
import type { AssessmentQuery } from '../../assessment/assessment-store.js';
import { sheetsOfAssessments } from '../../assessment/export-assessments.js';
import {
  ASSESSMENT_STEPS,
  type AssessmentActor,
  type AssessmentStep,
  type AssessmentStepKind,
  whyNotStep,
} from '../../assessment/take-assessment-step.js';
import { makeFormatLocalTime } from '../../calendar/format-local-time.js';
import { TooLargeError } from '../../errors.js';
import { writeWorkbook, XLSX_TYPE } from '../../excel/write-workbook.js';
import type { ApiDeps } from '../deps.js';
import { etagOf, readIdempotencyKey, readIfMatch } from '../if-match.js';
import { maskPersonalData } from '../mask-personal-data.js';
import { findVisible, isInScope, requireWholeView, scopeOf, unitsToList } from '../org-scope.js';
import { codeList, enumList, flagField, pageFields } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import {
  acknowledgeAssessmentBody,
  appealBody,
  assessmentSchema,
  type AssessmentView,
  decideBody,
  frozenMonthSchema,
  monthField,
  reverseBody,
} from '../schemas/assessment-schema.js';
import { errorSchema, idParams, pageSchema, toPage } from '../schemas/common-schemas.js';
import { withoutUndefined } from '../without-undefined.js';

/** Who reads the ledger of a unit. Everybody reads what is charged to himself. */
const LEDGER_READERS: readonly Role[] = ['supervisor', 'auditor'];
const JUDGES: readonly Role[] = ['supervisor'];
/** Most entries in one file. */
const MAX_EXPORT = 20_000;

const STEP_SPECS = {
  acknowledge: {
    summary: 'Accept what is charged (认责)',
    body: acknowledgeAssessmentBody,
    roles: 'anyone',
    who: 'By the person who is charged, or a supervisor of the unit.',
  },
  appeal: {
    summary: 'Appeal against an entry (申诉), until `appealUntil`',
    body: appealBody,
    roles: 'anyone',
    who: 'By the person who is charged, or a supervisor of the unit.',
  },
  decide: {
    summary: 'Decide on an appeal: 维持, 减轻 or 撤销',
    body: decideBody,
    roles: JUDGES,
    who: 'Not by the one who is charged, appealed, or confirmed the finding; what is charged to a unit is decided above it.',
  },
  reverse: {
    summary: 'Take an entry back (冲销)',
    body: reverseBody,
    roles: JUDGES,
    who: 'Not by the one who is charged. Where the month is frozen the answer is a counter entry in the current month, and the entry itself stays.',
  },
} as const satisfies Record<AssessmentStepKind, object>;

/** The assessment ledger (经济责任制考核): what confirmed findings cost whom, appeals, months, export. */
export function makeAssessmentRoutes(deps: ApiDeps): ApiRoute[] {
  const { assessments, subtreeOf, orgTree, calendar, audit, now } = deps;

  const ownIds = (principal: Principal) => [idOf(principal), ...(principal.user?.operatorIds ?? [])];
  /** Units whose ledger one reads; undefined = all. */
  const ledgerScope = (principal: Principal) =>
    hasRole(principal, LEDGER_READERS) ? scopeOf(forRoles(principal, LEDGER_READERS), subtreeOf) : [];
  const isOwn = (principal: Principal, { charged }: AssessmentEntry) =>
    charged.kind === 'person' && ownIds(principal).includes(charged.id);
  const isVisibleTo = (principal: Principal) => (entry: AssessmentEntry) =>
    isInScope(ledgerScope(principal), entry.orgUnit) || isOwn(principal, entry);

  const actorOf =
    (principal: Principal) =>
    (entry: AssessmentEntry): AssessmentActor => {
      const isSupervisor = hasRole(principal, JUDGES);
      const scope = isSupervisor ? scopeOf(forRoles(principal, JUDGES), subtreeOf) : [];
      const { charged, orgUnit } = entry;
      const judgedFrom = charged.kind === 'team' ? orgTree.get(charged.id)?.parent : orgUnit;
      return {
        id: idOf(principal),
        isCharged: isOwn(principal, entry),
        directs: isInScope(scope, orgUnit),
        judges: isInScope(scope, judgedFrom),
      };
    };

  const filters = {
    month: monthField.optional(),
    status: enumList(ASSESSMENT_STATUSES, 'Statuses').optional(),
    orgUnit: codeList('Org units, with all below them').optional(),
    person: codeList('Operator ids').optional(),
    clause: codeList('Clauses of the table').optional(),
    mine: flagField.optional().meta({ description: '`true`: only what is charged to you' }),
  };
  const toQuery = (
    { orgUnit, mine, person, ...query }: z.output<z.ZodObject<typeof filters>>,
    principal: Principal,
  ): AssessmentQuery => {
    const scope = ledgerScope(principal);
    const own = ownIds(principal);
    return withoutUndefined({
      ...query,
      orgUnits: orgUnit && unitsToList(orgUnit, undefined, subtreeOf),
      person: mine ? own.filter((id) => person === undefined || person.includes(id)) : person,
      visible: scope && { orgUnits: scope, persons: own },
    });
  };

  const stepRoute = <Kind extends AssessmentStepKind>(kind: Kind) => {
    const { summary, body, roles, who } = STEP_SPECS[kind];
    return defineRoute({
      method: 'post',
      path: `/api/assessments/{id}/${kind}`,
      name: `${kind}Assessment`,
      tag: 'assessments',
      summary,
      description: `${who} Send \`If-Match\` with the ETag you read to act only on what you saw (412 when it changed), and \`Idempotency-Key\` to repeat the request safely.`,
      roles,
      scope: 'object',
      headers: ['If-Match', 'Idempotency-Key'],
      params: idParams,
      body: body as z.ZodObject,
      responses: {
        200: { description: 'The entry after the step, or its counter entry', schema: assessmentSchema },
        409: { description: 'The entry is not at that point, or its month is frozen', schema: errorSchema },
        412: { description: 'Changed since it was read (`If-Match`)', schema: errorSchema },
      },
      async handle({ params: { id }, body: given, principal, headers, requestId }) {
        const key = readIdempotencyKey(headers);
        const version = readIfMatch(headers);
        const entry = await assessments.stepAssessment({
          id,
          step: withoutUndefined({ ...given, kind, key }) as unknown as AssessmentStep,
          actorOf: actorOf(principal),
          isVisible: isVisibleTo(principal),
          by: { who: { name: principal.name, tokenId: principal.tokenId }, requestId },
          ...(version !== undefined && { version }),
        });
        return { json: viewAssessment(entry), headers: etagOf(entry) };
      },
    });
  };

  return [
    defineRoute({
      method: 'get',
      path: '/api/assessments',
      name: 'listAssessments',
      tag: 'assessments',
      summary: 'Entries of the ledger, newest first',
      description:
        'Supervisors and auditors see those of their units; everybody sees what is charged to himself.',
      roles: 'anyone',
      scope: 'list',
      query: z.strictObject({ ...filters, ...pageFields }),
      responses: { 200: { description: 'One page', schema: pageSchema(assessmentSchema) } },
      async handle({ query: { limit, cursor, ...query }, principal }) {
        const page = await assessments.store.find(
          toQuery(query, principal),
          withoutUndefined({ limit, cursor }),
        );
        return { json: { ...toPage(page), items: page.items.map(viewAssessment) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/assessments/export.xlsx',
      name: 'exportAssessments',
      tag: 'assessments',
      summary: 'The ledger of a month as an Excel file: entries, sums by unit, sums by person',
      description: `At most ${MAX_EXPORT} entries; put on record. Text is masked and never a formula.`,
      roles: LEDGER_READERS,
      scope: 'list',
      query: z.strictObject({
        month: monthField,
        orgUnit: codeList('Org units, with all below them').optional(),
      }),
      responses: { 200: { description: 'The file', type: XLSX_TYPE } },
      async handle({ query, principal, requestId }) {
        const { month, orgUnit } = query;
        const units = unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf);
        const entries = await assessments.store.list(
          { month, ...(units && { orgUnits: units }) },
          MAX_EXPORT + 1,
        );
        if (entries.length > MAX_EXPORT)
          throw new TooLargeError(
            `${month} has more than ${MAX_EXPORT} entries; export it by orgUnit, a few at a time.`,
          );
        await audit.record({
          at: new Date(now()),
          action: 'assessment.export',
          who: { name: principal.name, tokenId: principal.tokenId },
          object: { type: 'assessment-month', id: month },
          reason: `${entries.length} entries${orgUnit ? ` of ${orgUnit.join(', ')}` : ''}`,
          requestId,
        });
        const sheets = sheetsOfAssessments(entries, {
          orgUnitName: (code) => orgTree.get(code)?.name,
          formatTime: makeFormatLocalTime(calendar.timeZone),
          mask: (texts) => maskPersonalData(texts) as Record<string, string>,
        });
        return { file: await writeWorkbook(sheets), fileName: `考核台账-${month}.xlsx`, type: XLSX_TYPE };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/assessments/months',
      name: 'listFrozenMonths',
      tag: 'assessments',
      summary: 'Frozen months, latest first, at most 60; and the month that runs now',
      roles: LEDGER_READERS,
      scope: 'same',
      responses: {
        200: {
          description: 'Months',
          schema: z.strictObject({
            current: z.strictObject({ month: monthField, from: z.iso.date(), to: z.iso.date() }),
            items: z.array(frozenMonthSchema),
          }),
        },
      },
      async handle({ principal }) {
        const month = assessments.months.monthAt(now());
        const isWhole = scopeOf(principal, subtreeOf) === undefined;
        const items = (await assessments.store.months(60)).map(({ totals, ...rest }) => ({
          ...rest,
          // Sums of all units are for those who see all units.
          ...(isWhole && totals && { totals }),
        }));
        return { json: { current: { month, ...assessments.months.datesOf(month) }, items } };
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/assessments/months/{month}/freeze',
      name: 'freezeAssessmentMonth',
      tag: 'assessments',
      summary: 'Freeze a month that is over: its entries do not change any more',
      description:
        'Refused while appeals of the month are undecided or may still be made. Later corrections go to the month of then, as counter entries. For all org units only.',
      roles: JUDGES,
      scope: 'everything',
      params: z.strictObject({ month: monthField }),
      responses: {
        200: { description: 'The month as frozen, with its sums', schema: frozenMonthSchema },
        409: { description: 'Not over, or not settled', schema: errorSchema },
      },
      async handle({ params: { month }, principal, requestId }) {
        requireWholeView(principal, 'Freezing a month is open');
        const who = { name: principal.name, tokenId: principal.tokenId };
        return { json: await assessments.freezeMonth(month, { id: idOf(principal), who, requestId }) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/assessments/{id}',
      name: 'getAssessment',
      tag: 'assessments',
      summary: 'One entry, what takes it back, and the steps you could take',
      roles: 'anyone',
      scope: 'object',
      params: idParams,
      responses: { 200: { description: 'The entry', schema: assessmentSchema } },
      async handle({ params: { id }, principal }) {
        const entry = findVisible(
          await assessments.store.get(id),
          isVisibleTo(principal),
          `assessment ${id}`,
        );
        const counter = entry.frozen ? await assessments.store.get(counterIdOf(id)) : undefined;
        const actor = actorOf(principal)(entry);
        const steps = ASSESSMENT_STEPS.filter(
          (kind) =>
            whyNotStep(entry, kind, actor, now()) === undefined &&
            !(kind === 'reverse' && counter !== undefined),
        );
        const json: AssessmentView = {
          ...viewAssessment(entry),
          ...(counter && { counteredBy: counter.id }),
          steps,
        };
        return { json, headers: etagOf(entry) };
      },
    }),
    ...ASSESSMENT_STEPS.map(stepRoute),
  ];
}

function viewAssessment({ history, answerable: _, ...entry }: AssessmentEntry): AssessmentView {
  return { ...entry, history: history.map(({ key: _, ...rest }) => rest) };
}
