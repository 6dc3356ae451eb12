import type { Text } from '#model/text';
import { type Finding, fault, warning } from './finding.ts';

export interface DataFolderFacts {
  readonly dir: string;
  readonly exists: boolean;
  /** Permission bits, as of `chmod`. */
  readonly mode: number;
  /** A gateway holds the lock. */
  readonly locked: boolean;
  /** Rows in the journal. */
  readonly rows: number;
  /** Why it is not for this version; null when it is. */
  readonly newer: string | null;
  /** Where a gateway was asked for, and whether one answered. */
  readonly url: string;
  readonly answers: boolean;
}

const about: Text = { zh: '数据目录', en: 'data folder' };
const gateway: Text = { zh: '网关', en: 'gateway' };
const OTHERS = 0o077;

export function ofDataFolder(facts: DataFolderFacts): readonly Finding[] {
  return [...ofRunning(facts), ...ofVersion(facts), ...ofRights(facts)];
}

/** Whether it runs, and on this folder. */
function ofRunning({ dir, url, exists, locked, answers, rows }: DataFolderFacts): Finding[] {
  if (locked && answers) return [];
  if (locked) return [silent(dir, url)];
  if (answers) return [elsewhere(dir, url)];
  if (exists && rows > 0) return [stopped(dir)];
  const what = {
    zh: `${dir} 中尚无记录，网关未运行`,
    en: `nothing was recorded in ${dir} yet, no gateway runs`,
  };
  const advice = {
    zh: '启动网关：hygate run --config FILE --data DIR；若数据在别处，请用 --data 指明',
    en: 'Start it: hygate run --config FILE --data DIR; if its data is elsewhere, say so with --data',
  };
  return [warning({ code: 'gateway-never-ran', about: gateway, what, advice })];
}

const stopped = (dir: string): Finding =>
  fault({
    code: 'gateway-stopped',
    about: gateway,
    what: {
      zh: `没有运行（数据目录 ${dir}），现在无人监测、无人通知`,
      en: `it does not run on ${dir}: nothing is watched and nobody is called`,
    },
    advice: {
      zh: '启动网关：systemctl start hygate；起不来时看 journalctl -u hygate',
      en: 'Start it: systemctl start hygate; if it ends again, journalctl -u hygate says why',
    },
  });

const silent = (dir: string, url: string): Finding =>
  fault({
    code: 'page-silent',
    about: gateway,
    what: {
      zh: `正在使用 ${dir}，但 ${url} 没有应答`,
      en: `it runs on ${dir}, but nothing answers at ${url}`,
    },
    advice: {
      zh: '核对站点文件的 listen.http，或用 --url 指明地址；确实无应答时重启网关',
      en: 'Compare listen.http in the site file, or give its address with --url; if it really is silent, restart it',
    },
  });

const elsewhere = (dir: string, url: string): Finding =>
  warning({
    code: 'data-elsewhere',
    about,
    what: {
      zh: `${url} 的网关使用的不是 ${dir}`,
      en: `the gateway at ${url} does not use ${dir}`,
    },
    advice: {
      zh: '用 --data 指明它的数据目录，才能检查记录和用户',
      en: 'Give its own with --data, so that its records and users can be looked at',
    },
  });

function ofVersion({ newer }: DataFolderFacts): Finding[] {
  if (newer === null) return [];
  const what = { zh: `由更新的版本写成（${newer}）`, en: `a newer version wrote it (${newer})` };
  const advice = {
    zh: '请装回较新的版本，或换用升级前的备份',
    en: 'Install the newer version again, or restore the backup from before the upgrade',
  };
  return [fault({ code: 'data-newer', about, what, advice })];
}

function ofRights({ dir, exists, mode }: DataFolderFacts): Finding[] {
  if (!exists || (mode & OTHERS) === 0) return [];
  const bits = (mode & 0o777).toString(8);
  const what = {
    zh: `其他用户可以读取 ${dir}（${bits}）`,
    en: `others on this machine may read ${dir} (${bits})`,
  };
  const advice = { zh: `请执行 chmod 700 ${dir}`, en: `It holds keys and passwords: chmod 700 ${dir}` };
  return [warning({ code: 'data-open', about, what, advice })];
}
