/** Later than the earlier version by at least a millisecond, so that times order versions. */
export const timeAfter = (now: Date, earlier: Date | undefined): Date =>
  earlier && now <= earlier ? new Date(earlier.getTime() + 1) : now;
