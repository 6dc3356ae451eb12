import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';

interface ComposeFile {
  readonly services: Readonly<Record<string, { readonly profiles?: readonly string[] }>>;
}

const file = join(import.meta.dirname, '../../docker-compose.yml');
const { services } = parse(readFileSync(file, 'utf8')) as ComposeFile;
const profiles = new Set(Object.values(services).flatMap((service) => service.profiles ?? []));

/** Of the Compose specification's command line: those that a page needs, and which of them begin with one service. */
const COMMANDS = [
  'build',
  'config',
  'down',
  'images',
  'logs',
  'ps',
  'pull',
  'restart',
  'start',
  'stop',
  'up',
];
const OF_ONE_SERVICE = ['cp', 'exec', 'run'];
/** Options that are followed by a value. */
const VALUED = [
  '--profile',
  '--project-name',
  '-p',
  '--env-file',
  '-f',
  '--file',
  '--tail',
  '--user',
  '-u',
  '-e',
];

/** What is wrong with a `docker compose …` of a page, as no Docker engine is there to say; undefined when nothing is. */
export function composeMistake(command: string): string | undefined {
  const words = command.split(/\s+/).slice(2);
  const wrongProfile = words.find((word, index) => words[index - 1] === '--profile' && !profiles.has(word));
  if (wrongProfile !== undefined) return `there is no profile ${wrongProfile}`;
  const [name = '', ...rest] = words.filter(
    (word, index) => !word.startsWith('-') && !VALUED.includes(words[index - 1] ?? ''),
  );
  if (OF_ONE_SERVICE.includes(name)) {
    const service = rest.map((word) => word.split(':')[0] ?? '').find((word) => word in services);
    const isFirst = name === 'cp' || service === rest[0];
    return service !== undefined && isFirst ? undefined : `${name} names no service of the compose file`;
  }
  if (!COMMANDS.includes(name)) return `docker compose has no ${name}`;
  const unknown = rest.find((word) => !(word in services));
  return unknown === undefined ? undefined : `there is no service ${unknown}`;
}
