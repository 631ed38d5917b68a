import { describe, expect, it } from '@jest/globals';
import { binaryRequest, cloudEvent, errorsOf, parse, request } from './event-samples.js';

const blankNeeded = 'must not begin or end with white space';
const person = 'must be a person: an id, or {"id": …, "name": …}';

/** What is put over the good event, and every error that must be told. */
const ATTRIBUTES: [string, Record<string, unknown>, string[]][] = [
  ['no specversion', { specversion: undefined }, ['specversion: is required']],
  ['another specversion', { specversion: '0.3' }, ['specversion: is not supported']],
  ['a specversion that is a number', { specversion: 1 }, ['specversion: is not supported']],
  ['no id', { id: undefined }, ['id: is required: a text']],
  ['an id that is null', { id: null }, ['id: is required: a text']],
  ['an id that is a number', { id: 17 }, ['id: must be a text']],
  ['an empty id', { id: '' }, ['id: must not be empty']],
  ['a long id', { id: 'x'.repeat(257) }, ['id: must have at most 256 characters']],
  ['an id with a blank', { id: 'a b' }, ['id: must not contain white space or control characters']],
  ['an id with a line feed', { id: 'a\n' }, ['id: must not contain white space or control characters']],
  [
    'a source with a blank',
    { source: '/sales zj' },
    [
      'source: must be a URI reference such as /sales/zj/hz (no white space; percent-encode other characters)',
    ],
  ],
  [
    'a source with a bad escape',
    { source: '/sales/%zz' },
    [
      'source: must be a URI reference such as /sales/zj/hz (no white space; percent-encode other characters)',
    ],
  ],
  ['a long source', { source: `/${'x'.repeat(256)}` }, ['source: must have at most 256 characters']],
  [
    'a type without a dot',
    { type: 'completed' },
    ['type: must be a dotted name such as yxzy.stage.completed (letters, digits, _ and -)'],
  ],
  ['a type that is a name of JavaScript', { type: 'yxzy.constructor' }, ['type: is a reserved word']],
  ['a type that is another name of JavaScript', { type: 'yxzy.toString' }, ['type: is a reserved word']],
  ['a long type', { type: `a.${'b'.repeat(127)}` }, ['type: must have at most 128 characters']],
  ['no subject', { subject: undefined }, ['subject: is required: a text']],
  [
    'a subject that could be taken for a day record',
    { subject: 'hall:ZJ@2026-11-20' },
    [
      'subject: must be a work order no. or a code: letters, digits, . _ - / and blanks inside, beginning with a letter or digit',
    ],
  ],
  [
    'a subject with a blank at its end',
    { subject: '3301 ' },
    [
      'subject: must be a work order no. or a code: letters, digits, . _ - / and blanks inside, beginning with a letter or digit',
    ],
  ],
  ['no time', { time: undefined }, ['time: is required: an RFC 3339 time such as 2026-11-20T09:30:00+08:00']],
  ['a time that is a number', { time: 1795138200000 }, ['time: must be a text']],
  [
    'a time without offset',
    { time: '2026-11-20T09:30:00' },
    ['time: has no offset from UTC; write it at the end, e.g. 2026-11-20T09:30:00+08:00'],
  ],
  ['30 February', { time: '2026-02-30T09:30:00+08:00' }, ['time: names a day that does not exist']],
  ['24:60', { time: '2026-11-20T24:60:00+08:00' }, ['time: names a time of day that does not exist']],
  [
    'a leap second',
    { time: '2016-12-31T23:59:60Z' },
    ['time: names a leap second, which is not accepted; write second 59'],
  ],
  ['a time before all data', { time: '1989-12-31T23:59:59Z' }, ['time: is before 1990-01-01']],
  [
    'a time six minutes ahead',
    { time: '2026-11-20T10:06:00+08:00' },
    [
      'time: is more than 5 minutes in the future (it is 2026-11-20T02:00:00.000Z here); check the clock and the offset',
    ],
  ],
  [
    'local time sent as UTC',
    { time: '2026-11-20T09:30:00Z' },
    [
      'time: is more than 5 minutes in the future (it is 2026-11-20T02:00:00.000Z here); check the clock and the offset',
    ],
  ],
  [
    'an entry in the future',
    { recordedtime: '2026-11-21T09:30:00+08:00' },
    [
      'recordedtime: is more than 5 minutes in the future (it is 2026-11-20T02:00:00.000Z here); check the clock and the offset',
    ],
  ],
  [
    'an entry before the fact',
    { recordedtime: '2026-11-20T09:24:59+08:00' },
    ['recordedtime: is before time: a fact cannot be entered before it happened'],
  ],
  ['a sequence that is a number', { sequence: 7 }, ['sequence: must be a text']],
  ['a long sequence', { sequence: '1'.repeat(65) }, ['sequence: must have at most 64 characters']],
  ['a sequence in Chinese', { sequence: '第七' }, ['sequence: must be printable ASCII without blanks']],
  [
    'data of another type',
    { datacontenttype: 'text/xml' },
    ['datacontenttype: is not accepted: data must be JSON'],
  ],
  [
    'data in another charset',
    { datacontenttype: 'application/json; charset=gbk' },
    ['datacontenttype: is not accepted: data must be JSON'],
  ],
  [
    'binary data',
    { data: undefined, data_base64: 'e30=', type: 'a.b' },
    ['data_base64: is not accepted: put a JSON object in data'],
  ],
  [
    'an attribute in the wrong letter case, which would be lost',
    { recordedTime: '2026-11-20T09:40:00+08:00' },
    [
      'recordedTime: is no CloudEvents attribute name (lower-case letters and digits); did you mean recordedtime?',
    ],
  ],
  [
    'a data field beside data',
    { operator_id: 'u1' },
    [
      'operator_id: is no CloudEvents attribute name (lower-case letters and digits); fields of the event belong into data',
    ],
  ],
  [
    'an object as attribute',
    { operator: { id: 'u1' } },
    ['operator: an attribute must be a text, a number or true/false; fields of the event belong into data'],
  ],
];

