/** One page application served from the root; in development the API and the live socket are passed on to the designer. */
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'

const designer = process.env['CALLWEAVE_DESIGNER'] ?? 'http://127.0.0.1:8080'

export default defineConfig({
  base: '/',
  plugins: [react()],
  server: {
    host: '127.0.0.1',
    proxy: { '/api': { target: designer }, '/socket.io': { target: designer, ws: true } },
  },
  build: { outDir: 'dist', manifest: true, target: 'es2022', assetsInlineLimit: 0, chunkSizeWarningLimit: 1200 },
  // A busy machine takes its time over a form; whoever waits for nothing is found after a minute. A page to draw on costs a file
  // more than all its tests: `.test.tsx` have one, and a `.test.ts` whose first line says `// @vitest-environment jsdom`.
  test: {
    testTimeout: 60_000,
    setupFiles: ['src/jsdom.ts'],
    projects: [
      { extends: true, test: { name: 'logic', environment: 'node', include: ['src/**/*.test.ts'] } },
      { extends: true, test: { name: 'pages', environment: 'jsdom', include: ['src/**/*.test.tsx'] } },
    ],
  },
})
