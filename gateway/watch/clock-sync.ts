import { execFile } from 'node:child_process';

/**
 * Whether the kernel's clock is kept by a time server, as systemd reads it from the kernel; undefined where nobody can
 * say, as in most containers.
 */
export const isClockKept = (command = 'timedatectl'): Promise<boolean | undefined> =>
  new Promise((resolve) => {
    const args = ['show', '--property=NTPSynchronized', '--value'];
    execFile(command, args, { timeout: 5000 }, (error, answer) => {
      const word = error === null ? answer.trim() : '';
      resolve(word === 'yes' ? true : word === 'no' ? false : undefined);
    });
  });
