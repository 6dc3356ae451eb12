import { type Ms, SECOND } from '#model/time';
import type { FaultName } from '../../firmware-sim/faults/fault.ts';
import { between, type Random } from '../../firmware-sim/physics/random.ts';

/** What goes wrong beside the simulated field. */
export const PEER_FAULTS = [
  'influx killed',
  'influx frozen',
  'field frozen',
  'loggers cut',
  'pages cut',
  'subscriber cut',
] as const;
export type PeerFault = (typeof PEER_FAULTS)[number];

interface Span {
  /** Since the begin of the load. */
  readonly at: Ms;
  readonly lasts: Ms;
}

/** A fault of a simulated device, by its scenario. */
export interface FieldFault extends Span {
  readonly device: string;
  readonly fault: FaultName;
}

export interface PeerFaultSpan extends Span {
  readonly fault: PeerFault;
}

/** What each kind of device can have: firmware-sim's catalogue, without what spoils the pattern that is checked. */
const COMMON: readonly FaultName[] = [
  ...(['silent', 'drop', 'slow', 'late', 'exception', 'busy', 'garbage', 'wrong-unit'] as const),
  ...(['truncated', 'concatenated', 'refuse'] as const),
];
export const FAULTS_OF = {
  tcp: [...COMMON, 'wrong-transaction'],
  rtu: [...COMMON, 'bad-crc'],
  opcua: ['bad-status', 'frozen-value', 'server-down'],
  logger: ['offline', 'duplicate-sends', 'wrong-clock'],
} as const satisfies Record<string, readonly FaultName[]>;

export type DeviceKind = keyof typeof FAULTS_OF;

export interface SoakedDevice {
  readonly id: string;
  readonly kind: DeviceKind;
}

export interface ScheduleOptions {
  readonly devices: readonly SoakedDevice[];
  readonly length: Ms;
  readonly random: Random;
}

/** Nothing begins before everything runs, and all is over some time before the end. */
const QUIET_START = 0.1;
const QUIET_END = 0.15;
const LONGEST: Ms = 45 * SECOND;
/** A fault of the field each so often, and one of the peers. */
const FIELD_EVERY: Ms = 6 * SECOND;
const PEER_EVERY: Ms = 20 * SECOND;

/** When what goes wrong. Pure but for its generator: the same seed makes the same schedule. */
export function makeSchedule(options: ScheduleOptions): {
  readonly field: readonly FieldFault[];
  readonly peers: readonly PeerFaultSpan[];
} {
  const { devices, random } = options;
  const field = spans(options, FIELD_EVERY).flatMap((span) => {
    const device = pick(devices, random);
    const fault = device && pick<FaultName>(FAULTS_OF[device.kind], random);
    return device === undefined || fault === undefined ? [] : [{ ...span, device: device.id, fault }];
  });
  const peers = spans(options, PEER_EVERY).flatMap((span) => {
    const fault = pick(PEER_FAULTS, random);
    return fault === undefined ? [] : [{ ...span, fault }];
  });
  return {
    field: withoutOverlap(field, ({ device }) => device),
    peers: withoutOverlap(peers, ({ fault }) => what(fault)),
  };
}

function spans({ length, random }: ScheduleOptions, every: Ms): Span[] {
  const [first, last] = [length * QUIET_START, length * (1 - QUIET_END)];
  return Array.from({ length: Math.max(1, Math.floor((last - first) / every)) }, () => {
    const at = between(random, first, last);
    return { at: Math.round(at), lasts: Math.round(Math.min(last - at, between(random, SECOND, LONGEST))) };
  }).sort((a, b) => a.at - b.at);
}

/** One fault at a time for each of what they befall: the end of the one would be the end of the other. */
function withoutOverlap<T extends Span>(all: readonly T[], of: (span: T) => string): T[] {
  const over = new Map<string, Ms>();
  return all.filter((span) => {
    if ((over.get(of(span)) ?? 0) > span.at) return false;
    over.set(of(span), span.at + span.lasts);
    return true;
  });
}

const what = (fault: PeerFault): string => fault.split(' ')[0] ?? fault;

const pick = <T>(list: readonly T[], random: Random): T | undefined =>
  list[Math.floor(random() * list.length)];
