import { DeliveryError } from '#model/channel';

/** Modbus Application Protocol V1.1b3, clause 7: 1 to 3 say that the question cannot be answered as it is. */
const MOST_ILLEGAL = 3;

/** What an error of modbus-serial or of its wire means for the next try. */
export function failureOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  const { message, modbusCode } = (error ?? {}) as {
    message?: string;
    modbusCode?: number;
  };
  const said = message ?? String(error);
  if (modbusCode !== undefined && modbusCode <= MOST_ILLEGAL) {
    return new DeliveryError('misconfigured', false, `${said}; check the coils and the unit`);
  }
  if (modbusCode !== undefined) return new DeliveryError('refused', true, said);
  return new DeliveryError('unreachable', true, said);
}
