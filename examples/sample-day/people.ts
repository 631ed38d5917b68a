/** Who works where in the sample day. Units are those of rules/org-units.json; all people are made up. */
export interface Hall {
  readonly code: string;
  /** The county company above it. */
  readonly county: string;
  /** Who accepts, in turn; the last one checks. */
  readonly clerks: readonly [Person, Person, Person];
  /** Who takes over the papers. */
  readonly archivist: Person;
  /** Who goes out, approves and installs. */
  readonly engineer: Person;
}
export interface Person {
  readonly id: string;
  readonly name: string;
}

const person = (id: string, name: string): Person => ({ id, name });

export const LINJIANG_1: Hall = {
  code: '334010101',
  county: '3340101',
  clerks: [person('LJ1001', '陈静'), person('LJ1002', '周敏'), person('LJ1003', '吴倩')],
  archivist: person('LJ1101', '徐文'),
  engineer: person('LJ1201', '金磊'),
};
export const LINJIANG_2: Hall = {
  code: '334010102',
  county: '3340101',
  clerks: [person('LJ2001', '郑洁'), person('LJ2002', '孙蓉'), person('LJ2003', '何琳')],
  archivist: person('LJ2101', '罗欣'),
  engineer: person('LJ2201', '蒋峰'),
};
export const CHENGDONG: Hall = {
  code: '334010103',
  county: '3340101',
  clerks: [person('CD1001', '沈燕'), person('CD1002', '韩雪'), person('CD1003', '曹颖')],
  archivist: person('CD1101', '邵兰'),
  engineer: person('CD1201', '丁伟'),
};
export const QINGPUSHAN: Hall = {
  code: '334012101',
  county: '3340121',
  clerks: [person('QP1001', '潘丽'), person('QP1002', '董芳'), person('QP1003', '袁媛')],
  archivist: person('QP1101', '冯霞'),
  engineer: person('QP1201', '蔡勇'),
};
export const DONGWAN: Hall = {
  code: '334020101',
  county: '3340201',
  clerks: [person('DW1001', '魏婷'), person('DW1002', '余晓'), person('DW1003', '卢佳')],
  archivist: person('DW1101', '姚慧'),
  engineer: person('DW1201', '姜涛'),
};
export const NANYU: Hall = {
  code: '334022201',
  county: '3340222',
  clerks: [person('NY1001', '钟雯'), person('NY1002', '谭悦'), person('NY1003', '廖凡')],
  archivist: person('NY1101', '石岚'),
  engineer: person('NY1201', '陆军'),
};
export const HALLS: readonly Hall[] = [LINJIANG_1, LINJIANG_2, CHENGDONG, QINGPUSHAN, DONGWAN, NANYU];

/** Who approves in the county company: never the one who went out. */
export const approverOf = ({ county }: Hall): Person => person(`${county}-SP`, '审批专责');
