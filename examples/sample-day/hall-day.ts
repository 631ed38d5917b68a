import type { SampleEvent, SampleRecord } from '../../src/events/load-sample-day.js';
import type { JsonObject } from '../../src/json.js';
import { DONGWAN, HALLS, LINJIANG_1, QINGPUSHAN } from './people.js';

const HOURS = ['09:00', '10:00', '10:30', '11:00', '13:45', '15:00', '16:00'];

/**
 * What happens in the halls themselves: queues, incidents and team meetings. No heartbeats: no feed goes on after the day, and
 * its silence would be the first alert that a newcomer sees.
 */
export function makeHallDay(): { events: SampleEvent[]; records: SampleRecord[] } {
  const events: SampleEvent[] = [];
  const tell = (subject: string, time: string, type: string, data: JsonObject, day = 0) => {
    const id = `h-${subject}-${type}${day === 0 ? '' : day}-${time.replace(':', '')}`;
    events.push({ id, day, time, type: `yxzy.${type}`, subject, data });
  };
  HALLS.forEach(({ code, clerks }, h) => {
    const participants = clerks.map(({ id }) => id);
    tell(code, '08:32', 'meeting.held', { orgUnit: code, kind: '班前会', participants });
    HOURS.forEach((time, i) => {
      // 解放路营业厅一班 is overrun between ten and eleven.
      const surge = code === LINJIANG_1.code && (time === '10:00' || time === '10:30');
      const waiting = surge ? 26 : 2 + ((h + i) % 5);
      const data = { waiting, windowsOpen: surge ? 2 : 3, longestWaitMinutes: surge ? 38 : waiting * 3 };
      tell(code, time, 'hall.queue.sampled', { orgUnit: code, ...data });
    });
  });
  const incident = (hall: { code: string }, kind: string, times: readonly [string, string, string]) => {
    const data = { orgUnit: hall.code, kind };
    tell(hall.code, times[0], 'hall.incident.opened', data);
    tell(hall.code, times[1], 'hall.incident.responded', data);
    tell(hall.code, times[2], 'hall.incident.closed', data);
  };
  incident(DONGWAN, 'system', ['10:05', '10:32', '11:20']);
  incident(QINGPUSHAN, 'pc', ['14:10', '14:18', '14:50']);
  tell(DONGWAN.code, '15:40', 'drill.held', {
    orgUnit: DONGWAN.code, kind: '系统故障', participants: DONGWAN.clerks.map(({ id }) => id),
  }, -3); // prettier-ignore

  const shows = new Map<string, Omit<SampleRecord, 'recordId'>>([
    [
      LINJIANG_1.code,
      { shows: '10 点客流激增，开台不足，等候过长', rules: ['hall-wait-too-long', 'hall-windows-too-few'] },
    ],
    [
      DONGWAN.code,
      { shows: '营销系统故障，27 分钟后才启动应急处置', rules: ['hall-incident-system-unanswered'] },
    ],
    [
      QINGPUSHAN.code,
      { shows: '电脑故障，8 分钟内已处置；其间受理的业务待核对', rules: ['hall-incident-business'] },
    ],
  ]);
  const records = HALLS.map(({ code }) => ({
    recordId: `hall:${code}@{day 0}`,
    ...(shows.get(code) ?? { shows: '营业厅正常的一天', rules: [] }),
  }));
  return { events, records };
}
