import type { Problem } from './mistakes.ts';

export interface SecretSources {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Text of a file; throws when it cannot be read. */
  readonly readFile: (path: string) => string;
}

const VARIABLE = /^\$\{([A-Za-z_][A-Za-z0-9_]*)\}$/;
const FILE = /^file:(.+)$/;

export const isReference = (text: string): boolean => VARIABLE.test(text) || FILE.test(text);

/**
 * The secret that a text refers to, or the text itself. A problem names the variable or the file and never what is
 * in it.
 */
export function readSecret(text: string, { env, readFile }: SecretSources): string | Problem {
  const variable = VARIABLE.exec(text)?.[1];
  if (variable !== undefined) {
    return (Object.hasOwn(env, variable) && env[variable]) || missingVariable(variable);
  }
  const file = FILE.exec(text)?.[1];
  if (file === undefined) return text;
  try {
    return readFile(file).trim() || { message: `the file ${file} is empty`, fix: 'write the secret into it' };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
    return {
      message: `the file ${file} cannot be read (${code})`,
      fix: 'make it and let the gateway read it',
    };
  }
}

const missingVariable = (variable: string): Problem => ({
  message: `the environment has no ${variable}`,
  fix: `set ${variable} before starting`,
});
