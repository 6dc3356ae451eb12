import type { Text } from '#model/text';
import { type EpochMs, MINUTE, type Ms, SECOND } from '#model/time';
import { type Finding, fault, verbatim, warning } from './finding.ts';

/** What came of one read. */
export interface Probe {
  /** Why the device as a whole could not be read; null when it answered. */
  readonly error: string | null;
  /** Points that gave no value, with the reason. */
  readonly bad: readonly { readonly key: string; readonly reason: string }[];
}

/** The doctor reads no longer, however many devices share a wire. */
export const READ_WITHIN: Ms = 15 * SECOND;

export interface DeviceFacts {
  readonly id: string;
  readonly name: Text;
  /** A line with nobody on it but the gateway must not be asked while it runs; a logger comes by itself. */
  readonly protocol: 'modbus' | 'opcua' | 'mqtt';
  readonly every: Ms;
  /** What the running gateway says of its last read; null when it says nothing, or does not run. */
  readonly up: boolean | null;
  /** The running gateway reads others, and has never read this one. */
  readonly isUnread: boolean;
  /** One read of the doctor's own; null when the gateway was asked instead. */
  readonly probe: Probe | 'late' | null;
  /** Of the newest rows of the journal. */
  readonly lastGood: EpochMs | null;
  readonly lastReason: string | null;
  /** Since when the journal was looked through; null when there was none to look at. */
  readonly lookedFrom: EpochMs | null;
}

/** As the alarm for no data: never before five periods. */
const SILENT_AFTER: Ms = 5 * MINUTE;
const silentAfter = (every: Ms): Ms => Math.max(SILENT_AFTER, 5 * every);
/** One read that failed is not yet a device that is off, if it ever answered. */
const downAfter = (every: Ms): Ms => Math.max(10 * SECOND, 3 * every);

export const ofDevices = (
  devices: readonly DeviceFacts[],
  { now, running, file }: { readonly now: EpochMs; readonly running: boolean; readonly file: string },
): readonly Finding[] =>
  devices.flatMap((device) => [
    ...ofProbe(device, file),
    ...ofUnread(device),
    ...(running ? ofSilence(device, { now, file }) : []),
  ]);

function ofProbe({ id, probe }: DeviceFacts, file: string): Finding[] {
  if (probe === null) return [];
  if (probe === 'late') return [unasked(id, file)];
  const advice = {
    zh: `检查供电、网线和地址；hygate probe ${file} ${id} 显示全部应答`,
    en: `Look at its power, cable and address; hygate probe ${file} ${id} shows all that comes`,
  };
  if (probe.error !== null) {
    const what = { zh: `读不到（${probe.error}）`, en: `cannot be read (${probe.error})` };
    return [fault({ code: 'device-unreadable', about: verbatim(id), what, advice })];
  }
  return probe.bad.map(({ key, reason }) => badPoint(`${id}.${key}`, reason));
}

/** Nothing is known of it: those before it on its wire took all the time, or it did. */
const unasked = (id: string, file: string): Finding =>
  warning({
    code: 'device-unasked',
    about: verbatim(id),
    what: {
      zh: `${READ_WITHIN / SECOND} 秒内没有读完：它或同一线路上的其他设备应答太慢`,
      en: `was not read within ${READ_WITHIN / SECOND} s: it, or others on its line, answer too slowly`,
    },
    advice: {
      zh: `先处理同一线路上的其他问题，再执行 hygate probe ${file} ${id}`,
      en: `First mend what else is said of its line, then hygate probe ${file} ${id}`,
    },
  });

function ofUnread({ id, isUnread }: DeviceFacts): Finding[] {
  if (!isUnread) return [];
  const what = { zh: '正在运行的网关没有读取它', en: 'the gateway that runs does not read it' };
  const advice = {
    zh: '修改站点文件后请重启网关（systemctl restart hygate）；若应答的是另一个站点的网关，用 --url 指明地址',
    en: 'After a change of the site file restart it (systemctl restart hygate); if another site’s gateway answers, give the right address with --url',
  };
  return [fault({ code: 'device-unread', about: verbatim(id), what, advice })];
}

function badPoint(point: string, reason: string): Finding {
  return warning({
    code: 'point-bad',
    about: verbatim(point),
    what: { zh: `没有可信的值（${reason}）`, en: `shows no value to be trusted (${reason})` },
    advice: REASONS[reason] ?? SENSOR,
  });
}

const SENSOR: Text = { zh: '检查探头和接线', en: 'Look at the probe and its wires' };
const REASONS: Readonly<Record<string, Text>> = {
  'device-exception': {
    zh: '设备没有这个寄存器：核对驱动、站号（unit）和地址',
    en: 'The device has no such register: compare driver, unit and address with its manual',
  },
  'out-of-range': {
    zh: '超出仪表量程：核对比例和探头',
    en: 'It is outside of what the instrument can show: compare scale and byte order, look at the probe',
  },
  decode: {
    zh: '数据无法解读：核对类型和字节顺序',
    en: 'It cannot be decoded: compare type and byte order with the manual',
  },
};

/** What the running gateway knows: it is asked, not the device. */
function ofSilence(device: DeviceFacts, { now, file }: { now: EpochMs; file: string }): Finding[] {
  const { id, up, protocol, every, lastGood, lookedFrom, lastReason } = device;
  const since = lastGood ?? lookedFrom;
  const age = since === null ? 0 : now - since;
  const silent = age >= silentAfter(every);
  const down = up === false && (lastGood === null || age >= downAfter(every));
  if (!silent && !down) return [];
  const why = lastReason === null ? '' : `, ${lastReason}`;
  const [zh, en] = silent ? [sinceZh(age, lastGood), sinceEn(age, lastGood)] : ['无应答', 'does not answer'];
  return [
    fault({
      code: 'device-silent',
      about: verbatim(id),
      what: { zh: `${zh}${why}`, en: `${en}${why}` },
      advice: protocol === 'mqtt' ? LOGGER : wire(id, file),
    }),
  ];
}

const minutes = (age: Ms): number => Math.floor(age / MINUTE);
const sinceZh = (age: Ms, lastGood: EpochMs | null): string =>
  lastGood === null ? `至少 ${minutes(age)} 分钟没有读数` : `最后一个可信读数在 ${minutes(age)} 分钟前`;
const sinceEn = (age: Ms, lastGood: EpochMs | null): string =>
  lastGood === null
    ? `no good reading for at least ${minutes(age)} min`
    : `its last good reading is ${minutes(age)} min old`;

const LOGGER: Text = {
  zh: '检查记录仪的电池、无线网络，以及它的用户名和密码',
  en: 'Look at its battery, its radio network, and the name and password that it logs in with',
};
const wire = (id: string, file: string): Text => ({
  zh: `检查供电和网线；串口设备先停网关，再执行 hygate probe ${file} ${id}`,
  en: `Look at its power and cable; hygate probe ${file} ${id} shows what comes (a serial line: stop the gateway first)`,
});
