import { expect, test } from 'vitest';
import { realClock, SECOND } from '#model/time';
import { HandClock } from '../../test/kit/hand-clock.ts';
import { examine } from './examine.ts';
import { verbatim, warning } from './finding.ts';

const text = verbatim('x');
const finding = warning({ code: 'c', about: text, what: text, advice: text });
const examination = (name: string, run: () => Promise<readonly (typeof finding)[]>) => ({
  ...{ about: verbatim(name), within: 20 * SECOND, run },
});

test('an examination that fails, at once or later, is a finding and hides no other', async () => {
  const found = await examine(
    [
      examination('throws', () => {
        throw new Error('no room');
      }),
      examination('rejects', async () => Promise.reject(new Error('no permission'))),
      examination('finds', async () => [finding]),
    ],
    realClock,
  );
  expect(found.map(({ code, about, what }) => [code, about.en, what.en])).toEqual([
    ['not-examined', 'throws', 'could not be examined (no room)'],
    ['not-examined', 'rejects', 'could not be examined (no permission)'],
    ['c', 'x', 'x'],
  ]);
});

test('one that never ends holds up no other beyond its own time', async () => {
  const clock = new HandClock(0);
  const found = examine(
    [examination('hangs', () => new Promise(() => {})), examination('finds', async () => [finding])],
    clock,
  );
  await clock.advance(20 * SECOND);
  expect((await found).map(({ what }) => what.en)).toEqual([
    'could not be examined (it took longer than 20 s)',
    'x',
  ]);
});
