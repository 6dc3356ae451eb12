import { HygateError } from '#model/errors';
import type { AreaKind } from '#model/site';
import type { AreaAnswer, DeviceAnswer, MailAnswer, PersonAnswer } from './answers.ts';
import { isId } from './identifier.ts';
import { modbusTargets, opcuaTarget, type ScanTarget, serialTarget } from './scan-target.ts';

export const AREA_KINDS = [
  ...(['cold-chain', 'medical-waste', 'drinking-water', 'pool-water', 'wastewater', 'radiation'] as const),
  'other',
] as const satisfies readonly AreaKind[];

/** As `node:util` parses them. */
export interface GivenFlags {
  readonly site?: string | undefined;
  readonly name?: string | undefined;
  readonly 'time-zone'?: string | undefined;
  readonly area?: readonly string[] | undefined;
  readonly device?: readonly string[] | undefined;
  readonly person?: readonly string[] | undefined;
  readonly mail?: string | undefined;
  readonly 'scan-modbus'?: readonly string[] | undefined;
  readonly 'scan-serial'?: readonly string[] | undefined;
  readonly 'scan-opcua'?: readonly string[] | undefined;
  readonly trust?: readonly string[] | undefined;
}

/** What the flags say; null and empty: nothing. */
export interface Given {
  readonly id: string | null;
  readonly name: string | null;
  readonly timeZone: string | null;
  readonly areas: readonly AreaAnswer[];
  readonly devices: readonly DeviceAnswer[];
  readonly people: readonly PersonAnswer[];
  readonly mail: MailAnswer | null;
  readonly scans: readonly ScanTarget[];
  /** Fingerprints of servers that are the right ones. */
  readonly trusted: ReadonlySet<string>;
}

/** Throws `request-invalid`. */
export function readFlags(flags: GivenFlags): Given {
  return {
    id: flags.site === undefined ? null : idIn('--site', flags.site),
    name: flags.name ?? null,
    timeZone: flags['time-zone'] ?? null,
    areas: (flags.area ?? []).map(readArea),
    devices: (flags.device ?? []).map(readDevice),
    people: (flags.person ?? []).map(readPerson),
    mail: flags.mail === undefined ? null : readMail(flags.mail),
    scans: [
      ...(flags['scan-modbus'] ?? []).flatMap(modbusTargets),
      ...(flags['scan-serial'] ?? []).map(serialTarget),
      ...(flags['scan-opcua'] ?? []).map(opcuaTarget),
    ],
    trusted: new Set((flags.trust ?? []).map((text) => text.replaceAll(':', '').toLowerCase())),
  };
}

/** The flags without which nothing can be written where nobody can be asked. */
export function missingFlags({ name, id, areas, devices, scans }: Given): string[] {
  return [
    ...(id === null ? ['--site ID'] : []),
    ...(name === null ? ['--name NAME'] : []),
    ...(areas.length === 0 ? ['--area id=vaccine,kind=cold-chain,name=…'] : []),
    ...(devices.length === 0 && scans.length === 0
      ? ['--device id=…,driver=…,area=…, --scan-modbus, --scan-serial or --scan-opcua']
      : []),
  ];
}

function readArea(text: string): AreaAnswer {
  const { id, kind, name } = fieldsOf('--area', text, ['id', 'kind'], ['name']);
  const known = AREA_KINDS.find((each) => each === kind);
  if (known === undefined)
    throw wrong(`--area: there is no kind "${kind}"; there is ${AREA_KINDS.join(', ')}`);
  return { id: idIn('--area', id), kind: known, name: name ?? id ?? '' };
}

function readDevice(text: string): DeviceAnswer {
  const { id, driver, area, connect, limits, name } = fieldsOf(
    '--device',
    text,
    ['id', 'driver', 'area'],
    ['connect', 'limits', 'name'],
  );
  return {
    ...{ id: idIn('--device', id), area: idIn('--device', area), driver: driver ?? '' },
    ...{ name: name ?? null, connect: connect ?? null, limits: limits ?? null },
    ...{ tables: [], why: null, trusted: null, user: null, isPlain: false, points: [] },
  };
}

function readPerson(text: string): PersonAnswer {
  const { id, name, email } = fieldsOf('--person', text, ['id', 'name', 'email'], []);
  return { id: idIn('--person', id), name: name ?? '', email: email ?? '' };
}

function readMail(text: string): MailAnswer {
  const { host, from, user } = fieldsOf('--mail', text, ['host', 'from'], ['user']);
  return { host: host ?? '', from: from ?? '', user: user ?? null };
}

type Fields = Readonly<Record<string, string | undefined>>;

/** `id=vaccine,kind=cold-chain`: each key once, none that is not known, and those that must be there. */
function fieldsOf(flag: string, text: string, needed: readonly string[], more: readonly string[]): Fields {
  const pairs = text
    .split(',')
    .map((part) => [part.split('=', 1)[0] ?? '', part.replace(/^[^=]*=?/, '')] as const);
  const fields = new Map(pairs);
  const keys = [...needed, ...more];
  const strange = pairs.find(([key]) => !keys.includes(key))?.[0];
  if (strange !== undefined)
    throw wrong(`${flag} "${text}": there is no "${strange}"; there is ${keys.join(', ')}`);
  const missing = needed.find((key) => (fields.get(key) ?? '') === '');
  if (missing !== undefined) throw wrong(`${flag} "${text}": ${missing}=… is missing`);
  return Object.fromEntries(fields);
}

function idIn(flag: string, text = ''): string {
  if (isId(text)) return text;
  throw wrong(
    `${flag}: "${text}" is no id; write lower-case letters, digits and single hyphens, such as fridge-2`,
  );
}

const wrong = (text: string): HygateError => new HygateError('request-invalid', text);
