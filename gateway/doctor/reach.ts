import type { Text } from '#model/text';
import { adviceFor, type Reach } from './channels.ts';
import { shownEndpoint } from './endpoint.ts';
import { type Finding, fault, warning } from './finding.ts';

/** Something by itself that must answer: the page under its public address, whoever takes the heartbeat. */
export interface TargetFacts {
  readonly about: Text;
  readonly code: string;
  /** Without it readings or alarms do not come. */
  readonly vital: boolean;
  readonly reach: Reach;
}

export const ofTargets = (targets: readonly TargetFacts[]): readonly Finding[] =>
  targets.flatMap(({ about, code, vital, reach }) => {
    if (reach.error === null) return [];
    const say = vital ? fault : warning;
    const place = shownEndpoint(reach.endpoint);
    const what = {
      zh: `${place} 没有应答（${reach.error}）`,
      en: `${place} does not answer (${reach.error})`,
    };
    return [say({ code, about, what, advice: adviceFor(reach) })];
  });

/** Why the gateway could not be started now: a port that somebody else has, a folder that cannot be used. */
export const unstartable = (why: string): Finding =>
  fault({
    code: 'gateway-unstartable',
    about: { zh: '网关', en: 'gateway' },
    what: { zh: `无法启动：${why}`, en: `it could not be started: ${why}` },
    advice: {
      zh: 'ss -ltnp 显示占用端口的程序',
      en: 'ss -ltnp shows which program has a port',
    },
  });

export const badSiteFile = (said: Text): Finding =>
  fault({
    code: 'site-file',
    about: { zh: '站点文件', en: 'site file' },
    what: said,
    advice: {
      zh: '改正后执行 hygate check；其余检查需要正确的站点文件',
      en: 'Mend it until hygate check is content; the rest is examined then',
    },
  });
