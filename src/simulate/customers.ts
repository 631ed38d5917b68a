import type { JsonObject } from '../json.js';
import { creditCode, idNumber, phoneNumber } from './numbers.js';
import type { Random } from './random.js';
import type { ChecklistContent } from './rule-content.js';
import { papersOf } from './stage-papers.js';
import { isConsult, isPersons } from './traits.js';
import type { Process } from './world.js';

/** A made-up customer: what the counter writes down and takes in. */
export interface Customer {
  readonly name: string;
  readonly customerNo: string;
  readonly customerClass: string;
  readonly phone: string;
  /** Papers that must be brought. */
  readonly documents: readonly string[];
  /** What is keyed in on the 受理单. */
  readonly fields: JsonObject;
}

const SURNAMES = ['赵', '钱', '李', '王', '张', '刘', '杨', '黄', '胡', '朱', '林', '郭', '欧阳'];
const GIVEN = ['建国', '秀英', '志强', '丽华', '小军', '晓东', '玉兰', '国平', '海燕', '伟'];
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
const ROADS = ['解放路', '中山路', '滨江大道', '人民路', '环城北路', '工业大道', '育才巷'];

export function makeCustomer(
  random: Random,
  process: Process,
  checklists: readonly ChecklistContent[],
  wantedClass?: string,
): Customer {
  const person = isPersons(process);
  const name = person
    ? random.pick(SURNAMES) + random.pick(GIVEN)
    : random.pick(FIRMS) + random.pick(['有限公司', '厂', '经营部']);
  const address = `${random.pick(ROADS)}${random.int(1, 999)}号`;
  const phone = phoneNumber(random);
  const customerClass = wantedClass ?? classOf(random, process, person);
  const common = { name, phone, customerNo: `33${random.int(10_000_000, 99_999_999)}`, customerClass };
  const papers = (...usual: string[]) => [
    ...new Set([...usual, ...listedPapers(checklists, process, customerClass)]),
  ];
  if (isConsult(process)) {
    const nearTermCapacity = random.int(20, 200) * 50;
    return {
      ...common,
      documents: papers('用电需求函', '项目批文'),
      fields: {
        projectName: `${name}${random.pick(['一期', '二期', '扩建', '新厂区'])}项目`,
        address,
        usage: random.pick(['工业', '商业', '数据中心', '物流仓储']),
        nearTermCapacity,
        longTermCapacity: nearTermCapacity * 3,
        powerDate: `2028-${random.pick(['03', '06', '09', '12'])}-30`,
        contact: `${random.pick(SURNAMES)}经理`,
        phone,
      },
    };
  }
  return {
    ...common,
    documents: person
      ? papers('用电申请表', '身份证件', '产权证明')
      : papers('用电申请表', '营业执照', '授权委托书', '用电设备清单'),
    fields: {
      customerName: name,
      address,
      phone,
      ...(person ? { idNumber: idNumber(random) } : { creditCode: creditCode(random) }),
    },
  };
}

/** What the checklists of the counter ask for. */
function listedPapers(
  checklists: readonly ChecklistContent[],
  { process, stages }: Process,
  customerClass: string,
): string[] {
  return papersOf(checklists, process, stages[0]?.kinds ?? [])
    .filter(({ customerClasses }) => !customerClasses || customerClasses.includes(customerClass))
    .map(({ document }) => document);
}

function classOf(random: Random, { process }: Process, person: boolean): string {
  if (person) return '低压居民';
  if (process.startsWith('高压') || process === '用电大项目前期咨询')
    return random.chance(0.8) ? '高压单电源' : '高压双电源';
  if (process.startsWith('低压')) return '低压非居民';
  return random.pick(['低压非居民', '低压非居民', '高压单电源']);
}
