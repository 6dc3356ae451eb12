import type { Way } from '#model/channel';
import type { Driver } from '#model/driver';
import type { Standard } from '#model/limit-table';
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

/** Each name once: `what` is unique in its list. */
export function refuseRepeats(what: string, entries: readonly Named[], { mistakes }: World): void {
  const seen = new Set<string>();
  for (const { name, path } of entries) {
    if (seen.has(name)) mistakes.add(path, `another ${what} is called "${name}" already`, 'choose another');
    seen.add(name);
  }
}
