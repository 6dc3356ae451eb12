import type { Architecture } from './architecture.ts';

/** Folders and files of the repository that run or are read on the box, besides node_modules and package.json. */
export const SHIPPED = [
  'gateway',
  'collectors',
  'alerts',
  'firmware-sim',
  'grafana',
  'LICENSE',
  'README.md',
  'ARCHITECTURE.md',
  'CHANGELOG.md',
  'CONTRIBUTING.md',
  'DECISIONS.md',
] as const;

/** Whether a file or folder of ours is needed on the box. The path is relative to the repository, with `/`. */
export function isShipped(path: string): boolean {
  if (/\.test\.tsx?$/.test(path)) return false;
  // The page comes built; its sources are for its builders.
  return !/^gateway\/web\/(?!dist(\/[^.]|$)|[^/]+\.png$)/.test(path);
}

/** Whether a file of a dependency is needed. The path is relative to node_modules. */
export function isNeeded(path: string, { node }: Architecture): boolean {
  if (/^node-linux-[^/]+\/(include|share)\//.test(path)) return false;
  // Only the command that the launcher runs.
  if (path.startsWith('.')) return path === '.bin/node';
  if (isForDevelopers(path)) return LICENCE.test(path);
  return !/\.node$/.test(path) || isNativeFor(path, node);
}

/** Folders at the top of a package that are for those who change it: its tests, its pages, its hidden files. */
const WORKSHOP =
  /(^|\/node_modules\/)(@[^/]+\/)?[^/@][^/]*\/(\.[^/]+|__tests__|tests?|docs?|examples?|benchmarks?)(\/|$)/;
/** Node strips no types below node_modules: TypeScript there is never run. */
const NEVER_RUN = /\.(map|[cm]?ts|tsbuildinfo|md)$/i;
/** Some packages have their licence in their README alone. */
const LICENCE = /\/(licen[cs]e|copying|notice|readme)(\.\w+)?$/i;

const isForDevelopers = (path: string): boolean => WORKSHOP.test(path) || NEVER_RUN.test(path);

const isNativeFor = (path: string, node: string): boolean =>
  path.includes(`/prebuilds/linux-${node}/`) && !path.endsWith('.musl.node');
