import type { ChecklistContent, RuleContent } from './rule-content.js';
import { judgedRules } from './truth/write-truth.js';
import { makeRandom, type Random } from './random.js';

/** A unit as `org-units.json` has it. */
export interface OrgUnit {
  readonly code: string;
  readonly name: string;
  readonly type: string;
  readonly parent?: string;
}
/** A process as `catalogue/*.json` has it. */
export interface Process {
  readonly process: string;
  readonly stages: readonly Stage[];
}
export interface Stage {
  readonly stage: string;
  readonly workItem?: string;
  /** What kind of work is done in it, e.g. 审批, 装表. */
  readonly kinds: readonly string[];
  /** After it nothing is sent on. */
  readonly final: boolean;
}
/** What the simulated company works by: the content of a rules folder. */
export interface SimulationContent {
  readonly units: readonly OrgUnit[];
  readonly processes: readonly Process[];
  /** Papers and signatures of the stages; none where the folder has no checklists. */
  readonly checklists: readonly ChecklistContent[];
  /** The rules that are judged by. */
  readonly rules: readonly RuleContent[];
}

export interface Person {
  readonly id: string;
  readonly name: string;
}
/** A counter and who works there. */
export interface Hall {
  readonly code: string;
  /** The county company above it, in charge of its work orders. */
  readonly county: string;
  /** The city company above that. */
  readonly city: string;
  /** Accept and check, in turn; in shifts. */
  readonly clerks: readonly Person[];
  /** Take over the papers and file them. */
  readonly archivists: readonly Person[];
}
/** A county company: who goes out, and who approves. */
export interface County {
  readonly code: string;
  readonly city: string;
  readonly engineers: readonly Person[];
  readonly approvers: readonly Person[];
}
export interface World {
  /** The first is busier than the others. */
  readonly halls: readonly Hall[];
  readonly counties: ReadonlyMap<string, County>;
  readonly processes: readonly (readonly [process: Process, weight: number])[];
  readonly checklists: readonly ChecklistContent[];
  /** Rules that the truth can speak of. */
  readonly canFind: ReadonlySet<string>;
  /** Some city company has two counties: 同城受理 is possible. */
  readonly hasNeighbours: boolean;
  /** A clerk of the busiest hall who makes more mistakes than the others. */
  readonly errorProne?: Person;
}

const SURNAMES = '赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜';
const GIVEN = [
  '静',
  '敏',
  '磊',
  '洁',
  '强',
  '婷',
  '勇',
  '艳',
  '杰',
  '娟',
  '涛',
  '慧',
  '晓峰',
  '丽华',
  '建国',
];

/** How often a process comes; all others come with weight 1. */
const WEIGHTS: Readonly<Record<string, number>> = {
  低压居民新装: 30,
  低压非居民新装: 14,
  低压居民增容: 8,
  低压非居民增容: 6,
  高压新装: 8,
  高压增容: 4,
  过户: 10,
  更名: 5,
  更改交费方式: 6,
  用电大项目前期咨询: 5,
  客户申请确认: 5,
  销户: 4,
  暂停: 3,
};
export const ACCEPTANCE = '业务受理';
export const CONFIRMATION = '客户申请确认';

/** Where work orders of a process come from: 业务受理, 客户申请确认, or the county itself (contracts, inspections). */
export function entryOf({ stages }: Process): 'acceptance' | 'confirmation' | 'internal' {
  const first = stages[0]?.stage;
  if (first === ACCEPTANCE) return 'acceptance';
  return first === CONFIRMATION ? 'confirmation' : 'internal';
}

/** The people are made up, the same for the same seed. */
export function makeWorld(content: SimulationContent, seed: number): World {
  const random = makeRandom(seed, 'people');
  const unitOf = new Map(content.units.map((unit) => [unit.code, unit]));
  const team = (code: string, role: string, count: number): Person[] =>
    Array.from({ length: count }, (_, i) => ({
      id: `${code}-${role}${i + 1}`,
      name: random.pick([...SURNAMES]) + random.pick(GIVEN),
    }));
  const counties = new Map<string, County>();
  for (const { code, type, parent = code } of content.units) {
    if (type !== 'county') continue;
    const engineers = team(code, 'G', 5);
    counties.set(code, { code, city: parent, engineers, approvers: team(code, 'S', 3) });
  }
  const halls = content.units
    .filter(({ type }) => type === 'hall' || type === 'station')
    .flatMap(({ code, parent }): Hall[] => {
      const county = parent === undefined ? undefined : counties.get(parent);
      const city = county && unitOf.get(county.city)?.code;
      if (!county || city === undefined) return [];
      return [
        { code, county: county.code, city, clerks: team(code, 'Y', 4), archivists: team(code, 'D', 2) },
      ];
    });
  const processes = content.processes.map((process) => [process, WEIGHTS[process.process] ?? 1] as const);
  const cities = [...counties.values()].map(({ city }) => city);
  const hasNeighbours = halls.some(({ city }) => cities.filter((other) => other === city).length > 1);
  const { checklists } = content;
  return {
    halls,
    counties,
    processes,
    checklists,
    canFind: new Set(judgedRules(content.rules)),
    hasNeighbours,
    ...(halls[0]?.clerks[0] && { errorProne: halls[0].clerks[0] }),
  };
}

/** Two different people of a team. */
export function pickTwo(random: Random, team: readonly Person[]): readonly [Person, Person] {
  const [first, second] = random.shuffle(team);
  if (!first || !second) throw new RangeError('a team has fewer than two people');
  return [first, second];
}
