/*
 * MQTT 3.1.1 by hand, as far as a publisher needs it: its tests must know which packet was acknowledged when, and no
 * client library stands between.
 */

/** PUBACK: type and length, then the packet id. */
export const PUBACK_BYTES = 4;

const text = (value: string): Buffer => {
  const bytes = Buffer.from(value);
  const length = Buffer.alloc(2);
  length.writeUInt16BE(bytes.length);
  return Buffer.concat([length, bytes]);
};

/** Fixed header: the type, then the length in groups of 7 bits (clause 2.2.3). */
function packet(type: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const header = [type];
  let rest = body.length;
  do {
    header.push((rest & 0x7f) | (rest > 0x7f ? 0x80 : 0));
    rest >>= 7;
  } while (rest > 0);
  return Buffer.concat([Buffer.from(header), body]);
}

export interface MqttLogin {
  readonly clientId: string;
  readonly user: string;
  readonly password: string;
}

/** Protocol level 4; user name, password, clean session; no keep-alive. */
export function connectPacket({ clientId, user, password }: MqttLogin): Buffer {
  const flags = Buffer.from([4, 0b1100_0010, 0, 0]);
  return packet(0x10, text('MQTT'), flags, text(clientId), text(user), text(password));
}

/** QoS 1. `id` is from 1 to 65,535. */
export function publishPacket(topic: string, id: number, payload: string): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(id);
  return packet(0x32, text(topic), bytes, Buffer.from(payload));
}

/** QoS 0, packet id 1. */
export const subscribePacket = (filter: string): Buffer =>
  packet(0x82, Buffer.from([0, 1]), text(filter), Buffer.from([0]));
