import { describe, expect, it } from '@jest/globals';
import {
  applyEvent,
  foldEvents,
  newWorkOrder,
  projectWorkOrder,
} from '../../src/work-orders/project-work-order.js';
import type { JsonObject } from '../../src/json.js';
import { makeEvent, minuteAt } from './make-event.js';

describe('identity and life of a work order', () => {
  it('takes what workorder.opened tells', () => {
    const workOrder = foldEvents([
      makeEvent('workorder.opened', 1, {
        process: '高压新装',
        customerNo: 'C1',
        customerClass: '高压双电源',
        sameCity: true,
        managingUnit: '33401',
        orgUnit: '33402',
        feed: 'sales-hz',
      }),
    ]);
    expect(workOrder).toMatchObject({
      no: 'WO-1',
      subject: 'WO-1',
      subjectType: 'workOrder',
      process: '高压新装',
      customerNo: 'C1',
      customerClass: '高压双电源',
      sameCity: true,
      managingUnit: '33401',
      orgUnit: '33402',
      feed: 'sales-hz',
      status: 'open',
      openedAt: minuteAt(1),
    });
  });

  it('lets a later opening correct the process, but no other event', () => {
    const workOrder = foldEvents([
      makeEvent('stage.arrived', 0, { stage: '业务受理', process: '减容' }),
      makeEvent('workorder.opened', 1, { process: '暂停' }),
      makeEvent('stage.completed', 2, { stage: '业务受理', process: '减容' }),
      makeEvent('workorder.opened', 3, { process: '暂停恢复', sameCity: false }),
    ]);
    expect(workOrder.process).toBe('暂停恢复');
    expect(workOrder.sameCity).toBe(false);
    expect(workOrder.openedAt).toBe(minuteAt(1));
  });

  it('keeps the unit of the latest event that named one', () => {
    const workOrder = foldEvents([
      makeEvent('workorder.opened', 1, { orgUnit: 'A' }),
      makeEvent('stage.arrived', 2, { stage: '审批', orgUnit: 'B' }),
      makeEvent('stage.completed', 3, { stage: '审批' }),
    ]);
    expect(workOrder.orgUnit).toBe('B');
    expect(workOrder.stages[0]?.orgUnit).toBe('B');
  });

  it('ends with the first end, says cancelled when that is told last, and goes on when opened again', () => {
    const ended = foldEvents([
      makeEvent('workorder.opened', 1),
      makeEvent('workorder.closed', 5),
      makeEvent('workorder.cancelled', 7),
    ]);
    expect(ended).toMatchObject({ status: 'cancelled', endedAt: minuteAt(5) });
    const reopened = projectWorkOrder([makeEvent('workorder.opened', 9)], ended);
    expect(reopened.status).toBe('open');
    expect(reopened).not.toHaveProperty('endedAt');
    expect(reopened.openedAt).toBe(minuteAt(1));
  });

  it('has no unset keys, so that it is stored as it is', () => {
    const workOrder = foldEvents([
      makeEvent('workorder.opened', 1),
      makeEvent('stage.arrived', 2, { stage: '审批' }),
      makeEvent('signature.recorded', 3, { document: '受理单', role: 'customer' }),
      makeEvent('handover.recorded', 4),
      makeEvent('acceptance.offline', 5),
      makeEvent('workorder.suspended', 6),
      makeEvent('meter.installed', 7),
    ]);
    expect(workOrder).toStrictEqual(JSON.parse(JSON.stringify(workOrder)));
  });
});

describe('suspensions', () => {
  it('keeps the first of repeated suspensions and ignores a resumption of nothing', () => {
    const workOrder = foldEvents([
      makeEvent('workorder.resumed', 1),
      makeEvent('workorder.suspended', 2, { side: 'customer', reason: '客户原因' }),
      makeEvent('workorder.suspended', 3, { side: 'customer', reason: '再次' }),
      makeEvent('workorder.resumed', 5, { side: 'customer' }),
      makeEvent('workorder.resumed', 6),
    ]);
    expect(workOrder.pauses).toStrictEqual([
      { from: minuteAt(2), to: minuteAt(5), side: 'customer', reason: '客户原因' },
    ]);
  });

  it('keeps the two sides apart; a resumption that names no side ends both', () => {
    const workOrder = foldEvents([
      makeEvent('workorder.suspended', 1, { side: 'customer' }),
      makeEvent('workorder.suspended', 2, { side: 'utility' }),
      makeEvent('workorder.resumed', 3, { side: 'utility' }),
      makeEvent('workorder.suspended', 4, { side: 'utility' }),
      makeEvent('workorder.resumed', 5),
    ]);
    expect(workOrder.pauses.map(({ side, from, to }) => [side, from, to])).toStrictEqual([
      ['customer', minuteAt(1), minuteAt(5)],
      ['utility', minuteAt(2), minuteAt(3)],
      ['utility', minuteAt(4), minuteAt(5)],
    ]);
  });

  it('ends open pauses with the work order and opens none after it', () => {
    const workOrder = foldEvents([
      makeEvent('workorder.suspended', 1),
      makeEvent('workorder.closed', 4),
      makeEvent('workorder.suspended', 5),
    ]);
    expect(workOrder.pauses).toStrictEqual([{ from: minuteAt(1), to: minuteAt(4), side: 'customer' }]);
  });
});

