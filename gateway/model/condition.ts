import { type PointId, pointId } from './point.ts';
import type { Basis, Severity } from './standard.ts';
import type { Text } from './text.ts';

/*
 * What the gateway notices about itself and tells like any other alarm. A condition is so or it is not; whoever
 * notices it reports both. It does not come through the journal, because the journal may be what is broken.
 */

/** The rule of an alarm about the gateway itself. It carries its own name: no point of the site stands behind it. */
export interface ConditionRule {
  readonly kind: 'condition';
  /** The key in `CONDITIONS`. */
  readonly id: string;
  readonly name: Text;
  readonly severity: Severity;
  readonly basis: Basis;
  readonly advice: Text;
}

interface ConditionSpec extends Pick<ConditionRule, 'name' | 'severity' | 'advice'> {
  /** The part of the gateway that it is about. */
  readonly part: string;
}

/** The device that stands for the gateway in the point ids of its conditions; no device of a site. */
export const GATEWAY_DEVICE = 'hygate';

/** The closed list: an alarm of the gateway about itself is one entry here and a report where it is noticed. */
export const CONDITIONS = {
  'disk-low': {
    part: 'disk',
    severity: 'warning',
    name: { zh: '网关磁盘空间不足', en: 'gateway: disk space is low' },
    advice: {
      zh: '请清理网关磁盘或更换更大的磁盘；继续减少将停止接收读数',
      en: 'Free space on the disk of the gateway or give it a larger one; with less, readings are refused',
    },
  },
  'disk-full': {
    part: 'disk',
    severity: 'critical',
    name: { zh: '网关磁盘已满，暂停接收读数', en: 'gateway: the disk is full, readings are refused' },
    advice: {
      zh: '请立即清理网关磁盘；记录仪会保留读数，空间恢复后自动补传',
      en: 'Free space now; loggers keep their readings and send them when there is room again',
    },
  },
  'disk-unwritable': {
    part: 'disk',
    severity: 'critical',
    name: { zh: '网关磁盘无法写入', en: 'gateway: the disk cannot be written' },
    advice: {
      zh: '请检查网关磁盘（只读挂载或硬件故障），必要时更换',
      en: 'Look at the disk of the gateway: it is mounted read-only or fails; replace it where it fails',
    },
  },
  'alarms-unsaved': {
    part: 'alarms',
    severity: 'critical',
    name: { zh: '网关报警状态无法保存', en: 'gateway: the state of alarms cannot be saved' },
    advice: {
      zh: '报警仍在进行并发送，但仅保存在内存中；请检查网关磁盘，勿断电',
      en: 'Alarms go on and are sent, but lie in memory only: mend the disk, do not switch the gateway off',
    },
  },
  'alarms-damaged': {
    part: 'alarms',
    severity: 'critical',
    name: { zh: '网关报警记录损坏', en: 'gateway: the file of alarms was damaged' },
    advice: {
      zh: '损坏的文件已另存，报警已重新开始；请核对未处理的报警并检查磁盘',
      en: 'The damaged file is kept and a new one begun: go through what was open, and check the disk',
    },
  },
  overloaded: {
    part: 'door',
    severity: 'warning',
    name: { zh: '网关过载，接收变慢', en: 'gateway: overloaded, readings are taken slowly' },
    advice: {
      zh: '读数不会丢失，但会延迟；请查看哪个设备发送过多，或磁盘是否过慢',
      en: 'Nothing is lost, but readings come late: look which device sends too much, or whether the disk is slow',
    },
  },
  'users-unreadable': {
    part: 'users',
    severity: 'critical',
    name: { zh: '网关无法登录', en: 'gateway: nobody can log in' },
    advice: {
      zh: '用户文件 users.sqlite 无法读取；请从备份恢复后重新启动',
      en: 'The file users.sqlite cannot be used: put it back from a backup and start again',
    },
  },
  'calibration-due': {
    part: 'calibration',
    severity: 'notice',
    name: { zh: '校准即将到期或已过期', en: 'calibration is due' },
    advice: {
      zh: '请安排送检或更换传感器，并在站点文件中登记新的校准日期',
      en: 'Have the sensor calibrated or exchange it, and enter the new date in the site file',
    },
  },
  'certificate-expiring': {
    part: 'certificate',
    severity: 'warning',
    name: { zh: '证书即将到期或已过期', en: 'certificate expires' },
    advice: {
      zh: '请在到期前更换证书；到期后加密连接将中断',
      en: 'Renew the certificate before its day: afterwards connections that need it break',
    },
  },
  'channel-silent': {
    part: 'channel',
    severity: 'critical',
    name: { zh: '网关无法通过该渠道通知', en: 'gateway: nobody is reached through this channel' },
    advice: {
      zh: '请检查该渠道的网络、密钥和余额；在此期间消息改走其他渠道',
      en: 'Check network, key and credit of this channel; messages take other ways meanwhile',
    },
  },
  'indicator-dark': {
    part: 'indicator',
    severity: 'warning',
    name: { zh: '声光报警器无法显示报警', en: 'gateway: an indicator does not show alarms' },
    advice: {
      zh: '现场声光可能不会提示；请检查其供电、线路与继电器',
      en: 'Light and sound on the spot cannot be relied on: look at its power, its line and its relays',
    },
  },
  backlog: {
    part: 'backlog',
    severity: 'warning',
    name: { zh: '网关处理积压', en: 'gateway: a backlog grows' },
    advice: {
      zh: '读数已安全保存，但处理落后；请查看网关负载和目标服务器',
      en: 'Readings are safe, but what works on them is behind: look at the load and at the server it sends to',
    },
  },
  'clock-unsure': {
    part: 'clock',
    severity: 'warning',
    name: { zh: '网关时钟未同步', en: 'gateway: no time server keeps the clock' },
    advice: {
      zh: '请检查网关的时间同步（NTP）；记录的时间可能有偏差',
      en: 'Check the time service (NTP) of the gateway: recorded times may be off',
    },
  },
  'heartbeat-refused': {
    part: 'heartbeat',
    severity: 'warning',
    name: { zh: '网关心跳无法送达', en: 'gateway: its sign of life does not arrive' },
    advice: {
      zh: '请检查外部监视服务和网络；网关若停机将无人知晓',
      en: 'Check the network and whoever takes the sign of life: if the gateway died now, nobody would notice',
    },
  },
  'test-unanswered': {
    part: 'test',
    severity: 'warning',
    name: { zh: '测试呼叫无人应答', en: 'the test call was not answered' },
    advice: {
      zh: '请联系此人，核对其电话和通知渠道',
      en: 'Ask this person, and check their number and channels',
    },
  },
} as const satisfies Record<string, ConditionSpec>;

