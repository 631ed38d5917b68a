import { OpenAPIRegistry, OpenApiGeneratorV31, type RouteConfig } from '@asteasolutions/zod-to-openapi';
import { z } from 'zod';
import { SESSION_COOKIE } from './session-cookie.js';
import { RESPONSE_EXAMPLES } from './response-examples.js';
import { type ApiRoute, ROUTE_SCOPES, type ResponseSpec } from './route.js';
import { errorSchema } from './schemas/common-schemas.js';

/** An OpenAPI 3.1 document, as plain JSON. */
export type OpenApiDocument = ReturnType<OpenApiGeneratorV31['generateDocument']>;

/** The document of these routes, from the same schemas that judge their input. Holds nothing but their shape. */
export function buildOpenApi(routes: readonly ApiRoute[], version: string): OpenApiDocument {
  const registry = new OpenAPIRegistry();
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'Made by `yxrisk token create`; the first admin token is printed at the first start',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: SESSION_COOKIE,
    description:
      'Given by POST /api/session or by OpenID. Whatever changes something also needs the header X-CSRF-Token, which GET /api/me tells.',
  });
  for (const route of routes) if (!route.hidden) registry.registerPath(toPath(route));
  return new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'yxrisk',
      version,
      description:
        'Risk control for an electric utility’s customer business (营销业务风险监控). Lists are paged by `limit` and `cursor`. ' +
        'Personal data is masked unless one object is read with `unmask=true&reason=…`.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
  });
}

/** What requests may say beside path, query and body. */
const HEADERS: Readonly<Record<NonNullable<ApiRoute['headers']>[number], z.ZodType>> = {
  'If-Match': z.string().optional().meta({
    description: 'ETag of what was read: refused when it has changed since',
    example: '"7"',
  }),
  'Idempotency-Key': z.string().optional().meta({
    description:
      'Made up by the sender, 8 to 128 letters, digits and . _ : -; the same one again does nothing more',
  }),
};

function toPath(route: ApiRoute): RouteConfig {
  const { method, path, name, tag, summary, roles, scope } = route;
  const who =
    roles === 'public'
      ? 'No token needed.'
      : roles === 'anyone'
        ? 'Any token or session.'
        : `Roles: ${['admin', ...roles.filter((role) => role !== 'admin')].join(', ')}.`;
  return {
    method,
    path,
    operationId: name,
    tags: [tag],
    summary,
    description: [
      ...(route.description === undefined ? [] : [route.description, '']),
      scope === undefined ? who : `${who} ${ROUTE_SCOPES[scope]}`,
    ].join('\n'),
    security: roles === 'public' ? [] : [{ token: [] }, { session: [] }],
    request: {
      ...(route.params && { params: route.params }),
      ...(route.query && { query: route.query }),
      ...(route.headers && {
        headers: z.object(Object.fromEntries(route.headers.map((name) => [name, HEADERS[name]]))),
      }),
      ...bodyOf(route),
    },
    responses: Object.fromEntries(
      Object.entries({ ...errorsOf(route), ...route.responses }).map(([status, spec]) => [
        status,
        toResponse(
          spec,
          RESPONSE_EXAMPLES[name]?.status === Number(status) ? RESPONSE_EXAMPLES[name]?.body : undefined,
        ),
      ]),
    ),
  };
}

function bodyOf({ body, rawBody }: ApiRoute): NonNullable<RouteConfig['request']> {
  const contents: Readonly<Record<string, z.ZodType>> | undefined =
    rawBody ?? (body && { 'application/json': body });
  if (!contents) return {};
  const content = Object.fromEntries(Object.entries(contents).map(([type, schema]) => [type, { schema }]));
  return { body: { required: true, content } };
}

/** What any such route may answer besides its own responses. */
function errorsOf({ roles, params, query, body, rawBody }: ApiRoute): Record<number, ResponseSpec> {
  const error = (description: string) => ({ description, schema: errorSchema });
  return {
    ...(params || query || body || rawBody ? { 400: error('Bad input; `details` names each field') } : {}),
    ...(roles === 'public'
      ? {}
      : {
          401: error('No token, or an unknown or revoked one'),
          403: error('The token lacks the role'),
          429: error('Too many requests; see Retry-After'),
          503: error('A store cannot be reached; see Retry-After'),
        }),
    ...(params ? { 404: error('No such thing, or not one of the token’s org unit') } : {}),
    ...(body || rawBody ? { 413: error('Body too large'), 415: error('Content type not accepted') } : {}),
    500: error('A fault of ours; `details.requestId` is in the log too'),
  };
}

function toResponse(
  { description, schema, type }: ResponseSpec,
  example: unknown,
): RouteConfig['responses'][string] {
  if (type !== undefined) return { description, content: { [type]: { schema: { type: 'string' } } } };
  if (!schema) return { description };
  const content = { 'application/json': { schema, ...(example !== undefined && { example }) } };
  return { description, content };
}
