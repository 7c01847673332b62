import type { AddressInfo, LookupFunction } from 'node:net';
import { createServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Certificates, createCertificates, hasOpenssl } from '../../../test/support/certificates';
import {
  type MisbehavingServer,
  startMisbehavingServer,
  startRawServer,
} from '../../../test/support/misbehaving-server';
import { probeHttp } from './http-probe';
import type { ProbeContext } from './probe-fn';
import { contextOf, requestOf } from './prober-fixtures';

/** Without openssl no flawed certificate can be made here. */
describe.skipIf(!hasOpenssl())('a probe over TLS', () => {
  let certificates: Certificates;
  let context: ProbeContext;
  let server: MisbehavingServer;
  beforeAll(async () => {
    certificates = createCertificates();
    context = contextOf({ ca: certificates.ca });
    server = await startMisbehavingServer({ tls: certificates.valid });
  });
  afterAll(async () => {
    await server.close();
  });
  const probe = (url: string, timeoutMs = 5000) => probeHttp(requestOf({ url, timeoutMs }), context);

  it('has a phase for the handshake, and makes a whole one every time', async () => {
    for (const _time of [1, 2]) {
      const result = await probe(server.url('/ok'));
      expect(result).toMatchObject({
        outcome: 'up',
        status_code: 200,
        response_bytes: 2,
        failure_code: null,
      });
      expect(result.tls_ms).toBeGreaterThan(0.3);
      const { connect_ms, tls_ms, ttfb_ms, transfer_ms, latency_ms } = result;
      const sum = (connect_ms ?? 0) + (tls_ms ?? 0) + (ttfb_ms ?? 0) + (transfer_ms ?? 0);
      expect(sum).toBeCloseTo(latency_ms ?? 0, 6);
    }
  });

  it.each([
    ['localhost', 'localhost'],
    ['localhost.', 'localhost'],
    ['127.0.0.1', ''],
  ])('to %s shows "%s" in the handshake', async (host, shown) => {
    const names: string[] = [];
    const listening = createServer(certificates.valid, (socket) => {
      names.push(socket.servername === false ? '' : (socket.servername ?? ''));
      socket.on('error', () => undefined).end('HTTP/1.1 204 No Content\r\n\r\n');
    });
    await new Promise<void>((resolve) => listening.listen(0, '127.0.0.1', resolve));
    const { port } = listening.address() as AddressInfo;
    const here: LookupFunction = (_host, _options, done) =>
      setImmediate(() => done(null, [{ address: '127.0.0.1', family: 4 }]));
    const request = requestOf({ url: `https://${host}:${port}/` });
    const result = await probeHttp(request, contextOf({ ca: certificates.ca, lookup: here }));
    listening.close();
    expect(result).toMatchObject({ outcome: 'up', remote_ip: '127.0.0.1' });
    expect(names).toEqual([shown]);
    if (shown === '') expect(result.dns_ms).toBeNull();
    else expect(result.dns_ms).toBeGreaterThan(0);
  });

  it('speaks IPv6', async () => {
    const six = await startMisbehavingServer({ tls: certificates.valid, host: '::1' });
    const result = await probe(six.url('/ok'));
    await six.close();
    expect(result).toMatchObject({ outcome: 'up', remote_ip: '::1' });
  });

  it.each([
    ['expired', 'cert_expired', 'the certificate has expired'],
    ['notYetValid', 'cert_not_yet_valid', 'the certificate is not valid yet'],
    ['wrongHost', 'cert_wrong_host', 'the certificate is for another host'],
    ['selfSigned', 'cert_self_signed', 'the certificate is self-signed'],
    ['unknownIssuer', 'cert_unknown_issuer', 'the certificate comes from an unknown authority'],
  ] as const)('tells a certificate that is %s', async (flaw, failure_code, failure_detail) => {
    const flawed = await startMisbehavingServer({ tls: certificates[flaw] });
    const result = await probe(flawed.url('/ok'));
    await flawed.close();
    expect(result).toMatchObject({ outcome: 'down', failure_phase: 'tls', failure_code, failure_detail });
    expect(flawed.requests).toEqual([]);
  });

  it('checks the name of the host as well as its address', async () => {
    const elsewhere = await startMisbehavingServer({ tls: certificates.wrongHost });
    const result = await probe(`https://localhost:${elsewhere.port}/ok`);
    await elsewhere.close();
    expect(result).toMatchObject({ failure_phase: 'tls', failure_code: 'cert_wrong_host' });
  });

  it('trusts no authority it was not given', async () => {
    const request = requestOf({ url: server.url('/ok') });
    expect(await probeHttp(request, contextOf())).toMatchObject({ failure_code: 'cert_unknown_issuer' });
  });

  it('tells a server that speaks plain HTTP', async () => {
    const plain = await startRawServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 400 Bad\r\n\r\n')),
    );
    const result = await probe(`https://127.0.0.1:${plain.port}/`);
    await plain.close();
    expect(result).toMatchObject({ outcome: 'down', failure_phase: 'tls', failure_code: 'tls_failed' });
  });

  it('tells a server that hangs up amid the handshake', async () => {
    const rude = await startRawServer((socket) => socket.once('data', () => socket.end()));
    const result = await probe(`https://127.0.0.1:${rude.port}/`);
    await rude.close();
    expect(result).toMatchObject({ failure_phase: 'tls', failure_code: 'tls_failed' });
  });

  it('tells a server that hangs in the handshake', async () => {
    const silent = await startRawServer(() => undefined);
    const result = await probe(`https://127.0.0.1:${silent.port}/`, 200);
    await silent.close();
    expect(result).toMatchObject({ failure_phase: 'timeout', failure_code: 'timeout_tls' });
  });

  it.each([
    ['/empty', 'empty_response'],
    ['/cut-length', 'body_cut'],
    ['/garbage', 'malformed_response'],
    ['/reset-before-headers', 'connection_reset'],
  ])('tells what goes wrong after the handshake: %s', async (path, failure_code) => {
    expect(await probe(server.url(path))).toMatchObject({ failure_phase: 'response', failure_code });
  });

  it('follows a redirect from plain HTTP', async () => {
    const plain = await startMisbehavingServer();
    const result = await probe(plain.url(`/redirect/301/${encodeURIComponent(server.url('/ok'))}`));
    await plain.close();
    expect(result).toMatchObject({ outcome: 'up', status_code: 200 });
    expect(result.tls_ms).toBeGreaterThan(0);
  });
});
