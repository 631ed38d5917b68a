import { hostname } from 'node:os';
import type { Connection } from 'mongoose';
import type { Logger } from 'pino';
import type { AuditStore } from './access/audit-store.js';
import type { AlertPlanner } from './alerts/plan-alert.js';
import type { AlertStore } from './alerts/alert-store.js';
import type { HandleEvents } from './handle-event.js';
import type { Metrics } from './infra/make-metrics.js';
import { ruleContextOf, type Content } from './open-content.js';
import { makeFolderStore } from './publishing/folder-store.js';
import { makeFollowPublications } from './publishing/follow-publications.js';
import type { LiveRules } from './publishing/live-rules.js';
import { makeProposalStore } from './publishing/proposals/proposal-store.js';
import { makeRuleProposals } from './publishing/proposals/rule-proposals.js';
import { makePublicationStore } from './publishing/publication-store.js';
import { makePublishingReader } from './publishing/read-publishing.js';
import { makePublishRules, type PublishRules } from './publishing/publish-rules.js';
import { makeRuleDesk } from './publishing/rule-desk.js';
import { makeTellAuthors } from './publishing/tell-authors.js';
import type { DeadlineStore } from './work-orders/deadline-store.js';

/** Wires the publishing of rules. Starts nothing, reads no folder. */
export async function composeRules(options: {
  readonly connection: Connection;
  readonly content: Content;
  readonly live: LiveRules;
  readonly alertStore: AlertStore;
  readonly plan: AlertPlanner['plan'];
  readonly deadlines: DeadlineStore;
  readonly advanceRecords: HandleEvents['advanceRecords'];
  readonly audit: AuditStore;
  readonly metrics: Pick<Metrics, 'rules'>;
  readonly logger: Logger;
  readonly now: () => number;
}) {
  const { connection, content, live, alertStore, plan, deadlines, advanceRecords, audit, logger, now } =
    options;
  const { dir } = content;
  const publications = makePublicationStore(connection);
  const proposals = makeProposalStore(connection);
  const folders = makeFolderStore(connection);
  await publications.init();
  await proposals.init();

  const publishUnseen = makePublishRules({ store: publications, now });
  const publish: PublishRules = async (...args) => {
    const result = await publishUnseen(...args);
    if (result.status === 'published') {
      const { number, by, via, hash } = result.publication;
      await audit.record({
        at: new Date(now()),
        action: 'rules.publish',
        who: { name: by },
        object: { type: 'rules', id: String(number) },
        reason: `${via} ${hash}`,
      });
    }
    return result;
  };
  const ruleDesk = makeRuleDesk({
    dir,
    host: hostname(),
    context: ruleContextOf(content),
    live,
    ...(content.ruleTexts && { initialTexts: content.ruleTexts }),
    store: publications,
    publish,
    folders,
    tellAuthors: makeTellAuthors({ alertStore, plan, now }),
    logger,
    now,
    onLook: options.metrics.rules,
  });
  return {
    publications,
    publishingReader: makePublishingReader({ store: publications, folders, live, desk: ruleDesk, now }),
    folders,
    ruleDesk,
    ruleProposals: makeRuleProposals({
      dir,
      proposals,
      publications,
      folders,
      desk: ruleDesk,
      live,
      inTurn: audit.inTurn,
      logger,
      now,
    }),
    followPublications: makeFollowPublications({
      store: publications,
      live,
      alertStore,
      plan,
      deadlines,
      advanceRecords,
      logger,
      now,
    }),
  };
}
