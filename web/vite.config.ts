import { defineConfig } from 'vite';

/** The console is served by the service itself; `npx vite web` proxies to one that runs on 8080. */
// eslint-disable-next-line no-restricted-syntax -- vite reads the default export
export default defineConfig({
  root: import.meta.dirname,
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: 'es2022',
    modulePreload: { polyfill: false },
    // Monaco, loaded with the rule editor alone, is one large chunk; the test of the console bounds what every page starts with.
    chunkSizeWarningLimit: 4000,
    rolldownOptions: {
      onLog: (level, log, next) => {
        // 'use client' is for frameworks that render on a server.
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') next(level, log);
      },
    },
  },
  server: { proxy: { '/api': 'http://127.0.0.1:8080', '/readyz': 'http://127.0.0.1:8080' } },
});
