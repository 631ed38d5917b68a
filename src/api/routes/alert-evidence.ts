import type { ApiDeps } from '../deps.js';
import type { ApiRoute } from '../route.js';
import { makeEvidenceRoutes } from './evidence-routes.js';

/** Evidence of an alert: photos and documents that go with a step. */
export function makeAlertEvidenceRoutes(deps: ApiDeps): ApiRoute[] {
  return makeEvidenceRoutes(deps, {
    type: 'alert',
    path: '/api/alerts',
    tag: 'alerts',
    Name: 'Alert',
    word: 'alert',
    use: 'the step it goes with',
    writers: ['supervisor', 'inspector', 'auditor'],
    get: (id) => deps.alerts.get(id),
  });
}
