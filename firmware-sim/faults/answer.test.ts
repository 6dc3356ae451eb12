import { expect, test } from 'vitest';
import { rtuFraming, tcpFraming } from '../modbus/framing.ts';
import { seededRandom } from '../physics/random.ts';
import { spoil } from './answer.ts';
import type { AnswerFault, FaultOptions } from './fault.ts';

const answer = { unit: 5, transaction: 258, pdu: Buffer.from([3, 2, 0, 42]) };
const right = '010200000005050302002a';

function spoiled(fault: AnswerFault, options: FaultOptions = {}, framing = tcpFraming) {
  const result = spoil(fault, answer, { framing, options, random: seededRandom(1, 'spoil') });
  return { ...result, bytes: result.bytes?.toString('hex') ?? null };
}

test.each<[AnswerFault, FaultOptions, string | null]>([
  ['silent', {}, null],
  ['drop', {}, null],
  ['slow', {}, right],
  ['late', {}, right],
  ['exception', {}, '010200000003058304'],
  ['exception', { code: 2 }, '010200000003058302'],
  ['busy', {}, '010200000003058306'],
  ['wrong-unit', {}, '010200000005060302002a'],
  ['wrong-transaction', {}, '010300000005050302002a'],
  ['truncated', {}, right.slice(0, 12)],
  ['concatenated', {}, right + right],
])('%s %j', (fault, options, bytes) => {
  expect(spoiled(fault, options).bytes).toBe(bytes);
});

test('only a drop closes the connection; a slow answer holds the line, a late one does not', () => {
  expect(spoiled('drop')).toMatchObject({ closes: true });
  expect(spoiled('silent')).toMatchObject({ closes: false });
  expect(spoiled('slow', { delay: 70 })).toMatchObject({ delay: 70, holds: true });
  expect(spoiled('late', { delay: 90 })).toMatchObject({ delay: 90, holds: false });
});

test('garbage is as long as the answer and is not the answer', () => {
  const { bytes } = spoiled('garbage');
  expect(bytes).toHaveLength(right.length);
  expect(bytes).not.toBe(right);
});

test('a false checksum spoils the last byte alone', () => {
  const good = rtuFraming.wrap(answer).toString('hex');
  const { bytes } = spoiled('bad-crc', {}, rtuFraming);
  expect(bytes?.slice(0, -2)).toBe(good.slice(0, -2));
  expect(bytes).not.toBe(good);
});
