/** Names of one processor: Debian's, Node's, and of its build of serialport. */
export interface Architecture {
  readonly debian: 'amd64' | 'arm64';
  readonly node: 'x64' | 'arm64';
}

export const ARCHITECTURES: readonly Architecture[] = [
  { debian: 'amd64', node: 'x64' },
  { debian: 'arm64', node: 'arm64' },
];
