import type { AreaAnswer, DeviceAnswer } from './answers.ts';
import type { Finding } from './finding.ts';
import type { Given } from './flags.ts';
import { isId, numbered } from './identifier.ts';
import { agree, ask, choose, type Terminal } from './question.ts';
import { type ScanTarget, targetsOf } from './scan-target.ts';
import type { Surroundings } from './surroundings.ts';
import { takeFinding } from './take-finding.ts';

export interface DeviceQuestions {
  readonly given: Given;
  readonly areas: readonly AreaAnswer[];
  readonly around: Surroundings;
}

const NO_DEVICE =
  '至少要有一个设备；尚未接通的可用 --device 指明（Ctrl-C 退出）。 At least one device is needed; one that is not connected yet is given with --device (Ctrl-C ends).';

/** Devices of the flags, what scans find and a person agrees to, and loggers. At least one. */
export async function askDevices(terminal: Terminal, about: DeviceQuestions): Promise<DeviceAnswer[]> {
  const { given, around } = about;
  const devices: DeviceAnswer[] = given.devices.map((device) => ({
    ...device,
    tables: around.tablesFor(device.driver),
  }));
  for (const target of given.scans) await scanInto(devices, target, terminal, about);
  while (given.scans.length === 0) {
    const targets = await askTargets(terminal);
    if (targets.length === 0) break;
    for (const target of targets) await scanInto(devices, target, terminal, about);
  }
  if (given.devices.length === 0) await askLoggers(devices, terminal, about);
  while (devices.length === 0) {
    terminal.say(NO_DEVICE);
    for (const target of await askTargets(terminal)) await scanInto(devices, target, terminal, about);
    if (devices.length === 0) await askLoggers(devices, terminal, about);
  }
  return devices;
}

const askTargets = (terminal: Terminal): Promise<ScanTarget[]> =>
  ask(terminal, {
    text: {
      zh: '扫描哪里（如 192.168.10.41:502，/dev/ttyUSB0?baud=9600，opc.tcp://192.168.10.50:4840；回车：不扫描）',
      en: 'What to scan (Enter: nothing more)',
    },
    usual: '',
    read: (typed) => (typed === '' ? [] : targetsOf(typed)),
    hint: { zh: '如 192.168.10.41:502?units=1-8', en: 'such as 192.168.10.41:502?units=1-8' },
  });

async function scanInto(
  devices: DeviceAnswer[],
  target: ScanTarget,
  terminal: Terminal,
  about: DeviceQuestions,
): Promise<void> {
  terminal.say(target.kind === 'opcua' ? target.url : `${target.line}: ${target.units.length} …`);
  const { findings, remarks } = await about.around.scan(target);
  for (const remark of remarks) terminal.say(`  ${remark}`);
  for (const finding of findings) {
    terminal.say(`  ${finding.connect}: ${finding.title} (${finding.driver}). ${finding.why}`);
    if (finding.others.length > 0) terminal.say(`    ${finding.others.join(', ')} ?`);
    if (!(await isRight(terminal, finding))) continue;
    devices.push(await place(finding, devices, terminal, about));
  }
}

/** A certificate is trusted because a person compared it, never because it was shown. */
async function isRight(terminal: Terminal, { certificate }: Finding): Promise<boolean> {
  if (!(await agree(terminal, { zh: '加入站点', en: 'Take it' }))) return false;
  if (certificate === null) return true;
  terminal.say(`  SHA-256 ${certificate}`);
  return agree(
    terminal,
    { zh: '与设备上显示的证书指纹一致吗', en: 'Is that the fingerprint that the device itself shows' },
    'n',
  );
}

async function place(
  finding: Finding,
  devices: readonly DeviceAnswer[],
  terminal: Terminal,
  { areas, around }: DeviceQuestions,
): Promise<DeviceAnswer> {
  const taken = new Set(devices.map(({ id }) => id));
  const tables = around.tablesFor(finding.driver);
  const area = await askArea(terminal, areas);
  const limits = await askLimits(terminal, tables);
  const device = takeFinding(finding, { area, limits, tables, taken });
  return { ...device, id: await askId(terminal, device.id, taken) };
}

async function askLoggers(
  devices: DeviceAnswer[],
  terminal: Terminal,
  { areas, around }: DeviceQuestions,
): Promise<void> {
  const count = await ask(terminal, {
    text: { zh: '有几个自己上报的 MQTT 记录仪', en: 'How many loggers that send by themselves (MQTT)' },
    usual: '0',
    read: (typed) => (/^\d{1,2}$/.test(typed) ? Number(typed) : undefined),
    hint: { zh: '0 到 99', en: '0 to 99' },
  });
  if (count === 0) return;
  const tables = around.tablesFor(around.loggerDriver);
  const area = await askArea(terminal, areas);
  const limits = await askLimits(terminal, tables);
  for (let no = 0; no < count; no++) {
    const id = numbered('box', new Set(devices.map((device) => device.id)));
    devices.push({
      ...{ id, name: null, area, driver: around.loggerDriver, connect: null, limits, tables },
      ...{ why: null, trusted: null, user: null, isPlain: false, points: [] },
    });
  }
}

const askArea = async (terminal: Terminal, areas: readonly AreaAnswer[]): Promise<string> =>
  areas.length === 1
    ? (areas[0]?.id ?? '')
    : choose(
        terminal,
        { zh: '在哪个区域', en: 'In which area' },
        areas.map(({ name, id }) => [name, id] as const),
      );

const askLimits = async (terminal: Terminal, tables: readonly string[]): Promise<string | null> =>
  tables.length === 0
    ? null
    : choose(terminal, { zh: '用哪张限值表', en: 'Which limits' }, [
        ...tables.map((table) => [table, table] as const),
        ['以后再定 later: it is recorded, and nobody is alarmed', null] as const,
      ]);

const askId = (terminal: Terminal, usual: string, taken: ReadonlySet<string>): Promise<string> =>
  ask(terminal, {
    text: { zh: '设备代号', en: 'Id of the device' },
    usual,
    read: (typed) => (isId(typed) && !taken.has(typed) ? typed : undefined),
    hint: {
      zh: '小写字母、数字和单个连字符，且未用过',
      en: 'lower-case letters, digits, single hyphens, and not taken',
    },
  });
