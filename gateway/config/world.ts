import type { Way } from '#model/channel';
import type { Driver } from '#model/driver';
import type { Standard } from '#model/limit-table';
import type { Text } from '#model/text';
import { type Ms, parseDuration } from '#model/time';
import type { Mistakes, Path } from './mistakes.ts';
import type { SecretSources } from './secrets.ts';

/** What a site file may refer to. */
export interface Known extends SecretSources {
  readonly drivers: ReadonlyMap<string, Driver>;
  readonly standards: ReadonlyMap<string, Standard>;
  readonly channels: ReadonlyMap<string, Way>;
}

/** What the checks share: what is known, and where they write what they find. */
export interface World extends Known {
  readonly mistakes: Mistakes;
  /** Not wrong, but worth a word. */
  readonly hints: Mistakes;
}

/** A length of time that the schema has judged already; 0 for one that it refused. */
export const ms = (text: string): Ms => parseDuration(text) ?? 0;

export interface Named {
  readonly name: string;
  readonly path: Path;
}

/** Each name once: `what` is unique in its list, in English after "another", in Chinese with it. */
export function refuseRepeats(what: Text, entries: readonly Named[], { mistakes }: World): void {
  const seen = new Set<string>();
  for (const { name, path } of entries) {
    if (seen.has(name)) {
      const message = {
        zh: `"${name}" 已用于${what.zh}`,
        en: `another ${what.en} is called "${name}" already`,
      };
      mistakes.add(path, message, { zh: '请换一个', en: 'choose another' });
    }
    seen.add(name);
  }
}

export const noArea = (area: string): Text => ({
  zh: `没有区域 "${area}"`,
  en: `there is no area "${area}"`,
});
