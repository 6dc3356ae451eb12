import type { Ms } from '#model/time';
import { type Framing, type Request, tcpFraming } from '../modbus/framing.ts';
import { EXCEPTIONS, exception } from '../modbus/registers.ts';
import type { Random } from '../physics/random.ts';
import type { AnswerFault, FaultOptions } from './fault.ts';

/** What goes over the wire instead of the right answer. */
export interface Spoiled {
  /** Null: nothing. */
  readonly bytes: Buffer | null;
  /** Rest before it goes. */
  readonly delay: Ms;
  /** The line waits for it, as for a slow slave on a bus. */
  readonly holds: boolean;
  /** The connection ends then. */
  readonly closes: boolean;
}

export interface AnswerContext {
  readonly framing: Framing;
  readonly options: FaultOptions;
  readonly random: Random;
}

const now = (bytes: Buffer | null): Spoiled => ({ bytes, delay: 0, holds: false, closes: false });

/** What a device with this fault sends in place of `answer`. Pure but for its generator. */
export function spoil(fault: AnswerFault, answer: Request, context: AnswerContext): Spoiled {
  const { framing, options, random } = context;
  const right = framing.wrap(answer);
  const refuse = (code: number) =>
    now(framing.wrap({ ...answer, pdu: exception((answer.pdu[0] ?? 0) & 0x7f, code) }));
  switch (fault) {
    case 'silent':
      return now(null);
    case 'drop':
      return { ...now(null), closes: true };
    case 'slow':
      return { bytes: right, delay: options.delay ?? 200, holds: true, closes: false };
    case 'late':
      return { bytes: right, delay: options.delay ?? 1500, holds: false, closes: false };
    case 'exception':
      return refuse(options.code ?? EXCEPTIONS.deviceFailure);
    case 'busy':
      return refuse(EXCEPTIONS.busy);
    case 'garbage':
      return now(Buffer.from(right.map(() => Math.floor(random() * 256))));
    case 'wrong-unit':
      return now(framing.wrap({ ...answer, unit: (answer.unit + 1) % 248 }));
    case 'wrong-transaction':
      return now(framing.wrap({ ...answer, transaction: (answer.transaction + 1) % 65_536 }));
    case 'bad-crc':
      return now(withFalseChecksum(right, framing));
    case 'truncated':
      return now(right.subarray(0, Math.ceil(right.length / 2)));
    case 'concatenated':
      return now(Buffer.concat([right, right]));
  }
}

function withFalseChecksum(frame: Buffer, framing: Framing): Buffer {
  if (framing === tcpFraming) return frame;
  const bad = Buffer.from(frame);
  bad[bad.length - 1] = (bad[bad.length - 1] ?? 0) ^ 0xff;
  return bad;
}
