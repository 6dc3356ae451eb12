/* A Dockerfile as values: stages of instructions, as far as ours uses the language. */

export interface Instruction {
  readonly keyword: string;
  /** `--from=page` → `from: page`. */
  readonly flags: Readonly<Record<string, string>>;
  /** What follows the flags, lines joined. */
  readonly text: string;
}

export interface Stage {
  readonly image: string;
  readonly name: string | undefined;
  readonly instructions: readonly Instruction[];
}

export function parseDockerfile(text: string): Stage[] {
  const lines = text
    .split('\n')
    .filter((line) => !line.startsWith('#'))
    .join('\n')
    .replaceAll(/\\\n\s*/g, ' ')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const stages: (Stage & { instructions: Instruction[] })[] = [];
  for (const instruction of lines.map(instructionOf)) {
    const [image = '', , name] = instruction.text.split(/\s+/);
    if (instruction.keyword === 'FROM') stages.push({ image, name, instructions: [] });
    else stages.at(-1)?.instructions.push(instruction);
  }
  return stages;
}

function instructionOf(line: string): Instruction {
  const [, keyword = '', options = '', text = ''] = /^(\w+)\s+((?:--[\w-]+=\S+\s+)*)(.*)$/.exec(line) ?? [];
  const flags = [...options.matchAll(/--([\w-]+)=(\S+)/g)].map(([, name = '', value = '']) => [name, value]);
  return { keyword, flags: Object.fromEntries(flags), text };
}

/** `["a", "b"]` → its parts. */
export const execForm = (text: string): string[] => JSON.parse(text) as string[];

/** `A=1 B="two words"` → its pairs. */
export function pairsOf(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/([\w.]+)=(?:"([^"]*)"|(\S+))/g)];
  return Object.fromEntries(pairs.map(([, name, quoted, bare]) => [name, quoted ?? bare]));
}
