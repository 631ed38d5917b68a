import type { JsonObject } from '../json.js';

/** What is simulated. The same settings give the same simulation, byte by byte. */
export interface SimulationSettings {
  /** A whole number from 0 on. */
  readonly seed: number;
  readonly workOrders: number;
  /** Business days on which work orders are opened. */
  readonly days: number;
  /** Share of the work orders, and of the days of halls, on which something goes wrong: 0 … 1. */
  readonly faultRate: number;
  /** First business day or the day before it, YYYY-MM-DD. */
  readonly start: string;
}

/** A CloudEvent as it is sent. */
export interface CloudEvent extends JsonObject {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  subject: string;
  time: string;
  recordedtime?: string;
  sequence?: string;
  data: JsonObject;
}

/** An event on its way. */
export interface Delivery {
  readonly event: CloudEvent;
  /** When it reaches the service, epoch ms. */
  readonly arrivesAt: number;
}

/** Something that was done wrong, what the rules must say of it, and when. */
export interface TruthRow {
  /** See docs/simulate.md; `FAULT_KINDS` has them all. */
  readonly kind: string;
  /** The work order no., or the code of the hall or feed. */
  readonly subject: string;
  /** The record it is found on. */
  readonly recordId: string;
  readonly process?: string;
  /** Every rule that must find it. */
  readonly rules: readonly string[];
  readonly findings: readonly ExpectedFinding[];
}

/** One finding that a rule must make. Times are ISO 8601 with offset. */
export interface ExpectedFinding {
  readonly rule: string;
  readonly stage?: string;
  readonly visit?: number;
  /** The first moment at which it can be known, had all events come on the instant. */
  readonly firstKnownAt: string;
  /** Where there is a limit: when it ran out; left out when all was put right after the warning and before that. */
  readonly overdueAt?: string;
  /** When it was put right; left out when it never was, or cannot be. */
  readonly curedAt?: string;
}

/** Beside the events: what was asked for and what came of it. */
export interface Manifest {
  readonly format: 1;
  /** Of yxrisk. */
  readonly version: string;
  readonly settings: SimulationSettings;
  readonly period: {
    readonly from: string;
    readonly to: string;
    /** After this instant everything in the truth can be known. */
    readonly settledAt: string;
  };
  readonly counts: {
    /** Lines of events.ndjson. */
    readonly deliveries: number;
    readonly events: number;
    readonly duplicates: number;
    /** Events that come after one that happened later. */
    readonly outOfOrder: number;
    readonly workOrders: number;
    readonly hallDays: number;
    readonly faults: number;
    readonly findings: number;
  };
  readonly byType: Readonly<Record<string, number>>;
  readonly byProcess: Readonly<Record<string, number>>;
  readonly byFault: Readonly<Record<string, number>>;
  /** SHA-256 of the two files. */
  readonly hashes: { readonly events: string; readonly truth: string };
}

/** A simulation in memory. */
export interface Simulation {
  /** In the order in which they reach the service; the same event may come twice. */
  readonly deliveries: readonly Delivery[];
  readonly truth: readonly TruthRow[];
  readonly manifest: Manifest;
  /** The texts of the files. */
  readonly files: { readonly events: string; readonly truth: string; readonly manifest: string };
}
