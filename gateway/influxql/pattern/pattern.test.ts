import fc from 'fast-check';
import { expect, test } from 'vitest';
import { QueryError } from '../query-error.ts';
import { Patterns } from './patterns.ts';

const patternOf = (source: string) => new Patterns().of(source);

/** Expressions that are the same in JavaScript. */
const { source } = fc.letrec<{ source: string }>((tie) => ({
  source: fc.oneof(
    { depthSize: 'medium', withCrossShrink: true },
    fc.constantFrom(
      'a',
      'b',
      '-',
      '.',
      '\\.',
      '[ab]',
      '[^a]',
      '[a-c-]',
      '\\d',
      '\\w',
      '^',
      '$',
      '(?:)',
      '温',
    ),
    fc.tuple(tie('source'), tie('source')).map(([one, other]) => one + other),
    fc.tuple(tie('source'), tie('source')).map(([one, other]) => `(${one}|${other})`),
    fc
      .tuple(tie('source'), fc.constantFrom('*', '+', '?', '*?', '{2}', '{0,2}', '{1,}'))
      .map(([one, times]) => `(?:${one})${times}`),
  ),
}));
const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '-', '.', '7', '温'), maxLength: 8 });

test('a text matches where it does in JavaScript', () => {
  fc.assert(
    fc.property(source, text, (expression, words) => {
      expect(patternOf(expression).test(words), `/${expression}/`).toBe(
        new RegExp(expression, 'u').test(words),
      );
    }),
    { numRuns: 2_000 },
  );
});

test('letters are one, large or small, where (?i) says so', () => {
  expect(patternOf('(?i)^FRIDGE-[a-b]$').test('fridge-B')).toBe(true);
  expect(patternOf('^FRIDGE$').test('fridge')).toBe(false);
});

test('a text is looked at to its end, as long as any text of a row', () => {
  const text = `${'温'.repeat(1_990)} the end`;
  expect(patternOf('the end$').test(text)).toBe(true);
  expect(patternOf('^温+$').test(text)).toBe(false);
});

test('a list of names of any length is looked up', () => {
  const names = Array.from({ length: 2_000 }, (_, index) => `device-${index}`);
  const pattern = patternOf(`^(${names.join('|')})$`);
  expect(pattern.test('device-1999')).toBe(true);
  expect(pattern.test('device-2000')).toBe(false);
  expect(patternOf('^a\\.b$').test('a.b')).toBe(true);
});

test.each(['(a+)+$', '^(a|aa)*$', '(a*)*b', '^(([a-z])+.)+[A-Z]([a-z])+$', '(.*)(.*)(.*)(.*)(.*)x$'])(
  '%s costs no more than the length of the text',
  (expression) => {
    const pattern = patternOf(expression);
    expect(pattern.test(`${'a'.repeat(1_990)}!`)).toBe(false);
  },
);

test('what costs too much, alone or together, or is too long, is refused', () => {
  const slow = `${'a?'.repeat(400)}b`;
  expect(() => patternOf(slow).test('a'.repeat(2_000))).toThrow('cost too much');
  const together = new Patterns();
  const many = () => {
    for (let index = 0; index < 10_000; index += 1) together.of(`(a{100}){4}${index}`);
  };
  expect(many).toThrow('cost too much');
  expect(() => patternOf('((a{100}){100}){100}')).toThrow('too long');
  expect(() => patternOf('('.repeat(1_000))).toThrow(QueryError);
});

test.each([
  ['(?=a)', '(?'],
  ['(a)\\1', '\\1'],
  ['\\bword', '\\b'],
  ['a**', 'repetition of a repetition'],
  ['a{1000}', 'more than 100 repetitions'],
  [`^[^${'~'.repeat(40_000)}]{0,100}x$`, 'a set of more than 100 members'],
  ['[[:alpha:]]', '[:'],
  ['[z-a]', 'z-a'],
  ['(a', 'never closed'],
  ['a)', 'nothing opened'],
  ['*a', 'nothing that it could repeat'],
])('%s is refused in words', (expression, words) => {
  expect(() => patternOf(expression)).toThrow(words);
});

test('any text is an expression, or is refused', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom(...'ab()[]{}*+?|^$\\.-:1,') }),
      text,
      (expression, words) => {
        try {
          patternOf(expression).test(words);
        } catch (error) {
          expect(error).toBeInstanceOf(QueryError);
        }
      },
    ),
    { numRuns: 1_000 },
  );
});
