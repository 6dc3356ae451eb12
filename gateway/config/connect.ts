import type { Protocol } from '#model/driver';
import type { Line } from '#model/site';
import type { Text } from '#model/text';
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
    const message = { zh: `${scheme} 没有参数 "${strange}"`, en: `${scheme} knows no "${strange}"` };
    return { message, fix: suggest(strange, optionsOf(scheme)) };
  }
  const unit = url.searchParams.get('unit');
  if (unit === null) return NO_UNIT;
  if (!/^\d{1,3}$/.test(unit) || Number(unit) > 255) {
    return {
      message: { zh: `站号 ${unit} 不存在`, en: `unit ${unit} does not exist` },
      fix: { zh: '站号是 0 到 255 的数', en: 'a unit is a number from 0 to 255' },
    };
  }
  const line = scheme === 'modbus-rtu' ? serialLine(url) : tcpLine(url, scheme);
  return isProblem(line) ? line : { line, unit: Number(unit) };
}

/** Checks `opc.tcp://HOST:4840/PATH`. */
export function parseOpcua(text: string): { readonly url: string } | Problem {
  const url = parseUrl(text, 'opcua');
  if (isProblem(url)) return url;
  if (url.username !== '' || url.password !== '') {
    return {
      message: { zh: '地址中不能写用户名或密码', en: 'an address holds no user or password' },
      fix: { zh: '请写在 security 下', en: 'give them under security' },
    };
  }
  if (url.hostname === '') return noHost('opc.tcp://HOST:4840');
  return { url: url.port === '' ? `opc.tcp://${url.hostname}:4840${url.pathname}` : text };
}

function parseUrl(text: string, protocol: Protocol): URL | Problem {
  const schemes = SCHEMES[protocol];
  const scheme = /^([a-z][a-z0-9.+-]*):\/\//i.exec(text)?.[1];
  if (scheme === undefined) {
    const beginnings = schemes.map((each) => `${each}://`);
    return {
      message: noAddress(text),
      fix: { zh: `应以 ${beginnings.join(' 或 ')} 开头`, en: `begin with ${beginnings.join(' or ')}` },
    };
  }
  if (!schemes.includes(scheme)) {
    return {
      message: {
        zh: `${scheme}:// 与驱动的协议 ${protocol} 不符`,
        en: `${scheme}:// does not reach a device whose driver speaks ${protocol}`,
      },
      fix: suggest(scheme, schemes),
    };
  }
  return (
    URL.parse(text) ?? {
      message: noAddress(text),
      fix: { zh: '请核对主机和端口（0 到 65535）', en: 'check the host and the port (0 to 65535)' },
    }
  );
}

const NO_UNIT: Problem = {
  message: { zh: '缺少站号', en: 'the unit is missing' },
  fix: { zh: '应以 ?unit=1 结尾（设备自己的站号）', en: 'end with ?unit=1 (the device’s own number)' },
};

const noAddress = (text: string): Text => ({ zh: `"${text}" 不是地址`, en: `"${text}" is not an address` });

const noHost = (right: string): Problem => ({
  message: { zh: '缺少主机', en: 'the host is missing' },
  fix: { zh: `应写成 ${right}`, en: `write ${right}` },
});

const optionsOf = (scheme: string): readonly string[] =>
  scheme === 'modbus-rtu' ? SERIAL_OPTIONS : ['unit'];

function tcpLine(url: URL, scheme: string): Line | Problem {
  if (url.hostname === '') return noHost(`${scheme}://HOST:PORT?unit=1`);
  if (url.port === '' && scheme === 'modbus-rtu-over-tcp') {
    return {
      message: { zh: '缺少端口', en: 'the port is missing' },
      fix: { zh: '请写串口服务器的端口，如 :4001', en: 'give the serial server’s port, such as :4001' },
    };
  }
  if (url.port === '0') {
    return {
      message: { zh: '端口 0 不存在', en: 'port 0 does not exist' },
      fix: { zh: '端口是 1 到 65535 的数', en: 'a port is a number from 1 to 65535' },
    };
  }
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = url.port === '' ? MODBUS_PORT : Number(url.port);
  return { kind: scheme === 'modbus-tcp' ? 'tcp' : 'rtu-over-tcp', host, port };
}

/** Defaults: 9600 8E1, which the Modbus over serial line specification V1.02, 2.5.1 asks for (baud 2.5). */
function serialLine(url: URL): Line | Problem {
  const option = (key: string, fallback: string) => url.searchParams.get(key) ?? fallback;
  const path = `${url.host}${url.pathname}`;
  if (path === '') return SERIAL.path;
  const baud = option('baud', '9600');
  const parity = oneOf(option('parity', 'even'), ['none', 'even', 'odd']);
  const data = oneOf(option('data', '8'), ['7', '8']);
  const stop = oneOf(option('stop', '1'), ['1', '2']);
  if (!/^\d{3,7}$/.test(baud)) return noSpeed(baud);
  if (parity === undefined) return SERIAL.parity;
  if (data === undefined) return SERIAL.data;
  if (stop === undefined) return SERIAL.stop;
  return {
    kind: 'rtu',
    path,
    baud: Number(baud),
    parity,
    dataBits: data === '7' ? 7 : 8,
    stopBits: stop === '2' ? 2 : 1,
  };
}

const noSpeed = (baud: string): Problem => ({
  message: { zh: `baud ${baud} 不是波特率`, en: `baud ${baud} is not a speed` },
  fix: { zh: '应写成如 9600 或 19200', en: 'such as 9600 or 19200' },
});

/** What may be wrong with a serial line, by its part. */
const SERIAL = {
  path: {
    message: { zh: '缺少串口', en: 'the serial port is missing' },
    fix: {
      zh: '应写成 modbus-rtu:///dev/ttyUSB0?unit=1',
      en: 'write modbus-rtu:///dev/ttyUSB0?unit=1',
    },
  },
  parity: {
    message: { zh: '校验位（parity）有误', en: 'the parity is unknown' },
    fix: { zh: '应为 none、even 或 odd', en: 'none, even or odd' },
  },
  data: {
    message: { zh: '数据位（data）有误', en: 'the data bits are wrong' },
    fix: { zh: 'data 应为 7 或 8', en: 'data is 7 or 8' },
  },
  stop: {
    message: { zh: '停止位（stop）有误', en: 'the stop bits are wrong' },
    fix: { zh: 'stop 应为 1 或 2', en: 'stop is 1 or 2' },
  },
} as const satisfies Readonly<Record<string, Problem>>;

const oneOf = <const Value extends string>(text: string, values: readonly Value[]): Value | undefined =>
  values.find((value) => value === text);
