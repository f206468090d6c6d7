/** What is told of an endpoint that should not be used any more. Days as `2027-01-31`, from whose beginning in UTC they count. */
export type Deprecation = {
  since: string;
  /** The day from which it may be gone. */
  sunset?: string;
  /** Where it says what to use instead. */
  link?: string;
};

const instantOf = (day: string): Date => new Date(`${day}T00:00:00Z`);
const secondsOf = (day: string): number => instantOf(day).getTime() / 1000;

/** `Deprecation` (RFC 9745) as a structured date, `Sunset` (RFC 8594) as an HTTP date, and where to read on. */
export function deprecationHeaders({ since, sunset, link }: Deprecation): Record<string, string> {
  return {
    deprecation: `@${secondsOf(since)}`,
    ...(sunset === undefined ? {} : { sunset: instantOf(sunset).toUTCString() }),
    ...(link === undefined ? {} : { link: `<${link}>; rel="deprecation"; type="text/html"` }),
  };
}

/** The same for the description of the endpoint. */
export function deprecationSentence({ since, sunset, link }: Deprecation): string {
  const end = sunset === undefined ? '' : ` It may be gone from ${sunset} on.`;
  return `Deprecated since ${since}.${end}${link === undefined ? '' : ` What to use instead: ${link}.`}`;
}