const DATA: [string, string, unknown, string[]][] = [
  ['data that is a text', 'a.b', 'hello', ['data: must be a JSON object']],
  ['data that is a list', 'a.b', [], ['data: must be a JSON object']],
  ['common fields of an unknown type', 'a.b', { stage: 1, operator: 'u1' }, ['data.stage: must be a text', 'data.operator: must be an object']],
  ['a blank at the end of a name', 'a.b', { process: '高压新装 ' }, [`data.process: ${blankNeeded}`]],
  ['an empty name', 'a.b', { orgUnit: '' }, ['data.orgUnit: must not be empty']],
  ['a long name', 'a.b', { orgUnit: 'x'.repeat(201) }, ['data.orgUnit: must have at most 200 characters']],
  ['null for a field that is not known', 'a.b', { stage: null }, ['data.stage: must be a text, not null; leave the field out when it is not known']],
  ['a work item that is a name', 'a.b', { workItem: '业务受理' }, ['data.workItem: must be a code such as YXZY-YY-145']],
  ['an operator without structure', 'a.b', { operator: { id: 7 } }, ['data.operator.id: must be a text']],
  ['attributes that are a list', 'a.b', { attributes: [1] }, ['data.attributes: must be an object']],
  ['a work order without process', 'yxzy.workorder.opened', {}, ['data.process: is required: a text']],
  ['an unknown customer class', 'yxzy.workorder.opened', { process: '高压新装', customerClass: '高压' }, ['data.customerClass: is not one of the allowed values']],
  ['a customer number that lost its leading zeros', 'yxzy.workorder.opened', { process: '高压新装', customerNo: 123 }, ['data.customerNo: must be a text']],
  ['a flag that is a text', 'yxzy.workorder.opened', { process: '高压新装', sameCity: 'true' }, ['data.sameCity: must be true or false']],
  ['a suspension without side', 'yxzy.workorder.suspended', {}, ['data.side: is required: one of the allowed values']],
  ['a stage event without stage', 'yxzy.stage.completed', {}, ['data.stage: is required: a text']],
  ['a checker that is a list', 'yxzy.stage.completed', { stage: '业务受理', checker: ['u2'] }, [`data.checker: ${person}`]],
  ['a flow without stage', 'yxzy.flow.sent', { nextStage: '' }, ['data.stage: is required: a text', 'data.nextStage: must not be empty']],
  ['a document without name', 'yxzy.document.received', { copies: 1.5 }, ['data.document: is required: a text', 'data.copies: must be a whole number']],
  ['a negative number of copies', 'yxzy.document.received', { document: 'x', copies: -1 }, ['data.copies: must be at least 0']],
  ['a notice that names nothing', 'yxzy.document.shortfall.notified', { documents: [] }, ['data.documents: must have at least 1 entry']],
  ['a notice with an impossible day', 'yxzy.document.shortfall.notified', { documents: ['x', 2], agreedDate: '2026-02-30' }, ['data.documents[1]: must be a text', 'data.agreedDate: must be a real date written YYYY-MM-DD']],
  ['a signature by nobody in particular', 'yxzy.signature.recorded', { document: '受理单', role: 'boss' }, ['data.role: is not one of the allowed values']],
  ['a handover of too much', 'yxzy.handover.recorded', { documents: Array.from({ length: 201 }, () => 'x') }, ['data.documents: must have at most 200 entries']],
  ['a contract that ends some time', 'yxzy.contract.signed', { expiresOn: '下月' }, ['data.expiresOn: must be a real date written YYYY-MM-DD']],
  ['a queue without people', 'yxzy.hall.queue.sampled', { windowsOpen: '3' }, ['data.waiting: is required: a number', 'data.windowsOpen: must be a number']],
  ['an incident without kind', 'yxzy.hall.incident.opened', {}, ['data.kind: is required: one of the allowed values']],
  ['a heartbeat of no feed', 'yxzy.feed.heartbeat', undefined, ['data.feed: is required: a text']],
]; // prettier-ignore

