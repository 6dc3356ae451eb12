import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { composeMistake } from '../kit/compose-command.ts';
import { HygateProcess } from '../kit/hygate-process.ts';
import { anchorsOf, codeOf, fencesOf, linksOf } from '../kit/markdown.ts';

const ROOT = join(import.meta.dirname, '../..');
const pages = execFileSync('git', ['ls-files', '-co', '--exclude-standard', '*.md'], {
  cwd: ROOT,
  encoding: 'utf8',
})
  .split('\n')
  .filter((page) => page !== '' && existsSync(join(ROOT, page)));
const read = (page: string) => readFileSync(join(ROOT, page), 'utf8');

/** Command → its synopsis, as the help has it. */
let synopses: ReadonlyMap<string, string>;
beforeAll(async () => {
  const help = new HygateProcess(['--help']);
  await help.exited;
  synopses = new Map(
    [...help.output.matchAll(/^ {2}hygate (\S+) (.*)$/gm)].map(([, name = '', rest = '']) => [name, rest]),
  );
});

test('every link within the repository leads to a file, and to a heading where it names one', () => {
  expect(pages.flatMap(brokenLinks)).toEqual([]);
});

test('every command and every option of hygate that a page names exists', () => {
  expect(pages.flatMap(unknownCommands)).toEqual([]);
});

test('every docker compose that a page names has the services and profiles of the compose file', () => {
  const wrong = pages.flatMap((page) =>
    fencesOf(read(page))
      .filter(({ language }) => language === 'sh' || language === 'console')
      .flatMap(({ text, line }) =>
        [...text.matchAll(/docker compose [^|;&>#\n]+/g)].flatMap(([command]) => {
          const mistake = composeMistake(command.trim());
          return mistake === undefined ? [] : [`${page}:${line} ${command.trim()}: ${mistake}`];
        }),
      ),
  );
  expect(wrong).toEqual([]);
});

test('every npm script that a page names exists', () => {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
    scripts: Readonly<Record<string, string>>;
  };
  const wrong = pages.flatMap((page) =>
    codeOf(read(page)).flatMap(({ text, line }) =>
      [...text.matchAll(/\bnpm run ([\w:-]+)/g)].flatMap(([said, name = '']) =>
        name in scripts ? [] : [`${page}:${line} ${said}`],
      ),
    ),
  );
  expect(wrong).toEqual([]);
});

function brokenLinks(page: string): string[] {
  const text = read(page);
  return linksOf(text).flatMap(({ target, line }) => {
    if (/^[a-z]+:/.test(target)) return [];
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), decodeURI(path)));
    const there = existsSync(join(ROOT, file));
    const found = there && (anchor === undefined || hasAnchor(file, decodeURI(anchor)));
    return found ? [] : [`${page}:${line} ${target}`];
  });
}

const hasAnchor = (file: string, anchor: string): boolean =>
  statSync(join(ROOT, file)).isFile() && anchorsOf(read(file)).has(anchor);

function unknownCommands(page: string): string[] {
  return codeOf(read(page)).flatMap(({ text, line }) =>
    // After `-u` it is the user of that name.
    [...text.matchAll(/(?<![\w./-]|-u )hygate ([a-z][a-z-]*)(?![\w:/.])([^|;&>#\n]*)/g)].flatMap(
      ([said, name = '', rest = '']) => {
        const synopsis = synopses.get(name);
        if (synopsis === undefined) return [`${page}:${line} ${said.trim()}: no such command`];
        const options = rest.match(/(?<=\s|\[)--[a-z][a-z-]*/g) ?? [];
        return options
          .filter((option) => !new RegExp(`${option}(?![\\w-])`).test(synopsis))
          .map((option) => `${page}:${line} ${said.trim()}: no ${option} in "${synopsis}"`);
      },
    ),
  );
}
