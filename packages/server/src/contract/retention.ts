/**
 * What a tenant keeps for a time and no longer, in days: at least so long, so long when the tenant says nothing, at most
 * a hundred years. The audit's least is twelve months (PCI DSS 4.0.1, 10.5.1).
 */
export const retentionPeriods = {
  recordHistory: { least: 30, usual: 1095, of: 'Earlier versions of records, from when a later one took their place' },
  deletedRecords: { least: 30, usual: 400, of: 'Records that were deleted' },
  audit: { least: 365, usual: 1095, of: 'The audit' },
  events: { least: 7, usual: 90, of: 'Events' },
  backgroundTasks: { least: 7, usual: 180, of: 'Loads, operations, recalculations and restores that are over' },
  paymentSessions: { least: 1, usual: 90, of: 'Payment sessions that are over, with their requests' },
} as const;

export type RetentionKind = keyof typeof retentionPeriods;
export const retentionKinds = Object.keys(retentionPeriods) as RetentionKind[];
export const longestRetentionDays = 36_500;
