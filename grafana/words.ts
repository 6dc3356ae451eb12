import type { AlarmEventType, AlarmState, QuietMark } from '#model/alarm';
import type { AreaKind } from '#model/site';
import type { Severity } from '#model/standard';
import type { Text } from '#model/text';

/** Among areas and devices, though it is of no area. */
export const GATEWAY_NAME: Text = { zh: '网关', en: 'the gateway' };

export const AREA_KIND_NAMES: Readonly<Record<AreaKind, Text>> = {
  'cold-chain': { zh: '疫苗冷链', en: 'Vaccine cold chain' },
  'medical-waste': { zh: '医疗废物', en: 'Medical waste' },
  'drinking-water': { zh: '生活饮用水', en: 'Drinking water' },
  'pool-water': { zh: '泳池与水疗池水', en: 'Pool water' },
  wastewater: { zh: '医疗污水', en: 'Wastewater' },
  radiation: { zh: '辐射', en: 'Radiation' },
  other: { zh: '其他', en: 'Other' },
};

export const SEVERITY_NAMES: Readonly<Record<Severity, Text>> = {
  critical: { zh: '严重', en: 'critical' },
  warning: { zh: '警告', en: 'warning' },
  notice: { zh: '提示', en: 'notice' },
};

export const STATE_NAMES: Readonly<Record<AlarmState, Text>> = {
  unacknowledged: { zh: '未确认', en: 'not acknowledged' },
  acknowledged: { zh: '已确认', en: 'acknowledged' },
  returned: { zh: '已恢复，未确认', en: 'over, not acknowledged' },
  latched: { zh: '已恢复，待复位', en: 'over, to be reset' },
  normal: { zh: '已结束', en: 'over' },
};

export const MARK_NAMES: Readonly<Record<QuietMark, Text>> = {
  shelved: { zh: '已搁置', en: 'shelved' },
  suppressed: { zh: '被另一报警抑制', en: 'suppressed by another alarm' },
  'out-of-service': { zh: '停用', en: 'out of service' },
};

export const EVENT_NAMES: Readonly<Record<AlarmEventType, Text>> = {
  raised: { zh: '报警', en: 'raised' },
  cleared: { zh: '恢复正常', en: 'cleared' },
  acknowledged: { zh: '已确认', en: 'acknowledged' },
  'acknowledgement-expired': { zh: '确认已过期', en: 'acknowledgement expired' },
  reset: { zh: '复位', en: 'reset' },
  'shelf-asked': { zh: '申请搁置', en: 'shelf asked for' },
  shelved: { zh: '已搁置', en: 'shelved' },
  unshelved: { zh: '搁置结束', en: 'unshelved' },
  suppressed: { zh: '被另一报警抑制', en: 'explained by another alarm' },
  unsuppressed: { zh: '不再被抑制', en: 'no longer explained' },
  'out-of-service': { zh: '停用', en: 'out of service' },
  'in-service': { zh: '恢复使用', en: 'in service' },
  commented: { zh: '备注', en: 'comment' },
};
