/**
 * A telephone number as E.164 has it: `+8613800000000`. One without a country is of China; the zero before an area
 * code falls away.
 */
export function e164(phone: string): string {
  const digits = phone.replaceAll(/[^\d+]/g, '');
  if (digits.startsWith('+')) return digits;
  if (digits.startsWith('00')) return `+${digits.slice(2)}`;
  if (/^86\d{11}$/.test(digits)) return `+${digits}`;
  return `+86${digits.replace(/^0/, '')}`;
}

/** As people of China write a mobile number: without the country, unless it is another one. */
export const national = (phone: string): string => e164(phone).replace(/^\+86/, '');
