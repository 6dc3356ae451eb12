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
} as const satisfies Record<string, ConditionSpec>;

export type Condition = keyof typeof CONDITIONS;

/** Called with every change, and as often else as one likes: the same twice is the same as once. Never throws. */
export type ReportCondition = (condition: Condition, holds: boolean) => void;

export const isCondition = (id: string): id is Condition => Object.hasOwn(CONDITIONS, id);

/** The point that alarms of the condition bear. */
export const conditionPoint = (id: Condition): PointId => pointId(GATEWAY_DEVICE, CONDITIONS[id].part);

export function conditionRule(id: Condition): ConditionRule {
  const { name, severity, advice } = CONDITIONS[id];
  return { kind: 'condition', id, name, severity, basis: { document: 'Hygate', certainty: 'E' }, advice };
}
