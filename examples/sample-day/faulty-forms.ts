import { COMMERCIAL, CONSULTATION, HIGH_VOLTAGE, RESIDENTIAL } from './processes.js';
import type { Stage } from './scenes.js';

/** 受理单与客户联系卡 (145/2/Q2, R2). */
export function tellForms({ start, counter }: Stage): void {
  counter('受理单未盖供电企业印章', ['accept-form-seal-missing'], start(CONSULTATION, 0), {
    without: ['seal'],
  });

  const signedLater = start(CONSULTATION, -1);
  const faults = { without: ['handlerSignature'] } as const;
  counter('受理单受理人次日才补签', ['accept-form-handler-unsigned'], signedLater, faults, 1);
  signedLater.tellAt(0, '10:05', 'signature.recorded', {
    stage: '业务受理',
    document: '受理单',
    role: 'handler',
    signer: signedLater.clerk.id,
  });

  counter('受理单未填受理时间', ['accept-form-time-missing'], start(COMMERCIAL, 0), {
    fields: { acceptedAt: null },
  });
  counter('未发客户联系卡', ['contact-card-missing'], start(CONSULTATION, 0), { without: ['card'] });
  counter('客户联系卡申请编号写错', ['contact-card-application-no'], start(RESIDENTIAL, -1), {
    card: { applicationNo: '20130001', phone: '0571-88000100' },
  });
  const noPhone = start(COMMERCIAL, 0);
  counter('客户联系卡没有联系电话', ['contact-card-phone'], noPhone, {
    card: { applicationNo: noPhone.subject },
  });
}

/** 应发未发 (145/3/R2, C2). */
export function tellUnsent({ start, counter }: Stage): void {
  const atDayEnd = 'flow-unsent-at-day-end';
  counter('下班前流程应发未发', [atDayEnd], start(CONSULTATION, 0, '15:10'), { without: ['sent'] });
  counter('流程跨日滞留未发送', [atDayEnd, 'flow-unsent-across-day'], start(HIGH_VOLTAGE, -2), {
    without: ['sent'],
  });
}

/** 录入与校核 (144/2/Q2, R1, C2). */
export function tellEntries({ start, counter }: Stage): void {
  const unchecked = ['record-not-checked', 'record-sent-unchecked'];
  counter('未校核就发送', unchecked, start(RESIDENTIAL, -1), { without: ['check'] }, 1);
  const bySelf = ['record-checker-is-operator', 'stage-checker-is-operator'];
  counter('自己录入自己校核', bySelf, start(COMMERCIAL, 0), { checkedBySelf: true });
  const mismatch = ['record-mismatch-sent', 'record-mismatch-not-corrected'];
  counter('带着录入差错发送，当日未更正', mismatch, start(HIGH_VOLTAGE, -1), { mismatches: ['address'] }, 1);

  counter('联系电话少一位', ['contact-phone-malformed'], start(RESIDENTIAL, 0), {
    fields: { phone: '1380000112' },
  });
  counter('身份证号校验码错误', ['id-number-malformed'], start(RESIDENTIAL, -1), {
    fields: { idNumber: '330199196001010010' },
  });
  counter('统一社会信用代码校验码错误', ['credit-code-malformed'], start(COMMERCIAL, 0), {
    fields: { creditCode: '91330199MA00001200' },
  });
  counter('受理登记缺用电地址', ['registration-fields-missing'], start(COMMERCIAL, -1), {
    fields: { address: null },
  });
  counter('大项目咨询登记缺近期容量', ['consult-registration-missing'], start(CONSULTATION, 0), {
    fields: { nearTermCapacity: null },
  });
  const late = { recordedDaysLater: 2 };
  counter('办结两天后才录入系统', ['completion-recorded-late'], start(CONSULTATION, -3), late, 2);
}