describe('evidence', () => {
  it('keeps documents, shortfalls, contact cards, entries and checks as told', () => {
    const stage = '业务受理';
    const workOrder = foldEvents([
      makeEvent('document.received', 1, {
        stage,
        document: '身份证',
        paper: true,
        electronic: false,
        copies: 2,
      }),
      makeEvent('document.shortfall.notified', 2, {
        stage,
        documents: ['产权证'],
        agreedDate: '2026-03-05',
      }),
      makeEvent('contactcard.issued', 3, { stage, fields: { phone: '0571-1' } }),
      makeEvent(
        'record.entered',
        4,
        { stage, form: '申请', fields: { phone: '1' }, operator: { id: 'u1', name: '张三' } },
        { recordedAt: minuteAt(9) },
      ),
      makeEvent('record.checked', 5, { stage, form: '申请', checker: { id: 'u2' }, mismatches: ['phone'] }),
      makeEvent('record.checked', 6, { operator: { id: 'u3' } }),
    ]);
    expect(workOrder.documents).toStrictEqual([
      { document: '身份证', at: minuteAt(1), stage, paper: true, electronic: false, copies: 2 },
    ]);
    expect(workOrder.shortfalls).toStrictEqual([
      { documents: ['产权证'], at: minuteAt(2), stage, agreedDate: '2026-03-05' },
    ]);
    expect(workOrder.contactCards).toStrictEqual([{ at: minuteAt(3), stage, fields: { phone: '0571-1' } }]);
    expect(workOrder.records).toStrictEqual([
      {
        at: minuteAt(4),
        recordedAt: minuteAt(9),
        stage,
        form: '申请',
        fields: { phone: '1' },
        operatorId: 'u1',
      },
    ]);
    expect(workOrder.checks).toStrictEqual([
      { at: minuteAt(5), stage, form: '申请', checkerId: 'u2', mismatches: ['phone'] },
      { at: minuteAt(6), checkerId: 'u3', mismatches: [] },
    ]);
  });

  it('takes the signer as told, id before name, else the operator who recorded it', () => {
    const sign = (minute: number, data: JsonObject) =>
      makeEvent('signature.recorded', minute, {
        document: '受理单',
        role: 'customer',
        operator: { id: 'op' },
        ...data,
      });
    const { signatures } = foldEvents([
      sign(1, { signer: '李四' }),
      sign(2, { signer: { id: 'u7', name: '李四' } }),
      sign(3, { signer: { name: '李四' } }),
      sign(4, {}),
      makeEvent('signature.recorded', 5, { role: 'customer' }),
    ]);
    expect(signatures.map((s) => s.signer)).toStrictEqual(['李四', 'u7', '李四', 'op']);
  });

  it('signs a handover by the event, or by separate signatures before or after it', () => {
    const stage = '业务受理';
    const book = '业务档案移交记录簿';
    const { handovers } = foldEvents([
      makeEvent('signature.recorded', 1, { document: book, role: 'giver', signer: 'g', stage }),
      makeEvent('handover.recorded', 2, { stage, toStage: '现场勘查', documents: ['身份证'], receiver: 'r' }),
      makeEvent('signature.recorded', 3, { document: book, role: 'receiver', signer: 'r2', stage }),
      makeEvent('handover.recorded', 4, {
        stage,
        documents: [],
        giver: { id: 'g2' },
        giverSigned: true,
        receiverSigned: false,
      }),
      makeEvent('signature.recorded', 5, { document: book, role: 'receiver', stage: '审批' }),
    ]);
    expect(handovers).toStrictEqual([
      {
        at: minuteAt(2),
        stage,
        toStage: '现场勘查',
        documents: ['身份证'],
        giver: 'g',
        giverSigned: true,
        receiver: 'r',
        receiverSigned: true,
      },
      { at: minuteAt(4), stage, documents: [], giver: 'g2', giverSigned: true, receiverSigned: false },
    ]);
  });

  it('backfills the latest waiting offline acceptance with the time of entry', () => {
    const { acceptances } = foldEvents([
      makeEvent('acceptance.offline', 1, { incident: 'power', contact: '13800000000' }),
      makeEvent('acceptance.backfilled', 2, { incident: 'power' }, { recordedAt: minuteAt(50) }),
      makeEvent('acceptance.backfilled', 3),
    ]);
    expect(acceptances).toStrictEqual([
      { at: minuteAt(1), incident: 'power', contact: '13800000000', backfilledAt: minuteAt(50) },
      { at: minuteAt(3), backfilledAt: minuteAt(3) },
    ]);
  });

  it('takes the contact from the backfill where the acceptance told none', () => {
    const { acceptances } = foldEvents([
      makeEvent('acceptance.offline', 1),
      makeEvent('acceptance.backfilled', 2, { contact: '139' }),
      makeEvent('acceptance.offline', 3, { contact: '138' }),
      makeEvent('acceptance.backfilled', 4, { contact: '139' }),
    ]);
    expect(acceptances.map((a) => a.contact)).toStrictEqual(['139', '138']);
  });

  it('joins a backfill that is dated back to the acceptance and sorts before it', () => {
    const { acceptances } = foldEvents([
      makeEvent('acceptance.backfilled', 1, {}, { id: 'a', recordedAt: minuteAt(50) }),
      makeEvent('acceptance.offline', 1, { contact: '138' }, { id: 'b', recordedAt: minuteAt(50) }),
    ]);
    expect(acceptances).toStrictEqual([{ at: minuteAt(1), contact: '138', backfilledAt: minuteAt(50) }]);
  });
});

