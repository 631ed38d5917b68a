import type { RequestHandler } from 'express';
import { Histogram, type Registry } from 'prom-client';

const NAME = 'yxrisk_http_request_duration_seconds';

/** Measures every request by method, route and status. The route is a pattern, never a path: it names nobody. */
export function measureRequests(metrics: Registry): RequestHandler {
  const durations =
    (metrics.getSingleMetric(NAME) as Histogram | undefined) ??
    new Histogram({
      name: NAME,
      help: 'Duration of HTTP requests',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers: [metrics],
    });
  return (req, res, next) => {
    const stop = durations.startTimer();
    res.once('close', () => {
      const { route } = res.locals as { route?: string };
      stop({
        method: METHODS.has(req.method) ? req.method : 'other',
        route: route ?? 'none',
        status: String(res.statusCode),
      });
    });
    next();
  };
}

/** Anything else is made up by the one who asks, and would make a new time series each time. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
