import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readSubmit } from '../../../test/kit/sms-reader.ts';
import { packSeptets, septetsOf } from './gsm7.ts';
import { partsOf, shorten } from './parts.ts';
import { readStatusReport, submitPdu } from './pdu.ts';

const septets = (text: string): number[] => [...text].flatMap((character) => septetsOf(character) ?? []);
const hex = (text: string): string => packSeptets(septets(text)).toString('hex').toUpperCase();

describe('published vectors', () => {
  test('"hellohello" in septets, as in the SMS tutorials of dreamfabric and others', () => {
    expect(hex('hellohello')).toBe('E8329BFD4697D9EC37');
  });

  test('the SMS-SUBMIT of the same tutorial: to +46708251358, valid for four days', () => {
    const [part] = partsOf('hellohello');
    const pdu = submitPdu({
      ...{ to: '+46708251358', part: part ?? { alphabet: 'gsm-7', units: [] }, place: null },
      ...{ report: false, validity: 0xaa },
    });
    expect(pdu.hex).toBe('0011000B916407281553F80000AA0AE8329BFD4697D9EC37');
    expect(pdu.octets).toBe(23);
  });

  test('a status report of modem manuals: message 214 has arrived', () => {
    const report = '0006D60B911326880736F4111011719551401110117195714000';
    expect(readStatusReport(report)).toEqual({ reference: 214, status: 0 });
  });

  test('an SMS-DELIVER is no status report', () => {
    const deliver = '07917283010010F5040BC87238880900F10000993092516195800AE8329BFD4697D9EC37';
    expect(readStatusReport(deliver)).toBeUndefined();
    expect(readStatusReport('')).toBeUndefined();
  });
});

/** What a phone would show of the parts, each read by another hand than ours. */
function shown(text: string, to = '13800000000'): { readonly text: string; readonly to: string } {
  const parts = partsOf(text);
  const read = parts.map((part, index) => {
    const place = parts.length === 1 ? null : { reference: 0xbeef, total: parts.length, number: index + 1 };
    return readSubmit(submitPdu({ to, part, place, report: true, validity: 167 }).hex);
  });
  read.forEach((one, index) => {
    expect(one.report).toBe(true);
    if (parts.length > 1)
      expect(one.place).toEqual({ reference: 0xbeef, total: parts.length, number: index + 1 });
    expect(one.userDataOctets).toBeLessThanOrEqual(140);
  });
  return { text: read.map((one) => one.text).join(''), to: read[0]?.to ?? '' };
}

const basic = fc.string({
  unit: fc.constantFrom(
    ...'@£$¥èéùìòÇØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà^{}\\[~]|€\n',
  ),
  maxLength: 400,
});
const anything = fc.string({ unit: fc.constantFrom(...'严重一号冰箱温度偏高aZ9 °🚨€['), maxLength: 260 });

test('every text of the GSM alphabet is read back as it was, in whatever number of parts', () => {
  fc.assert(
    fc.property(basic, (text) => {
      expect(shown(text).text).toBe(text);
    }),
  );
});

test('every other text is read back as it was; no part ends within a character', () => {
  fc.assert(
    fc.property(anything, (text) => {
      expect(shown(text).text).toBe(text);
      for (const { alphabet, units } of partsOf(text)) {
        if (alphabet !== 'ucs-2') continue;
        expect(Buffer.from(Uint16Array.from(units).buffer).toString('utf16le').isWellFormed()).toBe(true);
      }
    }),
  );
});

test('every number is read back as it was dialled', () => {
  const number = fc.tuple(
    fc.boolean(),
    fc.string({ unit: fc.constantFrom(...'0123456789'), minLength: 3, maxLength: 20 }),
  );
  fc.assert(
    fc.property(number, ([international, digits]) => {
      const to = international ? `+${digits}` : digits;
      expect(shown('x', to).to).toBe(to);
    }),
  );
});

test('a shortened text fits, and keeps its tail whole', () => {
  fc.assert(
    fc.property(
      anything,
      fc.constantFrom('', '\nhttps://hygate.example/a/x'),
      fc.constantFrom(1, 2, 3),
      (head, tail, most) => {
        const text = shorten(head, tail, most);
        expect(partsOf(text).length).toBeLessThanOrEqual(most);
        expect(text.endsWith(tail)).toBe(true);
        if (partsOf(head + tail).length <= most) expect(text).toBe(head + tail);
      },
    ),
  );
});

test.each([
  ['a'.repeat(160), [160]],
  ['a'.repeat(161), [152, 9]],
  [`${'a'.repeat(159)}€`, [152, 9]],
  // The escape and its letter stay together: the first part has a septet left.
  [`${'a'.repeat(151)}€${'a'.repeat(20)}`, [151, 22]],
  ['温'.repeat(70), [70]],
  ['温'.repeat(71), [66, 5]],
  [`${'温'.repeat(65)}🚨${'温'.repeat(10)}`, [65, 12]],
])('the room of a part is as the standard says: %s', (text, lengths) => {
  expect(partsOf(text).map(({ units }) => units.length)).toEqual(lengths);
});
