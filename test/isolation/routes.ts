import type { App } from '../../src/http/types.ts';

/** Every route of a server as `METHOD /path/{id}`, read from the router's own drawing of its tree. */
export function routesOf(app: App): string[] {
  const path: string[] = [];
  return app
    .printRoutes({ commonPrefix: false })
    .split('\n')
    .flatMap((line) => {
      const [, indent = '', part = '', methods = ''] = /^(.*?)[├└]── (\S*) \((.*)\)$/.exec(line) ?? [];
      path.splice(indent.length / 4);
      path.push(part);
      const url = path.join('').replaceAll(/:([a-z_]+)/g, '{$1}');
      return methods === '' ? [] : methods.split(', ').map((method) => `${method} ${url}`);
    })
    .filter((route) => !route.startsWith('HEAD '));
}
