import { z } from 'zod';
import { idOf } from '../../access/principal.js';
import { type Evidence } from '../../evidence/evidence-store.js';
import { EVIDENCE_TYPES } from '../../evidence/detect-type.js';
import { NotFoundError } from '../../errors.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf } from '../org-scope.js';
import { codeField } from '../query-fields.js';
import { type ApiRoute, defineRoute, type RouteInput } from '../route.js';
import { evidenceSchema } from '../schemas/alert-step-schema.js';
import { errorSchema, idParams } from '../schemas/common-schemas.js';
import { READERS } from './readers.js';

/** Evidence of an alert: photos and documents that go with a step. */
export function makeAlertEvidenceRoutes({ alerts, evidence, subtreeOf }: ApiDeps): ApiRoute[] {
  const ownerOf = async ({ principal }: Pick<RouteInput, 'principal'>, id: string) => {
    const scope = scopeOf(principal, subtreeOf);
    findVisible(await alerts.get(id), ({ orgUnit }) => isInScope(scope, orgUnit), `alert ${id}`);
    return { type: 'alert' as const, id };
  };
  const file = z.string().meta({ format: 'binary' });
  return [
    defineRoute({
      method: 'post',
      path: '/api/alerts/{id}/evidence',
      name: 'addAlertEvidence',
      tag: 'alerts',
      summary: 'Upload a photo or document; name its id in the step it goes with',
      description:
        'The body is the file itself. Its type is found from its content; name and Content-Type only have to be of that kind. The same content sent again is stored once.',
      roles: ['supervisor', 'inspector', 'auditor'],
      scope: 'object',
      params: idParams,
      query: z.strictObject({
        fileName: z
          .string()
          .min(1, 'must not be empty')
          .max(255, 'must have at most 255 characters')
          .meta({ example: '移交记录簿.jpg' }),
      }),
      rawBody: Object.fromEntries(
        [...EVIDENCE_TYPES, 'application/octet-stream'].map((type) => [type, file]),
      ),
      responses: {
        201: { description: 'Stored', schema: evidenceSchema },
        415: { description: 'The content is none that is accepted', schema: errorSchema },
      },
      async handle(input) {
        const owner = await ownerOf(input, input.params.id);
        const stored = await evidence.add({
          owner,
          fileName: input.query.fileName,
          content: input.rawBody,
          by: idOf(input.principal),
        });
        return { status: 201, json: viewEvidence(stored) };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/alerts/{id}/evidence',
      name: 'listAlertEvidence',
      tag: 'alerts',
      summary: 'What was uploaded for an alert, oldest first',
      roles: READERS,
      scope: 'object',
      params: idParams,
      responses: {
        200: { description: 'All of it', schema: z.strictObject({ items: z.array(evidenceSchema) }) },
      },
      async handle(input) {
        const owner = await ownerOf(input, input.params.id);
        return { json: { items: (await evidence.list(owner)).map(viewEvidence) } };
      },
    }),
    defineRoute({
      method: 'get',
      path: '/api/alerts/{id}/evidence/{file}',
      name: 'getAlertEvidence',
      tag: 'alerts',
      summary: 'One file, for saving',
      roles: READERS,
      scope: 'object',
      params: z.strictObject({ id: codeField, file: codeField }),
      responses: { 200: { description: 'The file as it was stored', type: 'application/octet-stream' } },
      async handle(input) {
        const { id, file: wanted } = input.params;
        const found = await evidence.read(await ownerOf(input, id), wanted);
        if (!found) throw new NotFoundError(`Alert ${id} has no evidence ${wanted}.`);
        const { fileName, type } = found.evidence;
        return { file: found.content, fileName, type };
      },
    }),
  ];
}

function viewEvidence({ owner: _, ...evidence }: Evidence): Omit<Evidence, 'owner'> {
  return evidence;
}
