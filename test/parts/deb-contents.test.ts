import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { ARCHITECTURES } from '../../gateway/install/deb/architecture.ts';
import { isNeeded } from '../../gateway/install/deb/contents.ts';
import { filesBelow } from '../../gateway/install/deb/files.ts';

/* What the package leaves out of its dependencies is nothing that they load, in whichever release of them comes next. */

const ROOT = join(import.meta.dirname, '../..');
const MODULES = join(ROOT, 'node_modules');
const [AMD64] = ARCHITECTURES;

/** Files of the packages that are installed on a box, relative to node_modules. */
function shippedFiles(): readonly string[] {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8')) as Lock;
  return Object.entries(lock.packages)
    .filter(([place, { dev }]) => place !== '' && dev !== true && existsSync(join(ROOT, place)))
    .flatMap(([place]) => {
      const own = filesBelow(join(ROOT, place)).filter((path) => !path.includes('node_modules/'));
      return own.map((path) => join(relative('node_modules', place), path));
    });
}

interface Lock {
  readonly packages: Readonly<Record<string, { readonly dev?: boolean }>>;
}

const ASKS = /\b(?:require\(|import\(|from|import)\s*['"]([^'"\n]+)['"]/g;
const ENDINGS = ['', '.js', '.json', '.cjs', '.mjs', '.node', '/index.js', '/index.json'];

/** What a file of JavaScript names to be loaded: of its own package, or by its path in another. */
function namedIn(path: string): readonly string[] {
  const text = readFileSync(join(MODULES, path), 'utf8');
  const names = [...text.matchAll(ASKS)].map(([, name = '']) => name);
  return names.map((name) => (name.startsWith('.') ? join(dirname(path), name) : name));
}

/** The entry points that a package.json names. */
function entriesOf(path: string): readonly string[] {
  const { main, exports, imports, bin } = JSON.parse(readFileSync(join(MODULES, path), 'utf8')) as Manifest;
  const places: string[] = [];
  JSON.stringify([main, exports, imports, bin], (_key, value) => {
    if (typeof value === 'string') places.push(join(dirname(path), value));
    return value;
  });
  return places;
}

interface Manifest {
  readonly main?: unknown;
  readonly exports?: unknown;
  readonly imports?: unknown;
  readonly bin?: unknown;
}

test('what is left out of the dependencies is named by nothing that is shipped', () => {
  if (AMD64 === undefined) throw new Error('no architecture');
  const files = shippedFiles();
  // Node never runs TypeScript there, nor is it a bundler that looks for maps.
  const leftOut = new Set(
    files.filter((path) => !isNeeded(path, AMD64) && !/\.(map|[cm]?ts|node)$/.test(path)),
  );
  const kept = files.filter((path) => isNeeded(path, AMD64));
  const missing = kept.flatMap((path) => {
    const named = /\.[cm]?js$/.test(path)
      ? namedIn(path)
      : /package\.json$/.test(path)
        ? entriesOf(path)
        : [];
    const lost = named
      .flatMap((name) => ENDINGS.map((ending) => name + ending))
      .filter((name) => leftOut.has(name));
    return lost.map((name) => `${path} names ${name}`);
  });
  expect(leftOut.size).toBeGreaterThan(1000);
  expect(missing).toEqual([]);
}, 60_000);
