/**
 * Walks the control packets in a byte stream by their fixed headers (MQTT 3.1.1, clause 2.2) without keeping any
 * byte. mqtt-packet has no limit of its own: it would gather a packet of up to 256 MB before anyone sees it.
 */
export class Frames {
  readonly #longest: number;
  /** Bytes of the present packet still to come, its header apart. */
  #rest = 0;
  /** Of a remaining-length field that is cut by the end of a chunk. -1: no header byte seen yet. */
  #length = 0;
  #shift = -1;

  /** `longest`: the largest remaining length that may pass. */
  constructor(longest: number) {
    this.#longest = longest;
  }

  /** False as soon as a packet says that it is too long, or its length is malformed; then the stream is over. */
  accept(chunk: Uint8Array): boolean {
    let at = 0;
    while (at < chunk.length) {
      if (this.#rest > 0) {
        const step = Math.min(this.#rest, chunk.length - at);
        this.#rest -= step;
        at += step;
      } else if (this.#shift < 0) {
        this.#shift = 0;
        this.#length = 0;
        at += 1;
      } else if (!this.#takeLength(chunk[at++] ?? 0)) return false;
    }
    return true;
  }

  #takeLength(byte: number): boolean {
    this.#length += (byte & 0x7f) * 2 ** this.#shift;
    this.#shift += 7;
    const more = (byte & 0x80) !== 0;
    if (this.#length > this.#longest || (more && this.#shift > 21)) return false;
    if (!more) {
      this.#rest = this.#length;
      this.#shift = -1;
    }
    return true;
  }
}
