import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/*
 * The bill of materials of an installation, as CycloneDX 1.6: `node gateway/install/sbom.ts [FOLDER]`. Made from what npm
 * wrote down as installed (`npm sbom` leaves out packages that development needs as well, nodemailer and yaml among them).
 */

/** An entry of node_modules/.package-lock.json, as far as it is used here. */
interface Installed {
  readonly version: string;
  readonly license?: string;
  readonly integrity?: string;
}

interface Component {
  readonly type: 'library' | 'platform';
  readonly 'bom-ref': string;
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  readonly licenses: readonly [
    { readonly expression: string } | { readonly license: { readonly name: string } },
  ];
  readonly hashes?: readonly [{ readonly alg: 'SHA-512'; readonly content: string }];
}

export interface Bill {
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: '1.6';
  readonly version: 1;
  readonly metadata: {
    readonly component: Omit<Component, 'type' | 'hashes'> & { readonly type: 'application' };
  };
  readonly components: readonly Component[];
}

export interface Product {
  readonly name: string;
  readonly version: string;
  readonly license: string;
}

/** `packages` by their places below the product's folder; one that lies in several places is named once. */
function billOf(product: Product, packages: Readonly<Record<string, Installed>>, node: string): Bill {
  const libraries = Object.entries(packages).map(([place, found]) => componentOf(nameOf(place), found));
  const platform: Component = {
    ...entry('node', node, 'MIT'),
    type: 'platform',
    purl: `pkg:generic/node@${node}`,
  };
  const once = new Map([platform, ...libraries].map((component) => [component['bom-ref'], component]));
  return {
    bomFormat: 'CycloneDX',
    specVersion: '1.6',
    version: 1,
    metadata: {
      component: { ...entry(product.name, product.version, product.license), type: 'application' },
    },
    components: [...once.values()].sort((a, b) => (a['bom-ref'] < b['bom-ref'] ? -1 : 1)),
  };
}

const nameOf = (place: string): string =>
  place.slice(place.lastIndexOf('node_modules/') + 'node_modules/'.length);

function componentOf(name: string, { version, license, integrity }: Installed): Component {
  const content = integrity?.startsWith('sha512-') ? hexOf(integrity.slice('sha512-'.length)) : undefined;
  return {
    type: 'library',
    ...entry(name, version, license),
    ...(content === undefined ? {} : { hashes: [{ alg: 'SHA-512', content }] }),
  };
}

function entry(
  name: string,
  version: string,
  license: string | undefined,
): Omit<Component, 'type' | 'hashes'> {
  return {
    'bom-ref': `${name}@${version}`,
    name,
    version,
    purl: `pkg:npm/${name.replace('@', '%40')}@${version}`,
    licenses: [license === undefined ? { license: { name: 'not declared' } } : { expression: license }],
  };
}

const hexOf = (base64: string): string => Buffer.from(base64, 'base64').toString('hex');

/** The bill of the installation in a folder: npm's own note of what it installed, and the product's package.json. */
export function readBill(folder: string): Bill {
  const read = (file: string): unknown => JSON.parse(readFileSync(join(folder, file), 'utf8'));
  const product = read('package.json') as Product;
  const { packages } = read('node_modules/.package-lock.json') as { packages: Record<string, Installed> };
  const there = Object.entries(packages).filter(([place]) => existsSync(join(folder, place)));
  return billOf(product, Object.fromEntries(there), process.versions.node);
}

if (process.argv[1] === import.meta.filename)
  process.stdout.write(`${JSON.stringify(readBill(process.argv[2] ?? '.'), null, 1)}\n`);
