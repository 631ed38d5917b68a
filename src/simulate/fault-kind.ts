import type { Traits } from './traits.js';

/**
 * A way in which work goes wrong. `rules` are all rules that must find it: a fault that two rules see from two
 * sides, or that leads to a second breach, names both, so that nothing is implied silently.
 */
export interface FaultKind {
  readonly kind: string;
  /** What was done wrong, for people. */
  readonly name: string;
  readonly rules: readonly string[];
  /** Rules that find it here and not there: where it happens, to whom and how long it lasts decides. */
  readonly mayShow?: readonly string[];
  readonly on: 'workOrder' | 'hall' | 'feed' | 'orgUnit' | 'account';
  /** Kinds of one area are about the same papers or steps: a work order has at most one of them. */
  readonly area: string;
  /** What the work order must be like. */
  readonly needs?: Partial<Traits>;
  /** Only in these processes. */
  readonly of?: readonly string[];
  /** Only of customers of this class. */
  readonly customerClass?: string;
  /** When the work order is opened: in the first days of the period, or so many days before it, from … to. */
  readonly opens?: 'early' | readonly [from: number, to: number];
  /** Which processes it can happen in; default: every one that is accepted at the counter as 业务受理. */
  /** Some stage after the counter must have such a paper. */
  readonly papers?: 'paper' | 'signed';
  /** Kinds of stages of which the process must have one. */
  readonly stageKinds?: readonly string[];
  readonly processes?:
    | 'residential' | 'firm' | 'person' | 'consult' | 'notConsult' | 'survey'
    /** Every one that has a counter: 客户申请确认 too. */
    | 'any'
    /** Every one in which something is sent on. */
    | 'flow'
    /** Every one that has a counter and five more stages. */
    | 'long'
    | 'none'
    | 'every'; // prettier-ignore
}

/** Nothing that a second visit or a missing paper could disturb. */
export const PLAIN: Partial<Traits> = {
  offline: false,
  shortfall: false,
  correction: false,
  slowCheck: false,
};
/** Nothing out of the ordinary besides the fault. */
export const ALONE: Partial<Traits> = {
  ...PLAIN, sameCity: false, promise: false, returned: false, paused: false, evening: false,
}; // prettier-ignore

export const kind = (
  name: string,
  area: string,
  zh: string,
  rules: string | readonly string[] = name,
  more: Omit<FaultKind, 'kind' | 'name' | 'area' | 'rules' | 'on'> = {},
): FaultKind => ({
  kind: name,
  name: zh,
  area,
  rules: typeof rules === 'string' ? [rules] : rules,
  on: 'workOrder',
  ...more,
});
