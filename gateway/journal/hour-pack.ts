import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { HOUR } from '#model/time';
import { ByteReader, ByteWriter } from './bytes.ts';
import { hasValue } from './mark.ts';
import { emptySamples, type Samples } from './samples.ts';

/*
 * An hour of one point in one blob:
 *
 *   pack   = byte(0: plain, 1: the rest is raw deflate) payload
 *   payload = varint(count) times marks values
 *   times  = for each: zigzag(step - step before), the first step being the place in the hour; but where it is 0,
 *            the 0 stands for a run of them and is followed by varint(length): a steady rhythm takes four bytes
 *   marks  = runs: varint(length) byte(mark)
 *   values = byte(d) then, for each sample that has a value,
 *            d ≤ 6:  zigzag(n - n before), value = n / 10^d    most instruments speak in decimals: a byte a value
 *            d = 255: float(value)
 */

const PLAIN = 0;
const DEFLATED = 1;
const FLOATS = 255;
const MAX_DECIMALS = 6;
/** n and its differences stay well inside the whole numbers that a double holds. */
const MAX_SCALED = 2 ** 50;
/** Below this it saves less than a reader loses: inflating costs some 40 µs whatever the size. */
const WORTH_DEFLATING_BYTES = 512;

export function encodeHour(hour: number, samples: Samples): Uint8Array<ArrayBuffer> {
  const bytes = new ByteWriter();
  bytes.varint(samples.at.length);
  writeTimes(bytes, hour * HOUR, samples.at);
  writeMarks(bytes, samples.mark);
  writeValues(bytes, samples);
  const payload = bytes.take();
  const small = payload.length < WORTH_DEFLATING_BYTES ? payload : deflateRawSync(payload);
  const deflated = small.length < payload.length;
  bytes.byte(deflated ? DEFLATED : PLAIN);
  bytes.raw(deflated ? small : payload);
  return bytes.take();
}

/** Throws when the bytes are not a pack. */
export function decodeHour(hour: number, pack: Uint8Array): Samples {
  const rest = pack.subarray(1);
  const reader = new ByteReader(pack[0] === DEFLATED ? inflateRawSync(rest) : rest);
  const samples = emptySamples(reader.varint());
  readTimes(reader, hour * HOUR, samples.at);
  for (let i = 0; i < samples.mark.length; ) {
    const run = reader.varint();
    samples.mark.fill(reader.byte(), i, i + run);
    i += Math.max(1, run);
  }
  readValues(reader, samples);
  return samples;
}

function writeTimes(bytes: ByteWriter, start: number, times: Float64Array): void {
  let [before, step, steady] = [start, 0, 0];
  for (const at of times) {
    const change = at - before - step;
    step = at - before;
    before = at;
    if (change === 0) {
      steady += 1;
      continue;
    }
    writeSteady(bytes, steady);
    steady = 0;
    bytes.zigzag(change);
  }
  writeSteady(bytes, steady);
}

function writeSteady(bytes: ByteWriter, length: number): void {
  if (length === 0) return;
  bytes.byte(0);
  bytes.varint(length);
}

function readTimes(reader: ByteReader, start: number, times: Float64Array): void {
  let [before, step, steady] = [start, 0, 0];
  for (let i = 0; i < times.length; i++) {
    if (steady > 0) steady -= 1;
    else {
      const change = reader.zigzag();
      step += change;
      if (change === 0) steady = reader.varint() - 1;
    }
    before += step;
    times[i] = before;
  }
}

function writeMarks(bytes: ByteWriter, marks: Uint8Array): void {
  for (let i = 0; i < marks.length; ) {
    let end = i + 1;
    while (end < marks.length && marks[end] === marks[i]) end += 1;
    bytes.varint(end - i);
    bytes.byte(marks[i] ?? 0);
    i = end;
  }
}

function writeValues(bytes: ByteWriter, { value, mark }: Samples): void {
  const values = value.filter((_, index) => hasValue(mark[index] ?? 0));
  const decimals = decimalsOf(values);
  bytes.byte(decimals ?? FLOATS);
  const scale = 10 ** (decimals ?? 0);
  let before = 0;
  for (const x of values) {
    if (decimals === undefined) {
      bytes.float(x);
      continue;
    }
    const n = Math.round(x * scale);
    bytes.zigzag(n - before);
    before = n;
  }
}

function readValues(reader: ByteReader, { value, mark }: Samples): void {
  const decimals = reader.byte();
  const scale = 10 ** decimals;
  let n = 0;
  for (let i = 0; i < value.length; i++) {
    if (!hasValue(mark[i] ?? 0)) value[i] = Number.NaN;
    else if (decimals === FLOATS) value[i] = reader.float();
    else {
      n += reader.zigzag();
      value[i] = n / scale;
    }
  }
}

/** The fewest decimals that give every value back bit by bit; undefined when there are none. */
function decimalsOf(values: Float64Array): number | undefined {
  for (let decimals = 0; decimals <= MAX_DECIMALS; decimals++) {
    const scale = 10 ** decimals;
    const exact = (x: number) => {
      // + 0: a difference cannot carry the sign of minus zero, so it has to go as a float.
      const n = Math.round(x * scale) + 0;
      return Math.abs(n) < MAX_SCALED && Object.is(n / scale, x);
    };
    if (values.every(exact)) return decimals;
  }
  return undefined;
}
