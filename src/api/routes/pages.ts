import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { z } from 'zod';
import type { OpenApiDocument } from '../openapi.js';
import { docsPage, docsScript, landingPage, pageStyle } from '../pages.js';
import { type ApiRoute, defineRoute } from '../route.js';

/** Only what a page itself brings may run or show: no inline script, nothing from elsewhere. */
const PAGE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";
const LANDING_POLICY =
  "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The OpenAPI document and its page, and the page at `/`. No token: the document holds shapes only, no data and no secret. */
export function makePageRoutes(openApi: () => OpenApiDocument): ApiRoute[] {
  const swagger = dirname(createRequire(import.meta.url).resolve('swagger-ui-dist/package.json'));
  return [
    defineRoute({
      method: 'get',
      path: '/api/openapi.json',
      name: 'getOpenApi',
      tag: 'operations',
      summary: 'This document',
      roles: 'public',
      masked: false,
      responses: { 200: { description: 'OpenAPI 3.1', schema: z.looseObject({ openapi: z.string() }) } },
      handle: () => ({ json: openApi() }),
    }),
    page('/', 'landing', () => landingPage, 'text/html', LANDING_POLICY),
    page('/style.css', 'style', () => pageStyle, 'text/css'),
    page('/api/docs', 'docs', () => docsPage, 'text/html', PAGE_POLICY),
    page('/api/docs/init.js', 'docsScript', () => docsScript, 'text/javascript'),
    page('/api/docs/swagger-ui.css', 'docsStyle', readOnce(join(swagger, 'swagger-ui.css')), 'text/css'),
    page(
      '/api/docs/swagger-ui.js',
      'docsBundle',
      readOnce(join(swagger, 'swagger-ui-bundle.js')),
      'text/javascript',
    ),
  ];
}

function page(path: string, name: string, read: () => string, type: string, policy?: string): ApiRoute {
  return defineRoute({
    method: 'get',
    path,
    name,
    tag: 'pages',
    summary: name,
    roles: 'public',
    hidden: true,
    responses: {},
    handle: () => ({
      text: read(),
      type: `${type}; charset=utf-8`,
      headers: {
        'Cache-Control': 'max-age=3600',
        ...(policy === undefined ? {} : { 'Content-Security-Policy': policy }),
      },
    }),
  });
}

/** A file of an installed package: it does not change while we run. */
function readOnce(file: string): () => string {
  let text: string | undefined;
  return () => (text ??= readFileSync(file, 'utf8'));
}
