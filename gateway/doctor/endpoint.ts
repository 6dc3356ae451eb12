/** Where something of the site connects to. */
export type Endpoint =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'serial'; readonly path: string };

const PORTS: Readonly<Record<string, number>> = {
  'http:': 80,
  'https:': 443,
  'mqtt:': 1883,
  'mqtts:': 8883,
  'opc.tcp:': 4840,
  'modbus-tcp:': 502,
};
const SERIAL = /^(?:modbus-rtu:\/\/)?(\/dev\/[^?\s]+)/;

export const shownEndpoint = (endpoint: Endpoint): string =>
  endpoint.kind === 'serial' ? endpoint.path : `${endpoint.host}:${endpoint.port}`;

/** Undefined for a text that names no place. */
export function endpointOf(text: string): Endpoint | undefined {
  const [, path] = SERIAL.exec(text) ?? [];
  if (path !== undefined) return { kind: 'serial', path };
  if (!/^[a-z][a-z.-]*:\/\//.test(text) || !URL.canParse(text)) return undefined;
  const { protocol, hostname, port } = new URL(text);
  const number = port === '' ? PORTS[protocol] : Number(port);
  if (hostname === '' || number === undefined) return undefined;
  return { kind: 'tcp', host: hostname.replace(/^\[|\]$/g, ''), port: number };
}

/** Whom others may write to: nothing of ours connects there. */
const CONTACT = 'contact';

/**
 * The places that the options of a channel name, whatever they call them: an address, a serial port, or a host with its
 * port.
 */
export function endpointsIn(options: unknown): readonly Endpoint[] {
  if (typeof options !== 'object' || options === null) return [];
  const { host, port } = options as { readonly host?: unknown; readonly port?: unknown };
  const server: Endpoint[] =
    typeof host === 'string' && typeof port === 'number' ? [{ kind: 'tcp', host, port }] : [];
  const named = Object.entries(options).flatMap(([key, value]) =>
    typeof value === 'string' && key !== CONTACT ? (endpointOf(value) ?? []) : [],
  );
  return [...server, ...named];
}
