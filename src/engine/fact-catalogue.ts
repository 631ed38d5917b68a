import type { FactDefinition } from './fact-definition.js';
import { ACCEPTANCE_FACTS } from './facts/acceptance-facts.js';
import { CHECKLIST_FACTS } from './facts/checklist-facts.js';
import { DOCUMENT_FACTS } from './facts/document-facts.js';
import { EVENT_FACTS } from './facts/event-facts.js';
import { HANDOVER_FACTS } from './facts/handover-facts.js';
import { MILESTONE_FACTS } from './facts/milestone-facts.js';
import { PARAMETER_FACTS } from './facts/parameter-facts.js';
import { RECORD_FACTS } from './facts/record-facts.js';
import { SIGNATURE_FACTS } from './facts/signature-facts.js';
import { STAGE_FACTS } from './facts/stage-facts.js';
import { TIME_FACTS } from './facts/time-facts.js';
import { WINDOW_FACTS } from './facts/window-facts.js';
import { WINDOW_SPAN_FACTS } from './facts/window-span-facts.js';
import { WORK_ORDER_FACTS } from './facts/work-order-facts.js';

/** Every fact a rule may name, by name. To add one: define it in `facts/`, it is found here. */
export const FACT_CATALOGUE: ReadonlyMap<string, FactDefinition> = new Map(
  [
    EVENT_FACTS,
    WORK_ORDER_FACTS,
    STAGE_FACTS,
    DOCUMENT_FACTS,
    CHECKLIST_FACTS,
    SIGNATURE_FACTS,
    RECORD_FACTS,
    HANDOVER_FACTS,
    ACCEPTANCE_FACTS,
    MILESTONE_FACTS,
    TIME_FACTS,
    PARAMETER_FACTS,
    WINDOW_FACTS,
    WINDOW_SPAN_FACTS,
  ]
    .flat()
    .map((fact) => [fact.name, fact]),
);
