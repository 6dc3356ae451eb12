import { glob, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { eventName } from '#model/event-name';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const SOURCES = ['gateway/**/*.ts', 'alerts/**/*.ts', 'collectors/**/*.ts'];

/** How our code names the type of an event that it journals. */
const NAMINGS = [
  /\btype: '([a-z-]+)',? at\b[^}]*\bdata\b/g,
  /[rR]ecord\('([a-z-]+)',/g,
  /^(?:export )?const (?:[A-Z]+_)?TYPE = '([a-z-]+)';/gm,
  /^ {2}'((?:alarm|point)-[a-z-]+)': '[a-z-]+',$/gm,
];

test('every event that our code journals has a name for people', async () => {
  const types = new Set<string>();
  for await (const path of glob(SOURCES, { cwd: ROOT, exclude: (name) => name.endsWith('.test.ts') })) {
    const text = await readFile(`${ROOT}${path}`, 'utf8');
    for (const naming of NAMINGS) for (const [, type = ''] of text.matchAll(naming)) types.add(type);
  }
  expect(types.size).toBeGreaterThan(30);
  const nameless = [...types].filter((type) => eventName(type).en === type);
  expect(nameless).toEqual([]);
});
