import { expect, test } from 'vitest';
import { readSource } from './source.ts';

const TEXT = ['site: &s { id: demo, name: x }', 'areas:', '  - id: a', '    name: b', '  - *s', ''].join(
  '\n',
);

test.each([
  [['site'], 1, 1],
  [['site', 'name'], 1, 22],
  [['areas'], 2, 1],
  [['areas', 0], 3, 5],
  [['areas', 0, 'name'], 4, 5],
  // What is missing is shown where it should be.
  [['areas', 0, 'kind'], 3, 5],
  [['people'], 1, 1],
  // Inside an alias: where its text stands.
  [['areas', 1, 'id'], 1, 12],
])('%j stands at line %i, column %i', (path, line, column) => {
  expect(readSource(TEXT).locate(path)).toEqual({ line, column });
});

test('what YAML cannot read is said with its line, and nothing is thrown', () => {
  const bad = [
    'a: [',
    'a: *b',
    '? [1]\n: 2',
    'a: !!nope 1',
    '\ta: 1',
    '---\na: 1\n---\nb: 2',
    '%YAML 9.9\n---\na: 1',
  ];
  for (const text of bad) expect(readSource(text).syntax.length, text).toBeGreaterThan(0);
});

test('a file that unfolds into gigabytes is refused', () => {
  const names = [...'abcdefghi'];
  const lines = names.map((name, index) =>
    index === 0
      ? 'a: &a [x, x, x, x, x, x, x, x, x]'
      : `${name}: &${name} [${Array(9).fill(`*${names[index - 1]}`)}]`,
  );
  const { value, syntax } = readSource(lines.join('\n'));
  expect(value).toBeUndefined();
  expect(syntax[0]?.message.en).toMatch(/alias/i);
});

test('an empty file has no value, and no mistake of YAML', () => {
  expect(readSource('')).toMatchObject({ value: null, syntax: [] });
});
