import type { Order } from './make-order.js';
import { CHENGDONG, DONGWAN, LINJIANG_1, LINJIANG_2, NANYU, QINGPUSHAN } from './people.js';
import { COMMERCIAL, CONSULTATION, HIGH_VOLTAGE, RESIDENTIAL } from './processes.js';
import type { Stage } from './scenes.js';

const COUNTER = '业务受理';

/** 同城受理 (145/3/Q3): papers that must reach the unit in charge by the next working day. */
export function tellSameCity({ start, counter }: Stage): void {
  const late = ['paper-file-same-city-next-workday'];
  const elsewhere = (managingUnit: string, contacted = true) => ({ sameCity: { managingUnit, contacted } });
  const deliver = (order: Order, day: number, time: string, toUnit: string) =>
    order.tellAt(day, time, 'paper.delivered', { stage: COUNTER, toUnit });

  const never = start(CONSULTATION, -2, '10:15', LINJIANG_1);
  counter('同城受理：资料至今未送达管辖单位', late, never, elsewhere(NANYU.county), 1);

  const dayLate = start(CONSULTATION, -3, '14:20', DONGWAN);
  counter('同城受理：资料迟一天送达', late, dayLate, elsewhere(LINJIANG_1.county), 1);
  deliver(dayLate, -1, '11:00', LINJIANG_1.county);

  const astray = start(RESIDENTIAL, -1, '09:50', LINJIANG_2);
  counter(
    '同城受理：资料送错单位',
    ['paper-file-same-city-wrong-unit'],
    astray,
    elsewhere(QINGPUSHAN.county),
  );
  deliver(astray, 0, '09:40', DONGWAN.county);

  const unannounced = start(COMMERCIAL, -1, '09:10', CHENGDONG);
  const rules = ['same-city-window-not-contacted'];
  counter('同城受理：未联系业务发生地窗口', rules, unannounced, elsewhere(DONGWAN.county, false));
  deliver(unannounced, 0, '09:55', DONGWAN.county);
}

/** 资料移交 (144/3/C1, 145/3/Q1–Q2). */
export function tellHandovers({ start, counter }: Stage): void {
  const unsigned = ['handover-receiver-unsigned', 'handover-not-received'];
  counter(
    '移交记录缺接收人签字',
    unsigned,
    start(HIGH_VOLTAGE, -2),
    { handover: { receiverSigned: false } },
    1,
  );
  counter('移交记录缺移交人签字', ['handover-giver-unsigned'], start(RESIDENTIAL, 0), {
    handover: { giverSigned: false },
  });
  counter('当日已办业务未移交纸质资料', ['handover-missing-at-day-end'], start(COMMERCIAL, 0), {
    without: ['handover'],
  });
  const notAtAll = ['handover-missing-at-day-end', 'paper-file-late'];
  counter('纸质资料两个工作日仍未移交', notAtAll, start(CONSULTATION, -2), { without: ['handover'] }, 2);

  const alone = start(RESIDENTIAL, -1);
  counter('移交人与接收人是同一人', ['handover-same-person'], alone, {
    handover: { receiver: alone.clerk.id },
  });

  const signBook = (order: Order, role: string) =>
    order.tellAt(-1, '16:55', 'signature.recorded', {
      stage: COUNTER,
      document: '业务档案移交记录簿',
      role,
      signer: order.checker.id,
    });
  signBook(
    counter('移交记录簿签字人与移交人不符', ['handover-giver-mismatch'], start(COMMERCIAL, -1), {}),
    'giver',
  );
  signBook(
    counter('移交记录簿签字人与接收人不符', ['handover-receiver-mismatch'], start(RESIDENTIAL, -1), {}),
    'receiver',
  );

  counter('移交清单少一件：产权证明', ['handover-list-short'], start(RESIDENTIAL, 0), {
    handover: { documents: ['用电申请表', '身份证件'] },
  });
  counter('大项目咨询移交缺资料清单', ['consult-handover-list-incomplete'], start(CONSULTATION, -1), {
    handover: { documents: ['受理单', '用电需求函'] },
  });
}
