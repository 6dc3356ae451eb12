import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Loads one plugin kind: the default export of `<root>/<name>/<file>` for every folder under `root`. A plugin's
 * name is its folder's name; anything else is a mistake of the plugin, said at once.
 */
export async function loadFolder<Plugin extends { readonly name: string }>(
  root: string,
  file: string,
): Promise<ReadonlyMap<string, Plugin>> {
  const entries = await readdir(root, { withFileTypes: true });
  const folders = entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  const plugins = await Promise.all(folders.sort().map((folder) => loadOne<Plugin>(root, folder, file)));
  return new Map(plugins.map((plugin) => [plugin.name, plugin]));
}

async function loadOne<Plugin extends { readonly name: string }>(
  root: string,
  folder: string,
  file: string,
): Promise<Plugin> {
  const path = join(root, folder, file);
  const module = (await import(pathToFileURL(path).href)) as { default?: Plugin };
  if (module.default === undefined) throw new Error(`${path} has no default export`);
  if (module.default.name !== folder) {
    throw new Error(
      `${path} calls itself "${module.default.name}"; its name must be its folder's, "${folder}"`,
    );
  }
  return module.default;
}
