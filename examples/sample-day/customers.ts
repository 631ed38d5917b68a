import type { Order } from './make-order.js';
import { CONSULTATION } from './processes.js';

/** A made-up customer: name, papers and form fields that fit the process. Numbers are of no real person or firm. */
export interface Customer {
  readonly name: string;
  readonly customerNo: string;
  readonly documents: readonly string[];
  readonly fields: Readonly<Record<string, string | number>>;
}

const SURNAMES = ['赵', '钱', '李', '王', '张', '刘', '杨', '黄', '胡', '朱', '林', '郭'];
const GIVEN = ['建国', '秀英', '志强', '丽华', '小军', '晓东', '玉兰', '国平', '海燕'];
const FIRMS = [
  '恒达机械',
  '远航物流',
  '青禾食品',
  '明珠酒店',
  '新源纺织',
  '海川建材',
  '云舟科技',
  '天成置业',
];
const ROADS = ['解放路', '中山路', '滨江大道', '人民路', '环城北路', '工业大道'];

export function customerOf({ no, process, customerClass }: Order): Customer {
  const n = Number(no);
  const residential = customerClass === '低压居民';
  const name = residential
    ? `${pick(SURNAMES, n)}${pick(GIVEN, n * 5)}`
    : `${pick(FIRMS, n)}${n % 2 ? '有限公司' : '厂'}`;
  const address = `${pick(ROADS, n * 7)}${100 + n}号`;
  const phone = `1380000${String(1000 + n)}`;
  const customerNo = `33${String(40_000_000 + n * 137)}`;
  if (process === CONSULTATION) {
    return {
      name,
      customerNo,
      documents: ['用电需求函', '项目批文'],
      fields: {
        projectName: `${name}${pick(['一期', '二期', '扩建', '新厂区'], n)}项目`,
        address,
        usage: pick(['工业', '商业', '数据中心', '物流仓储'], n),
        nearTermCapacity: 2_000 + n * 50,
        longTermCapacity: 6_000 + n * 100,
        powerDate: '2028-06-30',
        contact: `${pick(SURNAMES, n + 3)}经理`,
        phone,
      },
    };
  }
  return {
    name,
    customerNo,
    documents: residential
      ? ['用电申请表', '身份证件', '产权证明']
      : ['用电申请表', '营业执照', '授权委托书', '用电设备清单'],
    fields: {
      customerName: name,
      address,
      phone,
      ...(residential ? { idNumber: idNumber(n) } : { creditCode: creditCode(n) }),
    },
  };
}

/** Passes the check digit of GB 11643; 330199 is no district. */
function idNumber(n: number): string {
  const body = `33019919${60 + (n % 40)}0${1 + (n % 9)}1${n % 10}${String(100 + n).slice(-3)}`;
  const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
  const sum = weights.reduce((total, weight, i) => total + weight * Number(body[i]), 0);
  return `${body}${'10X98765432'[sum % 11]}`;
}

/** Passes the check character of GB 32100; 330199 is no district. */
function creditCode(n: number): string {
  const signs = '0123456789ABCDEFGHJKLMNPQRTUWXY';
  const body = `91330199MA0000${String(100 + n).slice(-3)}`;
  let weight = 1;
  let sum = 0;
  for (const sign of body) {
    sum += signs.indexOf(sign) * weight;
    weight = (weight * 3) % 31;
  }
  return `${body}${signs[(31 - (sum % 31)) % 31]}`;
}

function pick(list: readonly string[], n: number): string {
  return list[n % list.length] as string;
}
