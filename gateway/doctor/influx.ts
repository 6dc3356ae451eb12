import type { Text } from '#model/text';
import { type Finding, fault } from './finding.ts';

/** `stranger`: whoever answers is no InfluxDB. */
export type InfluxState = 'well' | 'away' | 'refused' | 'storeless' | 'stranger';

export interface InfluxFacts {
  readonly url: string;
  /** Bucket or database. */
  readonly store: string;
  /** What the forwarder makes of its answer to a write of nothing. */
  readonly state: InfluxState;
  /** Of that answer; null when there was none. */
  readonly status: number | null;
  /** Its words, or why it does not answer. */
  readonly said: string;
}

const about: Text = { zh: 'InfluxDB', en: 'InfluxDB' };
const MEANWHILE: Readonly<{ zh: string; en: string }> = {
  zh: '读数在网关中保存，恢复后自动补发',
  en: 'readings wait in the journal and are sent when it is back',
};

/** A write of nothing is judged like any other and changes nothing: address, log-in, store and right to write. */
export function ofInflux(facts: InfluxFacts | null): readonly Finding[] {
  return facts === null ? [] : FINDINGS[facts.state](facts);
}

const FINDINGS: Readonly<Record<InfluxState, (facts: InfluxFacts) => readonly Finding[]>> = {
  well: () => [],
  away: (facts) => [away(facts)],
  refused: (facts) => [refused(facts)],
  storeless: (facts) => [storeless(facts)],
  stranger: (facts) => [stranger(facts)],
};

const away = ({ url, status, said }: InfluxFacts): Finding => {
  const why = status === null ? said : `HTTP ${status}: ${said}`;
  return fault({
    code: 'influx-away',
    about,
    what: { zh: `${url} 没有应答（${why}）`, en: `${url} does not answer (${why})` },
    advice: {
      zh: `启动 InfluxDB 或核对地址；${MEANWHILE.zh}`,
      en: `Start it, or compare its address; ${MEANWHILE.en}`,
    },
  });
};

const stranger = ({ url, status }: InfluxFacts): Finding =>
  fault({
    code: 'influx-stranger',
    about,
    what: {
      zh: `${url} 的应答（HTTP ${status}）不是 InfluxDB 的应答`,
      en: `${url} answers HTTP ${status}, as no InfluxDB does`,
    },
    advice: {
      zh: `核对站点文件中的 influx.url；${MEANWHILE.zh}`,
      en: `Mend influx.url in the site file; ${MEANWHILE.en}`,
    },
  });

const refused = ({ status, said }: InfluxFacts): Finding =>
  fault({
    code: 'influx-refused',
    about,
    what: { zh: `拒绝登录（${status}：${said}）`, en: `it refuses the log-in (${status}: ${said})` },
    advice: {
      zh: `核对令牌或用户密码及其写权限；${MEANWHILE.zh}`,
      en: `Compare the token, or user and password, and its right to write; ${MEANWHILE.en}`,
    },
  });

const storeless = ({ store }: InfluxFacts): Finding =>
  fault({
    code: 'influx-storeless',
    about,
    what: { zh: `没有 ${store}`, en: `it has no ${store}` },
    advice: {
      zh: `在 InfluxDB 中创建它，或核对名称；${MEANWHILE.zh}`,
      en: `Make it there, or compare the name in the site file; ${MEANWHILE.en}`,
    },
  });
