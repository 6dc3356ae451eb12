/** What the site file takes for an id. */
const ID = /^[a-z0-9]+(-[a-z0-9]+)*$/;
const LONGEST = 48;

export const isId = (text: string): boolean => ID.test(text) && text.length <= LONGEST;

/** An id out of a name, `fallback` where nothing of the name can be one (Chinese), and none that is taken already. */
export function idFrom(name: string, fallback: string, taken: ReadonlySet<string> = new Set()): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, LONGEST - 5)
    .replace(/^-+|-+$/g, '');
  const base = plain === '' ? fallback : plain;
  for (let no = 2, id = base; ; no++) {
    if (!taken.has(id)) return id;
    id = `${base}-${no}`;
  }
}

/** `fridge-1`, `fridge-2`, …: the first that is free. */
export function numbered(stem: string, taken: ReadonlySet<string>): string {
  for (let no = 1; ; no++) if (!taken.has(`${stem}-${no}`)) return `${stem}-${no}`;
}
