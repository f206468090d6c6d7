const remedies: ReadonlyMap<string, string> = new Map([
  ['28P01', 'refuses the user name or the password'],
  ['28000', 'refuses the user name or the way of connecting'],
  ['3D000', 'does not exist on that server'],
  ['57P03', 'is still starting or is shutting down'],
  ['53300', 'has no connection to spare'],
]);
const connectionFailures = /^E[A-Z]+$|^EAI_/;

/**
 * Turns the failure to connect with the address in `setting` into a sentence, and passes any other failure on. The
 * address is not repeated, because it may hold a password.
 */
export const unreachableDatabase =
  (setting: 'DATABASE_URL' | 'DATABASE_MIGRATION_URL') =>
  (cause: unknown): never => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
    const timedOut = cause instanceof Error && /timeout|terminated/i.test(cause.message);
    const known = remedies.get(code);
    if (known) throw new Error(`the database of ${setting} ${known} (${code}); correct it and start again`, { cause });
    if (connectionFailures.test(code) || timedOut) {
      const reason = code || 'no answer in time';
      throw new Error(
        `the database of ${setting} cannot be reached (${reason}); check the address, and that PostgreSQL runs there`,
        { cause },
      );
    }
    throw cause;
  };