export type Condition = keyof typeof CONDITIONS;

/** Which of several it is about: a channel, a device, a person. Each has an alarm of its own. */
export interface ConditionSubject {
  /** Unique in its kind, lower-case kebab. */
  readonly id: string;
  readonly name: Text;
}

/**
 * Called with every change, and as often else as one likes: the same twice is the same as once. Never throws. Whoever
 * reports with a subject says of each, as soon as it knows after a start, also that all is well: what the run before
 * told may be over.
 */
export type ReportCondition = (condition: Condition, holds: boolean, subject?: ConditionSubject) => void;

export const isCondition = (id: string): id is Condition => Object.hasOwn(CONDITIONS, id);

/** The point that alarms of the condition bear: `hygate.disk`, `hygate.channel-sms`. */
export const conditionPoint = (id: Condition, subject?: ConditionSubject): PointId =>
  pointId(GATEWAY_DEVICE, [CONDITIONS[id].part, subject?.id].filter((part) => part !== undefined).join('-'));

export function conditionRule(id: Condition, subject?: ConditionSubject): ConditionRule {
  const { severity, advice } = CONDITIONS[id];
  const basis = { document: 'Hygate', certainty: 'E' } as const;
  return { kind: 'condition', id, name: nameOf(id, subject), severity, basis, advice };
}

function nameOf(id: Condition, subject: ConditionSubject | undefined): Text {
  const { zh, en }: Text = CONDITIONS[id].name;
  return subject === undefined
    ? { zh, en }
    : { zh: `${zh}：${subject.name.zh}`, en: `${en}: ${subject.name.en}` };
}
