import type { Text } from '#model/text';

/* What to do where no table says it, for the person who is called. */

export const LOOK: Text = {
  zh: '到现场查看设备和读数，按本院规程处理。',
  en: 'Go and look at the device and its reading; act by your own procedure.',
};

export const NO_DATA: Text = {
  zh: '没有可信读数：检查设备供电、网线和传感器，恢复前用人工测量代替并记录。',
  en: 'No reading can be trusted: check power, cable and sensor; until it is back measure by hand and write it down.',
};

export const BAD_SENSOR: Text = {
  zh: '仪表自报传感器故障：检查探头和接线，更换前用人工测量代替并记录。',
  en: 'The instrument reports a fault of its sensor: check probe and wiring; until it is changed measure by hand and write it down.',
};

export const IMPLAUSIBLE: Text = {
  zh: '读数超出仪表量程，不可信：检查探头断线、短路和仪表设置，恢复前用人工测量代替。',
  en: 'The reading is outside of what the instrument can show: look for a broken or shorted probe and wrong settings; measure by hand until it is mended.',
};

export const FROZEN: Text = {
  zh: '读数长时间不变，可能是探头脱落或仪表死机：现场用另一支温度计或试剂核对，必要时重启仪表。',
  en: 'The reading has stopped moving: the probe may have come off or the instrument may hang. Compare with a second instrument on the spot, restart it if needed.',
};

export const CHANGING: Text = {
  zh: '数值变化过快：现场查看门、电源和加药等最近的操作，在超限之前处理。',
  en: 'It changes fast: look at doors, power, dosing and what was done last, and act before the limit is reached.',
};

export const FORECAST: Text = {
  zh: '按目前趋势即将超限：现在去查看，还来得及在超限之前处理。',
  en: 'At the present trend the limit will be crossed soon: go and look now, while there is time.',
};

export const EXPOSED: Text = {
  zh: '累计暴露时间已超：隔离物品、贴“暂停使用”，保留全程记录，报告主管后按厂家资料决定。',
  en: 'It has been outside for too long in all: quarantine what is inside, label it "do not use", keep the record, report it and decide by the maker\'s data.',
};

export const KINETIC: Text = {
  zh: '平均动力学温度偏高，仅供参考：查看近期升温的原因。它不能用来解释冻结或任何超限。',
  en: 'For information: look for what has warmed it lately. It never excuses freezing or any other excursion.',
};

export const DISAGREEING: Text = {
  zh: '两个读数相差过大，至少一个不可信：用标准器比对两支探头，处理前以不利的一个为准。',
  en: 'Two readings differ too much, so one of them is wrong: compare both with a reference; until then believe the worse one.',
};
