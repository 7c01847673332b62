import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface BenchServer {
  readonly httpPort: number;
  readonly httpsPort: number;
  /** The authority that signed the server's certificate, for NODE_EXTRA_CA_CERTS. */
  readonly caFile: string;
  stop(): void;
}

/** A self-signed P-256 certificate for 127.0.0.1: trusted as its own authority, a full handshake per connection. */
function makeCertificate(directory: string): { certificate: string; key: string } {
  const certificate = join(directory, 'certificate.pem');
  const key = join(directory, 'key.pem');
  execFileSync(
    'openssl',
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:prime256v1',
        '-nodes',
        '-days',
        '2',
      ],
      ...[
        '-subj',
        '/CN=127.0.0.1',
        '-addext',
        'subjectAltName=IP:127.0.0.1',
        '-keyout',
        key,
        '-out',
        certificate,
      ],
    ],
    { stdio: 'ignore' },
  );
  return { certificate, key };
}

export async function startBenchServer(): Promise<BenchServer> {
  const directory = mkdtempSync(join(tmpdir(), 'uptimer-bench-server-'));
  const { certificate, key } = makeCertificate(directory);
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', 'bench/support/server-process.ts', certificate, key],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
    },
  );
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const ports = JSON.parse((await lines.next()).value as string) as { http: number; https: number };
  return {
    httpPort: ports.http,
    httpsPort: ports.https,
    caFile: certificate,
    stop() {
      child.stdin.end();
      child.kill();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}
