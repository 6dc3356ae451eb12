import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/*
 * The architecture as a test. A file belongs to the part with the longest prefix below; it may import its own part
 * and those that its part names. Parts that do not name each other meet only in the composition roots.
 */
const PARTS: Readonly<Record<string, readonly string[]>> = {
  'gateway/model': [],
  'gateway/runtime': ['gateway/model'],
  'collectors/drivers': ['gateway/model'],
  'alerts/standards': ['gateway/model'],
  'alerts/channels': ['gateway/model', 'alerts/transport'],
  'alerts/transport': ['gateway/model'],
  'gateway/clock': ['gateway/model', 'gateway/runtime'],
  'gateway/config': ['gateway/model', 'gateway/runtime'],
  'gateway/broker': ['gateway/model', 'gateway/runtime'],
  'gateway/journal': ['gateway/model', 'gateway/runtime'],
  'gateway/ledger': ['gateway/model', 'gateway/runtime'],
  'gateway/forward': ['gateway/model', 'gateway/runtime'],
  'gateway/api': ['gateway/model', 'gateway/runtime'],
  'gateway/space': ['gateway/model', 'gateway/runtime'],
  'gateway/heartbeat': ['gateway/model', 'gateway/runtime'],
  'gateway/watch': ['gateway/model', 'gateway/runtime'],
  'gateway/influxql': ['gateway/model', 'gateway/runtime'],
  'gateway/imported': ['gateway/model', 'gateway/runtime'],
  'gateway/doctor': ['gateway/model', 'gateway/runtime'],
  'gateway/setup': ['gateway/model', 'gateway/runtime'],
  'gateway/install': ['gateway/model', 'gateway/runtime'],
  grafana: ['gateway/model'],
  'gateway/web': ['gateway/model'],
  'collectors/protocols/modbus': ['gateway/model', 'gateway/runtime', 'collectors'],
  'collectors/protocols/opcua': ['gateway/model', 'gateway/runtime', 'collectors'],
  'collectors/poller': ['gateway/model', 'gateway/runtime', 'collectors'],
  'collectors/publisher': ['gateway/model', 'gateway/runtime'],
  collectors: [
    'gateway/model',
    'gateway/runtime',
    'collectors/protocols/modbus',
    'collectors/protocols/opcua',
    'collectors/poller',
    'collectors/publisher',
  ],
  'alerts/engine': ['gateway/model', 'gateway/runtime'],
  'alerts/notify': ['gateway/model', 'gateway/runtime'],
  'firmware-sim': ['gateway/model', 'gateway/runtime'],
  'gateway/cli': ['*'],
  gateway: ['*'],
};

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SOURCES = ['gateway', 'collectors', 'alerts', 'firmware-sim', 'grafana'];

const sources = SOURCES.flatMap((folder) => filesBelow(join(ROOT, folder))).map((path) =>
  relative(ROOT, path),
);
const imports = new Map(sources.map((file) => [file, importsOf(file)]));

test('a part imports only what stands below it', () => {
  const broken = [...imports].flatMap(([file, targets]) =>
    targets.filter((target) => !allowed(partOf(file), partOf(target))).map((target) => `${file} → ${target}`),
  );
  expect(broken).toEqual([]);
});

test('the model imports neither Node nor a part of ours', () => {
  const broken = sources
    .filter((file) => file.startsWith('gateway/model/'))
    .filter((file) => /from '(node:|\.\.\/)/.test(read(file)));
  expect(broken).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(circles()).toEqual([]);
});

test('only the real clock reads the time or sets a timer', () => {
  // Composition roots own their process or thread; the page lives in the browser's time.
  const owners = /^gateway\/(model\/time\.ts|runtime\/thread-side\.ts|web\/|cli\/)|\.thread\.ts$/;
  const broken = sources
    .filter((file) => !owners.test(file))
    .filter((file) =>
      /\bDate\.now\(|\bnew Date\(\)|\bset(Timeout|Interval)\(|\bperformance\.now\(/.test(code(file)),
    );
  expect(broken).toEqual([]);
});

test('every metric that a part counts stands in the catalogue, and every one in the catalogue is counted', () => {
  const catalogue = new Set(read('gateway/runtime/metrics.ts').match(/hygate_[a-z_]+(?=: \[)/g));
  const counted = new Set(
    sources
      .filter((file) => file !== 'gateway/runtime/metrics.ts')
      .flatMap((file) => read(file).match(/(?<=(?:count|gauge|time)\(\s*')hygate_[a-z_]+/g) ?? []),
  );
  expect([...counted].filter((name) => !catalogue.has(name))).toEqual([]);
  expect([...catalogue].filter((name) => !counted.has(name))).toEqual([]);
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return entry.name === 'dist' ? [] : filesBelow(path);
    return /\.tsx?$/.test(entry.name) && !/\.test\.tsx?$/.test(entry.name) ? [path] : [];
  });
}

function read(file: string): string {
  return readFileSync(join(ROOT, file), 'utf8');
}

/** The file without its comments. */
function code(file: string): string {
  return read(file)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '');
}

/** Files of ours that a file imports, statically or dynamically, or runs in a thread. */
function importsOf(file: string): string[] {
  const named = code(file).matchAll(
    /(?:from |import\(|new URL\((?='[^']+\.thread))'((?:#model\/|\.{1,2}\/)[^']+)'/g,
  );
  return [...named].flatMap(([, target = '']) => {
    const path = target.startsWith('#model/')
      ? `gateway/model/${target.slice('#model/'.length)}.ts`
      : relative(ROOT, join(ROOT, dirname(file), target));
    return /\.tsx?$/.test(path) ? [path] : [];
  });
}

function partOf(file: string): string {
  const found = Object.keys(PARTS)
    .filter((part) => file.startsWith(`${part}/`))
    .sort((a, b) => b.length - a.length)[0];
  return found ?? file;
}

function allowed(from: string, to: string): boolean {
  const below = PARTS[from] ?? [];
  return from === to || below.includes(to) || below.includes('*');
}

function circles(): string[] {
  const done = new Set<string>();
  const found: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (path.includes(file)) found.push([...path.slice(path.indexOf(file)), file].join(' → '));
    else if (!done.has(file)) {
      for (const next of imports.get(file) ?? []) visit(next, [...path, file]);
      done.add(file);
    }
  };
  for (const file of imports.keys()) visit(file, []);
  return found;
}
