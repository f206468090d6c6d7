import { join } from 'node:path';
import type { InlineConfig } from 'vite';

const source = join(import.meta.dirname, 'src');
/** Browsers of 2023 and later: all that have `Array.toSorted`; what the styles need beyond them is compiled. */
const target = ['chrome110', 'firefox115', 'safari16'];
const shared = { root: import.meta.dirname, configFile: false, envDir: false, logLevel: 'warn' } as const;

/** The loader as one file: `iife` for a script element, `es` with exports for `import`. */
const loader = (outDir: string, entry: string, fileName: string, format: 'iife' | 'es'): InlineConfig => ({
  ...shared,
  build: {
    target,
    outDir,
    emptyOutDir: false,
    copyPublicDir: false,
    lib: { entry: join(source, 'loader', entry), name: 'onfile', formats: [format], fileName: () => fileName },
    minify: 'oxc',
    rolldownOptions: { output: { minify: true } },
  },
});

/** A page of the server's own: its entry, its style sheet, and chunks for what is not shown at once. */
const page = (outDir: string, name: string, manifest: string): InlineConfig => ({
  ...shared,
  base: '/component/v1/',
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
  build: {
    target,
    outDir,
    emptyOutDir: false,
    copyPublicDir: false,
    manifest,
    modulePreload: { polyfill: false },
    // The pages' security policies allow images from data URLs, and no font at all.
    assetsInlineLimit: 2048,
    rolldownOptions: { input: { [name]: join(source, name, 'main.tsx') } },
  },
});

/** Everything that is built, each into the same directory. */
export const builds = (outDir: string): InlineConfig[] => [
  loader(outDir, 'widget.ts', 'widget.js', 'iife'),
  loader(outDir, 'widget-module.ts', 'widget.mjs', 'es'),
  page(outDir, 'frame', 'manifest.json'),
  page(outDir, 'demo', 'demo-manifest.json'),
];
