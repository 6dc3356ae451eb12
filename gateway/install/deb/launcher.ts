/** What the package puts where; the unit file and the maintainer scripts name the same places. */
export const APP = '/usr/lib/hygate';
const CACHE = '/var/cache/hygate';
const SECRETS = '/etc/hygate/site.env';

export interface LauncherOptions {
  /** Where it stands in the package. */
  readonly place: string;
  /** The file to run, below the program's folder. */
  readonly entry: string;
  readonly nodeFlags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A command of the package, for /bin/sh: it runs the program and the Node of its own package, also where that was only
 * unpacked, so that a newer version can check a site file before it is installed. Whoever may read the secrets of the site
 * gets them, so that `sudo hygate check` sees what the service sees.
 */
export function launcher({ place, entry, nodeFlags, environment }: LauncherOptions): string {
  const exports = Object.entries({ ...environment, NODE_COMPILE_CACHE: CACHE }).map(
    ([name, value]) => `export ${name}="\${${name}:-${value}}"`,
  );
  const program = [...nodeFlags, `"$app/${entry}"`].join(' ');
  return [
    '#!/bin/sh',
    'self=$(readlink -f "$0")',
    `app="\${self%${place}}${APP}"`,
    ...exports,
    `if [ -r ${SECRETS} ]; then secrets=--env-file=${SECRETS}; fi`,
    `exec "$app/node_modules/.bin/node" $secrets ${program} "$@"`,
    '',
  ].join('\n');
}
