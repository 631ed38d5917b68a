import { z } from 'zod';
import { idOf, type Role } from '../../access/principal.js';
import { NotFoundError } from '../../errors.js';
import { EVIDENCE_TYPES } from '../../evidence/detect-type.js';
import { type Evidence, type EvidenceOwner } from '../../evidence/evidence-store.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, isInScope, scopeOf } from '../org-scope.js';
import { codeField } from '../query-fields.js';
import { type ApiRoute, defineRoute, type RouteInput } from '../route.js';
import { evidenceSchema } from '../schemas/alert-step-schema.js';
import { errorSchema, idParams } from '../schemas/common-schemas.js';
import { READERS } from './readers.js';

/** A kind of thing that photos and documents belong to. */
export interface EvidencePlace {
  readonly type: EvidenceOwner['type'];
  /** `/api/alerts`. */
  readonly path: string;
  readonly tag: string;
  /** In the names of the operations: `Alert`. */
  readonly Name: string;
  /** In sentences: `alert`. */
  readonly word: string;
  /** Where an uploaded id is then named. */
  readonly use: string;
  readonly writers: readonly Role[];
  readonly get: (id: string) => Promise<{ readonly orgUnit?: string } | undefined>;
}

/** Upload, list and download of evidence of one kind of thing; whoever may see the thing may see its evidence. */
export function makeEvidenceRoutes(
  { evidence, audit, subtreeOf, now }: Pick<ApiDeps, 'evidence' | 'audit' | 'subtreeOf' | 'now'>,
  place: EvidencePlace,
): ApiRoute[] {
  const { type, path, tag, Name, word } = place;
  const ownerOf = async ({ principal }: Pick<RouteInput, 'principal'>, id: string) => {
    const scope = scopeOf(principal, subtreeOf);
    findVisible(await place.get(id), ({ orgUnit }) => isInScope(scope, orgUnit), `${word} ${id}`);
    return { type, id };
  };
  const file = z.string().meta({ format: 'binary' });
  return [
    defineRoute({
      method: 'post',
      path: `${path}/{id}/evidence`,
      name: `add${Name}Evidence`,
      tag,
      summary: `Upload a photo or document; name its id in ${place.use}`,
      description:
        'The body is the file itself. Its type is found from its content; name and Content-Type only have to be of that kind. The same content sent again is stored once.',
      roles: place.writers,
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
        [...EVIDENCE_TYPES, 'application/octet-stream'].map((content) => [content, file]),
      ),
      responses: {
        201: { description: 'Stored', schema: evidenceSchema },
        415: { description: 'The content is none that is accepted', schema: errorSchema },
      },
      async handle(input) {
        const owner = await ownerOf(input, input.params.id);
        const { principal, requestId } = input;
        await audit.record({
          at: new Date(now()),
          action: 'evidence.add',
          who: { name: principal.name, tokenId: principal.tokenId },
          object: owner,
          reason: `${input.rawBody.length} bytes`,
          requestId,
        });
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
      path: `${path}/{id}/evidence`,
      name: `list${Name}Evidence`,
      tag,
      summary: `What was uploaded for the ${word}, oldest first`,
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
      path: `${path}/{id}/evidence/{file}`,
      name: `get${Name}Evidence`,
      tag,
      summary: 'One file, for saving',
      roles: READERS,
      scope: 'object',
      params: z.strictObject({ id: codeField, file: codeField }),
      responses: { 200: { description: 'The file as it was stored', type: 'application/octet-stream' } },
      async handle(input) {
        const { id, file: wanted } = input.params;
        const found = await evidence.read(await ownerOf(input, id), wanted);
        if (!found) throw new NotFoundError(`The ${word} ${id} has no evidence ${wanted}.`);
        const { fileName, type: contentType } = found.evidence;
        return { file: found.content, fileName, type: contentType };
      },
    }),
  ];
}

function viewEvidence({ owner: _, ...evidence }: Evidence): Omit<Evidence, 'owner'> {
  return evidence;
}
