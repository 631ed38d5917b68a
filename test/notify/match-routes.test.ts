import { describe, expect, it } from '@jest/globals';
import { matchRoutes } from '../../src/notify/match-routes.js';
import { notifyFileSchema } from '../../src/notify/notify-file.js';
import { makeAlert } from '../api/support/make-alert.js';

const at = new Date(0);
const alert = makeAlert({
  orgUnit: 'hall',
  history: [
    { at, what: 'raised', who: 'system' },
    { at, what: 'escalated', who: 'system', to: 'county-manager@county' },
  ],
});

function told(routes: readonly object[], entries = { from: 0, to: 2 }) {
  const parsed = notifyFileSchema.parse({ channels: [], contacts: [], routes });
  return matchRoutes(parsed.routes, alert, entries, () => true).map(
    ({ route, target, entries: told }) => `${route} ${target} ${told.join()}`,
  );
}

describe('an escalation', () => {
  it('is told to whom it goes up to, by the first route that tells whoever the alert is for', () => {
    expect(told([{ id: 'all' }])).toEqual(['all shift-supervisor@hall 0', 'all county-manager@county 1']);
    expect(told([{ id: 'desk', to: ['desk'], continue: true }, { id: 'all' }])).toEqual([
      'desk desk@hall 0,1',
      'all shift-supervisor@hall 0',
      'all county-manager@county 1',
    ]);
  });

  it('is told to him, once, also where the routes are for others only', () => {
    const others = [
      { id: 'desk', to: ['desk'], continue: true },
      { id: 'quality', to: ['quality-inspector'] },
    ];
    expect(told(others)).toEqual([
      'desk desk@hall 0,1',
      'desk county-manager@county 1',
      'quality quality-inspector@hall 0,1',
    ]);
    expect(told([{ id: 'up', to: ['county-manager'] }])).toEqual(['up county-manager@hall 0,1']);
  });

  it('is told to him also where a route before, or a route of his, leaves escalations out', () => {
    const quiet = { id: 'quiet', to: ['desk'], changes: ['raised'], continue: true };
    expect(told([quiet, { id: 'quality', to: ['quality-inspector'] }])).toEqual([
      'quiet desk@hall 0',
      'quality quality-inspector@hall 0,1',
      'quality county-manager@county 1',
    ]);
    const his = { ...quiet, id: 'his', to: ['county-manager'] };
    expect(told([his, { id: 'desk', to: ['desk'] }])).toEqual([
      'his county-manager@hall 0',
      'desk desk@hall 0,1',
      'desk county-manager@county 1',
    ]);
  });

  it('is told to nobody where no route fits, or where the route leaves escalations out', () => {
    expect(told([{ id: 'low', severity: ['low'] }])).toEqual([]);
    expect(told([{ id: 'raised', to: ['desk'], changes: ['raised'] }])).toEqual(['raised desk@hall 0']);
  });
});
