/** Loaded by the servers under test before their own code: moves their clock, and ends their background thread. */
import { isMainThread } from 'node:worker_threads';
import { controlsVariable, readControls } from './server-controls.ts';

const path = process.env[controlsVariable];
if (path === undefined) throw new Error(`${controlsVariable} is not set`);

const lookMs = 20;
const begun = readControls(path);
let offset = begun.clockOffsetMs;

const realNow = Date.now.bind(Date);
Date.now = () => realNow() + offset;
globalThis.Date = new Proxy(Date, {
  construct: (target, values, newTarget) =>
    Reflect.construct(target, values.length === 0 ? [target.now()] : values, newTarget),
});

setInterval(() => {
  const { clockOffsetMs, threadsEnded } = readControls(path);
  offset = clockOffsetMs;
  // In a thread this ends the thread alone, whatever it is in the middle of.
  if (!isMainThread && threadsEnded > begun.threadsEnded) process.exit(1);
}, lookMs).unref();
