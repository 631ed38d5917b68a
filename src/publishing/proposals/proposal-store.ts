import type { Collection, Filter } from 'mongodb';
import type { Connection } from 'mongoose';
import type { RuleChange } from '../../engine/diff-rule-sets.js';
import { withStoreErrors } from '../../events/store-error.js';
import type { Proposal, ProposalStatus } from './proposal.js';

export interface ProposalStore {
  init(): Promise<void>;
  add(proposal: Proposal): Promise<void>;
  get(id: string): Promise<Proposal | undefined>;
  /** Newest first. */
  list(query: { readonly status?: readonly ProposalStatus[]; readonly limit: number }): Promise<Proposal[]>;
  /** Approved ones, in the order of approval. */
  approved(): Promise<Proposal[]>;
  /** Sets fields where the proposal stands at `from`; undefined when it does not any more. */
  move(
    id: string,
    from: ProposalStatus,
    to: Partial<Proposal> & Pick<Proposal, 'status'>,
  ): Promise<Proposal | undefined>;
}

/** The diff as text: field names in rules may hold dots and dollar signs. */
type ProposalDocument = Omit<Proposal, 'id' | 'diff'> & { readonly _id: string; readonly diff: string };

/** Collection `rule_proposals`; kept for ever. */
export function makeProposalStore(connection: Connection): ProposalStore {
  const proposals = connection.collection('rule_proposals') as unknown as Collection<ProposalDocument>;
  const read = async (filter: Filter<ProposalDocument>, sort: Record<string, 1 | -1>, limit: number) =>
    (await proposals.find(filter).sort(sort).limit(limit).toArray()).map(toProposal);
  return withStoreErrors<ProposalStore>({
    async init() {
      await proposals.createIndex({ status: 1, createdAt: -1 });
      await proposals.createIndex({ createdAt: -1 });
    },
    async add({ id, diff, ...rest }) {
      await proposals.insertOne({ _id: id, ...rest, diff: JSON.stringify(diff) });
    },
    async get(id) {
      const found = await proposals.findOne({ _id: id });
      return found ? toProposal(found) : undefined;
    },
    list: ({ status, limit }) =>
      read(status ? { status: { $in: [...status] } } : {}, { createdAt: -1, _id: 1 }, limit),
    approved: () => read({ status: 'approved' }, { 'decided.at': 1, _id: 1 }, 100),
    async move(id, from, { diff: _, id: _id, ...to }) {
      const found = await proposals.findOneAndUpdate(
        { _id: id, status: from },
        { $set: to },
        { returnDocument: 'after' },
      );
      return found ? toProposal(found) : undefined;
    },
  });
}

function toProposal({ _id, diff, ...rest }: ProposalDocument): Proposal {
  return { id: _id, ...rest, diff: JSON.parse(diff) as RuleChange[] };
}
