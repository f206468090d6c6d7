/**
 * How many generated numbers each differential test holds against the kept library of its kind. Numbers on which the
 * library is known to differ do not count: they are drawn again.
 */
export const differentialRuns = {
  cardNumbers: 20_000,
  routingNumbers: 20_000,
  rightIbans: 20_000,
  changedIbans: 20_000,
  bics: 20_000,
  ukAccounts: 40_000,
} as const;
