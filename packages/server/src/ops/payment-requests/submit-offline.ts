import type { Submit } from './submitted.ts';

/** A choice that nothing is on file for: no gateway is asked. */
export const readOffline =
  (choice: 'CASH' | 'BANK_TRANSFER'): Submit =>
  async () => ({ checked: { outcome: 'approved' }, content: { offline: choice } });
