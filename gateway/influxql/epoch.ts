import type { Moment } from './evaluate/time-span.ts';

/** How times are written: a number of these since 1970, or RFC 3339. */
export const EPOCHS = ['ns', 'n', 'u', 'µ', 'ms', 's', 'm', 'h', 'rfc3339'] as const;
export type Epoch = (typeof EPOCHS)[number];

export const isEpoch = (text: string): text is Epoch => EPOCHS.some((epoch) => epoch === text);

const MS_PER: Readonly<Partial<Record<Epoch, number>>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** As JSON. Nanoseconds are more than a double holds, and are written digit by digit. */
export function timeText({ at, order }: Moment, epoch: Epoch): string {
  const perUnit = MS_PER[epoch];
  if (perUnit !== undefined) return String(Math.trunc(at / perUnit));
  if (epoch === 'rfc3339') return JSON.stringify(rfc3339(at, order));
  const ns = BigInt(at) * 1_000_000n + BigInt(order);
  return String(epoch === 'u' || epoch === 'µ' ? ns / 1_000n : ns);
}

/** With as many digits of the second as it has. */
function rfc3339(at: number, order: number): string {
  const text = new Date(at).toISOString();
  const fraction = `${text.slice(20, 23)}${String(order).padStart(6, '0')}`.replace(/0+$/, '');
  return `${text.slice(0, 19)}${fraction === '' ? '' : `.${fraction}`}Z`;
}