describe('one bad event', () => {
  it.each(ATTRIBUTES)('%s: is refused with the place and the reason', (_, fields, errors) => {
    expect(errorsOf(request(cloudEvent(fields)))).toEqual(errors);
  });

  it.each(DATA)('%s: is refused with the place and the reason', (_, type, data, errors) => {
    expect(errorsOf(request(cloudEvent({ type, data })))).toEqual(errors);
  });

  it('hears of all its errors at once, with what is allowed', () => {
    const event = {
      ...cloudEvent(),
      specversion: '2',
      time: 'now',
      type: 'yxzy.signature.recorded',
      data: { role: 'x' },
    };
    expect(parse(request(event))).toEqual([
      {
        index: 0,
        id: 'e-1',
        errors: [
          { path: 'specversion', message: 'is not supported', allowed: ['1.0'] },
          { path: 'time', message: 'is not an RFC 3339 time such as 2026-11-20T09:30:00+08:00' },
          { path: 'data.document', message: 'is required: a text' },
          {
            path: 'data.role',
            message: 'is not one of the allowed values',
            allowed: ['customer', 'handler', 'checker', 'utilitySeal', 'giver', 'receiver'],
          },
        ],
      },
    ]);
  });

  it('may run ahead by the tolerance, no more', () => {
    expect(errorsOf(request(cloudEvent({ time: '2026-11-20T10:05:00+08:00' })))).toEqual([]);
    expect(errorsOf(request(cloudEvent({ time: '2026-11-20T10:05:00.001+08:00' })))).toHaveLength(1);
  });

  it('may be entered as long after it happened as it takes', () => {
    const late = { time: '1990-01-01T00:00:00Z', recordedtime: '2026-11-20T10:00:00+08:00' };
    expect(errorsOf(request(cloudEvent(late)))).toEqual([]);
  });
});

describe('a bad event in binary mode', () => {
  const headers = {
    'ce-specversion': '1.0',
    'ce-id': 'e-1',
    'ce-source': '/s',
    'ce-type': 'a.b',
    'ce-subject': 'W1',
    'ce-time': '2026-11-20T09:30:00+08:00',
  };
  const encoded = 'must be one value, percent-encoded UTF-8';

  it.each([
    ['attributes that are missing', { 'ce-id': '' }, ['id: must not be empty']],
    ['raw Chinese, which Node reads as Latin-1', { 'ce-subject': 'å·¥å\u008d\u0095' }, [`subject: the header ce-subject ${encoded}`]],
    ['a broken escape', { 'ce-subject': '100%' }, [`subject: the header ce-subject ${encoded}`]],
    ['an escape that is not UTF-8', { 'ce-subject': '%C4%E3' }, [`subject: the header ce-subject ${encoded}`]],
    ['data in a header', { 'ce-data': '{}' }, ['data: the header ce-data is not allowed: data is the body, its type is Content-Type']],
    ['a name that reaches into the prototype', { 'ce-__proto__': 'x' }, ['__proto__: the key "__proto__" is not allowed']],
  ])('%s: is refused with the place and the reason', (_, over, errors) => {
    expect(errorsOf(binaryRequest({ ...headers, ...over }, {}))).toEqual(errors);
  }); // prettier-ignore

  it('lists missing headers like missing attributes', () => {
    expect(errorsOf(binaryRequest({ 'ce-id': 'e-1' }, {}))).toEqual([
      'specversion: is required',
      'source: is required: a text',
      'type: is required: a text',
      'subject: is required: a text',
      'time: is required: an RFC 3339 time such as 2026-11-20T09:30:00+08:00',
    ]);
  });
});
