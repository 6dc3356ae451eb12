import { HygateError } from '#model/errors';

/**
 * The address of a server, as an option of a command. Throws `request-invalid` for one that is none, and for one with a
 * password in it: every user of the machine reads command lines, and addresses end in messages.
 */
export function serverAddress(
  text: string,
  { option, example }: { option: string; example: string },
): string {
  if (/^([a-z]+:\/\/)?[^/]*@/i.test(text))
    throw new HygateError(
      'request-invalid',
      `${option} is an address without name and password, as ${example}`,
    );
  if (!/^https?:\/\//.test(text) || !URL.canParse(text))
    throw new HygateError(
      'request-invalid',
      `${option} must be an address such as ${example}, not "${text}"`,
    );
  return text;
}
