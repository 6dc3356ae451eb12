import type { ModbusDriver, ModbusPoint, ModbusTraits, OpcuaPoint } from '#model/driver';
import type { ModbusLink, MqttLink, OpcuaLink } from '#model/site';
import { SECOND } from '#model/time';
import { isProblem, parseModbus, parseOpcua } from './connect.ts';
import type { ModbusDeviceFile, MqttDeviceFile, OpcuaDeviceFile } from './device-file.ts';
import type { Path } from './mistakes.ts';
import { unreadable } from './secrets.ts';
import { ms, type World } from './world.ts';

/** What any device is trusted with until its driver or the site file says less. */
const MODBUS_TRAITS: Required<ModbusTraits> = {
  // Modbus Application Protocol V1.1b3, 6.1 and 6.3.
  maxRegisters: 125,
  maxBits: 2000,
  hole: 10,
  pauseMs: 0,
  timeoutMs: SECOND,
};

const SECURITY = { None: 'none', Sign: 'sign', SignAndEncrypt: 'sign-and-encrypt' } as const;

/** Undefined when the address is wrong; the mistake is noted. */
export function resolveModbusLink(
  file: ModbusDeviceFile,
  { traits, points }: { traits: ModbusDriver['traits']; points: readonly ModbusPoint[] },
  path: Path,
  { mistakes }: World,
): ModbusLink | undefined {
  const place = parseModbus(file.connect);
  if (isProblem(place)) {
    mistakes.add([...path, 'connect'], place.message, place.fix);
    return undefined;
  }
  return {
    protocol: 'modbus',
    ...place,
    traits: { ...MODBUS_TRAITS, ...traits, ...traitsOf(file.traits) },
    points: points.map(({ key, modbus }) => ({ key, address: modbus })),
  };
}

function traitsOf(file: ModbusDeviceFile['traits'] = {}): ModbusTraits {
  const { 'max-registers': maxRegisters, 'max-bits': maxBits, hole, pause, timeout } = file;
  return {
    ...(maxRegisters !== undefined && { maxRegisters }),
    ...(maxBits !== undefined && { maxBits }),
    ...(hole !== undefined && { hole }),
    ...(pause !== undefined && { pauseMs: ms(pause) }),
    ...(timeout !== undefined && { timeoutMs: ms(timeout) }),
  };
}

export function resolveOpcuaLink(
  file: OpcuaDeviceFile,
  points: readonly OpcuaPoint[],
  path: Path,
  world: World,
): OpcuaLink | undefined {
  const place = parseOpcua(file.connect);
  const { mode, server } = file.security;
  if (mode !== 'None' && server === undefined) {
    world.hints.add(
      [...path, 'security'],
      {
        zh: '尚未信任服务器的证书，因此什么也不会读',
        en: 'no server certificate is trusted yet, so nothing will be read',
      },
      {
        zh: 'hygate probe FILE DEVICE 会显示证书指纹，请写入 security.server',
        en: 'hygate probe FILE DEVICE shows the certificate’s fingerprint, which goes into security.server',
      },
    );
  }
  const identity = identityOf(file.security, [...path, 'security'], world);
  if (isProblem(place)) {
    world.mistakes.add([...path, 'connect'], place.message, place.fix);
    return undefined;
  }
  return {
    protocol: 'opcua',
    url: place.url,
    security: SECURITY[mode],
    identity,
    serverFingerprint: server === undefined ? null : server.replaceAll(':', '').toLowerCase(),
    acquire: file.acquire,
    sampling: ms(file.sampling),
    timeout: ms(file.timeout),
    points: points.map(({ key, opcua }) => ({ key, address: opcua })),
  };
}

type Security = OpcuaDeviceFile['security'];

/** Of keys that go together (user and password, certificate and key) none stands alone. */
function identityOf(security: Security, path: Path, world: World): OpcuaLink['identity'] {
  const { user, password, certificate, key } = security;
  const pairs = [
    ['user', 'password'],
    ['certificate', 'key'],
  ] as const;
  for (const [one, other] of pairs) {
    if (security[one] !== undefined && security[other] === undefined) refusePart(one, other, path, world);
    if (security[other] !== undefined && security[one] === undefined) refusePart(other, one, path, world);
  }
  if (user !== undefined && certificate !== undefined) {
    world.mistakes.add(
      [...path, 'certificate'],
      { zh: '用户名和证书不能同时用来登录', en: 'a user and a certificate cannot both log in' },
      { zh: '请删去其一', en: 'leave one out' },
    );
  }
  for (const file of ['certificate', 'key'] as const)
    refuseUnreadable(security[file], [...path, file], world);
  if (certificate !== undefined && key !== undefined) {
    return { kind: 'certificate', certificateFile: certificate, privateKeyFile: key };
  }
  return user === undefined || password === undefined
    ? { kind: 'anonymous' }
    : { kind: 'user', user, password };
}

function refusePart(given: string, missing: string, path: Path, { mistakes }: World): void {
  const message = { zh: `已写 ${given}，还缺此项`, en: `is missing beside ${given}` };
  mistakes.add([...path, missing], message, { zh: `请写 ${missing}`, en: `give ${missing}` });
}

function refuseUnreadable(file: string | undefined, path: Path, { readFile, mistakes }: World): void {
  if (file === undefined) return;
  try {
    readFile(file);
  } catch (error) {
    const { message, fix } = unreadable(file, error);
    mistakes.add(path, message, fix);
  }
}

export const resolveMqttLink = (file: MqttDeviceFile): MqttLink => ({
  protocol: 'mqtt',
  user: file.login.user ?? file.id,
  password: file.login.password,
});
