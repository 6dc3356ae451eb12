/** Where the relay module is. */
export type Wire =
  | { readonly kind: 'tcp' | 'rtu-over-tcp'; readonly host: string; readonly port: number }
  | {
      readonly kind: 'rtu';
      readonly path: string;
      readonly baudRate: number;
      readonly parity: 'none' | 'even' | 'odd';
      readonly stopBits: 1 | 2;
    };

export interface Place {
  readonly wire: Wire;
  readonly unit: number;
}

/** The port that IANA gave to Modbus. */
const MODBUS_PORT = 502;

/**
 * Reads the `connect` of the options, which the schema has checked; written as that of a device. Serial defaults: 9600
 * 8E1, which the Modbus over serial line specification V1.02, clauses 2.4 and 2.5.1, asks for.
 */
export function placeOf(connect: string): Place {
  const url = new URL(connect);
  const unit = Number(url.searchParams.get('unit'));
  const kind = url.protocol.slice('modbus-'.length, -1);
  if (kind !== 'rtu') {
    const host = url.hostname.replace(/^\[|\]$/g, '');
    const port = url.port === '' ? MODBUS_PORT : Number(url.port);
    return { unit, wire: { kind: kind === 'tcp' ? 'tcp' : 'rtu-over-tcp', host, port } };
  }
  const parity = url.searchParams.get('parity');
  const wire: Wire = {
    kind,
    path: url.pathname,
    baudRate: Number(url.searchParams.get('baud') ?? 9600),
    parity: parity === 'none' || parity === 'odd' ? parity : 'even',
    stopBits: url.searchParams.get('stop') === '2' ? 2 : 1,
  };
  return { unit, wire };
}
