/** The lines of a scrape by metric and labels: `name{label="value"}` → its value. */
export type Scrape = ReadonlyMap<string, number>;

/** Reads metrics where they are served, in the text format of Prometheus. */
export async function scrape(url: string): Promise<Scrape> {
  return linesOf(await (await fetch(url)).text());
}

/** Throws for a line that is none of the format's. */
export function linesOf(text: string): Scrape {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => {
      const [, name = '', value] = /^([a-z_\d]+(?:\{.*\})?) (\S+)$/.exec(line) ?? [];
      if (name === '' || Number.isNaN(Number(value))) throw new Error(`not a line of the format: ${line}`);
      return [name, Number(value)];
    }),
  );
}

/** The sum of a metric's lines whose labels hold all of this text. */
export function sumOf(lines: Scrape, name: string, ...labels: string[]): number {
  const own = [...lines].filter(([line]) => line === name || line.startsWith(`${name}{`));
  return own
    .filter(([line]) => labels.every((label) => line.includes(label)))
    .reduce((sum, [, value]) => sum + value, 0);
}
