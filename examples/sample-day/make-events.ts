import { writeFile } from 'node:fs/promises';
import type { SampleDayTemplate, SampleEvent, SampleRecord } from '../../src/events/load-sample-day.js';
import { addPapers } from './add-papers.js';
import { acceptOrder } from './accept-order.js';
import { makeCleanOrders } from './clean-orders.js';
import { makeFaultyOrders } from './faulty-orders.js';
import { makeHallDay } from './hall-day.js';
import { makeOrder } from './make-order.js';
import { LINJIANG_2 } from './people.js';
import { RESIDENTIAL } from './processes.js';

export const SAMPLE_DAY_FILE = new URL('./events.json', import.meta.url);

/** The whole sample day; the same every time. */
export function makeSampleDay(): SampleDayTemplate {
  const scenes = [...makeCleanOrders(), ...makeFaultyOrders()];
  const hallDay = makeHallDay();
  const late = makeLateOrder();

  const told = scenes.flatMap(({ order, rules }) => addPapers(order, rules.length === 0));
  const events = [...told, ...late.order, ...hallDay.events].sort(byArrival);
  const again = events.find(({ id }) => id === '0101-01');
  const records: SampleRecord[] = [
    ...scenes.map(({ order, shows, rules }) => ({ recordId: order.subject, shows, rules })),
    late.record,
    ...hallDay.records,
  ];
  return {
    description:
      '示例业务日：虚构的单位、人员与客户。day 是相对示例日 D 的工作日偏移；{D} 与 {day n} 在装载时换成日期。由 make-events.ts 生成，请勿手改。',
    source: '/sample/sales',
    records,
    // The late event comes last of all, and so does one that is sent a second time.
    events: [...events, ...late.signature, ...(again ? [again] : [])],
  };
}

/** A signature that reaches the sales system a day after it was given: seen without it, the form looks unsigned. */
function makeLateOrder(): { order: SampleEvent[]; signature: SampleEvent[]; record: SampleRecord } {
  const order = makeOrder({
    no: '0201', process: RESIDENTIAL, customerClass: '低压居民', hall: LINJIANG_2, day: -1, time: '10:00',
  }); // prettier-ignore
  acceptOrder(order);
  const isLate = ({ data }: SampleEvent) => data['role'] === 'handler';
  const signature = order.events
    .filter(isLate)
    .map((event) => ({ ...event, recorded: { day: 0, time: '16:50' } }));
  return {
    order: addPapers(order, true).filter((event) => !isLate(event)),
    signature,
    record: {
      recordId: order.subject,
      shows: '受理人签名次日才补录：先报缺签，补录到达后重算撤回（迟到事件）；发送后没有下文',
      rules: ['sent-not-arrived'],
    },
  };
}

function byArrival(a: SampleEvent, b: SampleEvent): number {
  const [x, y] = [a.recorded ?? a, b.recorded ?? b];
  return x.day - y.day || (x.time < y.time ? -1 : x.time > y.time ? 1 : 0);
}

/** One event a line: a change shows as a line. */
export function formatSampleDay({ description, source, records, events }: SampleDayTemplate): string {
  const lines = (items: readonly unknown[]) => items.map((item) => `    ${JSON.stringify(item)}`).join(',\n');
  return [
    '{',
    `  "description": ${JSON.stringify(description)},`,
    `  "source": ${JSON.stringify(source)},`,
    `  "records": [\n${lines(records)}\n  ],`,
    `  "events": [\n${lines(events)}\n  ]`,
    '}',
    '',
  ].join('\n');
}

// node --import tsx examples/sample-day/make-events.ts
if (process.argv[1]?.endsWith('make-events.ts')) {
  await writeFile(SAMPLE_DAY_FILE, formatSampleDay(makeSampleDay()));
}
