import { join } from 'node:path';
import type { HttpBindings } from '@hono/node-server';
import { serveStatic } from '@hono/node-server/serve-static';
import type { MiddlewareHandler } from 'hono';

type Files = MiddlewareHandler<{ Bindings: HttpBindings }>;

/** The built interface: files under `directory`, and its first page for every other address a page may have. */
export function createStaticFiles(directory: string): { files: Files; firstPage: Files } {
  const serve: Files = serveStatic({ root: directory });
  const page: Files = serveStatic({ path: join(directory, 'index.html') });
  return {
    async files(context, next) {
      const response = await serve(context, next);
      // The bundler puts a hash of the content into the names under assets/: such a file never changes.
      if (response?.ok && context.req.path.startsWith('/assets/')) {
        response.headers.set('cache-control', 'private, max-age=31536000, immutable');
      }
      return response;
    },
    async firstPage(context, next) {
      const isPage = (context.req.header('accept') ?? '').includes('text/html');
      const hasExtension = /\.[^/]*$/.test(context.req.path);
      return isPage && !hasExtension ? page(context, next) : next();
    },
  };
}
