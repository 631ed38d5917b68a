import { z } from 'zod';
import { idOf, type Principal } from '../../access/principal.js';
import type { Proposal } from '../../publishing/proposals/proposal.js';
import { PROPOSAL_STATUSES } from '../../publishing/proposals/proposal.js';
import type { Decision } from '../../publishing/proposals/rule-proposals.js';
import type { ApiDeps } from '../deps.js';
import { findVisible, requireWholeView } from '../org-scope.js';
import { enumList } from '../query-fields.js';
import { type ApiRoute, defineRoute } from '../route.js';
import { errorSchema, idParams } from '../schemas/common-schemas.js';
import { decisionBody, proposalBody, proposalSchema, rejectionBody } from '../schemas/publishing-schema.js';
import { withoutUndefined } from '../without-undefined.js';

const MOST = 200;

/** A rule is for all units: so is whoever puts it in force. */
const DECISIONS = 'Proposals are left';

/** Changes to rules over HTTP: one proposes, another approves. Rules are our own words: nothing in them is masked. */
export function makeRuleProposalRoutes({ proposals, audit, now }: ApiDeps): ApiRoute[] {
  const record = (
    principal: Principal,
    requestId: string,
    action: string,
    id: string,
    reason: string,
  ): Promise<void> =>
    audit.record({
      at: new Date(now()),
      action,
      who: { name: principal.name, tokenId: principal.tokenId },
      object: { type: 'rule-proposal', id },
      reason: reason.slice(0, 1000),
      requestId,
    });
  /** A decision with its audit row, which is written once it is known that it can be made. */
  const decide = (
    principal: Principal,
    requestId: string,
    action: string,
    id: string,
    note?: string,
  ): Decision => ({
    by: idOf(principal),
    note,
    record: () => record(principal, requestId, action, id, note ?? ''),
    inTurn: audit.inTurn,
  });
  const answers = {
    200: { description: 'The proposal', schema: proposalSchema },
    409: {
      description: 'It does not wait for a decision any more, or nothing can be published now',
      schema: errorSchema,
    },
  };
  const common = { tag: 'rules', roles: ['author'] as const, scope: 'same' as const, masked: false as const };

  return [
    defineRoute({
      ...common,
      method: 'post',
      path: '/api/rules/proposals',
      name: 'proposeRules',
      summary:
        'Propose to write or retire rules; checked and tested at once, published when another person approves',
      body: proposalBody,
      responses: {
        201: { description: 'The proposal, waiting for a second person', schema: proposalSchema },
        409: { description: 'No rules are published yet', schema: errorSchema },
      },
      async handle({ body, principal, requestId }) {
        const changes = body.changes.map((change): Proposal['changes'][number] =>
          'file' in change ? change : withoutUndefined(change),
        );
        const proposal = await proposals.propose({ changes, reason: body.reason, by: idOf(principal) });
        await record(principal, requestId, 'rules.propose', proposal.id, proposal.reason);
        return { status: 201, json: proposal };
      },
    }),
    defineRoute({
      ...common,
      method: 'get',
      path: '/api/rules/proposals',
      name: 'listProposals',
      summary: `Proposals, newest first; at most ${MOST}`,
      roles: ['author', 'auditor'],
      query: z.strictObject({ status: enumList(PROPOSAL_STATUSES, 'Statuses').optional() }),
      responses: {
        200: {
          description: 'Proposals',
          schema: z.strictObject({ items: z.array(proposalSchema), nextCursor: z.null() }),
        },
      },
      async handle({ query: { status } }) {
        const items = await proposals.list({ limit: MOST, ...(status && { status }) });
        return { json: { items, nextCursor: null } };
      },
    }),
    defineRoute({
      ...common,
      method: 'get',
      path: '/api/rules/proposals/{id}',
      name: 'getProposal',
      summary: 'One proposal',
      roles: ['author', 'auditor'],
      params: idParams,
      responses: { 200: answers[200] },
      async handle({ params: { id } }) {
        return { json: findVisible(await proposals.get(id), () => true, `proposal ${id}`) };
      },
    }),
    defineRoute({
      ...common,
      method: 'post',
      path: '/api/rules/proposals/{id}/approve',
      name: 'approveProposal',
      scope: 'everything',
      summary:
        'Approve what another proposed; it is written into the rules folder and published within seconds',
      params: idParams,
      body: decisionBody,
      responses: answers,
      async handle({ params: { id }, body: { note }, principal, requestId }) {
        requireWholeView(principal, DECISIONS);
        const decision = decide(principal, requestId, 'rules.approve', id, note);
        return { json: await proposals.approve(id, decision) };
      },
    }),
    defineRoute({
      ...common,
      method: 'post',
      path: '/api/rules/proposals/{id}/reject',
      name: 'rejectProposal',
      scope: 'everything',
      summary: 'Reject a proposal, and say why',
      params: idParams,
      body: rejectionBody,
      responses: answers,
      async handle({ params: { id }, body: { note }, principal, requestId }) {
        requireWholeView(principal, DECISIONS);
        const decision = decide(principal, requestId, 'rules.reject', id, note);
        return { json: await proposals.reject(id, decision) };
      },
    }),
    defineRoute({
      ...common,
      method: 'post',
      path: '/api/rules/proposals/{id}/withdraw',
      name: 'withdrawProposal',
      summary: 'Take back a proposal of your own',
      params: idParams,
      responses: answers,
      async handle({ params: { id }, principal, requestId }) {
        const decision = decide(principal, requestId, 'rules.withdraw', id);
        return { json: await proposals.withdraw(id, decision) };
      },
    }),
  ];
}
