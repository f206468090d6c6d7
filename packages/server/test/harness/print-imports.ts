import { registerHooks } from 'node:module';

/** Preloaded into a process (`NODE_OPTIONS=--import=…`), it writes the address of each module that is loaded. */
registerHooks({
  load(url, context, nextLoad) {
    process.stderr.write(`loads ${url}\n`);
    return nextLoad(url, context);
  },
});
