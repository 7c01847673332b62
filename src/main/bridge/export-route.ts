import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import type { HttpBindings } from '@hono/node-server';
import { RESPONSE_ALREADY_SENT } from '@hono/node-server/utils/response';
import type { Context } from 'hono';
import { AppError } from '../../shared/contract/app-error';
import type { Logger } from '../platform/logger';
import { refuse } from './command-route';

/** The finished file of an export, or null when there is none by this id or it is not finished. */
export type DownloadOf = (id: string) => { path: string; filename: string } | null;

/** `GET /api/exports/<id>`: the file as attachment. */
export function createExportRoute(
  downloadOf: DownloadOf,
  logger: Logger,
): (context: Context<{ Bindings: HttpBindings }>) => Promise<Response> {
  return async (context) => {
    const id = context.req.param('id') ?? '';
    const download = downloadOf(id);
    if (download === null) {
      return refuse(context, new AppError('not_found', 'there is no finished export by this id'));
    }
    let file: FileHandle;
    try {
      file = await open(download.path, 'r');
    } catch (cause) {
      logger.warn({ export: id, err: cause }, 'the file of an export cannot be read');
      return refuse(
        context,
        new AppError('not_found', 'the file of this export is no longer there; export it again', { cause }),
      );
    }
    const { outgoing } = context.env;
    try {
      const { size } = await file.stat();
      outgoing.writeHead(200, {
        'content-type': 'application/octet-stream',
        'content-length': size,
        'content-disposition': attachment(download.filename),
      });
      if (context.req.method === 'HEAD') outgoing.end();
      // As long as it was when its length was told, should somebody append to it meanwhile.
      else if (size === 0) outgoing.end();
      else
        await pipeline(
          createReadStream('', { fd: file, start: 0, end: size - 1, autoClose: false }),
          outgoing,
        );
    } catch (error) {
      // The caller went away, or the disk failed in the middle: a cut body is all that can be told now.
      logger.debug({ export: id, err: error }, 'a download was broken off');
      outgoing.destroy();
    } finally {
      await file.close();
    }
    return RESPONSE_ALREADY_SENT;
  };
}

/** RFC 6266: a plain name for old clients, the true one beside it. */
function attachment(filename: string): string {
  const plain = filename.replace(/[^\x20-\x7e]|["\\%]/g, '_');
  const exact = encodeURIComponent(filename).replace(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16)}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}
