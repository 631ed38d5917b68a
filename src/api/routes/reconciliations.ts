import { z } from 'zod';
import { idOf } from '../../access/principal.js';
import { makeFormatLocalTime } from '../../calendar/format-local-time.js';
import { ChangedMeanwhileError, ConflictError, ForbiddenError } from '../../errors.js';
import { printStatement } from '../../reconciliation/print-statement.js';
import { signedOf, type Statement, statementIdOf } from '../../reconciliation/statement.js';
import type { StatementRowless } from '../../reconciliation/statement-store.js';
import type { ApiDeps } from '../deps.js';
import { maskPersonalData } from '../mask-personal-data.js';
import { findVisible, isInScope, scopeOf, unitsToList } from '../org-scope.js';
import { codeField, codeList, dateField, flagField, pageFields } from '../query-fields.js';
import { type ApiRoute, defineRoute, type RouteInput } from '../route.js';
import { errorSchema, pageSchema, toPage } from '../schemas/common-schemas.js';
import { signBody, statementHeadSchema, statementSchema } from '../schemas/reconciliation-schema.js';
import { unmaskFor, unmaskQuery } from '../unmask.js';
import { withoutUndefined } from '../without-undefined.js';
import { READERS } from './readers.js';

const params = z.strictObject({ unit: codeField, date: dateField });

/** Daily reconciliation (日清日结): what was completed against the handover register, by unit and day. */
export function makeReconciliationRoutes(deps: ApiDeps): ApiRoute[] {
  const { statements, statementSigning, subtreeOf, audit, now, calendar, logger } = deps;
  const read = async ({ params: { unit, date }, principal }: Input): Promise<Statement> => {
    const scope = scopeOf(principal, subtreeOf);
    return findVisible(
      await statements.get(statementIdOf(unit, date)),
      ({ orgUnit }) => isInScope(scope, orgUnit),
      `statement of ${unit} on ${date}`,
    );
  };
  const viewStatement = <Shown extends StatementRowless>(stored: Shown) => {
    const { giver, receiver } = signedOf(stored);
    const signed = [giver, receiver].filter((one) => one !== undefined);
    const due = statementSigning.dueAt(stored);
    const { hash: _, ...statement } = stored;
    return { ...statement, signed, ...(due !== undefined && { signDueAt: new Date(due) }) };
  };
  type Input = Pick<RouteInput<z.output<typeof params>>, 'params' | 'principal'>;

  return [
    defineRoute({
      method: 'get',
      path: '/api/reconciliations',
      name: 'listReconciliations',
      tag: 'reconciliations',
      summary: 'Statements, those of the latest date first, without their lines',
      roles: READERS,
      scope: 'list',
      query: z.strictObject({
        orgUnit: codeList('Org units, with all below them').optional(),
        from: dateField.optional(),
        to: dateField.optional(),
        differences: flagField.optional().meta({ description: 'Only those with differences, or without' }),
        ...pageFields,
      }),
      responses: { 200: { description: 'One page', schema: pageSchema(statementHeadSchema) } },
      async handle({ query: { orgUnit, ...query }, principal }) {
        const orgUnits = unitsToList(orgUnit, scopeOf(principal, subtreeOf), subtreeOf);
        const page = await statements.find(withoutUndefined({ ...query, orgUnits }));
        return { json: toPage({ ...page, items: page.items.map(viewStatement) }) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/reconciliations/{unit}/{date}',
      name: 'getReconciliation',
      tag: 'reconciliations',
      summary: 'One statement with its lines',
      roles: READERS,
      scope: 'object',
      params,
      query: unmaskQuery,
      responses: { 200: { description: 'The statement', schema: statementSchema } },
      async handle(input) {
        const statement = await read(input);
        const unmasked = await unmaskFor(deps, input, objectOf(statement));
        return { json: viewStatement(statement), unmasked };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/reconciliations/{unit}/{date}/print',
      name: 'printReconciliation',
      tag: 'reconciliations',
      summary: 'One statement as a page to print, with a box for each signature',
      roles: READERS,
      scope: 'object',
      params,
      query: unmaskQuery,
      responses: { 200: { description: 'The page', type: 'text/html' } },
      async handle(input) {
        const statement = await read(input);
        const unmasked = await unmaskFor(deps, input, objectOf(statement));
        const shown = unmasked ? statement : (maskPersonalData(statement) as unknown as Statement);
        return printStatement(
          shown,
          makeFormatLocalTime(calendar.timeZone),
          statementSigning.dueAt(statement),
        );
      },
    }),
    defineRoute({
      method: 'post',
      path: '/api/reconciliations/{unit}/{date}/sign',
      name: 'signReconciliation',
      tag: 'reconciliations',
      summary: 'Sign a version of a statement, as giver or receiver',
      description:
        'Each side once a version, and not both by the same person. A statement that changes has a new version, which is signed anew.',
      roles: ['supervisor', 'inspector'],
      scope: 'object',
      params,
      body: signBody,
      responses: {
        200: { description: 'The statement', schema: statementSchema },
        409: { description: 'That side has signed this version', schema: errorSchema },
        412: { description: 'It is at another version', schema: errorSchema },
      },
      async handle(input) {
        const { side, version, note } = input.body;
        const { principal, requestId } = input;
        const by = idOf(principal);
        const id = statementIdOf(input.params.unit, input.params.date);
        // One after the other: who comes second is refused before anything of his is on record.
        const after = await audit.inTurn(`reconciliation|${id}`, async () => {
          const before = await read(input);
          refuseSigning(before, side, version, by);
          await audit.record({
            at: new Date(now()),
            action: 'reconciliation.sign',
            who: { name: principal.name, tokenId: principal.tokenId },
            object: { type: 'reconciliation', id: before.id },
            reason: `${side} of version ${version}${note === undefined ? '' : `: ${note}`}`,
            requestId,
          });
          const signature = { side, by, at: new Date(now()), version, ...(note !== undefined && { note }) };
          const done = await statements.sign(before.id, signature);
          const signed = await read(input);
          if (!done) refuseSigning(signed, side, version, by);
          return signed;
        });
        // It is signed whatever becomes of its alert: the next minute makes good what fails here.
        await statementSigning
          .followStatement(after)
          .catch((err: unknown) => logger.warn({ err, statement: after.id }, 'alert of a signed statement'));
        return { json: viewStatement(after) };
      },
    }),
  ];
}

function refuseSigning(statement: Statement, side: 'giver' | 'receiver', version: number, by: string): void {
  const { id, version: present } = statement;
  if (version !== present)
    throw new ChangedMeanwhileError(`Statement ${id} is at version ${present}; read it again.`, {
      details: { version: present },
    });
  const signed = signedOf(statement);
  if (signed[side])
    throw new ConflictError(`The ${side} has signed version ${version} of statement ${id} already.`, {
      details: { version, side },
    });
  if (signed[side === 'giver' ? 'receiver' : 'giver']?.by === by)
    throw new ForbiddenError(
      `You signed statement ${id} for the other side; somebody else has to sign as ${side}.`,
    );
}

function objectOf({ id, orgUnit }: Statement) {
  return { type: 'reconciliation', id, units: [orgUnit] };
}
