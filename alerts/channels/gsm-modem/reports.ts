import type { Receipt } from '#model/channel';
import { readStatusReport } from './pdu.ts';

/** TP-ST (3GPP TS 23.040, clause 9.2.3.15): below it is done, between them the network still tries. */
const TRYING = 0x20;
const FAILED = 0x40;

/** What became of messages, by their references, of which a modem has 256 and begins anew. In memory only. */
export class Reports {
  readonly #status = new Map<number, number>();

  /** A message was sent under the reference: what is known of the one before it is over. */
  expect(reference: number): void {
    this.#status.delete(reference);
  }

  take(pdu: string): void {
    const report = readStatusReport(pdu);
    if (report !== undefined) this.#status.set(report.reference, report.status);
  }

  /** Of a text of several parts: it has arrived when all of them have. */
  receiptOf(references: readonly number[]): Receipt {
    const found = references.map((reference) => this.#status.get(reference));
    const answer = references.map((reference, index) => `${reference}: ${said(found[index])}`).join(', ');
    if (found.some((status) => status !== undefined && status >= FAILED))
      return { state: 'undelivered', answer };
    const arrived = found.every((status) => status !== undefined && status < TRYING);
    return { state: arrived ? 'delivered' : 'pending', answer };
  }
}

const said = (status: number | undefined): string =>
  status === undefined ? 'no report yet' : `status ${status.toString(16).padStart(2, '0')}`;
