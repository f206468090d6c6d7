/**
 * How CSV is written: RFC 4180 but for line feeds alone, which every reader takes. What a spreadsheet would take for a
 * formula stays as it is: a cell that was changed to be safe there would be another one when it is loaded again.
 */
export const csvFormat = {
  record_delimiter: '\n',
  // Only what stands in quotes survives readers that trim, and those that end lines at a carriage return.
  quoted_match: /^[\s\uFEFF]|[\r\n\u2028\u2029]|\s$/,
} as const;
