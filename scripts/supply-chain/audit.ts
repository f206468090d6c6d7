/** What `npm audit --json` found: advisories by id with the package, or that the registry did not answer. */
export type Audit = { isReached: false; reason: string } | { isReached: true; advisories: ReadonlyMap<string, string> };

type Via = { url?: string; name?: string; title?: string };

/** Reads npm's answer. Anything but a whole report counts as not reached, never as clean. */
export function readAudit(printed: string): Audit {
  let report: { vulnerabilities?: Record<string, { via: (Via | string)[] }>; metadata?: object; statusCode?: number };
  try {
    report = JSON.parse(printed);
  } catch {
    return { isReached: false, reason: 'npm gave no report' };
  }
  if (!report.vulnerabilities || !report.metadata) {
    return { isReached: false, reason: report.statusCode ? `HTTP ${report.statusCode}` : 'npm gave no report' };
  }
  const advisories = new Map<string, string>();
  for (const [name, { via }] of Object.entries(report.vulnerabilities)) {
    for (const one of via) {
      // A text names another package of the report, through which this one is affected.
      if (typeof one === 'string') continue;
      const id = one.url?.match(/GHSA(?:-[\da-z]{4}){3}/)?.[0] ?? one.title ?? name;
      advisories.set(id, `${one.name ?? name}: ${one.title ?? 'no title'}`);
    }
  }
  return { isReached: true, advisories };
}

/** Advisories that the page on the supply chain does not explain. */
export const auditFaults = (advisories: ReadonlyMap<string, string>, explanations: string): string[] =>
  [...advisories]
    .filter(([id]) => !explanations.includes(id))
    .map(([id, title]) => `${id} is not explained (${title})`);
