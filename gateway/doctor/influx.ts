import type { Text } from '#model/text';
import { type Finding, fault } from './finding.ts';

export interface InfluxFacts {
  readonly url: string;
  /** Bucket or database. */
  readonly store: string;
  /** What it answers to a write of nothing; null when it does not answer. */
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
  if (facts === null) return [];
  const { status, said, url, store } = facts;
  if (status === null) return [away(url, said)];
  if (status === 401 || status === 403) return [refused(facts)];
  if (status === 404) return [storeless(store)];
  return status >= 500 ? [away(url, `HTTP ${status}: ${said}`)] : [];
}

const away = (url: string, why: string): Finding =>
  fault({
    code: 'influx-away',
    about,
    what: { zh: `${url} 没有应答（${why}）`, en: `${url} does not answer (${why})` },
    advice: {
      zh: `启动 InfluxDB 或核对地址；${MEANWHILE.zh}`,
      en: `Start it, or compare its address; ${MEANWHILE.en}`,
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

const storeless = (store: string): Finding =>
  fault({
    code: 'influx-storeless',
    about,
    what: { zh: `没有 ${store}`, en: `it has no ${store}` },
    advice: {
      zh: `在 InfluxDB 中创建它，或核对名称；${MEANWHILE.zh}`,
      en: `Make it there, or compare the name in the site file; ${MEANWHILE.en}`,
    },
  });
