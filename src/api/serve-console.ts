import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type RequestHandler, Router } from 'express';

/** Nothing inline may run. Ant Design writes its styles as elements, which is what `style-src` allows; it cannot run anything. */
const CONSOLE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const PAGE =
  /^\/(?:$|alerts|silences|work-orders|inspections|assessments|reconciliations|reports|rules|coverage|system|sign-in)/;

/**
 * The built console (web/dist): its files, and its one page for every address of the console, so that a link to an alert
 * can be sent to a colleague. Undefined when it is not built; then the plain page at `/` stays.
 */
export function serveConsole(folder: string): RequestHandler | undefined {
  const page = join(folder, 'index.html');
  if (!existsSync(page)) return undefined;
  const router = Router({ caseSensitive: true });
  // Packed once when it was built, not at every request.
  router.get(/^\/assets\/[\w.-]+\.(js|css)$/, (req, res, next) => {
    if (
      !/\bgzip\b/.test(req.headers['accept-encoding'] ?? '') ||
      !existsSync(join(folder, `${req.path}.gz`))
    ) {
      next();
      return;
    }
    res.type(req.path.endsWith('.js') ? 'text/javascript' : 'text/css');
    res.set({ 'Content-Encoding': 'gzip', Vary: 'Accept-Encoding', 'Cache-Control': IMMUTABLE });
    res.sendFile(`${req.path.slice(1)}.gz`, { root: folder, cacheControl: false, headers: {} });
  });
  router.use(
    '/assets',
    express.static(join(folder, 'assets'), { immutable: true, maxAge: '365d', index: false }),
  );
  router.get('/icon.svg', (_req, res) => {
    res.sendFile('icon.svg', { root: folder, maxAge: '1d' });
  });
  router.get(PAGE, (_req, res) => {
    res.set({ 'Content-Security-Policy': CONSOLE_POLICY, 'Cache-Control': 'no-cache' });
    res.sendFile(page, { cacheControl: false });
  });
  return router;
}

const IMMUTABLE = 'public, max-age=31536000, immutable';
