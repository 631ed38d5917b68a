/* Written by test/client/write-operations.ts from the OpenAPI document; edit the routes, not this file. */

/** A file: its content is sent as it is. */
export type RawBody = Blob | Uint8Array<ArrayBuffer> | string;

/** An object without fields. */
export type Nothing = Record<never, never>;

/** Schemas of the document that have a name. */
export interface Schemas {
  Acceptance: {
    accepted: number;
    duplicates: number;
    rejected: {
      index: number;
      id?: string;
      errors: { path: string; message: string; allowed?: string[] }[];
      conflict?: true;
    }[];
  };
  Refusal: {
    error: { code: string; message: string; details?: unknown };
    accepted?: number;
    duplicates?: number;
    rejected?: {
      index: number;
      id?: string;
      errors: { path: string; message: string; allowed?: string[] }[];
      conflict?: true;
    }[];
  };
  Error: { error: { code: string; message: string; details?: unknown } };
  CloudEvent: {
    specversion: '1.0';
    id: string;
    source: string;
    type: string;
    time: string;
    subject: string;
    recordedtime?: string;
    data?: Record<string, unknown>;
  };
  EventState: { status: 'received' | 'processed' | 'dead'; reason?: string; event: Schemas['Event'] };
  Event: {
    specversion: '1.0';
    id: string;
    source: string;
    type: string;
    subject: string;
    time: string;
    recordedtime?: string;
    receivedtime: string;
    sequence?: string;
    data: Record<string, unknown>;
  };
  AlertSummary: {
    open: number;
    overdue: number;
    bySeverity: { severity: 'low' | 'medium' | 'high' | 'critical'; count: number }[];
    byKind: {
      kind:
        | 'timeout'
        | 'missing-signature'
        | 'unsent-flow'
        | 'missing-document'
        | 'data-entry'
        | 'separation-of-duty'
        | 'handover'
        | 'sequence'
        | 'outside-system'
        | 'service'
        | 'incident'
        | 'contract'
        | 'inspection'
        | 'confidentiality'
        | 'feed';
      severity: 'low' | 'medium' | 'high' | 'critical';
      count: number;
    }[];
    byOrgUnit: { orgUnit: string; count: number; high: number }[];
    byProcess: {
      process: string;
      kind:
        | 'timeout'
        | 'missing-signature'
        | 'unsent-flow'
        | 'missing-document'
        | 'data-entry'
        | 'separation-of-duty'
        | 'handover'
        | 'sequence'
        | 'outside-system'
        | 'service'
        | 'incident'
        | 'contract'
        | 'inspection'
        | 'confidentiality'
        | 'feed';
      count: number;
    }[];
    byStatus: {
      status: 'open' | 'acknowledged' | 'dispatched' | 'rectified' | 'closed' | 'auto_closed' | 'silenced';
      count: number;
    }[];
    byAge: { days: string; count: number }[];
    trend: { date: string; raised: number; closed: number }[];
  };
  Alert: {
    id: string;
    fingerprint: string;
    episode: number;
    rule: { id: string; version: number; name: string };
    riskPoint: {
      kind:
        | 'timeout'
        | 'missing-signature'
        | 'unsent-flow'
        | 'missing-document'
        | 'data-entry'
        | 'separation-of-duty'
        | 'handover'
        | 'sequence'
        | 'outside-system'
        | 'service'
        | 'incident'
        | 'contract'
        | 'inspection'
        | 'confidentiality'
        | 'feed';
      clauses: string[];
    };
    basis?: Schemas['Basis'][];
    assumption?: boolean;
    severity: 'low' | 'medium' | 'high' | 'critical';
    ruleSet?: string;
    status: 'open' | 'acknowledged' | 'dispatched' | 'rectified' | 'closed' | 'auto_closed' | 'silenced';
    open: boolean;
    subject: {
      type: 'workOrder' | 'hall' | 'orgUnit' | 'account' | 'feed' | 'operator' | 'group';
      id: string;
    };
    recordId: string;
    process?: string;
    stage?: string;
    workItem?: string;
    orgUnit?: string;
    responsible?: string;
    assignTo: string;
    title: string;
    advice: string;
    facts: Record<string, unknown>;
    conditions: Schemas['ConditionResult'][];
    phase?: 'early' | 'overdue';
    dueAt?: string;
    occurrences: number;
    firstAt: string;
    lastAt: string;
    raisedAt: string;
    closedAt?: string;
    shadow: boolean;
    retracted?: boolean;
    outcome?: { result: 'confirmed' | 'unconfirmed' | 'invalid'; reason: string };
    assignee?: { user?: string; orgUnit?: string };
    stepDueAt?: string;
    escalations?: {
      rung: number;
      round: number;
      at: string;
      to: string;
      orgUnit?: string;
      people: string[];
    }[];
    muted?: { silences: string[]; inhibitedBy?: string };
    history: {
      at: string;
      what:
        | 'raised'
        | 'recurred'
        | 'overdue'
        | 'auto_closed'
        | 'retracted'
        | 'reinstated'
        | 'superseded'
        | 'acknowledged'
        | 'acknowledgement_expired'
        | 'dispatched'
        | 'returned'
        | 'rectified'
        | 'closed'
        | 'reopened'
        | 'commented'
        | 'silenced'
        | 'unsilenced'
        | 'escalated';
      who: string;
      note?: string;
      to?: string;
      outcome?: { result: 'confirmed' | 'unconfirmed' | 'invalid'; reason: string };
      attachments?: string[];
    }[];
    version: number;
  };
  Basis: {
    document: string;
    article?: string;
    certainty?: 'seen' | 'seenUnattributed' | 'generalKnowledge' | 'assumption';
  };
  ConditionResult: {
    name?: string;
    fact: string;
    params?: Record<string, unknown>;
    operator: string;
    value?: unknown;
    valueFact?: string;
    factValue?: unknown;
    result: boolean;
    negated?: true;
  };
  AlertCounts: {
    total: number;
    open: number;
    muted: number;
    status: Record<string, number>;
    severity: Record<string, number>;
    kind: Record<string, number>;
    orgUnit: Record<string, number>;
  };
  RuleOutcomes: {
    rule: string;
    raised: number;
    confirmed: number;
    unconfirmed: number;
    invalid: number;
    precision: number | null;
  };
  ExplainedAlert: {
    id: string;
    fingerprint: string;
    episode: number;
    rule: { id: string; version: number; name: string };
    riskPoint: {
      kind:
        | 'timeout'
        | 'missing-signature'
        | 'unsent-flow'
        | 'missing-document'
        | 'data-entry'
        | 'separation-of-duty'
        | 'handover'
        | 'sequence'
        | 'outside-system'
        | 'service'
        | 'incident'
        | 'contract'
        | 'inspection'
        | 'confidentiality'
        | 'feed';
      clauses: string[];
    };
    basis?: Schemas['Basis'][];
    assumption?: boolean;
    severity: 'low' | 'medium' | 'high' | 'critical';
    ruleSet?: string;
    status: 'open' | 'acknowledged' | 'dispatched' | 'rectified' | 'closed' | 'auto_closed' | 'silenced';
    open: boolean;
    subject: {
      type: 'workOrder' | 'hall' | 'orgUnit' | 'account' | 'feed' | 'operator' | 'group';
      id: string;
    };
    recordId: string;
    process?: string;
    stage?: string;
    workItem?: string;
    orgUnit?: string;
    responsible?: string;
    assignTo: string;
    title: string;
    advice: string;
    facts: Record<string, unknown>;
    conditions: Schemas['ConditionResult'][];
    phase?: 'early' | 'overdue';
    dueAt?: string;
    occurrences: number;
    firstAt: string;
    lastAt: string;
    raisedAt: string;
    closedAt?: string;
    shadow: boolean;
    retracted?: boolean;
    outcome?: { result: 'confirmed' | 'unconfirmed' | 'invalid'; reason: string };
    assignee?: { user?: string; orgUnit?: string };
    stepDueAt?: string;
    escalations?: {
      rung: number;
      round: number;
      at: string;
      to: string;
      orgUnit?: string;
      people: string[];
    }[];
    muted?: { silences: string[]; inhibitedBy?: string };
    history: {
      at: string;
      what:
        | 'raised'
        | 'recurred'
        | 'overdue'
        | 'auto_closed'
        | 'retracted'
        | 'reinstated'
        | 'superseded'
        | 'acknowledged'
        | 'acknowledgement_expired'
        | 'dispatched'
        | 'returned'
        | 'rectified'
        | 'closed'
        | 'reopened'
        | 'commented'
        | 'silenced'
        | 'unsilenced'
        | 'escalated';
      who: string;
      note?: string;
      to?: string;
      outcome?: { result: 'confirmed' | 'unconfirmed' | 'invalid'; reason: string };
      attachments?: string[];
    }[];
    version: number;
    explanation: Schemas['Explanation'];
    steps: ('acknowledge' | 'dispatch' | 'rectify' | 'close' | 'reopen' | 'comment')[];
    refused: {
      step: 'acknowledge' | 'dispatch' | 'rectify' | 'close' | 'reopen' | 'comment';
      why: 'responsible' | 'rectifier' | 'assignee' | 'role';
    }[];
  };
  Explanation: {
    rule: { id: string; version: number; name: string };
    facts: Record<string, unknown>;
    conditions: Schemas['ConditionResult'][];
    basis: Schemas['Basis'][] | null;
    basisFromVersion: number | null;
  };
  Evidence: {
    id: string;
    fileName: string;
    type: string;
    size: number;
    sha256: string;
    by: string;
    at: string;
  };
  Silence: {
    id: string;
    matcher: {
      alert?: string;
      subject?: string;
      rules?: string[];
      kinds?: (
        | 'timeout'
        | 'missing-signature'
        | 'unsent-flow'
        | 'missing-document'
        | 'data-entry'
        | 'separation-of-duty'
        | 'handover'
        | 'sequence'
        | 'outside-system'
        | 'service'
        | 'incident'
        | 'contract'
        | 'inspection'
        | 'confidentiality'
        | 'feed'
      )[];
      severities?: ('low' | 'medium' | 'high' | 'critical')[];
      processes?: string[];
      orgUnit?: string;
    };
    reason: string;
    by: string;
    createdAt: string;
    from: string;
    until?: string;
    ended?: { at: string; by: string };
  };
  AuditRow: {
    seq: number;
    at: string;
    action: string;
    who: { id: string; tokenId?: string };
    object: { type: string; id: string };
    reason: string;
    requestId?: string;
    hash: string;
  };
  WorkOrderRow: {
    no: string;
    subjectType: 'workOrder' | 'hall' | 'orgUnit' | 'account' | 'feed' | 'operator' | 'group';
    status: 'open' | 'closed' | 'cancelled';
    process?: string;
    orgUnit?: string;
    managingUnit?: string;
    customerNo?: string;
    feed?: string;
    archivedAt?: string;
    updatedAt: string;
  };
  WorkOrderPage: {
    workOrder: Record<string, unknown>;
    timeline: Schemas['Event'][];
    clocks: Schemas['Clock'][];
    alerts: Schemas['Alert'][];
    advancedTo: string;
    revision: number;
  };
  Clock: {
    key: string;
    rule: { id: string; version: number };
    stage?: string;
    visit?: number;
    part?: string;
    anchorAt: string;
    limit?: {
      value: number;
      unit: 'workingDay' | 'workingHour' | 'calendarDay' | 'calendarHour' | 'month' | 'minute';
      rollToWorkingDay?: boolean;
    };
    dueAt?: string;
    overdue: boolean;
    warnTimes: string[];
    state: 'running' | 'paused' | 'stopped' | 'void';
    stoppedAt?: string;
    undecided?: boolean;
    uncoveredYears?: number[];
  };
  RecalledWorkOrder: {
    at: string;
    by: 'received' | 'recorded';
    workOrder: Record<string, unknown>;
    timeline: Schemas['Event'][];
    later: number;
    clocks: Schemas['Clock'][];
    findings: Schemas['RecalledFinding'][];
  };
  RecalledFinding: {
    alertId: string;
    rule: { id: string; version: number };
    severity: 'low' | 'medium' | 'high' | 'critical';
    title: string;
    stage?: string;
    visit?: number;
    phase?: 'early' | 'overdue';
    openedAt: string;
    lastAt: string;
    dueAt?: string;
    closedAt?: string;
    occurrences: number;
  };
  Deadline: {
    id: string;
    recordId: string;
    rule: { id: string; version: number };
    stage?: string;
    process?: string;
    orgUnit?: string;
    anchorAt: string;
    dueAt: string;
    alertId?: string;
  };
  Inspection: {
    id: string;
    plan: { id: string; version: number; name: string };
    clauses: string[];
    orgUnit: string;
    orgUnitName: string;
    date: string;
    status: 'planned' | 'started' | 'done';
    assignTo: string;
    dueAt: string;
    plannedAt: string;
    items: Schemas['InspectionItem'][];
    samples: {
      workOrder: string;
      process?: string;
      archivedAt?: string;
      items: Schemas['InspectionItem'][];
      stratum?: string;
      documents?: {
        document: string;
        need: '必备' | '容缺';
        stages: string[];
        received: boolean;
        signatures: { role: string; recorded: boolean }[];
        onlyFor?: string[];
      }[];
    }[];
    draw?: {
      seed: string;
      from: string;
      to: string;
      populationSize: number;
      populationHash: string;
      ratio: number;
      floor: number;
      cap: number;
      strata?: { stratum: string; size: number; risk: number; drawn: number }[];
      leftOut?: number;
    };
    results?: Schemas['InspectionResult'][];
    submittedAt?: string;
    submittedBy?: string;
    late?: boolean;
    overdue?: boolean;
    version?: number;
  };
  InspectionItem: { id: string; text: string; clause: string; assess?: string };
  InspectionResult: {
    item: string;
    workOrder?: string;
    result: 'pass' | 'fail' | 'na';
    finding?: string;
    responsible?: string;
    attachments?: string[];
    at: string;
    by: string;
  };
  Assessment: {
    id: string;
    finding: {
      key: string;
      kind: 'alert' | 'inspection';
      id: string;
      title: string;
      workOrder?: string;
      confirmedAt: string;
      confirmedBy: string;
      reason: string;
    };
    clause: { id: string; title: string };
    charged: { kind: 'person' | 'team'; id: string };
    orgUnit?: string;
    points: number;
    money: number;
    initial: { points: number; money: number };
    month: string;
    status:
      'charged' | 'acknowledged' | 'appealed' | 'upheld' | 'reduced' | 'revoked' | 'reversed' | 'counter';
    appealUntil?: string;
    appeal?: { at: string; by: string; reason: string };
    createdAt: string;
    frozen?: boolean;
    corrects?: string;
    counteredBy?: string;
    steps?: ('acknowledge' | 'appeal' | 'decide' | 'reverse')[];
    history: {
      at: string;
      what: 'charged' | 'acknowledged' | 'appealed' | 'upheld' | 'reduced' | 'revoked' | 'reversed';
      who: string;
      note?: string;
    }[];
    version: number;
  };
  FrozenMonth: {
    month: string;
    frozenAt: string;
    by: string;
    totals?: { entries: number; points: number; money: number };
  };
  StatementHead: {
    id: string;
    orgUnit: string;
    orgUnitName: string;
    date: string;
    version: number;
    computedAt: string;
    madeAt?: string;
    signDueAt?: string;
    counts: {
      completed: number;
      handedOver: number;
      delivered: number;
      giverSigned: number;
      receiverSigned: number;
      documentsReceived: number;
      documentsHanded: number;
      differences: number;
    };
    truncated?: boolean;
    signatures: { side: 'giver' | 'receiver'; by: string; at: string; version: number; note?: string }[];
    signed: { side: 'giver' | 'receiver'; by: string; at: string; version: number; note?: string }[];
  };
  Statement: {
    id: string;
    orgUnit: string;
    orgUnitName: string;
    date: string;
    version: number;
    computedAt: string;
    madeAt?: string;
    signDueAt?: string;
    counts: {
      completed: number;
      handedOver: number;
      delivered: number;
      giverSigned: number;
      receiverSigned: number;
      documentsReceived: number;
      documentsHanded: number;
      differences: number;
    };
    truncated?: boolean;
    signatures: { side: 'giver' | 'receiver'; by: string; at: string; version: number; note?: string }[];
    signed: { side: 'giver' | 'receiver'; by: string; at: string; version: number; note?: string }[];
    rows: {
      workOrder: string;
      process?: string;
      stage: string;
      visit?: number;
      completedAt?: string;
      operator?: string;
      handedOverAt?: string;
      giver?: string;
      receiver?: string;
      giverSigned: boolean;
      receiverSigned: boolean;
      delivered: boolean;
      documentsReceived: number;
      documentsHanded: number;
      differences: {
        code:
          | 'not-handed-over'
          | 'giver-unsigned'
          | 'receiver-unsigned'
          | 'same-person'
          | 'list-short'
          | 'register-only';
        alert: string;
      }[];
    }[];
  };
  Report: {
    period: 'day' | 'week' | 'month';
    label: string;
    from: string;
    to: string;
    orgUnit?: string;
    orgUnitName: string;
    madeAt: string;
    uncountedDates: string[];
    volumes: {
      opened: number;
      closed: number;
      cancelled: number;
      archived: number;
      stagesCompleted: number;
      handovers: number;
    };
    processes: { process: string; opened: number }[];
    onTime: {
      stage: string;
      name: string;
      rules: string[];
      onTime: number;
      late: number;
      rate: number | null;
    }[];
    alerts: {
      raised: number;
      overdue: number;
      bySeverity: { severity: 'low' | 'medium' | 'high' | 'critical'; count: number }[];
      byKind: {
        kind:
          | 'timeout'
          | 'missing-signature'
          | 'unsent-flow'
          | 'missing-document'
          | 'data-entry'
          | 'separation-of-duty'
          | 'handover'
          | 'sequence'
          | 'outside-system'
          | 'service'
          | 'incident'
          | 'contract'
          | 'inspection'
          | 'confidentiality'
          | 'feed';
        raised: number;
        open: number;
        autoClosed: number;
        confirmed: number;
        unconfirmed: number;
        invalid: number;
      }[];
      ageing: { days: string; count: number }[];
      repeatOffenders: { operator: string; orgUnit: string | null; confirmed: number; kinds: number }[];
      cases: {
        rule: string;
        kind:
          | 'timeout'
          | 'missing-signature'
          | 'unsent-flow'
          | 'missing-document'
          | 'data-entry'
          | 'separation-of-duty'
          | 'handover'
          | 'sequence'
          | 'outside-system'
          | 'service'
          | 'incident'
          | 'contract'
          | 'inspection'
          | 'confidentiality'
          | 'feed';
        confirmed: number;
        examples: { alert: string; title: string; advice: string }[];
      }[];
      rules: {
        rule: string;
        confirmed: number;
        unconfirmed: number;
        invalid: number;
        precision: number | null;
      }[];
    };
  };
  Delivery: {
    id: string;
    messageId: string;
    channel?: string;
    to?: string;
    who?: string;
    orgUnit?: string;
    status: 'pending' | 'sent' | 'failed' | 'undeliverable';
    why: {
      kind: 'alerts' | 'reminder' | 'digest' | 'test';
      route?: string;
      target: string;
      labels: Record<string, string>;
      alerts: { id: string; what: string[] }[];
      muted: number;
      quietUntil?: string;
    };
    content: {
      kind: 'alerts' | 'reminder' | 'digest' | 'test';
      title: string;
      severity: 'low' | 'medium' | 'high' | 'critical';
      lines: {
        text: string;
        severity?: 'low' | 'medium' | 'high' | 'critical';
        alertId?: string;
        what?: string;
        advice?: string;
        dueAt?: string;
      }[];
      more: number;
      footer: string;
      at: string;
    };
    createdAt: string;
    nextAt: string;
    attempts: { at: string; outcome?: 'ok' | 'failed'; error?: string }[];
    sentAt?: string;
  };
  Channel: {
    id: string;
    type: 'email' | 'dingtalk' | 'wecom' | 'feishu' | 'webhook' | 'test';
    limits: { messages: number; perMs: number }[];
    stopped?: { at: string; reason: string };
  };
  Backtest: {
    id: string;
    status: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
    by: string;
    createdAt: string;
    startedAt?: string;
    aliveAt?: string;
    finishedAt?: string;
    progress?: { phase: 'reading' | 'replaying'; done: number; of?: number };
    cancelled?: true;
    publication?: number;
    failure?: string;
    order: {
      files: string[];
      retired: string[];
      from: string;
      to: string;
      knownBy: 'received' | 'recorded';
      historyDays?: number;
    };
    problems?: Schemas['RuleProblem'][];
    result?: Schemas['BacktestResult'];
  };
  RuleProblem: {
    file: string;
    line: number;
    column: number;
    path: string;
    message: string;
    allowed?: string[];
  };
  BacktestResult: {
    period: { from: number; to: number; workingDays: number };
    events: { replayed: number; later: number; rejected: number; duplicates: number; records: number };
    timeZone: string;
    live: { hash: string; rules: number };
    candidate: { hash: string; rules: number };
    total: Schemas['BacktestCounts'];
    rules: {
      rule: string;
      ruleName: string;
      change: 'added' | 'removed' | 'changed' | 'same';
      liveVersion?: number;
      candidateVersion?: number;
      live: number;
      candidate: number;
      liveRetracted: number;
      candidateRetracted: number;
      gained: number;
      lost: number;
      earlier: number;
      later: number;
      severity: number;
      post: number;
      closing: number;
      liveShadow: number;
      candidateShadow: number;
      evaluated: number;
      notEvaluated: number;
      errors: number;
      error?: string;
    }[];
    orgUnits: {
      orgUnit?: string;
      live: number;
      candidate: number;
      liveRetracted: number;
      candidateRetracted: number;
      gained: number;
      lost: number;
      earlier: number;
      later: number;
      severity: number;
      post: number;
      closing: number;
    }[];
    load: {
      total: {
        live: { total: number; perDay: number; peak: number; peakDay?: string };
        candidate: { total: number; perDay: number; peak: number; peakDay?: string };
      };
      recipients: {
        post: string;
        orgUnit?: string;
        live: { total: number; perDay: number; peak: number; peakDay?: string };
        candidate: { total: number; perDay: number; peak: number; peakDay?: string };
      }[];
    };
    examples: {
      kinds: ('gained' | 'lost' | 'earlier' | 'later' | 'severity' | 'post' | 'closing')[];
      rule: string;
      subject: { type: string; id: string };
      stage?: string;
      orgUnit?: string;
      live?: Schemas['BacktestAlert'];
      candidate?: Schemas['BacktestAlert'];
    }[];
    failures: { recordId: string; message: string }[];
    seconds: number;
  };
  BacktestCounts: {
    live: number;
    candidate: number;
    liveRetracted: number;
    candidateRetracted: number;
    gained: number;
    lost: number;
    earlier: number;
    later: number;
    severity: number;
    post: number;
    closing: number;
  };
  BacktestAlert: {
    raisedAt: number;
    firstAt: number;
    severity: 'low' | 'medium' | 'high' | 'critical';
    phase?: 'early' | 'overdue';
    overdueAt?: number;
    dueAt?: number;
    closedAt?: number;
    retracted?: true;
    assignTo: string;
    title: string;
    why: string[];
  };
  BacktestRow: {
    id: string;
    status: 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'interrupted';
    by: string;
    createdAt: string;
    startedAt?: string;
    aliveAt?: string;
    finishedAt?: string;
    progress?: { phase: 'reading' | 'replaying'; done: number; of?: number };
    cancelled?: true;
    publication?: number;
    failure?: string;
  };
  RuleExplanation: {
    rule: {
      id: string;
      version: number;
      name: string;
      status: 'active' | 'shadow' | 'disabled';
      trigger: 'event' | 'deadline' | 'sweep' | 'window';
    };
    workOrder: string;
    process?: string;
    at: string;
    events: { used: number; later: number };
    outcome: 'hit' | 'no_hit' | 'not_evaluated' | 'error' | 'waiting' | 'not_applicable' | 'not_triggered';
    summary: string;
    steps: {
      at: string;
      until?: string;
      times?: number;
      kind: 'event' | 'start' | 'early' | 'overdue' | 'sweep' | 'window' | 'feed';
      type?: string;
      stage?: string;
      outcome: 'hit' | 'no_hit' | 'not_evaluated' | 'error' | 'started' | 'not_applicable' | 'not_selected';
      reasons: string[];
      conditions?: Schemas['ExplainedCondition'];
      missing?: string[];
    }[];
    omitted: number;
    clocks: {
      stage?: string;
      visit?: number;
      part?: string;
      anchorAt: string;
      limit?: {
        value: number;
        unit: 'workingDay' | 'workingHour' | 'calendarDay' | 'calendarHour' | 'month' | 'minute';
        rollToWorkingDay?: boolean;
      };
      dueAt?: string;
      state: 'running' | 'paused' | 'stopped' | 'void';
      stoppedAt?: string;
      overdue: boolean;
      workingHours?: number;
      hours: number;
      uncoveredYears?: number[];
      conditions?: Schemas['ExplainedCondition'];
    }[];
    findings: {
      openedAt: string;
      closedAt?: string;
      closedBy?: 'evidence' | 'stopped' | 'ended';
      phase?: 'early' | 'overdue';
      stage?: string;
      dueAt?: string;
    }[];
    notes: string[];
  };
  ExplainedCondition: {
    kind: 'all' | 'any' | 'not' | 'condition';
    result: 'yes' | 'no' | 'unknown';
    label?: string;
    children?: Record<string, unknown>[];
    name?: string;
    fact?: string;
    factText?: string;
    factValue?: unknown;
    operator?: string;
    operatorText?: string;
    value?: unknown;
    missing?: string[];
  };
  TriedRule: {
    valid: boolean;
    errors: Schemas['RuleError'][];
    warnings: Schemas['RuleError'][];
    cases: { case: string; passed: boolean; reason?: string }[];
    explanation: {
      rule: {
        id: string;
        version: number;
        name: string;
        status: 'active' | 'shadow' | 'disabled';
        trigger: 'event' | 'deadline' | 'sweep' | 'window';
      };
      workOrder: string;
      process?: string;
      at: string;
      events: { used: number; later: number };
      outcome: 'hit' | 'no_hit' | 'not_evaluated' | 'error' | 'waiting' | 'not_applicable' | 'not_triggered';
      summary: string;
      steps: {
        at: string;
        until?: string;
        times?: number;
        kind: 'event' | 'start' | 'early' | 'overdue' | 'sweep' | 'window' | 'feed';
        type?: string;
        stage?: string;
        outcome: 'hit' | 'no_hit' | 'not_evaluated' | 'error' | 'started' | 'not_applicable' | 'not_selected';
        reasons: string[];
        conditions?: Schemas['ExplainedCondition'];
        missing?: string[];
      }[];
      omitted: number;
      clocks: {
        stage?: string;
        visit?: number;
        part?: string;
        anchorAt: string;
        limit?: {
          value: number;
          unit: 'workingDay' | 'workingHour' | 'calendarDay' | 'calendarHour' | 'month' | 'minute';
          rollToWorkingDay?: boolean;
        };
        dueAt?: string;
        state: 'running' | 'paused' | 'stopped' | 'void';
        stoppedAt?: string;
        overdue: boolean;
        workingHours?: number;
        hours: number;
        uncoveredYears?: number[];
        conditions?: Schemas['ExplainedCondition'];
      }[];
      findings: {
        openedAt: string;
        closedAt?: string;
        closedBy?: 'evidence' | 'stopped' | 'ended';
        phase?: 'early' | 'overdue';
        stage?: string;
        dueAt?: string;
      }[];
      notes: string[];
    } | null;
  };
  RuleError: {
    file: string;
    line: number;
    column: number;
    path: string;
    message: string;
    allowed?: string[];
  };
  PublishingState: {
    publication: number | null;
    hash: string;
    rules: number;
    cannotAdopt?: string;
    folders: {
      host: string;
      dir: string;
      writable: boolean;
      state: 'in-force' | 'refused' | 'behind';
      problems: Schemas['RuleProblem'][];
      problemCount: number;
      restartFor: string[];
      since: string;
      checkedAt: string;
    }[];
    following: { publication: number; follow: Schemas['FollowUp'] }[];
  };
  FollowUp: {
    state: 'waiting' | 'running' | 'done';
    records?: { looked: number; of: number; after?: string };
    alerts?: { closed: number; kept: number; enabled: number };
    finishedAt?: string;
  };
  PublicationRow: {
    number: number;
    hash: string;
    digest: string;
    at: string;
    via: 'folder' | 'proposal' | 'command';
    by: string;
    approvedBy?: string;
    proposal?: string;
    changes: {
      added: { id: string; version: number }[];
      changed: { id: string; from: number; to: number }[];
      removed: { id: string; version: number; openAlerts?: 'close' | 'keep' }[];
      enabled: string[];
      files: string[];
    };
    follow: Schemas['FollowUp'];
  };
  Publication: {
    number: number;
    hash: string;
    digest: string;
    at: string;
    via: 'folder' | 'proposal' | 'command';
    by: string;
    approvedBy?: string;
    proposal?: string;
    changes: {
      added: { id: string; version: number }[];
      changed: { id: string; from: number; to: number }[];
      removed: { id: string; version: number; openAlerts?: 'close' | 'keep' }[];
      enabled: string[];
      files: string[];
    };
    follow: Schemas['FollowUp'];
    rules: {
      file: string;
      text: string;
      id: string;
      version: number;
      name: string;
      status: 'active' | 'shadow' | 'disabled';
      on: 'event' | 'deadline' | 'sweep' | 'window';
      content: string;
    }[];
    parameters: { file: string; text: string }[];
    conditions: { file: string; text: string }[];
  };
  RuleVersion: {
    file: string;
    text: string;
    id: string;
    version: number;
    name: string;
    status: 'active' | 'shadow' | 'disabled';
    on: 'event' | 'deadline' | 'sweep' | 'window';
    content: string;
    via: 'folder' | 'proposal' | 'command';
    by: string;
    approvedBy?: string;
    proposal?: string;
    at: string;
    publication: number;
    source: string;
    changes?: { path: string; before?: unknown; after?: unknown }[];
  };
  RuleFileNow: { file: string; text: string; version: number; publication: number };
  RuleProposal: {
    id: string;
    changes: ({ file: string; text: string } | { retire: string; openAlerts?: 'close' | 'keep' })[];
    reason: string;
    by: string;
    createdAt: string;
    base: number;
    diff: {
      kind: 'added' | 'removed' | 'changed';
      id: string;
      fields: { path: string; before?: unknown; after?: unknown }[];
      sameVersion?: true;
    }[];
    status: 'waiting' | 'approved' | 'published' | 'rejected' | 'withdrawn' | 'failed';
    decided?: { by: string; at: string; note?: string };
    publication?: number;
    failure?: string;
  };
  RuleHealth: {
    rule: string;
    version: number;
    status: 'active' | 'shadow' | 'disabled' | 'former';
    name?: string;
    looks: number;
    hits: number;
    noHits: number;
    notEvaluated: number;
    errors: number;
    missing: { fact: string; times: number }[];
    time: { average: number; most: number; total: number } | null;
    slow: number;
    lastHitAt?: string;
    lastErrorAt?: string;
    lastError?: string;
    alerts: {
      raised: number;
      open: number;
      shadow: number;
      confirmed: number;
      unconfirmed: number;
      invalid: number;
      precision: number | null;
    };
    signals: ('errors' | 'slow' | 'undecided' | 'imprecise' | 'never-looked' | 'never-hits')[];
  };
  MyNotifications: {
    via: { channel: string; to: string }[];
    quiet: { from: string; to: string; except?: ('low' | 'medium' | 'high' | 'critical')[] } | null;
    channels: string[];
  };
  RuleSummary: {
    id: string;
    version: number;
    status: 'active' | 'shadow' | 'disabled';
    name: string;
    kind:
      | 'timeout'
      | 'missing-signature'
      | 'unsent-flow'
      | 'missing-document'
      | 'data-entry'
      | 'separation-of-duty'
      | 'handover'
      | 'sequence'
      | 'outside-system'
      | 'service'
      | 'incident'
      | 'contract'
      | 'inspection'
      | 'confidentiality'
      | 'feed';
    clauses: string[];
    processes?: string[];
    severity: 'low' | 'medium' | 'high' | 'critical';
    trigger: 'event' | 'deadline' | 'sweep' | 'window';
  };
  Rule: { id: string; version: number; status: string; name: string };
  Coverage: {
    workItems: { total: number; covered: number };
    clauses: { total: number; covered: number };
    limits: { total: number; covered: number };
    matrix: {
      workItem: string;
      process: string;
      stage: string;
      stageKinds: string[];
      cells: {
        timeout?: Schemas['CoverageCell'];
        'missing-signature'?: Schemas['CoverageCell'];
        'unsent-flow'?: Schemas['CoverageCell'];
        'missing-document'?: Schemas['CoverageCell'];
        'data-entry'?: Schemas['CoverageCell'];
        'separation-of-duty'?: Schemas['CoverageCell'];
        handover?: Schemas['CoverageCell'];
        sequence?: Schemas['CoverageCell'];
        'outside-system'?: Schemas['CoverageCell'];
        service?: Schemas['CoverageCell'];
        incident?: Schemas['CoverageCell'];
        contract?: Schemas['CoverageCell'];
        inspection?: Schemas['CoverageCell'];
        confidentiality?: Schemas['CoverageCell'];
        feed?: Schemas['CoverageCell'];
      };
    }[];
    clauseList: {
      clause: string;
      text: string;
      rules: string[];
      inspections: string[];
      controls: { what: string; where: string }[];
    }[];
    inspectionPlans: { id: string; name: string }[];
    limitList: { limit: string; rules: string[]; reason?: string }[];
    findings: string[];
  };
  CoverageCell: {
    state: 'covered' | 'notApplicable' | 'workOrder' | 'trial' | 'uncovered';
    rules: string[];
    reason?: string;
  };
  OrgUnit: {
    code: string;
    name: string;
    type: 'province' | 'city' | 'county' | 'station' | 'hall';
    parent?: string;
  };
  HallLoad: {
    date: string;
    halls: {
      hall: string;
      orgUnitName: string;
      recordId: string;
      samples: {
        at: string;
        waiting: number | null;
        windowsOpen: number | null;
        longestWaitMinutes: number | null;
      }[];
    }[];
  };
  CalendarDay: {
    date: string;
    startsAt: string;
    workingDay: boolean;
    covered: boolean;
    hours: { from: string; to: string }[];
  };
  DeadLetter: {
    id: string;
    kind: 'event' | 'intake';
    eventKey?: string;
    recordId?: string;
    raw?: unknown;
    truncated?: boolean;
    reason: string;
    error?: string;
    attempts: number;
    at: string;
    replayedAt?: string;
    replayCount: number;
  };
  ReplayAnswer: {
    replayed: string[];
    unchanged: string[];
    notFound: string[];
    refused: { id: string; reason: string; error?: string }[];
    more: boolean;
  };
  ReplayRequest: { ids: string[] } | { all: true; reason?: string; kind?: 'event' | 'intake' };
  WholeDeadLetter: {
    id: string;
    kind: 'event' | 'intake';
    eventKey?: string;
    recordId?: string;
    raw?: unknown;
    truncated?: boolean;
    reason: string;
    error?: string;
    attempts: number;
    at: string;
    replayedAt?: string;
    replayCount: number;
    event?: { status: 'received' | 'processed' | 'dead'; reason?: string; event: Schemas['Event'] };
  };
  Feed: {
    feed: string;
    state: 'live' | 'silent' | 'unwatched';
    lastSeenAt: string;
    lastHeartbeatAt?: string;
    quietMinutes: number;
    sweepOwed?: string;
  };
  JobRun: {
    job: string;
    date?: string;
    status: 'running' | 'done' | 'failed' | 'skipped';
    attempts: number;
    startedAt?: string;
    finishedAt?: string;
    leaseUntil?: string;
    retryAt?: string;
    result?: Record<string, unknown>;
    error?: string;
    owner?: string;
  };
  Me: {
    id: string;
    name: string;
    orgUnit?: string;
    maxPageSize: number;
    displayName: string;
    kind: 'user' | 'token';
    roles: ('admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator')[];
    units: string[] | null;
    grants: {
      role: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator';
      units: string[] | null;
    }[];
    operatorIds: string[];
    mustChangePassword: boolean;
    csrfToken: string | null;
  };
  User: {
    id: string;
    displayName: string;
    operatorIds: string[];
    grants: {
      role: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator';
      orgUnit?: string;
    }[];
    groups: string[];
    exclusions: {
      role?: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator';
      orgUnit?: string;
    }[];
    identity: { issuer: string; subject: string } | null;
    disabled: boolean;
    hasPassword: boolean;
    mustChangePassword: boolean;
    lockedUntil: string | null;
    createdAt: string;
    version: number;
  };
  Group: {
    id: string;
    displayName: string;
    grants: {
      role: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator';
      orgUnit?: string;
    }[];
    version: number;
  };
  Readiness: {
    ready: boolean;
    checks: { name: string; ok: boolean; required?: boolean; message?: string; details?: unknown }[];
  };
}

