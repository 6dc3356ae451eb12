import { type Clock, type Ms, realClock } from '#model/time';
import type { Random } from '../../firmware-sim/physics/random.ts';
import {
  type Asked,
  answerBody,
  exceptionAnswer,
  framed,
  type ScriptedFraming,
  type ScriptedModbus,
} from './modbus-scripted.ts';

/*
 * Units whose every register says whose it is and when it was read, so that a value of another unit, another register
 * or another time is seen at once; and what may befall an answer on its way.
 */

/** Addresses 0 to 31, of units 1 to 15. */
export const FATE_ADDRESSES = 32;
const SERIALS = 128;

/** What stands in a register when question number `serial` asks for it. */
export const tellingValue = (unit: number, address: number, serial: number): number =>
  (unit << 12) | (address << 7) | (serial % SERIALS);

/** Whether the value is of this register, read after `before` questions and not later than now. */
export function isTrue(
  value: number,
  where: { unit: number; address: number },
  before: number,
  now: number,
): boolean {
  if (value >> 7 !== tellingValue(where.unit, where.address, 0) >> 7) return false;
  const age = (((now - value) % SERIALS) + SERIALS) % SERIALS;
  return age < now - before;
}

const tellingData = ({ unit, address, count, serial }: Asked): Buffer => {
  const bytes = Buffer.alloc(count * 2);
  for (let index = 0; index < count; index++) {
    bytes.writeUInt16BE(tellingValue(unit, address + index, serial), index * 2);
  }
  return bytes;
};

export const tellingAnswer = (asked: Asked, data = tellingData(asked)): Buffer =>
  framed(asked, answerBody(asked, data));

export const FATES = [
  'silent',
  'late',
  'very-late',
  'wrong-unit',
  'wrong-function',
  'wrong-transaction',
  'crossed',
  'short-count',
  'fewer',
  'more',
  'truncated',
  'twice',
  'garbage',
  'bad-crc',
  'exception',
  'close',
  'close-after',
  'reset',
] as const;
export type Fate = (typeof FATES)[number];

interface Life {
  readonly server: ScriptedModbus;
  readonly framing: ScriptedFraming;
  readonly timeout: Ms;
  readonly random: Random;
  /** Left out: the real one. */
  readonly clock?: Clock;
}

/** Answers questions, each by the fate that it is told. What is `very-late` holds up what its unit says next; what is `late` is overtaken. */
export class FatefulUnits {
  readonly #life: Required<Life>;
  readonly #before = new Map<number, Asked>();
  /** Unit → when it has said all that it was asked before. */
  readonly #free = new Map<number, Ms>();

  constructor(life: Life) {
    this.#life = { clock: realClock, ...life };
  }

  answer(asked: Asked, fate?: Fate): void {
    const earlier = this.#before.get(asked.unit) ?? asked;
    this.#before.set(asked.unit, asked);
    const right = tellingAnswer(asked);
    const { random, timeout, clock } = this.#life;
    if (fate === 'silent') return;
    if (fate === 'close') asked.socket.destroy();
    else if (fate === 'close-after') asked.socket.end(right);
    else if (fate === 'reset') asked.socket.resetAndDestroy();
    else if (fate === 'late') clock.after(timeout * (0.8 + random()), () => this.#write(asked, right));
    else if (fate === 'very-late') this.#send(asked, right, timeout * (1.5 + 1.4 * random()));
    else this.#send(asked, fate === undefined ? right : this.#spoiled(asked, earlier, fate), 0);
  }

  #spoiled(asked: Asked, earlier: Asked, fate: Fate): Buffer {
    const { random } = this.#life;
    const right = tellingAnswer(asked);
    const data = tellingData(asked);
    switch (fate) {
      case 'wrong-unit':
        return tellingAnswer({ ...asked, unit: asked.unit === 3 ? 1 : asked.unit + 1 });
      case 'wrong-function':
        return tellingAnswer({ ...asked, code: 4 });
      case 'wrong-transaction':
        return asked.framing === 'mbap'
          ? tellingAnswer({ ...asked, transaction: asked.transaction ^ 0x100 })
          : right;
      case 'crossed':
        // The question before, answered once more: on a serial line nothing tells it from the right answer.
        return asked.framing === 'mbap'
          ? tellingAnswer(earlier)
          : Buffer.concat([tellingAnswer(earlier), right]);
      case 'fewer':
        return tellingAnswer(asked, data.subarray(2));
      case 'more':
        return tellingAnswer(asked, Buffer.concat([data, data.subarray(0, 2)]));
      case 'short-count':
        return framed(asked, answerBody(asked, data).fill(Math.max(0, data.length - 2), 2, 3));
      case 'truncated':
        return right.subarray(0, 1 + Math.floor(random() * (right.length - 1)));
      case 'twice':
        return Buffer.concat([right, right]);
      case 'garbage':
        return Buffer.from(right.map(() => Math.floor(random() * 256)));
      case 'bad-crc':
        // Modbus TCP has none: a byte that is changed there and passes TCP's own sum is seen by nobody.
        return asked.framing === 'mbap'
          ? right
          : Buffer.concat([right.subarray(0, -1), Buffer.from([~(right.at(-1) ?? 0) & 0xff])]);
      default:
        // Codes 1 to 11 are named; 12 to 15 nobody knows.
        return exceptionAnswer(asked, 1 + Math.floor(random() * 15));
    }
  }

  #send(asked: Asked, bytes: Buffer, delay: Ms): void {
    const write = () => this.#write(asked, bytes);
    const { clock } = this.#life;
    const now = clock.monotonic();
    const free = Math.max(this.#free.get(asked.unit) ?? 0, now + delay);
    this.#free.set(asked.unit, free);
    if (free <= now) write();
    else clock.after(Math.ceil(free - now), write);
  }

  /** A converter hands what comes from its serial side to whoever is connected then; TCP answers who asked. */
  #write({ socket }: Asked, bytes: Buffer): void {
    const { framing, server } = this.#life;
    if (framing === 'rtu') server.broadcast(bytes);
    else socket.write(bytes);
  }
}
