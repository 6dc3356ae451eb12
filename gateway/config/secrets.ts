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
    return readFile(file).trim() || emptyFile(file);
  } catch (error) {
    return unreadable(file, error);
  }
}

/** `error`: by which reading the file failed. */
export function unreadable(file: string, error: unknown): Problem {
  const code = (error as NodeJS.ErrnoException).code ?? 'unreadable';
  return {
    message: { zh: `文件 ${file} 无法读取（${code}）`, en: `the file ${file} cannot be read (${code})` },
    fix: { zh: '请建立此文件，并让网关能读取', en: 'make it and let the gateway read it' },
  };
}

const emptyFile = (file: string): Problem => ({
  message: { zh: `文件 ${file} 是空的`, en: `the file ${file} is empty` },
  fix: { zh: '请把密钥写进去', en: 'write the secret into it' },
});

const missingVariable = (variable: string): Problem => ({
  message: { zh: `没有环境变量 ${variable}`, en: `the environment has no ${variable}` },
  fix: { zh: `请在启动前设置 ${variable}`, en: `set ${variable} before starting` },
});
