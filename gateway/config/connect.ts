import type { Protocol } from '#model/driver';
import type { Line } from '#model/site';
import type { Problem } from './mistakes.ts';
import { suggest } from './nearest.ts';

const SCHEMES: Readonly<Record<Protocol, readonly string[]>> = {
  modbus: ['modbus-tcp', 'modbus-rtu-over-tcp', 'modbus-rtu'],
  opcua: ['opc.tcp'],
  mqtt: [],
};

const SERIAL_OPTIONS = ['baud', 'parity', 'data', 'stop', 'unit'];
/** The port that IANA gave to Modbus; raw RTU over TCP has none of its own. */
const MODBUS_PORT = 502;

export interface ModbusPlace {
  readonly line: Line;
  readonly unit: number;
}

export const isProblem = (result: object): result is Problem => 'message' in result && 'fix' in result;

/** Reads `modbus-tcp://HOST:502?unit=1` and its serial relatives. */
export function parseModbus(text: string): ModbusPlace | Problem {
  const url = parseUrl(text, 'modbus');
  if (isProblem(url)) return url;
  const scheme = url.protocol.slice(0, -1);
  const strange = [...url.searchParams.keys()].find((key) => !optionsOf(scheme).includes(key));
  if (strange !== undefined) {
    return { message: `${scheme} knows no "${strange}"`, fix: suggest(strange, optionsOf(scheme)) };
  }
  const unit = url.searchParams.get('unit');
  if (unit === null)
    return { message: 'the unit is missing', fix: 'end with ?unit=1 (the device’s own number)' };
  if (!/^\d{1,3}$/.test(unit) || Number(unit) > 255) {
    return { message: `unit ${unit} does not exist`, fix: 'a unit is a number from 0 to 255' };
  }
  const line = scheme === 'modbus-rtu' ? serialLine(url) : tcpLine(url, scheme);
  return isProblem(line) ? line : { line, unit: Number(unit) };
}

/** Checks `opc.tcp://HOST:4840/PATH`. */
export function parseOpcua(text: string): { readonly url: string } | Problem {
  const url = parseUrl(text, 'opcua');
  if (isProblem(url)) return url;
  if (url.username !== '' || url.password !== '') {
    return { message: 'an address holds no user or password', fix: 'give them under security' };
  }
  if (url.hostname === '') return { message: 'the host is missing', fix: 'write opc.tcp://HOST:4840' };
  return { url: url.port === '' ? `opc.tcp://${url.hostname}:4840${url.pathname}` : text };
}

function parseUrl(text: string, protocol: Protocol): URL | Problem {
  const schemes = SCHEMES[protocol];
  const scheme = /^([a-z][a-z0-9.+-]*):\/\//i.exec(text)?.[1];
  if (scheme === undefined) {
    return {
      message: `"${text}" is not an address`,
      fix: `begin with ${schemes.map((s) => `${s}://`).join(' or ')}`,
    };
  }
  if (!schemes.includes(scheme)) {
    return {
      message: `${scheme}:// does not reach a device whose driver speaks ${protocol}`,
      fix: suggest(scheme, schemes),
    };
  }
  return (
    URL.parse(text) ?? {
      message: `"${text}" is not an address`,
      fix: 'check the host and the port (0 to 65535)',
    }
  );
}

const optionsOf = (scheme: string): readonly string[] =>
  scheme === 'modbus-rtu' ? SERIAL_OPTIONS : ['unit'];

function tcpLine(url: URL, scheme: string): Line | Problem {
  if (url.hostname === '')
    return { message: 'the host is missing', fix: `write ${scheme}://HOST:PORT?unit=1` };
  if (url.port === '' && scheme === 'modbus-rtu-over-tcp') {
    return { message: 'the port is missing', fix: 'give the serial server’s port, such as :4001' };
  }
  if (url.port === '0')
    return { message: 'port 0 does not exist', fix: 'a port is a number from 1 to 65535' };
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? MODBUS_PORT : Number(url.port);
  return { kind: scheme === 'modbus-tcp' ? 'tcp' : 'rtu-over-tcp', host, port };
}

/** Defaults: 9600 8E1, which the Modbus over serial line specification V1.02, 2.5.1 asks for (baud 2.5). */
function serialLine(url: URL): Line | Problem {
  const option = (key: string, fallback: string) => url.searchParams.get(key) ?? fallback;
  const path = `${url.host}${url.pathname}`;
  if (path === '')
    return { message: 'the serial port is missing', fix: 'write modbus-rtu:///dev/ttyUSB0?unit=1' };
  const baud = option('baud', '9600');
  const parity = oneOf(option('parity', 'even'), ['none', 'even', 'odd']);
  const data = oneOf(option('data', '8'), ['7', '8']);
  const stop = oneOf(option('stop', '1'), ['1', '2']);
  if (!/^\d{3,7}$/.test(baud))
    return { message: `baud ${baud} is not a speed`, fix: 'such as 9600 or 19200' };
  if (parity === undefined) return { message: 'the parity is unknown', fix: 'none, even or odd' };
  if (data === undefined) return { message: 'the data bits are wrong', fix: 'data is 7 or 8' };
  if (stop === undefined) return { message: 'the stop bits are wrong', fix: 'stop is 1 or 2' };
  return {
    kind: 'rtu',
    path,
    baud: Number(baud),
    parity,
    dataBits: data === '7' ? 7 : 8,
    stopBits: stop === '2' ? 2 : 1,
  };
}

const oneOf = <const Value extends string>(text: string, values: readonly Value[]): Value | undefined =>
  values.find((value) => value === text);
