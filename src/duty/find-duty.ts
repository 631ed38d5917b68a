import type { AlertHandling } from '../alerts/alert-handling.js';
import type { BusinessCalendar } from '../calendar/business-calendar.js';
import type { OrgUnits } from '../inspections/org-units.js';
import type { DutyFile } from './duty-file.js';

export interface FindDutyDeps {
  readonly duty: DutyFile;
  readonly posts: AlertHandling['posts'];
  readonly orgUnits: Pick<OrgUnits, 'get'>;
  readonly calendar: Pick<BusinessCalendar, 'dateOf' | 'instantOf' | 'addDays' | 'isWorkingDay'>;
}

/** Who a post means for an alert of a unit. */
export interface Duty {
  /** Unit the post belongs to; absent where the tree has none above. */
  readonly orgUnit?: string;
  /** User ids, deputies in place of the absent. */
  readonly people: readonly string[];
}

/** A deputy may be away himself; longer chains are mistakes. */
const MAX_CHAIN = 5;

/** Finds who is to be told at a moment: from the post up the org tree to its unit, then by roster and deputies. Pure. */
export function makeFindDuty({ duty, posts, orgUnits, calendar }: FindDutyDeps) {
  return function findDuty(post: string, orgUnit: string | undefined, at: number): Duty {
    const unit = unitOf(post, orgUnit);
    if (unit === undefined) return { people: [] };
    const holders = duty.roster
      .filter((entry) => entry.post === post && entry.orgUnit === unit && isOn(entry, at))
      .map(({ user }) => standIn(user, calendar.dateOf(at)));
    return { orgUnit: unit, people: [...new Set(holders)] };
  };

  function unitOf(post: string, orgUnit: string | undefined): string | undefined {
    const level = posts[post]?.level ?? 'own';
    if (level === 'own' || orgUnit === undefined) return orgUnit;
    for (let code: string | undefined = orgUnit; code !== undefined;) {
      const unit = orgUnits.get(code);
      if (!unit) return undefined;
      if (unit.type === level || (level === 'top' && unit.parent === undefined)) return code;
      code = unit.parent;
    }
    return undefined;
  }

  function isOn(entry: DutyFile['roster'][number], at: number): boolean {
    const { since, until } = entry;
    if (since === undefined || until === undefined) return isDay(entry, calendar.dateOf(at));
    // A night's duty belongs to the day on which it begins.
    const today = calendar.dateOf(at);
    return [today, calendar.addDays(today, -1)].some((date) => {
      const start = calendar.instantOf(date, since);
      const end = calendar.instantOf(since < until ? date : calendar.addDays(date, 1), until);
      return start <= at && at < end && isDay(entry, date);
    });
  }

  function isDay({ from, to, days }: DutyFile['roster'][number], date: string): boolean {
    if ((from !== undefined && date < from) || (to !== undefined && date > to)) return false;
    return days === undefined || (days === 'working') === calendar.isWorkingDay(date);
  }

  function standIn(user: string, date: string): string {
    let person = user;
    for (let step = 0; step < MAX_CHAIN; step += 1) {
      const away = duty.deputies.find((entry) => entry.user === person && entry.from <= date && date <= entry.to);
      if (!away) return person;
      person = away.deputy;
    }
    return user;
  } // prettier-ignore
}
export type FindDuty = ReturnType<typeof makeFindDuty>;
