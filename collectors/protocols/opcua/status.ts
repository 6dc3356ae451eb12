import type { Quality, Reason } from '#model/quality';

/*
 * OPC UA status codes (Part 4, 7.39; numbers of Part 6, annex A) as quality and reason. The two highest bits are the
 * severity; the low 16 bits say more about the value, not what the code means, and are left out here.
 */

export interface Judgement {
  readonly quality: Quality;
  readonly reason: Reason | null;
}

/** Codes that say more than their severity. Part 8, 6.3 tells what a server means by them. */
export const STATUS_REASONS: readonly (readonly [name: string, code: number, reason: Reason])[] = [
  ['BadCommunicationError', 0x80050000, 'comm-timeout'],
  ['BadTimeout', 0x800a0000, 'comm-timeout'],
  ['BadNoCommunication', 0x80310000, 'comm-timeout'],
  ['BadWaitingForInitialData', 0x80320000, 'stale'],
  ['BadNotConnected', 0x808a0000, 'comm-timeout'],
  ['BadDeviceFailure', 0x808b0000, 'sensor-fault'],
  ['BadSensorFailure', 0x808c0000, 'sensor-fault'],
  ['BadOutOfService', 0x808d0000, 'maintenance'],
  ['BadOutOfRange', 0x803c0000, 'out-of-range'],
  ['BadDataEncodingInvalid', 0x80380000, 'decode'],
  ['BadDecodingError', 0x80070000, 'decode'],
  ['BadTypeMismatch', 0x80740000, 'decode'],
  ['BadNoDataAvailable', 0x80b10000, 'stale'],
  ['BadDataLost', 0x809d0000, 'stale'],
  ['UncertainNoCommunicationLastUsableValue', 0x408f0000, 'stale'],
  ['UncertainLastUsableValue', 0x40900000, 'stale'],
  ['UncertainSubstituteValue', 0x40910000, 'substituted'],
  ['UncertainInitialValue', 0x40920000, 'stale'],
  ['UncertainSensorNotAccurate', 0x40930000, 'sensor-fault'],
  ['UncertainEngineeringUnitsExceeded', 0x40940000, 'out-of-range'],
  ['UncertainSubNormal', 0x40950000, 'sensor-fault'],
  ['UncertainSimulatedValue', 0x42090000, 'substituted'],
  ['UncertainSensorCalibration', 0x420a0000, 'calibration'],
  ['UncertainConfigurationError', 0x420f0000, 'device-exception'],
  ['GoodLocalOverride', 0x00960000, 'substituted'],
];

const reasons = new Map(STATUS_REASONS.map(([, code, reason]) => [code, reason]));

/** Limit and overflow bits are set beside a data value when this is (Part 4, 7.39, InfoType). */
const INFO_DATA_VALUE = 0x400;
const INFO_OVERFLOW = 0x80;

/**
 * A code that is good but names a reason (someone put in the value by hand) is uncertain. Uncertain and bad codes
 * without an entry are what they are for a cause that only the device knows: `device-exception`.
 */
export function judgeStatus(code: number): Judgement {
  const reason = reasons.get((code & 0xffff0000) >>> 0);
  const severity = code >>> 30;
  if (severity === 0)
    return reason === undefined ? { quality: 'good', reason: null } : { quality: 'uncertain', reason };
  return { quality: severity === 1 ? 'uncertain' : 'bad', reason: reason ?? 'device-exception' };
}

/** The server's queue was too short and values before this one are gone. */
export const queueOverflowed = (code: number): boolean =>
  (code & INFO_DATA_VALUE) !== 0 && (code & INFO_OVERFLOW) !== 0;
