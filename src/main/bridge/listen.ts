import { createServer, type Server } from 'node:net';
import { AppError } from '../../shared/contract/app-error';

export const HOST = '127.0.0.1';

/** Resolves when the server listens on loopback. @throws AppError `in_use`, `forbidden`, `unavailable` (field `port`) */
export function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const failed = (error: NodeJS.ErrnoException): void => reject(listenError(error, port));
    server.once('error', failed);
    server.listen({ host: HOST, port }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

function listenError(cause: NodeJS.ErrnoException, port: number): AppError {
  if (cause.code === 'EADDRINUSE') {
    return new AppError(
      'in_use',
      `port: ${port} is already in use on ${HOST}; choose another with --port, or --port 0 for any free one`,
      { field: 'port', cause },
    );
  }
  if (cause.code === 'EACCES') {
    return new AppError(
      'forbidden',
      `port: ${port} may not be listened on by this user; choose one above 1023 with --port`,
      { field: 'port', cause },
    );
  }
  return new AppError('unavailable', `port: ${port} cannot be listened on (${cause.code ?? cause.message})`, {
    domain: 'external',
    field: 'port',
    cause,
  });
}

/** Finds out whether a port can be listened on, before anything else is begun. @throws AppError as `listen` does */
export async function mustBeFree(port: number): Promise<void> {
  if (port === 0) return;
  const trial = createServer();
  await listen(trial, port);
  await new Promise<void>((resolve) => trial.close(() => resolve()));
}
