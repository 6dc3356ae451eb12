import type { Reason } from '#model/quality';

/** Why a Modbus question brought no value. `reason` becomes the samples' reason. */
export class ModbusFault extends Error {
  override readonly name = 'ModbusFault';
  readonly reason: Extract<Reason, 'comm-timeout' | 'comm-refused' | 'device-exception' | 'decode'>;
  /** The exception code of an answer that is one (Modbus Application Protocol V1.1b3, clause 7). */
  readonly exception: number | null;

  constructor(reason: ModbusFault['reason'], message: string, exception: number | null = null) {
    super(message);
    this.reason = reason;
    this.exception = exception;
  }
}

/** The question was not sent: what it would meet is known already, and trying again must wait. */
export class NotAsked extends ModbusFault {
  constructor({ reason, message }: Pick<ModbusFault, 'reason' | 'message'>) {
    super(reason, message);
  }
}

/** Illegal data address, illegal data value (Modbus Application Protocol V1.1b3, clause 7): another read may do. */
export const ILLEGAL_READ: ReadonlySet<number | null> = new Set([2, 3]);

/** Acknowledge, server device busy (the same clause): it asks for patience, and the same question may do soon. */
export const ASKS_FOR_PATIENCE: ReadonlySet<number | null> = new Set([5, 6]);

export const asFault = (error: unknown): ModbusFault =>
  error instanceof ModbusFault
    ? error
    : new ModbusFault('decode', error instanceof Error ? error.message : String(error));
