import { hasCode } from '../system-error.ts';

/** Lets each write tell by itself that it failed; without this its failure ends the process with a stack trace. */
export function survivePrinting(): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
}

/**
 * Prints to standard output, and waits until it was taken. Answers false when nobody reads it any more, as after
 * `| head`; rejects with the system's error when it cannot be written, such as on a full disk.
 */
export function print(text: string): Promise<boolean> {
  const { promise, resolve, reject } = Promise.withResolvers<boolean>();
  process.stdout.write(text, (error) => {
    if (!error) resolve(true);
    else if (hasCode(error, 'EPIPE')) resolve(false);
    else reject(error);
  });
  return promise;
}
