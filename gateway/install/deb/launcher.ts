/** What the package puts where; the unit file and the maintainer scripts name the same places. */
export const APP = '/usr/lib/hygate';
const CACHE = '/var/cache/hygate';
const SECRETS = '/etc/hygate/site.env';

export interface LauncherOptions {
  /** The file to run, below the program's folder. */
  readonly entry: string;
  readonly nodeFlags: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * A command of the installed package, for /bin/sh: it runs on the Node of the package. Whoever may read the secrets of
 * the site gets them, so that `sudo hygate check` sees what the service sees.
 */
export function launcher({ entry, nodeFlags, environment }: LauncherOptions): string {
  const exports = Object.entries({ ...environment, NODE_COMPILE_CACHE: CACHE }).map(
    ([name, value]) => `export ${name}="\${${name}:-${value}}"`,
  );
  const program = [...nodeFlags, `${APP}/${entry}`].join(' ');
  return [
    '#!/bin/sh',
    ...exports,
    `if [ -r ${SECRETS} ]; then secrets=--env-file=${SECRETS}; fi`,
    `exec ${APP}/node_modules/.bin/node $secrets ${program} "$@"`,
    '',
  ].join('\n');
}
