import { writeFile } from 'node:fs/promises';
import { format, resolveConfig } from 'prettier';
import { type Role, ROLES } from '../../src/access/principal.js';
import { type ApiRoute, ROUTE_SCOPES } from '../../src/api/route.js';
import { declaredRoutes } from '../client/write-operations.js';

/** docs/access.md, which is written from the declarations of the routes. */
export const ACCESS_DOCS = new URL('../../docs/access.md', import.meta.url);

/** Where a thing belongs, seen from the unit in which somebody has his role. */
export const RELATIONS = ['own', 'below', 'above', 'sibling', 'none'] as const;
export type Relation = (typeof RELATIONS)[number];

/** Whether a role may use a route at all. */
export function mayUse({ roles }: Pick<ApiRoute, 'roles'>, role: Role): boolean {
  return typeof roles === 'string' || role === 'admin' || roles.includes(role);
}

export function renderAccessTable(routes: readonly ApiRoute[]): Promise<string> {
  const rows = routes
    .filter(({ hidden }) => !hidden)
    .map((route) => {
      const cells = ROLES.map((role) => cellOf(route, role)).join(' | ');
      return `| ${route.method.toUpperCase()} | \`${route.path}\` | ${route.scope ?? ''} | ${cells} |`;
    });
  const text = `# Who may do what, where

<!-- Written by test/access/access-table.ts from the declarations of the routes; edit those, not this file. -->

Every cell is asked for by real requests in \`test/access/access-table.test.ts\`: each route as each role, by people and by tokens, for things of each place in the tree, what is allowed and what is refused.

● may · ◐ may, for things of the units where the role holds, and of those below them · ○ may, if the role holds for all units · – is refused (403) · without a token or session: 401, but for ✓ (open to all).
A thing of another unit does not exist (404); \`POST /api/silences\` says 403. Further conditions – who is judged does not close his own alert, drafts, what is possible at which status – come on top.

How far a role reaches, for somebody who has it in one unit:

| | own unit | below | above | beside | belongs to no unit |
|---|---|---|---|---|---|
| object, list | yes | yes | no | no | no |
| everything | no | no | no | no | no |

With the role for all units: yes everywhere. An exclusion takes away what a grant gives.

| scope | meaning |
|---|---|
${Object.entries(ROUTE_SCOPES)
  .map(([scope, meaning]) => `| ${scope} | ${meaning} |`)
  .join('\n')}

| | route | scope | ${ROLES.join(' | ')} |
|---|---|---|${ROLES.map(() => '---|').join('')}
${rows.join('\n')}
`;
  return resolveConfig(ACCESS_DOCS).then((config) => format(text, { ...config, parser: 'markdown' }));
}

function cellOf(route: ApiRoute, role: Role): string {
  if (route.roles === 'public') return '✓';
  if (!mayUse(route, role)) return '–';
  if (route.scope === 'object' || route.scope === 'list') return '◐';
  return route.scope === 'everything' ? '○' : '●';
}

// node --import tsx test/access/access-table.ts
if (process.argv[1]?.endsWith('access-table.ts'))
  await writeFile(ACCESS_DOCS, await renderAccessTable(declaredRoutes()));
