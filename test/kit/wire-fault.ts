import type { Ms } from '#model/time';
import type { Random } from '../../firmware-sim/physics/random.ts';

/** What happens to the bytes of one direction of a connection. All of it may be set at once; nothing set: a good wire. */
export interface WireFault {
  /** Every segment comes so much later. */
  readonly delay?: Ms;
  /** And up to so much more, at random. Segments keep their order. */
  readonly jitter?: Ms;
  /** The wire carries no more than this. */
  readonly bytesPerSecond?: number;
  /** Segments are cut into pieces of at most so many bytes, a millisecond apart. */
  readonly pieces?: number;
  /** What comes within so long is sent as one segment. */
  readonly gather?: Ms;
  /** The chance of a segment to change places with the one after it. One with none after it comes after 50 ms. */
  readonly reorder?: number;
  /** The chance of a byte to be another one. */
  readonly corrupt?: number;
  /** The chance of a segment to come twice. */
  readonly repeat?: number;
  /** The connection ends, both ways, after so many bytes of this direction. */
  readonly cutAfter?: number;
  /** Everything is taken and nothing arrives, not even the end of the connection: a half-open one. */
  readonly swallow?: boolean;
  /** Nothing is taken: the sender's own buffers fill, as before a reader that is frozen. */
  readonly stall?: boolean;
}

/** A piece of the stream on its way. */
export interface Piece {
  readonly bytes: Buffer;
  /** After the piece before it, or after now when that is later. */
  readonly gap: Ms;
}

/** What a segment becomes on a wire with this fault, apart from delay and order. Pure but for its generator. */
export function piecesOf(segment: Buffer, fault: WireFault, random: Random): readonly Piece[] {
  const { corrupt = 0, repeat = 0, pieces = Number.POSITIVE_INFINITY, bytesPerSecond } = fault;
  const spoiled = corrupt > 0 ? corrupted(segment, corrupt, random) : segment;
  const whole = repeat > 0 && random() < repeat ? [spoiled, spoiled] : [spoiled];
  const cut = whole.flatMap((bytes) => slices(bytes, pieces));
  const pause = cut.length > whole.length ? 1 : 0;
  return cut.map((bytes) => ({
    bytes,
    gap: pause + (bytesPerSecond === undefined ? 0 : (1000 * bytes.length) / bytesPerSecond),
  }));
}

function corrupted(segment: Buffer, chance: number, random: Random): Buffer {
  // Xor with 1 to 255: a byte that is corrupted is another byte.
  return Buffer.from(
    segment.map((byte) => (random() < chance ? byte ^ (1 + Math.floor(random() * 255)) : byte)),
  );
}

function slices(bytes: Buffer, most: number): readonly Buffer[] {
  if (bytes.length <= most) return [bytes];
  const found: Buffer[] = [];
  for (let from = 0; from < bytes.length; from += most) found.push(bytes.subarray(from, from + most));
  return found;
}
