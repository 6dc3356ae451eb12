import { HygateError } from '#model/errors';

/** A wire or a server that somebody told us to look at. */
export type ScanTarget =
  | {
      readonly kind: 'modbus';
      /** Of the site file, without the unit: `modbus-tcp://192.168.10.41:502`. */
      readonly line: string;
      readonly units: readonly number[];
    }
  | {
      readonly kind: 'opcua';
      readonly url: string;
      /** Null: anonymous. */
      readonly user: string | null;
    };

/** More hosts than this are a network, and a hospital's is not swept. */
const MOST_HOSTS = 16;
const LAST_UNIT = 247;
const USUAL_UNITS = '1-16';

/**
 * `192.168.10.41:502`, `192.168.10.41-44:502`, `modbus-rtu-over-tcp://192.168.10.41:4001` (raw RTU behind a converter), with
 * `?units=1-32`. Throws `request-invalid`.
 */
export function modbusTargets(text: string): ScanTarget[] {
  const [place = '', query = ''] = text.split('?');
  const [, scheme = 'modbus-tcp://', address = ''] =
    /^(modbus-(?:rtu-over-)?tcp:\/\/)?(.*)$/.exec(place) ?? [];
  const [, host = '', port = '502'] = /^(\[[^\]]+\]|[^:\s/]+)(?::(\d{1,5}))?$/.exec(address) ?? [];
  if (host === '') throw wrong(text, '192.168.10.41:502, or 192.168.10.41-44:502');
  const units = unitsOf(new URLSearchParams(query).get('units') ?? USUAL_UNITS, text);
  return hostsOf(host, text).map((each) => ({ kind: 'modbus', line: `${scheme}${each}:${port}`, units }));
}

/** `/dev/ttyUSB0`, with `?baud=9600&parity=even&units=1-32`. Throws `request-invalid`. */
export function serialTarget(text: string): ScanTarget {
  const [path = '', query = ''] = text.split('?');
  if (!path.startsWith('/dev/')) throw wrong(text, '/dev/ttyUSB0?baud=9600&parity=even&units=1-16');
  const options = new URLSearchParams(query);
  const units = unitsOf(options.get('units') ?? USUAL_UNITS, text);
  options.delete('units');
  return { kind: 'modbus', line: `modbus-rtu://${path}${options.size === 0 ? '' : `?${options}`}`, units };
}

/** `opc.tcp://192.168.10.50:4840`, with the user who may look: `opc.tcp://hygate@…`. Throws `request-invalid`. */
export function opcuaTarget(text: string): ScanTarget {
  const [, user, place] = /^opc\.tcp:\/\/(?:([^@:/\s]+)@)?([^\s/@]+(?:\/[^\s@]*)?)$/.exec(text) ?? [];
  if (place === undefined) throw wrong(text, 'opc.tcp://192.168.10.50:4840, without a password');
  return { kind: 'opcua', url: `opc.tcp://${place}`, user: user ?? null };
}

/** What somebody types into one question. Throws `request-invalid`. */
export function targetsOf(text: string): ScanTarget[] {
  if (text.startsWith('opc.tcp:')) return [opcuaTarget(text)];
  return text.startsWith('/') ? [serialTarget(text)] : modbusTargets(text);
}

/** The address of a unit for the site file. */
export const connectOf = (line: string, unit: number): string =>
  `${line}${line.includes('?') ? '&' : '?'}unit=${unit}`;

/** The last number of an IPv4 address may be a small range; everything else is one host. */
function hostsOf(host: string, text: string): string[] {
  const [, stem, first, last] = /^((?:\d{1,3}\.){3})(\d{1,3})-(\d{1,3})$/.exec(host) ?? [];
  if (stem === undefined) return [host];
  const hosts = rangeOf(Number(first), Number(last));
  if (hosts.length === 0 || Number(last) > 254 || hosts.length > MOST_HOSTS)
    throw wrong(text, `at most ${MOST_HOSTS} hosts, such as 192.168.10.41-44:502; a network is not swept`);
  return hosts.map((each) => stem + each);
}

function unitsOf(text: string, target: string): number[] {
  const [, first, last = first] = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(text) ?? [];
  const units = first === undefined ? [] : rangeOf(Number(first), Number(last));
  if (units.length > 0 && Number(first) >= 1 && Number(last) <= LAST_UNIT) return units;
  throw wrong(target, `units=1-16, with units from 1 to ${LAST_UNIT}`);
}

const rangeOf = (first: number, last: number): number[] =>
  Array.from({ length: Math.max(0, last - first + 1) }, (_, index) => first + index);

const wrong = (text: string, example: string): HygateError =>
  new HygateError('request-invalid', `"${text}" cannot be scanned: give ${example}`);