/** What each operation takes and answers. */
export interface Operations {
  /** Post CloudEvents; a 202 means stored */
  postEvents: {
    input: {
      raw:
        | { contentType: 'application/cloudevents+json'; body: Schemas['CloudEvent'] }
        | { contentType: 'application/cloudevents-batch+json'; body: readonly Schemas['CloudEvent'][] }
        | { contentType: 'application/json'; body: unknown }
        | { contentType: 'application/x-ndjson'; body: string };
    };
    answer: Schemas['Acceptance'];
  };
  /** One event and what became of it */
  getEvent: {
    input: {
      params: { id: string };
      query: { unmask?: boolean | undefined; reason?: string | undefined; source: string };
    };
    answer: Schemas['EventState'];
  };
  /** Open alerts counted by severity, kind, unit, process, status and age, and the trend of the last 30 days */
  summarizeAlerts: {
    input: { query?: { orgUnit?: readonly string[] | undefined } | undefined };
    answer: Schemas['AlertSummary'];
  };
  /** Alerts as they change (Server-Sent Events) */
  streamAlerts: { input: Nothing; answer: string };
  /** The same step on up to 100 alerts; each is taken or refused on its own */
  stepAlerts: {
    input: {
      body:
        | {
            step: 'acknowledge';
            alerts: readonly { id: string; version?: number | undefined }[];
            note?: string | undefined;
          }
        | {
            step: 'dispatch';
            alerts: readonly { id: string; version?: number | undefined }[];
            to: { user?: string | undefined; orgUnit?: string | undefined };
            dueAt?: string | undefined;
            note?: string | undefined;
          }
        | { step: 'rectify'; alerts: readonly { id: string; version?: number | undefined }[]; note: string }
        | {
            step: 'close';
            alerts: readonly { id: string; version?: number | undefined }[];
            outcome: { result: 'confirmed' | 'unconfirmed' | 'invalid'; reason: string };
            note?: string | undefined;
          }
        | { step: 'reopen'; alerts: readonly { id: string; version?: number | undefined }[]; note: string }
        | { step: 'comment'; alerts: readonly { id: string; version?: number | undefined }[]; note: string };
      key?: string | undefined;
    };
    answer: {
      results: {
        id: string;
        ok: boolean;
        alert?: Schemas['Alert'];
        error?: { code: string; message: string };
      }[];
    };
  };
  /** Take an alert on (确认) */
  acknowledgeAlert: {
    input: {
      params: { id: string };
      body: { note?: string | undefined };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Alert'];
  };
  /** Tell somebody to put it right (派单), or send it back after review */
  dispatchAlert: {
    input: {
      params: { id: string };
      body: {
        to: { user?: string | undefined; orgUnit?: string | undefined };
        dueAt?: string | undefined;
        note?: string | undefined;
        attachments?: readonly string[] | undefined;
      };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Alert'];
  };
  /** Report that it was put right (整改反馈) */
  rectifyAlert: {
    input: {
      params: { id: string };
      body: { note: string; attachments?: readonly string[] | undefined };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Alert'];
  };
  /** Review and close it with its outcome (复核销号) */
  closeAlert: {
    input: {
      params: { id: string };
      body: {
        outcome: { result: 'confirmed' | 'unconfirmed' | 'invalid'; reason: string };
        note?: string | undefined;
        attachments?: readonly string[] | undefined;
      };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Alert'];
  };
  /** Open it again */
  reopenAlert: {
    input: {
      params: { id: string };
      body: { note: string; attachments?: readonly string[] | undefined };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Alert'];
  };
  /** Add a note or evidence */
  commentAlert: {
    input: {
      params: { id: string };
      body: { note: string; attachments?: readonly string[] | undefined };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Alert'];
  };
  /** Alerts, those that happened last, or are due first, first */
  listAlerts: {
    input: {
      query?:
        | {
            id?: readonly string[] | undefined;
            status?:
              | readonly (
                  'open' | 'acknowledged' | 'dispatched' | 'rectified' | 'closed' | 'auto_closed' | 'silenced'
                )[]
              | undefined;
            severity?: readonly ('low' | 'medium' | 'high' | 'critical')[] | undefined;
            kind?:
              | readonly (
                  | 'timeout'
                  | 'missing-signature'
                  | 'unsent-flow'
                  | 'missing-document'
                  | 'data-entry'
                  | 'separation-of-duty'
                  | 'handover'
                  | 'sequence'
                  | 'outside-system'
                  | 'service'
                  | 'incident'
                  | 'contract'
                  | 'inspection'
                  | 'confidentiality'
                  | 'feed'
                )[]
              | undefined;
            rule?: readonly string[] | undefined;
            orgUnit?: readonly string[] | undefined;
            ownUnit?: readonly string[] | undefined;
            subject?: readonly string[] | undefined;
            process?: readonly string[] | undefined;
            noProcess?: boolean | undefined;
            escalatedTo?: readonly string[] | undefined;
            overdue?: 'true' | undefined;
            age?: '0' | '1-2' | '3-6' | '7-29' | '30+' | undefined;
            raisedFrom?: string | undefined;
            raisedTo?: string | undefined;
            closedFrom?: string | undefined;
            closedTo?: string | undefined;
            assignee?: readonly string[] | undefined;
            phase?: readonly ('early' | 'overdue')[] | undefined;
            muted?: boolean | undefined;
            unjudged?: boolean | undefined;
            stepDueBefore?: string | undefined;
            from?: string | undefined;
            to?: string | undefined;
            shadow?: 'without' | 'only' | 'with' | undefined;
            sort?: 'last' | 'due' | undefined;
            limit?: number | undefined;
            cursor?: string | null | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['Alert'][]; nextCursor: string | null };
  };
  /** How many alerts, by status, severity, kind and unit; muted ones are counted too */
  countAlerts: {
    input: {
      query?:
        | {
            id?: readonly string[] | undefined;
            status?:
              | readonly (
                  'open' | 'acknowledged' | 'dispatched' | 'rectified' | 'closed' | 'auto_closed' | 'silenced'
                )[]
              | undefined;
            severity?: readonly ('low' | 'medium' | 'high' | 'critical')[] | undefined;
            kind?:
              | readonly (
                  | 'timeout'
                  | 'missing-signature'
                  | 'unsent-flow'
                  | 'missing-document'
                  | 'data-entry'
                  | 'separation-of-duty'
                  | 'handover'
                  | 'sequence'
                  | 'outside-system'
                  | 'service'
                  | 'incident'
                  | 'contract'
                  | 'inspection'
                  | 'confidentiality'
                  | 'feed'
                )[]
              | undefined;
            rule?: readonly string[] | undefined;
            orgUnit?: readonly string[] | undefined;
            ownUnit?: readonly string[] | undefined;
            subject?: readonly string[] | undefined;
            process?: readonly string[] | undefined;
            noProcess?: boolean | undefined;
            escalatedTo?: readonly string[] | undefined;
            overdue?: 'true' | undefined;
            age?: '0' | '1-2' | '3-6' | '7-29' | '30+' | undefined;
            raisedFrom?: string | undefined;
            raisedTo?: string | undefined;
            closedFrom?: string | undefined;
            closedTo?: string | undefined;
            assignee?: readonly string[] | undefined;
            phase?: readonly ('early' | 'overdue')[] | undefined;
            muted?: boolean | undefined;
            unjudged?: boolean | undefined;
            stepDueBefore?: string | undefined;
            from?: string | undefined;
            to?: string | undefined;
            shadow?: 'without' | 'only' | 'with' | undefined;
          }
        | undefined;
    };
    answer: Schemas['AlertCounts'];
  };
  /** How people judged the alerts of each rule, and its precision */
  listOutcomes: {
    input: {
      query?:
        | {
            id?: readonly string[] | undefined;
            status?:
              | readonly (
                  'open' | 'acknowledged' | 'dispatched' | 'rectified' | 'closed' | 'auto_closed' | 'silenced'
                )[]
              | undefined;
            severity?: readonly ('low' | 'medium' | 'high' | 'critical')[] | undefined;
            kind?:
              | readonly (
                  | 'timeout'
                  | 'missing-signature'
                  | 'unsent-flow'
                  | 'missing-document'
                  | 'data-entry'
                  | 'separation-of-duty'
                  | 'handover'
                  | 'sequence'
                  | 'outside-system'
                  | 'service'
                  | 'incident'
                  | 'contract'
                  | 'inspection'
                  | 'confidentiality'
                  | 'feed'
                )[]
              | undefined;
            rule?: readonly string[] | undefined;
            orgUnit?: readonly string[] | undefined;
            ownUnit?: readonly string[] | undefined;
            subject?: readonly string[] | undefined;
            process?: readonly string[] | undefined;
            noProcess?: boolean | undefined;
            escalatedTo?: readonly string[] | undefined;
            overdue?: 'true' | undefined;
            age?: '0' | '1-2' | '3-6' | '7-29' | '30+' | undefined;
            raisedFrom?: string | undefined;
            raisedTo?: string | undefined;
            closedFrom?: string | undefined;
            closedTo?: string | undefined;
            assignee?: readonly string[] | undefined;
            phase?: readonly ('early' | 'overdue')[] | undefined;
            muted?: boolean | undefined;
            unjudged?: boolean | undefined;
            stepDueBefore?: string | undefined;
            from?: string | undefined;
            to?: string | undefined;
            shadow?: 'without' | 'only' | 'with' | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['RuleOutcomes'][] };
  };
  /** The other alerts of the same work order, oldest first */
  listRelatedAlerts: { input: { params: { id: string } }; answer: { items: Schemas['Alert'][] } };
  /** One alert and why it was raised */
  getAlert: {
    input: {
      params: { id: string };
      query?: { unmask?: boolean | undefined; reason?: string | undefined } | undefined;
    };
    answer: Schemas['ExplainedAlert'];
  };
  /** Upload a photo or document; name its id in the step it goes with */
  addAlertEvidence: {
    input: {
      params: { id: string };
      query: { fileName: string };
      raw: {
        contentType:
          | 'image/jpeg'
          | 'image/png'
          | 'image/webp'
          | 'application/pdf'
          | 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
          | 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
          | 'application/octet-stream';
        body: RawBody;
      };
    };
    answer: Schemas['Evidence'];
  };
  /** What was uploaded for the alert, oldest first */
  listAlertEvidence: { input: { params: { id: string } }; answer: { items: Schemas['Evidence'][] } };
  /** One file, for saving */
  getAlertEvidence: { input: { params: { id: string; file: string } }; answer: Blob };
  /** Silences, newest first; at most 200 */
  listSilences: {
    input: { query?: { live?: boolean | undefined } | undefined };
    answer: { items: Schemas['Silence'][] };
  };
  /** Keep alerts quiet for a time; they stay listed and counted */
  createSilence: {
    input: {
      body: {
        matcher: {
          alert?: string | undefined;
          subject?: string | undefined;
          rules?: readonly string[] | undefined;
          kinds?:
            | readonly (
                | 'timeout'
                | 'missing-signature'
                | 'unsent-flow'
                | 'missing-document'
                | 'data-entry'
                | 'separation-of-duty'
                | 'handover'
                | 'sequence'
                | 'outside-system'
                | 'service'
                | 'incident'
                | 'contract'
                | 'inspection'
                | 'confidentiality'
                | 'feed'
              )[]
            | undefined;
          severities?: readonly ('low' | 'medium' | 'high' | 'critical')[] | undefined;
          processes?: readonly string[] | undefined;
          orgUnit?: string | undefined;
        };
        from?: string | undefined;
        until?: string | undefined;
        reason: string;
      };
    };
    answer: {
      id: string;
      matcher: {
        alert?: string;
        subject?: string;
        rules?: string[];
        kinds?: (
          | 'timeout'
          | 'missing-signature'
          | 'unsent-flow'
          | 'missing-document'
          | 'data-entry'
          | 'separation-of-duty'
          | 'handover'
          | 'sequence'
          | 'outside-system'
          | 'service'
          | 'incident'
          | 'contract'
          | 'inspection'
          | 'confidentiality'
          | 'feed'
        )[];
        severities?: ('low' | 'medium' | 'high' | 'critical')[];
        processes?: string[];
        orgUnit?: string;
      };
      reason: string;
      by: string;
      createdAt: string;
      from: string;
      until?: string;
      ended?: { at: string; by: string };
      changed: number;
    };
  };
  /** End a silence before its time */
  endSilence: { input: { params: { id: string } }; answer: Schemas['Silence'] };
  /** The audit log, newest first */
  listAudit: {
    input: {
      query?:
        | {
            object?: string | undefined;
            action?: string | undefined;
            who?: string | undefined;
            limit?: number | undefined;
            cursor?: string | null | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['AuditRow'][]; nextCursor: string | null };
  };
  /** Work orders in the order of their numbers */
  listWorkOrders: {
    input: {
      query?:
        | {
            status?: readonly ('open' | 'closed' | 'cancelled')[] | undefined;
            subjectType?:
              | readonly ('workOrder' | 'hall' | 'orgUnit' | 'account' | 'feed' | 'operator' | 'group')[]
              | undefined;
            process?: readonly string[] | undefined;
            orgUnit?: readonly string[] | undefined;
            customerNo?: readonly string[] | undefined;
            feed?: readonly string[] | undefined;
            limit?: number | undefined;
            cursor?: string | null | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['WorkOrderRow'][]; nextCursor: string | null };
  };
  /** One work order: state, timeline, deadlines, alerts */
  getWorkOrder: {
    input: {
      params: { no: string };
      query?: { unmask?: boolean | undefined; reason?: string | undefined } | undefined;
    };
    answer: Schemas['WorkOrderPage'];
  };
  /** One work order as it was known at a moment */
  recallWorkOrder: {
    input: {
      params: { no: string };
      query: {
        unmask?: boolean | undefined;
        reason?: string | undefined;
        at: string;
        by?: 'received' | 'recorded' | undefined;
      };
    };
    answer: Schemas['RecalledWorkOrder'];
  };
  /** Running deadlines, earliest first */
  listDeadlines: {
    input: {
      query: {
        due: 'overdue' | 'soon';
        hours?: number | undefined;
        orgUnit?: readonly string[] | undefined;
        process?: readonly string[] | undefined;
        rule?: readonly string[] | undefined;
        limit?: number | undefined;
        cursor?: string | null | undefined;
      };
    };
    answer: { items: Schemas['Deadline'][]; nextCursor: string | null };
  };
  /** Inspection tasks, those of the latest date first */
  listInspections: {
    input: {
      query?:
        | {
            date?: string | undefined;
            status?: readonly ('planned' | 'started' | 'done')[] | undefined;
            orgUnit?: readonly string[] | undefined;
            limit?: number | undefined;
            cursor?: string | null | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['Inspection'][]; nextCursor: string | null };
  };
  /** One inspection task */
  getInspection: {
    input: {
      params: { id: string };
      query?: { unmask?: boolean | undefined; reason?: string | undefined } | undefined;
    };
    answer: Schemas['Inspection'];
  };
  /** Enter what was found, as a draft or for good */
  recordInspection: {
    input: {
      params: { id: string };
      body: {
        results: readonly {
          item: string;
          workOrder?: string | undefined;
          result: 'pass' | 'fail' | 'na';
          finding?: string | undefined;
          attachments?: readonly string[] | undefined;
          responsible?: string | undefined;
        }[];
        submit?: boolean | undefined;
      };
    };
    answer: Schemas['Inspection'];
  };
  /** Upload a photo or document; name its id in the `attachments` of the result it belongs to */
  addInspectionEvidence: {
    input: {
      params: { id: string };
      query: { fileName: string };
      raw: {
        contentType:
          | 'image/jpeg'
          | 'image/png'
          | 'image/webp'
          | 'application/pdf'
          | 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'
          | 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
          | 'application/octet-stream';
        body: RawBody;
      };
    };
    answer: Schemas['Evidence'];
  };
  /** What was uploaded for the inspection task, oldest first */
  listInspectionEvidence: { input: { params: { id: string } }; answer: { items: Schemas['Evidence'][] } };
  /** One file, for saving */
  getInspectionEvidence: { input: { params: { id: string; file: string } }; answer: Blob };
  /** Entries of the ledger, newest first */
  listAssessments: {
    input: {
      query?:
        | {
            month?: string | undefined;
            status?:
              | readonly (
                  | 'charged'
                  | 'acknowledged'
                  | 'appealed'
                  | 'upheld'
                  | 'reduced'
                  | 'revoked'
                  | 'reversed'
                  | 'counter'
                )[]
              | undefined;
            orgUnit?: readonly string[] | undefined;
            person?: readonly string[] | undefined;
            clause?: readonly string[] | undefined;
            mine?: boolean | undefined;
            limit?: number | undefined;
            cursor?: string | null | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['Assessment'][]; nextCursor: string | null };
  };
  /** The ledger of a month as an Excel file: entries, sums by unit, sums by person */
  exportAssessments: {
    input: { query: { month: string; orgUnit?: readonly string[] | undefined } };
    answer: Blob;
  };
  /** Frozen months, latest first, at most 60; and the month that runs now */
  listFrozenMonths: {
    input: Nothing;
    answer: { current: { month: string; from: string; to: string }; items: Schemas['FrozenMonth'][] };
  };
  /** Freeze a month that is over: its entries do not change any more */
  freezeAssessmentMonth: { input: { params: { month: string } }; answer: Schemas['FrozenMonth'] };
  /** One entry, what takes it back, and the steps you could take */
  getAssessment: { input: { params: { id: string } }; answer: Schemas['Assessment'] };
  /** Accept what is charged (认责) */
  acknowledgeAssessment: {
    input: {
      params: { id: string };
      body: { note?: string | undefined };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Assessment'];
  };
  /** Appeal against an entry (申诉), until `appealUntil` */
  appealAssessment: {
    input: {
      params: { id: string };
      body: { reason: string };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Assessment'];
  };
  /** Decide on an appeal: 维持, 减轻 or 撤销 */
  decideAssessment: {
    input: {
      params: { id: string };
      body: {
        result: 'upheld' | 'reduced' | 'revoked';
        reason: string;
        points?: number | undefined;
        money?: number | undefined;
      };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Assessment'];
  };
  /** Take an entry back (冲销) */
  reverseAssessment: {
    input: {
      params: { id: string };
      body: { reason: string };
      version?: number | undefined;
      key?: string | undefined;
    };
    answer: Schemas['Assessment'];
  };
  /** Statements, those of the latest date first, without their lines */
  listReconciliations: {
    input: {
      query?:
        | {
            orgUnit?: readonly string[] | undefined;
            from?: string | undefined;
            to?: string | undefined;
            differences?: boolean | undefined;
            limit?: number | undefined;
            cursor?: string | null | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['StatementHead'][]; nextCursor: string | null };
  };
  /** One statement with its lines */
  getReconciliation: {
    input: {
      params: { unit: string; date: string };
      query?: { unmask?: boolean | undefined; reason?: string | undefined } | undefined;
    };
    answer: Schemas['Statement'];
  };
  /** One statement as a page to print, with a box for each signature */
  printReconciliation: {
    input: {
      params: { unit: string; date: string };
      query?: { unmask?: boolean | undefined; reason?: string | undefined } | undefined;
    };
    answer: string;
  };
  /** Sign a version of a statement, as giver or receiver */
  signReconciliation: {
    input: {
      params: { unit: string; date: string };
      body: { side: 'giver' | 'receiver'; version: number; note?: string | undefined };
    };
    answer: Schemas['Statement'];
  };
  /** Volumes, on-time rates, alerts and their outcomes, ageing, repeat offenders, precision of rules */
  getReport: {
    input: {
      params: { period: 'day' | 'week' | 'month' };
      query?:
        | {
            orgUnit?: string | undefined;
            date?: string | undefined;
            format?: 'json' | 'xlsx' | 'html' | undefined;
          }
        | undefined;
    };
    answer: Schemas['Report'];
  };
  /** The delivery log, the latest first */
  listDeliveries: {
    input: {
      query?:
        | {
            status?: readonly ('pending' | 'sent' | 'failed' | 'undeliverable')[] | undefined;
            channel?: readonly string[] | undefined;
            who?: readonly string[] | undefined;
            alert?: string | undefined;
            orgUnit?: readonly string[] | undefined;
            from?: string | undefined;
            to?: string | undefined;
            limit?: number | undefined;
            cursor?: string | null | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['Delivery'][]; nextCursor: string | null };
  };
  /** One delivery: why it went out and what became of it */
  getDelivery: { input: { params: { id: string } }; answer: Schemas['Delivery'] };
  /** Send a failed delivery again */
  retryDelivery: { input: { params: { id: string } }; answer: Schemas['Delivery'] };
  /** The channels of notification, without their secrets */
  listChannels: { input: Nothing; answer: { items: Schemas['Channel'][] } };
  /** Send a test message through a channel, once and at once */
  testChannel: {
    input: { params: { name: string }; body: { to?: string | undefined } };
    answer: { ok: boolean; error?: string; tookMs: number };
  };
  /** Replay stored events with changed rules, and compare the alerts with those of the published ones */
  startBacktest: {
    input: {
      body: {
        changes: readonly (
          { file: string; text: string } | { retire: string; openAlerts?: 'close' | 'keep' | undefined }
        )[];
        from: string;
        to: string;
        knownBy?: 'received' | 'recorded' | undefined;
        historyDays?: number | undefined;
      };
    };
    answer: Schemas['Backtest'];
  };
  /** Backtests, newest first; at most 100 */
  listBacktests: { input: Nothing; answer: { items: Schemas['BacktestRow'][]; nextCursor: null } };
  /** One backtest: how far it is, and its result; rows and examples of the units one is for */
  getBacktest: { input: { params: { id: string } }; answer: Schemas['Backtest'] };
  /** Stop a backtest; one that runs stops within seconds, one that ended stays as it is */
  cancelBacktest: { input: { params: { id: string } }; answer: Schemas['Backtest'] };
  /** Why a rule fired on one work order, or did not, with what was known at a time */
  explainRule: {
    input: { params: { id: string }; query: { workOrder: string; at?: string | undefined } };
    answer: Schemas['RuleExplanation'];
  };
  /** What the text of a rule that is not published would do on one work order */
  tryRule: {
    input: { body: { text: string; workOrder?: string | undefined; at?: string | undefined } };
    answer: Schemas['TriedRule'];
  };
  /** What is in force here, how the rules folder stands, and how far changed clocks and alerts have come */
  getPublishing: { input: Nothing; answer: Schemas['PublishingState'] };
  /** Rule sets that were put in force, the latest first */
  listPublications: {
    input: { query?: { limit?: number | undefined; cursor?: string | null | undefined } | undefined };
    answer: { items: Schemas['PublicationRow'][]; nextCursor: string | null };
  };
  /** One publication with all its files, by its number or by the rule set hash that an alert names */
  getPublication: { input: { params: { id: string } }; answer: Schemas['Publication'] };
  /** Every published version of a rule, the latest first, with its text and what changed */
  listRuleVersions: {
    input: { params: { id: string } };
    answer: { items: Schemas['RuleVersion'][]; nextCursor: null };
  };
  /** What a rule says differently in one published version than in another, field by field, shared conditions in place */
  compareRuleVersions: {
    input: { params: { id: string }; query: { from: number; to: number } };
    answer: { items: { path: string; before?: unknown; after?: unknown }[]; nextCursor: null };
  };
  /** The file of a rule, character by character as it is published now: what to start from to change it */
  getRuleFile: { input: { params: { id: string } }; answer: Schemas['RuleFileNow'] };
  /** Propose to write or retire rules; checked and tested at once, published when another person approves */
  proposeRules: {
    input: {
      body: {
        changes: readonly (
          { file: string; text: string } | { retire: string; openAlerts?: 'close' | 'keep' | undefined }
        )[];
        reason: string;
      };
    };
    answer: Schemas['RuleProposal'];
  };
  /** Proposals, newest first; at most 200 */
  listProposals: {
    input: {
      query?:
        | {
            status?:
              | readonly ('waiting' | 'approved' | 'published' | 'rejected' | 'withdrawn' | 'failed')[]
              | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['RuleProposal'][]; nextCursor: null };
  };
  /** One proposal */
  getProposal: { input: { params: { id: string } }; answer: Schemas['RuleProposal'] };
  /** Approve what another proposed; it is written into the rules folder and published within seconds */
  approveProposal: {
    input: { params: { id: string }; body: { note?: string | undefined } };
    answer: Schemas['RuleProposal'];
  };
  /** Reject a proposal, and say why */
  rejectProposal: {
    input: { params: { id: string }; body: { note: string } };
    answer: Schemas['RuleProposal'];
  };
  /** Take back a proposal of your own */
  withdrawProposal: { input: { params: { id: string } }; answer: Schemas['RuleProposal'] };
  /** Looks, hits, errors, missing facts, time and precision of every rule version; the last 30 days unless others are asked for */
  getRuleHealth: {
    input: {
      query?:
        | {
            from?: string | undefined;
            to?: string | undefined;
            rule?: string | undefined;
            signal?:
              | readonly ('errors' | 'slow' | 'undecided' | 'imprecise' | 'never-looked' | 'never-hits')[]
              | undefined;
          }
        | undefined;
    };
    answer: { from: string; to: string; items: Schemas['RuleHealth'][]; nextCursor: null };
  };
  /** How I am told of alerts */
  getMyNotifications: { input: Nothing; answer: Schemas['MyNotifications'] };
  /** Set how I am told of alerts: mailboxes and quiet hours */
  setMyNotifications: {
    input: {
      body: {
        via: readonly { channel: string; to: string }[];
        quiet?:
          | {
              from: string;
              to: string;
              except?: readonly ('low' | 'medium' | 'high' | 'critical')[] | undefined;
            }
          | null
          | undefined;
      };
    };
    answer: Schemas['MyNotifications'];
  };
  /** All rules, by id */
  listRules: {
    input: {
      query?:
        | {
            status?: readonly ('active' | 'shadow' | 'disabled')[] | undefined;
            kind?:
              | readonly (
                  | 'timeout'
                  | 'missing-signature'
                  | 'unsent-flow'
                  | 'missing-document'
                  | 'data-entry'
                  | 'separation-of-duty'
                  | 'handover'
                  | 'sequence'
                  | 'outside-system'
                  | 'service'
                  | 'incident'
                  | 'contract'
                  | 'inspection'
                  | 'confidentiality'
                  | 'feed'
                )[]
              | undefined;
            severity?: readonly ('low' | 'medium' | 'high' | 'critical')[] | undefined;
            clause?: readonly string[] | undefined;
            process?: readonly string[] | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['RuleSummary'][]; nextCursor: null };
  };
  /** One rule file, whole */
  getRule: { input: { params: { id: string } }; answer: Schemas['Rule'] };
  /** Which rules watch which work item for which kind of risk, and which clause */
  getCoverage: { input: Nothing; answer: Schemas['Coverage'] };
  /** Org units, from the top down */
  listOrgUnits: { input: Nothing; answer: { items: Schemas['OrgUnit'][]; nextCursor: null } };
  /** The queues of business halls through a day, as they were sampled */
  loadOfHalls: {
    input: { query?: { date?: string | undefined; orgUnit?: readonly string[] | undefined } | undefined };
    answer: Schemas['HallLoad'];
  };
  /** Working days and business hours, by which limits are counted */
  getCalendar: {
    input: { query: { from: string; to: string } };
    answer: { timeZone: string; days: Schemas['CalendarDay'][] };
  };
  /** What could not be processed, newest first */
  listDeadLetters: {
    input: {
      query?:
        | {
            reason?: string | undefined;
            kind?: 'event' | 'intake' | undefined;
            replayed?: 'true' | 'false' | 'any' | undefined;
            limit?: number | undefined;
            cursor?: string | null | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['DeadLetter'][]; nextCursor: string | null };
  };
  /** How many wait, by reason, most first */
  countDeadLetters: { input: Nothing; answer: { items: { reason: string; count: number }[] } };
  /** Take dead letters up again; safe to repeat */
  replayDeadLetters: { input: { body: Schemas['ReplayRequest'] }; answer: Schemas['ReplayAnswer'] };
  /** One dead letter with the event that it is about */
  getDeadLetter: { input: { params: { id: string } }; answer: Schemas['WholeDeadLetter'] };
  /** All feeds, by name: last sign of life, and whether they are silent */
  listFeeds: { input: Nothing; answer: { items: Schemas['Feed'][]; silentAfterMinutes: number; at: string } };
  /** Runs of scheduled jobs, the latest first */
  listJobRuns: {
    input: {
      query?:
        | {
            job?: string | undefined;
            status?: 'running' | 'done' | 'failed' | 'skipped' | undefined;
            from?: string | undefined;
            to?: string | undefined;
            limit?: number | undefined;
            cursor?: string | null | undefined;
          }
        | undefined;
    };
    answer: { items: Schemas['JobRun'][]; nextCursor: string | null };
  };
  /** Open the page that shows the queues, for 15 minutes where a token asks */
  openQueueBoard: { input: Nothing; answer: { address: string } };
  /** Sign in with a local account; the answer sets the session cookie */
  signIn: { input: { body: { user: string; password: string } }; answer: Schemas['Me'] };
  /** End this session */
  signOut: { input: Nothing; answer: { ended: boolean; goOnTo: string | null } };
  /** Who I am, what I may, and the csrfToken of my session */
  getMe: { input: Nothing; answer: Schemas['Me'] };
  /** Change my password; my other sessions end */
  changePassword: { input: { body: { current: string; next: string } }; answer: { changed: boolean } };
  /** How people may sign in here */
  listSignInMethods: { input: Nothing; answer: { password: boolean; openId: string | null } };
  /** Begin to sign in by the OpenID provider: sends the browser there */
  startOpenIdSignIn: { input: { query?: { to?: string | undefined } | undefined }; answer: string };
  /** Where the OpenID provider sends people back to; sets the session cookie */
  finishOpenIdSignIn: {
    input: {
      query?:
        | {
            state?: string | undefined;
            code?: string | undefined;
            iss?: string | undefined;
            error?: string | undefined;
          }
        | undefined;
    };
    answer: string;
  };
  /** All accounts, in the order of their ids */
  listUsers: { input: Nothing; answer: { items: Schemas['User'][] } };
  /** Make an account; its first password is told once and must be changed */
  createUser: {
    input: {
      body: {
        id: string;
        displayName: string;
        operatorIds?: readonly string[] | undefined;
        grants?:
          | readonly {
              role: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator';
              orgUnit?: string | undefined;
            }[]
          | undefined;
        groups?: readonly string[] | undefined;
        exclusions?:
          | readonly {
              role?: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator' | undefined;
              orgUnit?: string | undefined;
            }[]
          | undefined;
        identity?: { issuer: string; subject: string } | null | undefined;
        withPassword?: boolean | undefined;
      };
    };
    answer: {
      id: string;
      displayName: string;
      operatorIds: string[];
      grants: {
        role: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator';
        orgUnit?: string;
      }[];
      groups: string[];
      exclusions: {
        role?: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator';
        orgUnit?: string;
      }[];
      identity: { issuer: string; subject: string } | null;
      disabled: boolean;
      hasPassword: boolean;
      mustChangePassword: boolean;
      lockedUntil: string | null;
      createdAt: string;
      version: number;
      password: string | null;
    };
  };
  /** One account */
  getUser: { input: { params: { id: string } }; answer: Schemas['User'] };
  /** Change what is given; takes effect with the next request of that person */
  changeUser: {
    input: {
      params: { id: string };
      body: {
        displayName?: string | undefined;
        operatorIds?: readonly string[] | undefined;
        grants?:
          | readonly {
              role: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator';
              orgUnit?: string | undefined;
            }[]
          | undefined;
        groups?: readonly string[] | undefined;
        exclusions?:
          | readonly {
              role?: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator' | undefined;
              orgUnit?: string | undefined;
            }[]
          | undefined;
        identity?: { issuer: string; subject: string } | null | undefined;
        disabled?: boolean | undefined;
      };
      version?: number | undefined;
    };
    answer: Schemas['User'];
  };
  /** Give a new first password; all sessions of the person end */
  resetPassword: { input: { params: { id: string } }; answer: { password: string } };
  /** Unlock an account after too many wrong passwords */
  unlockUser: { input: { params: { id: string } }; answer: Schemas['User'] };
  /** All groups */
  listGroups: { input: Nothing; answer: { items: Schemas['Group'][] } };
  /** Make or replace a group */
  putGroup: {
    input: {
      params: { id: string };
      body: {
        displayName: string;
        grants: readonly {
          role: 'admin' | 'supervisor' | 'inspector' | 'author' | 'auditor' | 'integrator';
          orgUnit?: string | undefined;
        }[];
      };
    };
    answer: Schemas['Group'];
  };
  /** Remove a group; its members lose what it granted */
  removeGroup: { input: { params: { id: string } }; answer: { removed: boolean } };
  /** The process is alive */
  getHealth: { input: Nothing; answer: { status: 'ok' } };
  /** The service can do its work: stores, rules, calendar, worker, scheduler */
  getReadiness: { input: Nothing; answer: Schemas['Readiness'] };
  /** Metrics for Prometheus */
  getMetrics: { input: Nothing; answer: string };
  /** This document */
  getOpenApi: { input: Nothing; answer: { openapi: string } };
}

/** Where each operation is: method, path, whether it is open to anybody, the headers it reads, other statuses that bring its answer. */
export const OPERATIONS = {
  postEvents: { method: 'post', path: '/api/events' },
  getEvent: { method: 'get', path: '/api/events/{id}' },
  summarizeAlerts: { method: 'get', path: '/api/alerts/summary' },
  streamAlerts: { method: 'get', path: '/api/alerts/stream' },
  stepAlerts: { method: 'post', path: '/api/alerts/bulk', headers: ['Idempotency-Key'] },
  acknowledgeAlert: {
    method: 'post',
    path: '/api/alerts/{id}/acknowledge',
    headers: ['If-Match', 'Idempotency-Key'],
  },
  dispatchAlert: {
    method: 'post',
    path: '/api/alerts/{id}/dispatch',
    headers: ['If-Match', 'Idempotency-Key'],
  },
  rectifyAlert: {
    method: 'post',
    path: '/api/alerts/{id}/rectify',
    headers: ['If-Match', 'Idempotency-Key'],
  },
  closeAlert: { method: 'post', path: '/api/alerts/{id}/close', headers: ['If-Match', 'Idempotency-Key'] },
  reopenAlert: { method: 'post', path: '/api/alerts/{id}/reopen', headers: ['If-Match', 'Idempotency-Key'] },
  commentAlert: {
    method: 'post',
    path: '/api/alerts/{id}/comment',
    headers: ['If-Match', 'Idempotency-Key'],
  },
  listAlerts: { method: 'get', path: '/api/alerts' },
  countAlerts: { method: 'get', path: '/api/alerts/counts' },
  listOutcomes: { method: 'get', path: '/api/alerts/outcomes' },
  listRelatedAlerts: { method: 'get', path: '/api/alerts/{id}/related' },
  getAlert: { method: 'get', path: '/api/alerts/{id}' },
  addAlertEvidence: { method: 'post', path: '/api/alerts/{id}/evidence' },
  listAlertEvidence: { method: 'get', path: '/api/alerts/{id}/evidence' },
  getAlertEvidence: { method: 'get', path: '/api/alerts/{id}/evidence/{file}' },
  listSilences: { method: 'get', path: '/api/silences' },
  createSilence: { method: 'post', path: '/api/silences' },
  endSilence: { method: 'post', path: '/api/silences/{id}/end' },
  listAudit: { method: 'get', path: '/api/audit' },
  listWorkOrders: { method: 'get', path: '/api/work-orders' },
  getWorkOrder: { method: 'get', path: '/api/work-orders/{no}' },
  recallWorkOrder: { method: 'get', path: '/api/work-orders/{no}/as-known' },
  listDeadlines: { method: 'get', path: '/api/deadlines' },
  listInspections: { method: 'get', path: '/api/inspections' },
  getInspection: { method: 'get', path: '/api/inspections/{id}' },
  recordInspection: { method: 'post', path: '/api/inspections/{id}/results' },
  addInspectionEvidence: { method: 'post', path: '/api/inspections/{id}/evidence' },
  listInspectionEvidence: { method: 'get', path: '/api/inspections/{id}/evidence' },
  getInspectionEvidence: { method: 'get', path: '/api/inspections/{id}/evidence/{file}' },
  listAssessments: { method: 'get', path: '/api/assessments' },
  exportAssessments: { method: 'get', path: '/api/assessments/export.xlsx' },
  listFrozenMonths: { method: 'get', path: '/api/assessments/months' },
  freezeAssessmentMonth: { method: 'post', path: '/api/assessments/months/{month}/freeze' },
  getAssessment: { method: 'get', path: '/api/assessments/{id}' },
  acknowledgeAssessment: {
    method: 'post',
    path: '/api/assessments/{id}/acknowledge',
    headers: ['If-Match', 'Idempotency-Key'],
  },
  appealAssessment: {
    method: 'post',
    path: '/api/assessments/{id}/appeal',
    headers: ['If-Match', 'Idempotency-Key'],
  },
  decideAssessment: {
    method: 'post',
    path: '/api/assessments/{id}/decide',
    headers: ['If-Match', 'Idempotency-Key'],
  },
  reverseAssessment: {
    method: 'post',
    path: '/api/assessments/{id}/reverse',
    headers: ['If-Match', 'Idempotency-Key'],
  },
  listReconciliations: { method: 'get', path: '/api/reconciliations' },
  getReconciliation: { method: 'get', path: '/api/reconciliations/{unit}/{date}' },
  printReconciliation: { method: 'get', path: '/api/reconciliations/{unit}/{date}/print' },
  signReconciliation: { method: 'post', path: '/api/reconciliations/{unit}/{date}/sign' },
  getReport: { method: 'get', path: '/api/reports/{period}' },
  listDeliveries: { method: 'get', path: '/api/deliveries' },
  getDelivery: { method: 'get', path: '/api/deliveries/{id}' },
  retryDelivery: { method: 'post', path: '/api/deliveries/{id}/retry' },
  listChannels: { method: 'get', path: '/api/channels' },
  testChannel: { method: 'post', path: '/api/channels/{name}/test' },
  startBacktest: { method: 'post', path: '/api/rules/backtest' },
  listBacktests: { method: 'get', path: '/api/rules/backtest' },
  getBacktest: { method: 'get', path: '/api/rules/backtest/{id}' },
  cancelBacktest: { method: 'post', path: '/api/rules/backtest/{id}/cancel' },
  explainRule: { method: 'get', path: '/api/rules/{id}/explain' },
  tryRule: { method: 'post', path: '/api/rules/try' },
  getPublishing: { method: 'get', path: '/api/rules/publishing' },
  listPublications: { method: 'get', path: '/api/rules/publications' },
  getPublication: { method: 'get', path: '/api/rules/publications/{id}' },
  listRuleVersions: { method: 'get', path: '/api/rules/{id}/versions' },
  compareRuleVersions: { method: 'get', path: '/api/rules/{id}/changes' },
  getRuleFile: { method: 'get', path: '/api/rules/{id}/file' },
  proposeRules: { method: 'post', path: '/api/rules/proposals' },
  listProposals: { method: 'get', path: '/api/rules/proposals' },
  getProposal: { method: 'get', path: '/api/rules/proposals/{id}' },
  approveProposal: { method: 'post', path: '/api/rules/proposals/{id}/approve' },
  rejectProposal: { method: 'post', path: '/api/rules/proposals/{id}/reject' },
  withdrawProposal: { method: 'post', path: '/api/rules/proposals/{id}/withdraw' },
  getRuleHealth: { method: 'get', path: '/api/rules/health' },
  getMyNotifications: { method: 'get', path: '/api/me/notifications' },
  setMyNotifications: { method: 'post', path: '/api/me/notifications' },
  listRules: { method: 'get', path: '/api/rules' },
  getRule: { method: 'get', path: '/api/rules/{id}' },
  getCoverage: { method: 'get', path: '/api/coverage' },
  listOrgUnits: { method: 'get', path: '/api/org-units' },
  loadOfHalls: { method: 'get', path: '/api/halls/load' },
  getCalendar: { method: 'get', path: '/api/calendar' },
  listDeadLetters: { method: 'get', path: '/api/dead-letters' },
  countDeadLetters: { method: 'get', path: '/api/dead-letters/reasons' },
  replayDeadLetters: { method: 'post', path: '/api/dead-letters/replay' },
  getDeadLetter: { method: 'get', path: '/api/dead-letters/{id}' },
  listFeeds: { method: 'get', path: '/api/feeds' },
  listJobRuns: { method: 'get', path: '/api/jobs' },
  openQueueBoard: { method: 'post', path: '/api/queue-board' },
  signIn: { method: 'post', path: '/api/session', open: true },
  signOut: { method: 'post', path: '/api/session/end' },
  getMe: { method: 'get', path: '/api/me' },
  changePassword: { method: 'post', path: '/api/me/password' },
  listSignInMethods: { method: 'get', path: '/api/session/methods', open: true },
  startOpenIdSignIn: { method: 'get', path: '/api/session/oidc', open: true },
  finishOpenIdSignIn: { method: 'get', path: '/api/session/oidc/callback', open: true },
  listUsers: { method: 'get', path: '/api/users' },
  createUser: { method: 'post', path: '/api/users' },
  getUser: { method: 'get', path: '/api/users/{id}' },
  changeUser: { method: 'post', path: '/api/users/{id}', headers: ['If-Match'] },
  resetPassword: { method: 'post', path: '/api/users/{id}/password' },
  unlockUser: { method: 'post', path: '/api/users/{id}/unlock' },
  listGroups: { method: 'get', path: '/api/groups' },
  putGroup: { method: 'post', path: '/api/groups/{id}' },
  removeGroup: { method: 'post', path: '/api/groups/{id}/remove' },
  getHealth: { method: 'get', path: '/healthz', open: true },
  getReadiness: { method: 'get', path: '/readyz', open: true, answers: [503] },
  getMetrics: { method: 'get', path: '/metrics', open: true },
  getOpenApi: { method: 'get', path: '/api/openapi.json', open: true },
} as const;
