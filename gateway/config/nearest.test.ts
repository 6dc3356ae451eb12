import fc from 'fast-check';
import { expect, test } from 'vitest';
import { nearest, suggest } from './nearest.ts';

const DRIVERS = ['cold-room-controller', 'modbus-fridge', 'opcua-fridge', 'waste-scale'];

test.each([
  ['modbus-frigde', 'modbus-fridge'],
  ['fridge', 'modbus-fridge'],
  ['frigde', 'modbus-fridge'],
  ['waste-scales', 'waste-scale'],
  ['WASTE-SCALE', 'waste-scale'],
  ['coldroom-controller', 'cold-room-controller'],
])('%s is near %s', (word, meant) => expect(nearest(word, DRIVERS)).toBe(meant));

test('what is like nothing known is answered with everything that is', () => {
  expect(nearest('thermometer', DRIVERS)).toBeUndefined();
  expect(suggest('thermometer', ['b', 'a'])).toEqual({ zh: '可选：a、b', en: 'there is a, b' });
  expect(suggest('thermometer', [])).toEqual({ zh: '没有可选的', en: 'there is none to choose from' });
});

test('a word is nearest to itself, and one wrong letter in a long one does not matter', () => {
  const word = fc.string({ unit: fc.constantFrom(...'abcdefgh'), minLength: 6, maxLength: 12 });
  fc.assert(
    fc.property(word, fc.array(word), fc.nat(), (text, others, place) => {
      expect(nearest(text, [...others, text])).toBe(text);
      const at = place % text.length;
      const typo = `${text.slice(0, at)}z${text.slice(at + 1)}`;
      expect(nearest(typo, [text])).toBe(text);
    }),
  );
});
