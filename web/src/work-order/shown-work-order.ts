/** What the page reads of a work order's state; times are ISO texts. */
export interface ShownWorkOrder {
  readonly no: string;
  readonly status: 'open' | 'closed' | 'cancelled';
  readonly process?: string;
  readonly customerNo?: string;
  readonly orgUnit?: string;
  readonly managingUnit?: string;
  readonly openedAt?: string;
  readonly endedAt?: string;
  readonly documents: readonly { readonly document: string }[];
  readonly pauses: readonly { readonly from: string; readonly to?: string; readonly reason?: string }[];
  readonly stages: readonly {
    readonly stage: string;
    readonly visit: number;
    readonly arrivedAt?: string;
    readonly completedAt?: string;
    readonly sentAt?: string;
  }[];
}

/** A moment at which a rule found something. */
export interface ShownAlert {
  readonly id: string;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  readonly title: string;
  readonly at: string;
}
