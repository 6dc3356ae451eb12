import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Fence, fencesOf } from './markdown.ts';

const ROOT = join(import.meta.dirname, '../..');

/*
 * The documentation has a page for each task, in English and in Chinese, with the same commands. What stands in them
 * is run:
 *
 *   ```yaml          with a first line `# NAME.yaml` it is written as that file
 *   ```sh            run line by line, in the order of the page, in a folder of the page's own
 *   ```sh exits=1    each of its lines ends with that code
 *   ```sh serves     its last line goes on until the page is over, or until a block that wants it ended
 *   ```sh stopped    run after what serves was ended, as by Ctrl-C
 *   ```sh root       run where the package is installed (its own test)
 *   ```sh docker     only looked at: the compose file must have what it names
 *   ```console       and anything else is shown, not run
 */
export const TASK_PAGES = {
  'install without Docker': 'gateway/install/README.md',
  'install with Docker': 'gateway/install/docker/README.md',
  'first site': 'gateway/config/first-site.md',
  'adding a device': 'collectors/adding-a-device.md',
  'alarms and rota': 'alerts/alarms-and-rota.md',
  Grafana: 'grafana/README.md',
  'backup and restore': 'gateway/journal/backup/README.md',
  upgrade: 'gateway/install/upgrade.md',
  security: 'gateway/install/security.md',
  'troubleshooting by symptom': 'gateway/doctor/README.md',
} as const;

/** Beside the English page of a task. */
export const chineseOf = (page: string): string => page.replace(/\.md$/, '.zh.md');

export const readPage = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

/** What a ```sh block is for. */
export type Place = 'here' | 'root' | 'docker';

export interface DocCommand {
  readonly command: string;
  /** The page and the line where it stands. */
  readonly where: string;
  readonly exits: number;
  /** It goes on by itself, as a gateway does. */
  readonly serves: boolean;
}

/** A file that the page asks its reader to write, or commands that it asks him to give. */
export type Step =
  | { readonly kind: 'file'; readonly name: string; readonly text: string }
  | {
      readonly kind: 'run';
      readonly place: Place;
      /** Nothing that the page started may run any more. */
      readonly stopped: boolean;
      readonly commands: readonly DocCommand[];
    };

/** What a page has its reader do, in its order. Throws where a fence says something that no convention has. */
export function stepsOf(page: string, markdown: string): readonly Step[] {
  return fencesOf(markdown).flatMap((fence): Step[] => {
    if (fence.language === 'yaml') return fileOf(fence);
    if (fence.language === 'sh') return [{ kind: 'run', ...commandsOf(page, fence) }];
    return [];
  });
}

/** The commands of a page for one place: `root` is what the test of the installed package runs. */
export const commandsFor = (page: string, place: Place): readonly DocCommand[] =>
  stepsOf(page, readPage(page)).flatMap((step) =>
    step.kind === 'run' && step.place === place ? step.commands : [],
  );

function fileOf({ text }: Fence): Step[] {
  const [, name] = /^# ([\w.-]+\.(?:ya?ml|env))\n/.exec(text) ?? [];
  return name === undefined ? [] : [{ kind: 'file', name, text }];
}

function commandsOf(page: string, { words, text, line }: Fence) {
  const options = { place: 'here' as Place, exits: 0, serves: false, stopped: false };
  for (const word of words) {
    const [, exits] = /^exits=(\d+)$/.exec(word) ?? [];
    if (word === 'root' || word === 'docker') options.place = word;
    else if (word === 'serves' || word === 'stopped') options[word] = true;
    else if (exits !== undefined) options.exits = Number(exits);
    else throw new Error(`${page}:${line - 1}: no convention has "${word}" after \`\`\`sh`);
  }
  const lines = commandLines(text);
  const commands = lines.map(({ command, offset }, index) => ({
    ...{ command, where: `${page}:${line + offset}`, exits: options.exits },
    serves: options.serves && index === lines.length - 1,
  }));
  return { place: options.place, stopped: options.stopped || options.serves, commands };
}

/** Lines that end in a backslash go on in the next; comments and empty lines are none. */
function commandLines(text: string): readonly { readonly command: string; readonly offset: number }[] {
  const found: { command: string; offset: number }[] = [];
  let begun: { command: string; offset: number } | undefined;
  for (const [offset, line] of text.split('\n').entries()) {
    const whole: string = begun === undefined ? line.trim() : `${begun.command} ${line.trim()}`;
    const at: number = begun?.offset ?? offset;
    if (whole.endsWith('\\')) begun = { command: whole.slice(0, -1).trimEnd(), offset: at };
    else {
      begun = undefined;
      if (whole !== '' && !whole.startsWith('#')) found.push({ command: plain(whole), offset: at });
    }
  }
  return found;
}

/** As it is run by whoever may do all, with `hygate` on the path. */
const plain = (command: string): string => command.replace(/^sudo /, '').replace(/^npx hygate /, 'hygate ');
