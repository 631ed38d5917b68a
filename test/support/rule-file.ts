import type { RuleFile } from '../../src/engine/rule-file.js';

/** A small valid rule, changed as a test needs it. */
export function ruleFile(changes: Partial<RuleFile> & { id: string }): RuleFile {
  return {
    version: 1,
    status: 'active',
    name: `测试规则 ${changes.id}`,
    riskPoint: { kind: 'timeout', clauses: ['YXZY-YY-145/3/Q1'] },
    basis: [{ document: '测试', certainty: 'assumption' }],
    trigger: { on: 'event', types: ['stage.completed'] },
    conditions: { all: [{ fact: 'workOrder.status', operator: 'equal', value: 'open' }] },
    event: {
      type: 'alert',
      params: { severity: 'high', title: '标题', advice: '建议', assignTo: 'shift-supervisor' },
    },
    tests: [
      { name: '命中', facts: { 'workOrder.status': 'open' }, expect: 'hit' },
      { name: '不命中', facts: { 'workOrder.status': 'closed' }, expect: 'no_hit' },
    ],
    ...changes,
  };
}