describe('milestones, attributes and counts', () => {
  it('keeps milestones and unknown types with their own fields, without the common ones', () => {
    const workOrder = foldEvents([
      makeEvent(
        'contract.signed',
        1,
        {
          stage: '签订合同',
          process: '高压新装',
          operator: { id: 'u' },
          attributes: {},
          utilitySigned: true,
        },
        { recordedAt: minuteAt(2) },
      ),
      makeEvent('~acme.strange.thing', 3, { depth: { a: [1] } }),
    ]);
    expect(workOrder.milestones).toStrictEqual({
      'contract.signed': [
        {
          at: minuteAt(1),
          recordedAt: minuteAt(2),
          stage: '签订合同',
          operatorId: 'u',
          data: { utilitySigned: true },
        },
      ],
      'acme.strange.thing': [{ at: minuteAt(3), data: { depth: { a: [1] } } }],
    });
    expect(workOrder.seen['acme.strange.thing']).toStrictEqual({
      count: 1,
      firstAt: minuteAt(3),
      lastAt: minuteAt(3),
    });
  });

  it('keeps the newest 50 of a milestone and counts all', () => {
    const workOrder = newWorkOrder({ recordId: 'hall:H1@2026-03-02', subjectType: 'hall', subject: 'H1' });
    for (let minute = 0; minute < 60; minute += 1) {
      applyEvent(workOrder, makeEvent('hall.queue.sampled', minute, { waiting: minute }));
    }
    const samples = workOrder.milestones['hall.queue.sampled'] ?? [];
    expect(samples.map((m) => m.data['waiting'])).toStrictEqual(Array.from({ length: 50 }, (_, i) => i + 10));
    expect(workOrder.seen['hall.queue.sampled']).toStrictEqual({
      count: 60,
      firstAt: minuteAt(0),
      lastAt: minuteAt(59),
    });
  });

  it('merges attributes key by key, later values whole, and is not polluted', () => {
    const hostile = JSON.parse('{"__proto__":{"polluted":true},"constructor":"c"}') as JsonObject;
    const workOrder = foldEvents([
      makeEvent('workorder.opened', 1, { attributes: { a: 1, b: { x: 1, y: 2 } } }),
      makeEvent('visit.completed', 2, { attributes: { b: { z: 3 }, c: null } }),
      makeEvent('~toString', 3, { attributes: hostile }),
      makeEvent('~__proto__', 4),
    ]);
    expect(workOrder.attributes).toMatchObject({ a: 1, b: { z: 3 }, c: null });
    expect(Object.getPrototypeOf(workOrder.attributes)).toBe(Object.prototype);
    expect(({} as JsonObject)['polluted']).toBeUndefined();
    expect(Object.keys(workOrder.seen)).toStrictEqual([
      'workorder.opened',
      'visit.completed',
      'toString',
      '__proto__',
    ]);
    expect(Object.keys(workOrder.milestones)).toStrictEqual(['visit.completed', 'toString', '__proto__']);
  });
});

describe('the exported folds', () => {
  it('leave base and events alone', () => {
    const events = [
      makeEvent('workorder.opened', 1, { attributes: { a: { b: 1 } } }),
      makeEvent('stage.arrived', 2, { stage: '审批' }),
    ];
    const base = projectWorkOrder(events.slice(0, 1));
    const before = structuredClone([base, events]);
    projectWorkOrder(events.slice(1), base);
    expect([base, events]).toStrictEqual(before);
  });

  it('refuse a broken order, a repeat and an empty start, naming the event', () => {
    const [first, second] = [makeEvent('workorder.opened', 1), makeEvent('workorder.closed', 2)];
    expect(() => projectWorkOrder([second, first])).toThrow(first.key);
    expect(() => projectWorkOrder([first, first])).toThrow(RangeError);
    expect(() => projectWorkOrder([first], projectWorkOrder([first, second]))).toThrow(RangeError);
    expect(() => projectWorkOrder([])).toThrow('newWorkOrder');
    expect(() => foldEvents([makeEvent('hall.queue.sampled', 1, {}, { subject: 'H1' })])).toThrow('H1');
  });
});
