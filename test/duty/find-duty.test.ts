import { describe, expect, it } from '@jest/globals';
import { dutyFileSchema, type DutyFile } from '../../src/duty/duty-file.js';
import { makeFindDuty } from '../../src/duty/find-duty.js';
import { makeOrgUnits } from '../../src/inspections/org-units.js';
import { chinaCalendar } from '../support/china-calendar.js';

const orgUnits = makeOrgUnits({
  units: [
    { code: 'P', name: '省', type: 'province' },
    { code: 'C', name: '市', type: 'city', parent: 'P' },
    { code: 'X', name: '县', type: 'county', parent: 'C' },
    { code: 'H', name: '班', type: 'hall', parent: 'X' },
  ],
});
const posts = {
  'shift-supervisor': { name: '班组长', level: 'own' },
  'county-manager': { name: '县公司专责', level: 'county' },
  operator: { name: '运维', level: 'top' },
} as const;
const at = (text: string) => Date.parse(`${text}+08:00`);
const calendar = chinaCalendar();
const find = (duty: DutyFile) => makeFindDuty({ duty, posts, orgUnits, calendar });

describe('who is on duty', () => {
  it.each([
    ['shift-supervisor', 'H', 'H'],
    ['county-manager', 'H', 'X'],
    ['county-manager', 'X', 'X'],
    ['county-manager', 'C', undefined],
    ['operator', 'H', 'P'],
    ['anything-else', 'H', 'H'],
    ['county-manager', 'nowhere', undefined],
    ['county-manager', undefined, undefined],
  ])('%s for an alert of %s is of %s', (post, unit, expected) => {
    expect(find({ roster: [], deputies: [] })(post, unit, 0).orgUnit).toBe(expected);
  });

  const roster: DutyFile['roster'] = [
    { post: 'county-manager', orgUnit: 'X', user: 'day', since: '08:00', until: '20:00' },
    { post: 'county-manager', orgUnit: 'X', user: 'night', since: '20:00', until: '08:00' },
    { post: 'county-manager', orgUnit: 'X', user: 'weekend', days: 'off' },
    { post: 'county-manager', orgUnit: 'X', user: 'gone', to: '2026-11-01' },
    { post: 'county-manager', orgUnit: 'C', user: 'elsewhere' },
  ];
  it.each([
    ['2026-11-25T08:00:00', ['day']],
    ['2026-11-25T19:59:59', ['day']],
    ['2026-11-25T20:00:00', ['night']],
    ['2026-11-26T07:59:59', ['night']],
    // A Saturday.
    ['2026-11-28T10:00:00', ['day', 'weekend']],
    ['2026-11-01T21:00:00', ['night', 'weekend', 'gone']],
  ])('at %s is %j', (time, people) => {
    expect(find({ roster, deputies: [] })('county-manager', 'H', at(time)).people).toEqual(people);
  });

  it('is the deputy while the holder is away, and the deputy’s while he is too', () => {
    const deputies = [
      { user: 'day', deputy: 'li', from: '2026-11-25', to: '2026-11-26' },
      { user: 'li', deputy: 'wu', from: '2026-11-26', to: '2026-11-26' },
    ];
    const onDay = (date: string) =>
      find({ roster, deputies })('county-manager', 'H', at(`${date}T10:00:00`)).people;
    expect(onDay('2026-11-24')).toEqual(['day']);
    expect(onDay('2026-11-25')).toEqual(['li']);
    expect(onDay('2026-11-26')).toEqual(['wu']);
    const circle = [
      { user: 'day', deputy: 'li', from: '2026-11-25', to: '2026-11-25' },
      { user: 'li', deputy: 'day', from: '2026-11-25', to: '2026-11-25' },
    ];
    expect(find({ roster, deputies: circle })('county-manager', 'H', at('2026-11-25T10:00:00')).people).toEqual(['day']);
  }); // prettier-ignore

  it.each([
    [{ roster: [{ post: 'p', orgUnit: 'H', user: 'a', since: '08:00' }], deputies: [] }, /since and until/],
    [{ roster: [], deputies: [{ user: 'a', deputy: 'a', from: '2026-11-25', to: '2026-11-25' }] }, /himself/],
    [{ roster: [], deputies: [{ user: 'a', deputy: 'b', from: '2026-11-26', to: '2026-11-25' }] }, /after/],
  ])('refuses a roster that cannot be meant', (file, message) => {
    expect(dutyFileSchema.safeParse(file).error?.message).toMatch(message);
  });
});
