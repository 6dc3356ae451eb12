import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { loadSite } from '../../gateway/config/load-site.ts';
import { formatMistakes } from '../../gateway/config/mistakes.ts';
import { knownToConfig, ROOT } from '../kit/config.ts';

/*
 * Every file of gateway/config/cases is wrong as its own comments say: `# ! fragment ! fragment` beside a line are the
 * mistakes of that line, all of them, each once.
 */

const FOLDER = `${ROOT}gateway/config/cases/`;
const known = await knownToConfig();

const wanted = (text: string): readonly (readonly [line: number, fragment: string])[] =>
  text.split('\n').flatMap((line, index) => {
    const [, ...fragments] = (/# ! (.*)$/.exec(line)?.[0] ?? '').slice(1).split(/ ! /);
    return fragments.map((fragment) => [index + 1, fragment.trim()] as const);
  });

test.each(readdirSync(FOLDER))('%s', (file) => {
  const text = readFileSync(FOLDER + file, 'utf8');
  const loaded = loadSite(text, known);
  const mistakes = 'mistakes' in loaded ? loaded.mistakes : [];
  const open = mistakes.map((mistake) => ({ line: mistake.line, said: formatMistakes([mistake], file) }));
  for (const [line, fragment] of wanted(text)) {
    const index = open.findIndex((each) => each.line === line && each.said.includes(fragment));
    const here = open.filter((each) => each.line === line).map(({ said }) => said);
    expect(
      index,
      `line ${line} should say "${fragment}" and says ${JSON.stringify(here)}`,
    ).toBeGreaterThanOrEqual(0);
    open.splice(index, 1);
  }
  expect(open.map(({ said }) => said)).toEqual([]);
  expect(mistakes).toEqual([...mistakes].sort((a, b) => a.line - b.line || a.column - b.column));
});
