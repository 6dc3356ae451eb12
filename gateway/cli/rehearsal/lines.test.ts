import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compare } from './lines.ts';

test('what came as expected leaves nothing, whatever the order, the blanks and the order of people', () => {
  const came = ['15m f.temp/high raised', '15m f.temp/high raised -> li, wang', '20m f.temp/high cleared'];
  const wanted = ['20m  f.temp/high cleared ', '15m f.temp/high raised -> wang,li', '15m f.temp/high raised'];
  expect(compare(came, wanted)).toEqual({ missing: [], unexpected: [] });
});

test('another minute, another person or one more is a difference on both sides', () => {
  const came = ['15m f.temp/high raised -> li'];
  for (const wanted of [
    '14m f.temp/high raised -> li',
    '15m f.temp/high raised -> li, wang',
    '15m f.temp/high raised',
  ])
    expect(compare(came, [wanted])).toEqual({ missing: [wanted], unexpected: came });
});

test('the same line twice must be expected twice', () => {
  const line = '15m f.temp/high raised';
  expect(compare([line, line], [line])).toEqual({ missing: [], unexpected: [line] });
  expect(compare([line], [line, line])).toEqual({ missing: [line], unexpected: [] });
});

test('every line is either matched, missing or unexpected', () => {
  const lines = fc.array(fc.constantFrom('1m a', '2m a', '1m a -> x', '1m a -> x, y'), { maxLength: 8 });
  fc.assert(
    fc.property(lines, lines, (came, wanted) => {
      const { missing, unexpected } = compare(came, wanted);
      expect(came.length - unexpected.length).toBe(wanted.length - missing.length);
    }),
  );
});
